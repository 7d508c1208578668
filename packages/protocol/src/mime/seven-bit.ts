/**
 * Seven-bit charsets of old mail that `TextDecoder` refuses: UTF-7 (RFC 2152), ISO-2022-KR (RFC 1557), HZ (RFC 1843).
 * They are read only when declared: guessing them is how text once became script.
 */
import type { SevenBitCharset } from './charset-label.ts';
import { wellFormed } from './text.ts';

const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const TILDE = 0x7e;

export function decodeSevenBit(bytes: Uint8Array, charset: SevenBitCharset): string {
  if (charset === 'utf-7') return decodeUtf7(bytes);
  const shifted = charset === 'iso-2022-kr' ? unshiftKorean(bytes) : unshiftHz(bytes);
  return new TextDecoder(charset === 'iso-2022-kr' ? 'euc-kr' : 'gbk').decode(shifted);
}

/** Base64 value of an octet, −1 for others. UTF-7 has no padding. */
function sextet(octet: number): number {
  if (octet >= 0x41 && octet <= 0x5a) return octet - 0x41;
  if (octet >= 0x61 && octet <= 0x7a) return octet - 0x61 + 26;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30 + 52;
  if (octet === 0x2b) return 62;
  if (octet === 0x2f) return 63;
  return -1;
}

function decodeUtf7(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let units: number[] = [];
  const flush = () => {
    if (units.length > 0) pieces.push(String.fromCharCode(...units));
    units = [];
  };
  let at = 0;
  while (at < bytes.length) {
    if (units.length > 4000) flush();
    const octet = bytes[at++]!;
    if (octet !== 0x2b /* + */) {
      units.push(octet < 0x80 ? octet : 0xfffd);
      continue;
    }
    if (bytes[at] === 0x2d /* - */) {
      units.push(0x2b);
      at++;
      continue;
    }
    let bits = 0;
    let held = 0;
    for (; at < bytes.length; at++) {
      const value = sextet(bytes[at]!);
      if (value < 0) break;
      held = ((held << 6) | value) & 0x3fffff;
      bits += 6;
      if (bits < 16) continue;
      bits -= 16;
      units.push((held >> bits) & 0xffff);
      if (units.length > 4000) flush();
    }
    if (bytes[at] === 0x2d) at++;
  }
  flush();
  return wellFormed(pieces.join(''));
}

/** SO … SI holds KS X 1001 with the high bits off; `ESC $ ) C` announces it and is dropped. */
function unshiftKorean(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!;
    if (octet === 0x1b && bytes[at + 1] === 0x24 && bytes[at + 2] === 0x29 && bytes[at + 3] === 0x43) at += 3;
    else if (octet === SHIFT_OUT) shifted = true;
    else if (octet === SHIFT_IN) shifted = false;
    else {
      if (octet === 0x0a) shifted = false;
      out[length++] = shifted && octet > 0x20 ? octet | 0x80 : octet;
    }
  }
  return out.subarray(0, length);
}

/** `~{` … `~}` holds GB 2312 with the high bits off; `~~` is a tilde; `~` at a line's end joins two lines. */
function unshiftHz(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!;
    const next = bytes[at + 1];
    if (octet === TILDE && (next === 0x7b || next === 0x7d)) {
      shifted = next === 0x7b;
      at++;
    } else if (octet === TILDE && next === TILDE && !shifted) {
      out[length++] = TILDE;
      at++;
    } else if (octet === TILDE && next === 0x0a && !shifted) at++;
    else if (octet === TILDE && next === 0x0d && bytes[at + 2] === 0x0a && !shifted) at += 2;
    else {
      if (octet === 0x0a) shifted = false;
      out[length++] = shifted && octet > 0x20 ? octet | 0x80 : octet;
    }
  }
  return out.subarray(0, length);
}
