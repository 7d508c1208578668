/**
 * Mailbox names in modified UTF-7 (RFC 3501 §5.1.3): printable ASCII stands for itself, `&` is `&-`, and everything else is
 * UTF-16 in base64 between `&` and `-`, with `,` for `/` and no padding.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,';
const SEXTETS = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]));
// Some servers write ordinary base64.
SEXTETS.set('/', 63);

/** Unpaired surrogates are kept as they are: a name has to come back as it went. */
export function encodeModifiedUtf7(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${encodeUnits(run)}-`));
}

function encodeUnits(run: string): string {
  let out = '';
  let bits = 0;
  let count = 0;
  for (let i = 0; i < run.length; i++) {
    bits = (bits << 16) | run.charCodeAt(i);
    count += 16;
    while (count >= 6) {
      count -= 6;
      out += ALPHABET[(bits >> count) & 63]!;
    }
    bits &= (1 << count) - 1;
  }
  return count > 0 ? out + ALPHABET[(bits << (6 - count)) & 63]! : out;
}

/**
 * Never throws: what is not modified UTF-7 (a lone `&`, raw 8-bit names) stays as it is. The name can be sent back as
 * `encodeModifiedUtf7(name)` only where that gives `wire` again; keep the wire name for where it does not.
 */
export function decodeModifiedUtf7(wire: string): string {
  if (!wire.includes('&')) return wire;
  return wire.replace(/&([A-Za-z0-9+,/]*)-/g, (run, letters: string) =>
    letters === '' ? '&' : (decodeUnits(letters) ?? run),
  );
}

/** undefined where the letters are not whole UTF-16 units followed by at most five zero bits. */
function decodeUnits(letters: string): string | undefined {
  let out = '';
  let bits = 0;
  let count = 0;
  for (const letter of letters) {
    bits = (bits << 6) | SEXTETS.get(letter)!;
    count += 6;
    if (count >= 16) {
      count -= 16;
      out += String.fromCharCode((bits >> count) & 0xffff);
      bits &= (1 << count) - 1;
    }
  }
  return out === '' || count >= 6 || bits !== 0 ? undefined : out;
}
