import { expect, it } from 'vitest';
import type { UidValidity } from '../imap/types.ts';
import { resyncFrom } from './resync.ts';

const sync = { uidValidity: 7 as UidValidity, from: 1, uidNext: 1, highestModSeq: 9n, exists: 0, at: 1 };

it('names the UIDs that are known, and none where there are none', () => {
  expect(resyncFrom({ ...sync, uidNext: 5 })).toEqual({ uidValidity: 7, modSeq: 9n, known: [[1, 4]] });
  expect(resyncFrom(sync)).toEqual({ uidValidity: 7, modSeq: 9n });
});
