/**
 * Text into the octets of older charsets. The platform only decodes them, so each table is made once by decoding
 * every octet (or pair of octets) the charset has.
 */

const tables = new Map<string, Map<string, Buffer>>();

/** Lead octets of the charsets that take two octets for a character. */
const DOUBLE_BYTE: Readonly<Record<string, readonly [number, number]>> = {
  shift_jis: [0x81, 0xef],
  'euc-jp': [0xa1, 0xfe],
  'euc-kr': [0x81, 0xfd],
  gb18030: [0x81, 0xfe],
};

/**
 * Windows-1252 from 0x80 to 0x9f, its own gaps left as control characters. Spelt out because Node 20 decodes this
 * charset, under all its names, as ISO-8859-1.
 */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function table(charset: string): Map<string, Buffer> {
  let known = tables.get(charset);
  if (known !== undefined) return known;
  known = new Map();
  const latin1 = charset === 'iso-8859-1';
  const decoder = new TextDecoder(charset);
  const learn = (octets: Buffer): void => {
    const text = latin1 ? octets.toString('latin1') : decoder.decode(octets);
    if ([...text].length === 1 && text !== '\ufffd' && !known!.has(text)) known!.set(text, octets);
  };
  const lead = DOUBLE_BYTE[charset];
  for (let octet = 0; octet < 256; octet++)
    if (lead === undefined || octet < 0x80) learn(Buffer.from([octet]));
  if (lead !== undefined) {
    for (let first = lead[0]; first <= lead[1]; first++)
      for (let second = 0x40; second <= 0xfe; second++) learn(Buffer.from([first, second]));
  }
  if (charset === 'windows-1252') [...WINDOWS_1252].forEach((c, i) => known!.set(c, Buffer.from([0x80 + i])));
  tables.set(charset, known);
  return known;
}

/** Encodes text; throws a RangeError naming the character the charset does not have. */
export function encodeCharset(text: string, charset: string): Buffer {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  if (charset === 'iso-2022-jp') return encodeIso2022Jp(text);
  const known = table(charset);
  return Buffer.concat([...text].map((character) => octetsOf(known, character, charset)));
}

function octetsOf(known: Map<string, Buffer>, character: string, charset: string): Buffer {
  const octets = known.get(character);
  if (octets === undefined) throw new RangeError(`${charset} has no ${JSON.stringify(character)}`);
  return octets;
}

/** RFC 1468: EUC-JP's pairs without their high bits, between escape sequences; every line ends in ASCII. */
function encodeIso2022Jp(text: string): Buffer {
  const known = table('euc-jp');
  const chunks: Buffer[] = [];
  let inKanji = false;
  for (const character of text) {
    const octets = octetsOf(known, character, 'iso-2022-jp');
    const kanji = octets.length === 2;
    if (kanji !== inKanji) chunks.push(Buffer.from(kanji ? '\x1b$B' : '\x1b(B', 'latin1'));
    inKanji = kanji;
    chunks.push(Buffer.from(octets.map((octet) => octet & 0x7f)));
  }
  if (inKanji) chunks.push(Buffer.from('\x1b(B', 'latin1'));
  return Buffer.concat(chunks);
}
