import { describe, expect, it } from 'vitest';
import { lineOf, newVersionId, partedVersions, versionIn } from './draft-line.ts';

const random = (octet: number) => new Uint8Array(32).fill(octet);
const line = lineOf({ id: '0b8a36c5-2b1f-4f7a-9d3e-7a5f7c1e9b42' });
const id = (octet: number, before?: number): string =>
  newVersionId(
    line,
    'postern.example',
    random(octet),
    before === undefined ? undefined : versionIn(newVersionId(line, 'postern.example', random(before))),
  );
const parted = (...ids: readonly string[]): number[] =>
  [...partedVersions(ids.map((each) => versionIn(each)!)).values()].map(({ length }) => length);

describe('the line of a draft', () => {
  it('is told by the Message-IDs of its versions', () => {
    expect(id(1)).toBe(`<${line}.${'01'.repeat(16)}@postern.example>`);
    expect(versionIn(id(2, 1))).toEqual({ line, version: '02'.repeat(16), before: '01010101' });
  });

  it('begins with what another program wrote', () => {
    const theirs = versionIn('<a@their.example>')!;
    expect(theirs.line).toMatch(/^[0-9a-f]{32}$/);
    expect(versionIn('<a@their.example>')).toEqual(theirs);
    expect(versionIn('<b@their.example>')!.line).not.toBe(theirs.line);
    expect(versionIn('')).toBeUndefined();
  });

  it('has a name also where the draft has an odd one', () => {
    expect(lineOf({ id: 'draft of Ada' })).toMatch(/^[0-9a-f]{32}$/);
    expect(lineOf({ id: 'x', line })).toBe(line);
  });
});

describe('versions', () => {
  it.each([
    ['one alone is not parted', [id(1)], []],
    ['one and the next, which is just taking its place, are not', [id(1), id(2, 1)], []],
    ['two that know nothing of each other are', [id(1), id(2)], [2]],
    ['two in the place of the same one are', [id(2, 1), id(3, 1)], [2]],
    ['of three, those that nothing took the place of', [id(1), id(2, 1), id(3, 1)], [2]],
    ['a message and its copy are not', [id(1), id(1)], []],
    ['drafts of other lines are not', [id(1), '<a@b.example>', '<c@d.example>'], []],
  ])('%s', (_, ids, wanted) => {
    expect(parted(...ids)).toEqual(wanted);
  });
});
