import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { unpackUuencoded } from './uuencoded.ts';

function uuencode(bytes: Uint8Array, name: string, eol = '\n'): string {
  const letter = (value: number) => (value === 0 ? '`' : String.fromCharCode(value + 0x20));
  const lines = [`begin 644 ${name}`];
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45);
    let text = letter(line.length);
    for (let i = 0; i < line.length; i += 3) {
      const bits = (line[i]! << 16) | ((line[i + 1] ?? 0) << 8) | (line[i + 2] ?? 0);
      text += [18, 12, 6, 0].map((shift) => letter((bits >> shift) & 63)).join('');
    }
    lines.push(text);
  }
  return [...lines, '`', 'end', ''].join(eol);
}

const read = (text: string) => {
  const found = unpackUuencoded(encodeText(text));
  return {
    text: found.text.map(decodeLatin1).join('|'),
    files: found.files.map(({ name, content }) => `${name}=${decodeLatin1(content)}`),
  };
};

describe('unpackUuencoded', () => {
  it('takes files out of a text', () => {
    const a = uuencode(encodeText('Hello'), 'a b.txt');
    const b = uuencode(encodeText('x'.repeat(100)), '../../etc/.b', '\r\n');
    expect(read(`Before\n${a}between\n${b}after\n`)).toEqual({
      text: 'Before\n|between\n|after\n',
      files: ['a b.txt=Hello', `b=${'x'.repeat(100)}`],
    });
  });

  it.each([
    ['words', 'begin 644 of them\nand then go on and on and on\nend\n'],
    ['no end', 'begin 644 a.txt\n#86)C\n`\n'],
    ['nothing in it', 'begin 644 a.txt\nend\n'],
    ['no name', 'begin 644\n#86)C\n`\nend\n'],
  ])('leaves %s alone', (_, text) => {
    expect(read(text)).toEqual({ text, files: [] });
  });

  it('finds one after one that was none', () => {
    expect(read(`begin 644 x\n${uuencode(encodeText('abc'), 'y')}`).files).toEqual(['y=abc']);
  });

  it('gives any octets back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const { files } = unpackUuencoded(encodeText(uuencode(bytes, 'f')));
        expect(files[0]?.content).toEqual(bytes);
      }),
    );
  });
});
