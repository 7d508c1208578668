import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeBase64, encodeQuotedPrintable, encodeText } from '../bytes/index.ts';
import { decodeTransfer, estimatedSize, TransferDecoder } from './transfer.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const uuencoded = 'some text\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n';

describe('decodeTransfer', () => {
  it.each([
    ['base64', 'Y2Fm\r\nw6k=\r\n', 'café'],
    ['BASE64 ', 'Y2Fmw6k', 'café'],
    ['quoted-printable', 'caf=C3=A9 =\r\nnoir', 'café noir'],
    ['"quoted-printable"', '=41', 'A'],
    ['quoted-printable; x', '=41', 'A'],
    ['7bit', '=41', '=41'],
    ['8bit', 'é', 'é'],
    ['x-nonsense', '=41', '=41'],
    ['', '=41', '=41'],
    ['x-uuencode', uuencoded, 'Cat'],
  ])('%s', (encoding, encoded, decoded) => {
    expect(text(decodeTransfer(encodeText(encoded), encoding))).toBe(decoded);
  });

  it('is the same however it is cut', () => {
    const samples: [string, Uint8Array][] = [
      [
        'base64',
        encodeText(
          encodeBase64(
            Uint8Array.from({ length: 300 }, (_, i) => i * 7),
            76,
          ),
        ),
      ],
      ['quoted-printable', encodeText(encodeQuotedPrintable(encodeText('é = ü \r\n'.repeat(20))))],
      ['uuencode', encodeText(uuencoded)],
    ];
    for (const [encoding, bytes] of samples) {
      const whole = decodeTransfer(bytes, encoding);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const decoder = new TransferDecoder(encoding);
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)].map((piece) =>
          decoder.push(piece).slice(),
        );
        expect(concatBytes([...pieces, decoder.finish()])).toEqual(whole);
        expect(decodeTransfer(bytes.subarray(0, cut), encoding).length).toBeLessThanOrEqual(cut);
      }
      const decoder = new TransferDecoder(encoding);
      const octets = Array.from(bytes, (octet) => decoder.push(Uint8Array.of(octet)).slice());
      expect(concatBytes([...octets, decoder.finish()])).toEqual(whole);
    }
  });

  it('never throws on anything', () => {
    const encoding = fc.constantFrom('base64', 'quoted-printable', 'uuencode');
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        encoding,
        (bytes, name) => void decodeTransfer(bytes, name),
      ),
    );
  });
});

describe('estimatedSize', () => {
  it('is near the truth for base64, whatever the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (size) => {
        const encoded = encodeBase64(new Uint8Array(size), 76).length + 2;
        expect(Math.abs(estimatedSize(encoded, 'base64') - size)).toBeLessThanOrEqual(4);
      }),
    );
    expect(estimatedSize(-1, 'base64')).toBe(-1);
    expect(estimatedSize(10, '7bit')).toBe(10);
  });
});
