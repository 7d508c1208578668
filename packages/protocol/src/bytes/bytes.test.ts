import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Base64Decoder,
  Base64Encoder,
  ByteQueue,
  concatBytes,
  decodeBase64,
  decodeLatin1,
  decodeModifiedUtf7,
  decodeQuotedPrintable,
  decodeText,
  encodeBase64,
  encodeModifiedUtf7,
  encodeQuotedPrintable,
  encodeText,
  QuotedPrintableDecoder,
  LF,
} from './index.ts';

interface Codec {
  push(chunk: Uint8Array): Uint8Array;
  finish(): Uint8Array;
}

/** Feeds `bytes` cut after each of `cuts`, each piece in a buffer of its own that is wiped afterwards. */
function feed(codec: Codec, bytes: Uint8Array, cuts: readonly number[]): Uint8Array {
  const out: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const piece = bytes.slice(from, cut);
    out.push(codec.push(piece).slice());
    piece.fill(0x21);
    from = cut;
  }
  out.push(codec.finish());
  return concatBytes(out);
}

function everyCut(make: () => Codec, bytes: Uint8Array): Uint8Array[] {
  const results = [feed(make(), bytes, []), feed(make(), bytes, [...bytes.keys()])];
  for (let cut = 0; cut <= bytes.length; cut++) results.push(feed(make(), bytes, [cut]));
  return results;
}

describe('text', () => {
  it.each([
    ['ascii', 'ascii'],
    ['Größe, 大きさ and more than twenty-four octets', 'Größe, 大きさ and more than twenty-four octets'],
    ['\ufeffkept', '\ufeffkept'],
  ])('reads %s as UTF-8', (text, expected) => {
    expect(decodeText(encodeText(text))).toBe(expected);
  });

  it('reads what is not UTF-8 as windows-1252', () => {
    expect(decodeText(Uint8Array.of(0x47, 0xf6, 0x80, 0x9f))).toBe('Gö€Ÿ');
  });

  it('maps octets to characters one to one in latin1, for any length', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i & 0xff);
    const text = decodeLatin1(bytes);
    expect(text.length).toBe(70_000);
    expect(Uint8Array.from(text, (c) => c.charCodeAt(0))).toEqual(bytes);
  });
});

describe('ByteQueue', () => {
  it('gives back what was pushed, and views stay as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(60)), { maxLength: 40 }),
        (steps) => {
          const queue = new ByteQueue();
          const shown: [Uint8Array, Uint8Array][] = [];
          const pushed: Uint8Array[] = [];
          let taken = 0;
          for (const [chunk, count] of steps) {
            pushed.push(chunk.slice());
            queue.push(chunk);
            const view = queue.take(count);
            shown.push([view, view.slice()]);
            taken += view.length;
          }
          for (const [view, copy] of shown) expect(view).toEqual(copy);
          const all = pushed.length === 0 ? new Uint8Array() : concatBytes(pushed);
          const got = concatBytes([new Uint8Array(), ...shown.map(([view]) => view), queue.view()]);
          expect(got).toEqual(all);
          expect(queue.length).toBe(all.length - taken);
        },
      ),
    );
  });

  it('hands out no Buffer, whose slice would not copy', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.from('abc'));
    expect(Buffer.isBuffer(queue.take(2))).toBe(false);
    expect(decodeLatin1(queue.view())).toBe('c');
  });

  it('has pages that say what its front does, whatever came since', () => {
    const lines = fc.array(
      fc.tuple(
        fc.string({ maxLength: 60, unit: fc.constantFrom('a', '\n', 'ü', '€', '😀') }),
        fc.nat(3000),
        fc.nat(3000),
      ),
    );
    fc.assert(
      fc.property(lines, (steps) => {
        const queue = new ByteQueue();
        for (const [text, repeated, count] of steps) {
          queue.push(encodeText(`${text}x`.repeat(1 + (repeated % 60))));
          const front = queue.view(0, count);
          const { bytes, text: said, textStart } = queue.window(front.length);
          const at = queue.start - textStart;
          const spelt = [...front].map((octet, i) => (octet < 0x80 ? octet : said.charCodeAt(at + i)));
          if (front.length <= 8192) expect(spelt.map((_, i) => said.charCodeAt(at + i))).toEqual(spelt);
          expect(bytes.subarray(queue.start, queue.start + front.length)).toEqual(front);
          expect(queue.lineFeed(count)).toBe(queue.indexOf(LF, count));
          queue.take(count >> 1);
        }
        expect(queue.window(1_000_000).text).toBe('');
      }),
    );
  });

  it('finds octets only among those not consumed', () => {
    const queue = new ByteQueue();
    queue.push(encodeText('a\nb\nc'));
    expect(queue.indexOf(10)).toBe(1);
    queue.take(2);
    expect(queue.indexOf(10)).toBe(1);
    expect(queue.indexOf(10, 2)).toBe(-1);
    expect(queue.indexOf(97)).toBe(-1);
  });
});

describe('base64', () => {
  const cases: [string, string, string][] = [
    ['whole quanta', 'Zm9vYmFy', 'foobar'],
    ['one pad', 'Zm9vYmE=', 'fooba'],
    ['two pads', 'Zm9vYg==', 'foob'],
    ['missing padding', 'Zm9vYmE', 'fooba'],
    ['a lone last letter', 'Zm9vY', 'foo'],
    ['line breaks', 'Zm9v\r\nYmFy\r\n', 'foobar'],
    ['foreign octets', 'Zm*9v!Ym.Fy', 'foobar'],
    ['pieces after padding', 'Zm8=Zm8=', 'fofo'],
    ['URL-safe letters', '-_-_', '\u00fb\u00ff\u00bf'],
    ['nothing', '', ''],
  ];
  it.each(cases)('reads %s, however it is cut', (_, wire, expected) => {
    for (const result of everyCut(() => new Base64Decoder(), encodeText(wire))) {
      expect(decodeLatin1(result)).toBe(expected);
    }
  });

  it('reads much of it, whatever the lines end in, wherever it lies in memory, and through damage', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 300, maxLength: 1500 }),
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom('\r\n', '\n', ' ', '*', '!\r\n'),
        fc.nat(3),
        fc.nat(2100),
        (bytes, lineLength, end, offset, cut) => {
          const letters = Buffer.from(bytes).toString('base64');
          const text = letters.replace(new RegExp(`.{${lineLength}}`, 'g'), `$&${end}`);
          const memory = new Uint8Array(text.length + offset);
          memory.set(encodeText(text), offset);
          const wire = memory.subarray(offset);
          expect(Buffer.compare(decodeBase64(wire), bytes)).toBe(0);
          const decoder = new Base64Decoder();
          const at = Math.min(cut, wire.length);
          const parts = [
            decoder.push(wire.subarray(0, at)),
            decoder.push(wire.subarray(at)),
            decoder.finish(),
          ];
          expect(Buffer.compare(concatBytes(parts), bytes)).toBe(0);
          expect(decoder.foreign).toBe(text.split(/[!*]/).length - 1);
        },
      ),
    );
  });

  it.each(['=', '-', '.', ':', '@', '[', '`', '{', '\u00e9', '\0'])(
    'takes %j in the midst of much for what it is among few',
    (octet) => {
      const [few, many] = [4, 400].map((quanta) => `${'QUJD'.repeat(quanta)}QU${octet}JD`);
      const end = (text: string): string =>
        decodeLatin1(decodeBase64(encodeText(text))).replaceAll('ABC', '');
      expect(end(many!)).toBe(end(few!));
    },
  );

  it('counts foreign octets but not white space', () => {
    const decoder = new Base64Decoder();
    decoder.push(encodeText('Zm9v\r\n !Ym.Fy'));
    expect(decoder.foreign).toBe(2);
  });

  it('writes lines of 76 letters, the same streamed or at once, and reads them back', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.nat(400), { maxLength: 5 }),
        (bytes, cuts) => {
          const at = cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b);
          const streamed = decodeLatin1(feed(new Base64Encoder(), bytes, at));
          expect(streamed).toBe(encodeBase64(bytes, 76));
          for (const line of streamed.split('\r\n').slice(0, -1)) expect(line.length).toBe(76);
          expect(streamed.replaceAll('\r\n', '')).toBe(Buffer.from(bytes).toString('base64'));
          expect(decodeBase64(encodeText(streamed))).toEqual(bytes);
        },
      ),
    );
  });
});

describe('quoted-printable', () => {
  const cases: [string, string, string][] = [
    ['plain text', 'a b\tc', 'a b\tc'],
    ['octets', '=E4=f6=FC', '\u00e4\u00f6\u00fc'],
    ['soft line breaks', 'a=\r\nb=\nc', 'abc'],
    ['soft line breaks with white space', 'a= \t\r\nb', 'ab'],
    ['white space at line ends', 'a \t\r\nb \nc ', 'a\r\nb\nc'],
    ['white space before an octet', 'a =20\r\nb', 'a  \r\nb'],
    ['an equals sign that begins nothing', '1=z 2=1z 3= z', '1=z 2=1z 3= z'],
    ['a dangling soft break', 'a=', 'a'],
    ['a dangling digit', 'a=4', 'a=4'],
    ['two equals signs', 'a==3D', 'a=='],
    ['bare CR after an equals sign', 'a=\rb', 'ab'],
  ];
  it.each(cases)('reads %s, however it is cut', (_, wire, expected) => {
    for (const result of everyCut(() => new QuotedPrintableDecoder(), encodeText(wire))) {
      expect(decodeLatin1(result)).toBe(expected);
    }
  });

  it('writes lines of at most 76 characters with no trailing white space, and reads them back', () => {
    const octets = fc.array(fc.oneof(fc.constantFrom(9, 10, 13, 32, 61, 65, 228), fc.nat(255)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(octets, (list) => {
        const bytes = Uint8Array.from(list);
        const wire = encodeQuotedPrintable(bytes);
        expect(wire).toMatch(/^[\t\r\n\x20-\x7e]*$/);
        for (const line of wire.split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(76);
          expect(line).not.toMatch(/[\t ]$/);
        }
        const canonical = decodeLatin1(bytes).replace(/\r\n|\n/g, '\r\n');
        expect(decodeLatin1(decodeQuotedPrintable(encodeText(wire)))).toBe(canonical);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['x', ' \n', ' ', '=', '\r', 'ä \r\n', 'xxx\t\n'])('writes any number of %j', (piece) => {
    for (const count of [1, 24, 25, 37, 75, 76, 1000]) {
      const text = encodeText(piece.repeat(count));
      const canonical = decodeLatin1(text).replace(/\r\n|\n/g, '\r\n');
      expect(decodeLatin1(decodeQuotedPrintable(encodeText(encodeQuotedPrintable(text))))).toBe(canonical);
    }
  });

  it('is linear in white space that never becomes content', () => {
    const decoder = new QuotedPrintableDecoder();
    const space = encodeText(' '.repeat(1000));
    for (let i = 0; i < 200; i++) expect(decoder.push(space).length).toBe(0);
    expect(decoder.push(encodeText('x')).length).toBe(200_001);
  });
});

describe('modified UTF-7', () => {
  const both: [string, string][] = [
    ['INBOX', 'INBOX'],
    ['R&D', 'R&-D'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['台北', '&U,BTFw-'],
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['😀', '&2D3eAA-'],
    ['a&é&b', 'a&-&AOk-&-b'],
  ];
  it.each(both)('%s ↔ %s', (name, wire) => {
    expect(encodeModifiedUtf7(name)).toBe(wire);
    expect(decodeModifiedUtf7(wire)).toBe(name);
  });

  it.each([
    ['a lone ampersand', 'R&D', 'R&D'],
    ['raw UTF-8', 'Entwürfe', 'Entwürfe'],
    ['half a unit', '&AA-', '&AA-'],
    ['bits beyond the unit', '&AP1-', '&AP1-'],
    ['ordinary base64', '&U/BTFw-', '台北'],
    ['no end', '&APw', '&APw'],
  ])('is patient with %s', (_, wire, name) => {
    expect(decodeModifiedUtf7(wire)).toBe(name);
  });

  it('gives any name back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const wire = encodeModifiedUtf7(name);
        expect(wire).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeModifiedUtf7(wire)).toBe(name);
      }),
    );
  });
});
