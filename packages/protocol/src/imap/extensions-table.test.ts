import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { EXTENSIONS } from './extensions.ts';
import { Fragmenter } from './fragmenter.ts';
import * as imap from './index.ts';
import { parseResponse } from './parse.ts';

const root = new URL('../../../../', import.meta.url);

describe.each(EXTENSIONS)('$title ($rfcs)', (extension) => {
  it('has what it names', () => {
    for (const name of extension.exports ?? []) expect(imap).toHaveProperty(name);
    // Whatever has a name here is spoken by something.
    const { exports = [], items = [], keys = [], atoms = [] } = extension;
    expect(exports.length + items.length + keys.length + atoms.length).toBeGreaterThan(0);
  });

  it('is used where it says', () => {
    for (const { file, mark } of extension.used ?? []) {
      const url = new URL(file, root);
      expect(existsSync(url), file).toBe(true);
      expect(readFileSync(url, 'utf8'), file).toContain(mark);
    }
  });

  it('has codes that are read', () => {
    for (const code of extension.atoms ?? []) {
      const fragmenter = new Fragmenter();
      fragmenter.push(encodeText(`* OK [${code}] text\r\n`));
      const fragment = fragmenter.next();
      const parsed = fragment?.type === 'frame' ? parseResponse(fragment.frame).response : undefined;
      expect(parsed).toMatchObject({ code: { name: 'ATOM', code } });
    }
  });
});

describe('the table', () => {
  it('has each extension once', () => {
    const names = EXTENSIONS.flatMap(({ capabilities }) => capabilities);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is in the order of the RFCs behind IMAP itself', () => {
    const numbers = EXTENSIONS.slice(2).map(({ rfcs }) => rfcs[0] ?? Infinity);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });
});
