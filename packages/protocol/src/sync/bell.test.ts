import { expect, it } from 'vitest';
import { Bell } from './bell.ts';

const never = (): Promise<void> => new Promise(() => undefined);

it('wakes who waits, and remembers a ring that came before', async () => {
  const bell = new Bell({ now: () => 0, sleep: never });
  const waiting = bell.wait(1000);
  bell.ring();
  expect(await waiting).toBe(true);
  bell.ring();
  bell.ring();
  expect(await bell.wait(1000)).toBe(true);
  expect(await Promise.race([bell.wait(1000), Promise.resolve('waits')])).toBe('waits');
});

it('leaves nothing behind of a wait that something else ended: the next one hears the bell', async () => {
  const sleeps: (() => void)[] = [];
  const bell = new Bell({
    now: () => 0,
    sleep: () => new Promise((resolve) => sleeps.push(resolve)),
  });
  await expect(bell.wait(1000, Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  const next = bell.wait(1000);
  // The time of the wait that is over.
  sleeps[0]?.();
  await Promise.resolve();
  bell.ring();
  expect(await next).toBe(true);
});
