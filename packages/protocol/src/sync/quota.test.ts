import { describe, expect, it } from 'vitest';
import type { Quota } from '../imap/index.ts';
import { fullestOf, fullness, quotaOf } from './quota.ts';

const quota = (root: string, ...resources: [string, bigint, bigint][]): Quota => ({
  root,
  resources: resources.map(([name, usage, limit]) => ({ name, usage, limit })),
});

describe('what the server says of its quotas', () => {
  it('is in units of 1024 octets, and of messages', () => {
    expect(
      fullestOf([quota('', ['STORAGE', 900n, 1000n], ['MESSAGE', 5n, 50n], ['MAILBOX', 9n, 9n])]),
    ).toEqual({
      storage: { used: 921_600, limit: 1_024_000 },
      messages: { used: 5, limit: 50 },
    });
  });

  it('counts where the least is left', () => {
    const [mine, ours] = [quota('mine', ['STORAGE', 5n, 10n]), quota('ours', ['STORAGE', 90n, 100n])];
    expect(fullestOf([mine, ours])).toEqual({ storage: { used: 92_160, limit: 102_400 } });
    expect(fullestOf([ours, mine])).toEqual({ storage: { used: 92_160, limit: 102_400 } });
  });

  it('may be nothing: no quota, no resource, or a limit of 0, by which some mean none', () => {
    expect(fullestOf([])).toEqual({});
    expect(fullestOf([quota('')])).toEqual({});
    expect(fullestOf([quota('', ['STORAGE', 9n, 0n])])).toEqual({});
  });
});

it('how full an account is, is how full what is fullest is', () => {
  expect(fullness({})).toBe(0);
  expect(fullness({ storage: { used: 1, limit: 4 }, messages: { used: 3, limit: 4 } })).toBe(0.75);
});

it.each([
  [undefined, undefined],
  ['full', undefined],
  [{ at: 5 }, undefined],
  [{ at: 5, storage: { used: 1, limit: 0 } }, undefined],
  [{ storage: { used: 1, limit: 2 } }, undefined],
  [
    { at: 5, storage: { used: 1, limit: 2 }, messages: 7 },
    { at: 5, storage: { used: 1, limit: 2 } },
  ],
])('of what a store holds only what can be read is taken: %j', (setting, read) => {
  expect(quotaOf(setting)).toEqual(read);
});
