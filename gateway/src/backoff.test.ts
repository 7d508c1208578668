import { describe, expect, test } from 'vitest';
import { type Attempt, Backoff } from './backoff.ts';

function harness(): {
  backoff: Backoff;
  pass(ms: number): void;
  fail(ip: string, user: string): number | 'let in';
} {
  let now = 0;
  const backoff = new Backoff(4, () => now);
  return {
    backoff,
    pass: (ms) => {
      now += ms;
    },
    fail: (ip, user) => {
      const attempt = backoff.begin(ip, user);
      if (typeof attempt === 'number') return attempt;
      attempt.failed();
      return 'let in';
    },
  };
}

describe('Backoff', () => {
  test('lets people mistype, then makes an address wait twice as long each time', () => {
    const { fail, pass } = harness();
    for (let count = 0; count < 5; count += 1) expect(fail('192.0.2.1', 'ada')).toBe('let in');
    const waits: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      const wait = fail('192.0.2.1', 'ada') as number;
      waits.push(wait);
      pass(wait);
      expect(fail('192.0.2.1', `user${count}`)).toBe('let in');
    }
    expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(waits.at(-1)).toBe(15 * 60_000);
  });

  test("one address's failures do not delay another's", () => {
    const { fail } = harness();
    for (let count = 0; count < 6; count += 1) fail('192.0.2.1', 'ada');
    expect(fail('192.0.2.1', 'ada')).toBeTypeOf('number');
    expect(fail('192.0.2.2', 'ada')).toBe('let in');
  });

  test('guessing from many addresses is slowed by account, but not for an address the owner uses', () => {
    const { backoff, fail } = harness();
    (backoff.begin('192.0.2.99', 'Ada') as Attempt).succeeded();
    for (let count = 0; count < 30; count += 1) fail(`192.0.2.${count}`, 'ada');
    expect(fail('198.51.100.1', 'ADA')).toBeTypeOf('number');
    expect(fail('198.51.100.1', 'grace')).toBe('let in');
    expect(backoff.begin('192.0.2.99', 'ada')).toBeTypeOf('object');
  });

  test('a success wipes the slate of its address; nothing learnt leaves it as it was', () => {
    const { backoff, fail } = harness();
    for (let count = 0; count < 4; count += 1) fail('192.0.2.1', 'ada');
    (backoff.begin('192.0.2.1', 'ada') as Attempt).abandoned();
    (backoff.begin('192.0.2.1', 'ada') as Attempt).succeeded();
    for (let count = 0; count < 5; count += 1) expect(fail('192.0.2.1', 'ada')).toBe('let in');
  });

  test('many attempts at the same time do not slip through before the first has failed', () => {
    const { backoff } = harness();
    const attempts = Array.from({ length: 6 }, () => backoff.begin('192.0.2.1', 'ada'));
    expect(attempts.map((attempt) => typeof attempt)).toEqual([
      ...Array<string>(4).fill('object'),
      ...Array<string>(2).fill('number'),
    ]);
    (attempts[0] as Attempt).abandoned();
    expect(backoff.begin('192.0.2.1', 'ada')).toBeTypeOf('object');
  });

  test('failures are forgotten after an hour', () => {
    const { fail, pass } = harness();
    for (let count = 0; count < 5; count += 1) fail('192.0.2.1', 'ada');
    pass(61 * 60_000);
    for (let count = 0; count < 5; count += 1) expect(fail('192.0.2.1', 'ada')).toBe('let in');
  });
});
