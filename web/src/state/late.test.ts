import type { Action } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { lateIn, MOMENT } from './late.ts';

const now = 1_000_000;
const flag = (id: string, age: number, message: number, state = 'waiting'): Action =>
  ({
    kind: 'flag',
    id,
    at: now - age,
    state: { name: state },
    mailbox: 1,
    messages: [message],
    add: [],
    remove: [],
  }) as unknown as Action;
const send = (id: string, age: number, notBefore: number): Action =>
  ({ kind: 'send', id, at: now - age, state: { name: 'waiting' }, notBefore }) as unknown as Action;

describe('what waits for longer than a moment', () => {
  it('is known with its messages, and when the next will', () => {
    const late = lateIn([flag('a', MOMENT, 7), flag('b', MOMENT + 1, 8, 'running'), flag('c', 1000, 9)], now);
    expect([...late.actions]).toEqual(['a', 'b']);
    expect([...late.messages]).toEqual([7, 8]);
    expect(late.next).toBe(now + MOMENT - 1000);
  });

  it('is nothing that failed, nor what can still be taken back', () => {
    const late = lateIn([flag('a', 60_000, 7, 'failed'), send('b', 8000, now + 2000)], now);
    expect(late).toEqual({ actions: new Set(), messages: new Set(), next: now + 2000 + MOMENT });
    expect(lateIn([send('b', 8000, now - MOMENT)], now).actions).toEqual(new Set(['b']));
    expect(lateIn([], now).next).toBeUndefined();
  });
});
