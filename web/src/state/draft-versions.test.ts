import type { MessageKey } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { elsewhere, partedDrafts } from './draft-versions.ts';
import type { OpenableVersion } from './draft-versions.ts';

const version = (key: number, line = 'L', before?: number): OpenableVersion => ({
  key: key as MessageKey,
  line,
  version: String(key).repeat(32),
  before: before === undefined ? undefined : String(before).repeat(8),
  subject: `version ${key}`,
  changed: key,
});
const own = (key: number, there = true) => ({ version: version(key), there });

describe('the drafts that were changed in two places', () => {
  it('are those with several versions, the last one first', () => {
    const parted = partedDrafts([version(1), version(2, 'M'), version(3), version(4, 'M', 2)]);
    expect(parted.map((each) => each.map(({ key }) => key))).toEqual([[3, 1]]);
  });

  it('of one second are in the order in which they came', () => {
    const parted = partedDrafts([1, 2, 3].map((key) => ({ ...version(key), changed: 5 })));
    expect(parted[0]?.map(({ key }) => key)).toEqual([3, 2, 1]);
  });
});

describe('what became of a draft elsewhere', () => {
  it.each([
    ['nothing, while its version is there', own(1), [version(1), version(2, 'M')], undefined],
    ['nothing, of one that was never on the server', undefined, [version(1)], undefined],
    [
      'nothing, while its next version is taking its place',
      own(1),
      [version(1), version(2, 'L', 1)],
      undefined,
    ],
    ['another version, beside its own', own(1), [version(1), version(2)], 2],
    ['another version, in the place of its own', own(1, false), [version(2, 'L', 1)], 2],
    ['the last of other versions', own(1, false), [version(2, 'L', 1), version(3, 'L', 2)], 3],
    ['it is gone', own(1, false), [version(2, 'M')], 'gone'],
  ])('%s', (_, mine, versions, wanted) => {
    const found = elsewhere('L', mine, versions, []);
    expect(found?.kind === 'changed' ? found.other.key : found?.kind).toBe(wanted);
  });

  it('it was sent, whatever else', () => {
    const sent = [
      { line: 'M', version: '7' },
      { line: 'L', version: '8' },
    ];
    expect(elsewhere('L', own(1), [version(1), version(2)], sent)).toEqual({ kind: 'sent' });
    expect(elsewhere('N', own(1), [version(1, 'N')], sent)).toBeUndefined();
  });
});
