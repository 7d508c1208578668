/** Text to octets in any charset that `TextDecoder` reads: its tables, turned around. */
const tables = new Map<string, Map<string, readonly number[]>>();

function tableOf(charset: string): Map<string, readonly number[]> {
  const known = tables.get(charset);
  if (known) return known;
  const table = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(charset, { fatal: true });
  const enter = (octets: readonly number[]) => {
    try {
      const letter = decoder.decode(Uint8Array.from(octets));
      if ([...letter].length === 1 && !table.has(letter)) table.set(letter, octets);
    } catch {
      // Not a character of this charset.
    }
  };
  for (let first = 0; first < 256; first++) enter([first]);
  if (/^(?:shift_jis|euc-|gb|big5)/.test(charset)) {
    for (let first = 0x81; first < 0xff; first++)
      for (let second = 0x40; second < 0xff; second++) enter([first, second]);
  }
  tables.set(charset, table);
  return table;
}

/** 0x80 … 0x9F; some versions of Node read them as ISO-8859-1 has them. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Throws where a letter is not in the charset. */
export function encodeIn(charset: string, text: string): Buffer {
  if (charset === 'utf-8') return Buffer.from(text);
  if (charset === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (charset === 'iso-2022-jp') {
    const high = encodeIn('euc-jp', text);
    const out: number[] = [];
    let wide = false;
    for (const octet of high) {
      if (octet >= 0x80 !== wide) out.push(...(wide ? [0x1b, 0x28, 0x42] : [0x1b, 0x24, 0x42]));
      wide = octet >= 0x80;
      out.push(octet & 0x7f);
    }
    return Buffer.from(wide ? [...out, 0x1b, 0x28, 0x42] : out);
  }
  if (charset === 'windows-1252') {
    return Buffer.from(
      [...text].map((letter) => {
        const high = WINDOWS_1252.indexOf(letter);
        return high < 0 ? letter.charCodeAt(0) : 0x80 + high;
      }),
    );
  }
  const table = tableOf(charset);
  return Buffer.from(
    [...text].flatMap((letter) => {
      const octets = table.get(letter);
      if (octets === undefined) throw new RangeError(`no ${letter} in ${charset}`);
      return [...octets];
    }),
  );
}

export function quotedPrintable(octets: Buffer): string {
  let line = '';
  const lines: string[] = [];
  for (const octet of octets) {
    const plain = octet > 0x20 && octet < 0x7f && octet !== 0x3d;
    const piece = plain
      ? String.fromCharCode(octet)
      : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    if (line.length + piece.length > 75) {
      lines.push(`${line}=`);
      line = '';
    }
    line += piece;
  }
  return [...lines, line].join('\r\n');
}

export function base64Lines(octets: Buffer): string {
  return (octets.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
}
