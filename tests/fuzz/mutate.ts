import type { Random } from './random.ts';

/** Octets that mean something to a parser, and some that mean nothing to any. */
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\0',
  ' ',
  '\t',
  '"',
  '\\',
  '(',
  ')',
  '<',
  '>',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  ':',
  '=',
  '?',
  '=?',
  '?=',
  '--',
  '%',
  '*',
  "'",
  '&',
  '#',
  '+',
  '@',
  '/',
  '~{',
  '\x1b$B',
  '\x1b(B',
  '\xff',
  '\xfe\xff',
  '\xc3',
  '\x80',
  '\xe2\x80\xae',
  '\xf0\x9f\x98\x80',
  '{5}\r\n',
  '{99999999999}\r\n',
  '{0}\r\n',
  '~{3}\r\n',
  '{3+}\r\n',
  'NIL',
  '* ',
  '+ ',
  '4294967295',
  '4294967296',
  '-1',
  '0',
  '9223372036854775807',
  '99999999999999999999',
  '1:*',
  '*:*',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  '; charset=utf-7',
  '; charset=hz-gb-2312',
  '; charset=utf-16',
  "filename*0*=utf-8''%",
  'begin 644 x\n',
  '=?utf-8?B?',
  '=?iso-2022-jp?Q?=1B',
  '<!--',
  '<style>',
  '&#x110000;',
  '&#55296;',
];

/** A case: some sample with some of its octets changed, cut, doubled, swapped or replaced by part of another. */
export function mutate(samples: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Buffer = Buffer.from(random.pick(samples));
  for (let count = 1 + random.below(8); count > 0; count--) bytes = mutateOnce(bytes, samples, random);
  return new Uint8Array(bytes.subarray(0, 100_000));
}

function mutateOnce(bytes: Buffer, samples: readonly Uint8Array[], random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.below(
    random.below(10) === 0 ? bytes.length - at + 1 : Math.min(20, bytes.length - at + 1),
  );
  const before = bytes.subarray(0, at);
  const taken = bytes.subarray(at, at + length);
  const after = bytes.subarray(at + length);
  switch (random.below(9)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, taken, taken, after]);
    case 2:
      return Buffer.concat([before, Buffer.from(random.pick(PIECES), 'latin1'), taken, after]);
    case 3:
      return Buffer.concat([before, Buffer.from(random.pick(PIECES), 'latin1'), after]);
    case 4:
      return Buffer.concat([
        before,
        Buffer.from(random.pick(PIECES).repeat(1 + random.below(300)), 'latin1'),
        taken,
        after,
      ]);
    case 5: {
      const other = Buffer.from(random.pick(samples));
      const from = random.below(other.length + 1);
      return Buffer.concat([before, other.subarray(from, from + random.below(500)), after]);
    }
    case 6:
      return before;
    case 7:
      return Buffer.concat([taken, before, after]);
    default: {
      const changed = Buffer.from(bytes);
      if (at < changed.length)
        changed[at] = random.below(2) === 0 ? random.below(256) : changed[at]! ^ (1 << random.below(8));
      return changed;
    }
  }
}
