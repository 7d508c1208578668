import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeLatin1, encodeText } from '../bytes/index.ts';
import { CanonicalLines } from './canonical-lines.ts';

function feed(bytes: Uint8Array, ...cuts: readonly number[]): string {
  const lines = new CanonicalLines();
  const out: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    out.push(lines.push(bytes.slice(from, cut)));
    from = cut;
  }
  return decodeLatin1(concatBytes([...out, lines.finish()]));
}

describe('canonical lines', () => {
  it.each([
    ['', ''],
    ['a\r\nb\r\n', 'a\r\nb\r\n'],
    ['a', 'a\r\n'],
    ['a\r', 'a\r\n'],
    ['a\n', 'a\r\n'],
    ['\n\r', '\r\n\r\n'],
    ['\r\r\n\n', '\r\n\r\n\r\n'],
    ['a\rb\nc\r\nd', 'a\r\nb\r\nc\r\nd\r\n'],
    ['\t\x0b\x0c\x0e', '\t\x0b\x0c\x0e\r\n'],
  ])('%j, however it is cut', (text, expected) => {
    const bytes = encodeText(text);
    expect(feed(bytes)).toBe(expected);
    expect(feed(bytes, ...bytes.keys())).toBe(expected);
    for (let cut = 0; cut <= bytes.length; cut++) expect(feed(bytes, cut)).toBe(expected);
  });

  it('copies nothing that is in order', () => {
    const bytes = encodeText('a\r\nb\r\n');
    expect(new CanonicalLines().push(bytes)).toBe(bytes);
  });

  it('leaves no bare CR or LF, and nothing else changes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(10, 13, 46, 65), { maxLength: 30 }), fc.nat(30), (octets, cut) => {
        const bytes = Uint8Array.from(octets);
        const text = feed(bytes, Math.min(cut, bytes.length));
        const canonical = decodeLatin1(bytes).replace(/\r\n|\r|\n/g, '\r\n');
        expect(text).toBe(canonical === '' || canonical.endsWith('\n') ? canonical : `${canonical}\r\n`);
      }),
    );
  });
});
