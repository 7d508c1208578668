/** Octets by name, and the few routines on ASCII text that every wire format here needs. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;

export const NO_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0);

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 octets of `text`; one octet a character where it is ASCII. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Reads octets as UTF-8 or, where they are not UTF-8, as windows-1252: what unlabelled 8-bit text mostly is. Never throws. */
export function decodeText(bytes: Uint8Array): string {
  const { length } = bytes;
  if (length < 24) {
    // Below this size a decoder call costs more than the loop.
    let text = '';
    for (let i = 0; i < length; i++) {
      const octet = bytes[i]!;
      if (octet > 0x7e) return decodeLongText(bytes);
      text += String.fromCharCode(octet);
    }
    return text;
  }
  return decodeLongText(bytes);
}

function decodeLongText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeWindows1252(bytes);
  }
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const singleOctets = new TextDecoder('windows-1252');

/**
 * Text with one character for each octet, quickly: the character at i is right if the octet at i is ASCII, and anything else
 * if it is not.
 */
export function octetText(bytes: Uint8Array): string {
  // No octet becomes two characters: with as many characters as octets, each has its own.
  const text = lenient.decode(bytes);
  return text.length === bytes.length ? text : singleOctets.decode(bytes);
}

/** undefined where the octets are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What windows-1252 has at 0x80 … 0x9F, by the Encoding Standard. */
const C1 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** Not left to TextDecoder: several releases of Node read 0x80 … 0x9F as ISO 8859-1 there. Never throws. */
export function decodeWindows1252(bytes: Uint8Array): string {
  return decodeLatin1(bytes).replace(/[\x80-\x9f]/g, (control) => C1[control.charCodeAt(0) - 0x80]!);
}

const ON_STACK = 4096;

/** One character an octet, U+0000 … U+00FF: reversible whatever the octets are. */
export function decodeLatin1(bytes: Uint8Array): string {
  // fromCharCode takes its arguments on the stack, which is not without end; `...` would take several times as long.
  if (bytes.length <= ON_STACK) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let i = 0; i < bytes.length; i += ON_STACK) text += decodeLatin1(bytes.subarray(i, i + ON_STACK));
  return text;
}

/** True when every character is U+0001 … U+007F. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 0x7f) return false;
  }
  return true;
}

/** Value of an ASCII hexadecimal digit, −1 for any other octet. */
export function hexValue(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** True where `length` octets from `from` in `bytes` are those from `at` in `other`. */
export function sameOctets(
  bytes: Uint8Array,
  from: number,
  other: Uint8Array,
  at: number,
  length: number,
): boolean {
  if (at + length > other.length) return false;
  let i = 0;
  // By four, since each turn of a loop looks anew at what the arrays are.
  for (; i + 3 < length; i += 4) {
    const difference =
      (bytes[from + i]! ^ other[at + i]!) |
      (bytes[from + i + 1]! ^ other[at + i + 1]!) |
      (bytes[from + i + 2]! ^ other[at + i + 2]!) |
      (bytes[from + i + 3]! ^ other[at + i + 3]!);
    if (difference !== 0) return false;
  }
  for (; i < length; i++) if (bytes[from + i] !== other[at + i]) return false;
  return true;
}

/** As `sameOctets`, of octets seen as numbers, which are compared four at once. Both ranges are there. */
export function sameNumbers(
  view: DataView,
  from: number,
  other: DataView,
  at: number,
  length: number,
): boolean {
  let i = 0;
  for (; i + 3 < length; i += 4) if (view.getInt32(from + i) !== other.getInt32(at + i)) return false;
  for (; i < length; i++) if (view.getUint8(from + i) !== other.getUint8(at + i)) return false;
  return true;
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
