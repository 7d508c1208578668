/**
 * Header fields as they go on the wire (RFC 5322 §2.2, 2047, 2231). Values enter as text and leave as tokens that were
 * encoded one by one; only the folding here writes line breaks. So no value, whatever it holds, can begin a field.
 */
import { encodeBase64, encodeText } from '../bytes/index.ts';
import type { MailAddress } from './address.ts';
import { oneLine } from './text.ts';
import { wireAddress } from './wire-address.ts';

/** Columns of a folded line (RFC 5322 §2.1.1; RFC 2047 §2 says 76 where there are encoded words). */
const WIDTH = 76;
/** Characters of one encoded word, so that it fits beside the longest field name; RFC 2047 §2 allows 75. */
const MAX_WORD = 62;
/** Characters of one parameter section. */
const MAX_SECTION = 60;
/** A token longer than this is encoded, because encoded it can be folded: lines end at 998 octets at the latest. */
const MAX_TOKEN = 900;

/** `Name: tokens…` with CRLF, folded between tokens. Tokens hold no line break: they come from the functions below. */
export function headerField(name: string, tokens: readonly string[]): string {
  let text = `${name}:`;
  let column = text.length;
  for (const [index, token] of tokens.entries()) {
    const folds = index > 0 && column + 1 + token.length > WIDTH;
    text += folds ? `\r\n ${token}` : ` ${token}`;
    column = (folds ? 0 : column) + 1 + token.length;
  }
  return `${text}\r\n`;
}

/** A text such as a subject. '' gives no tokens. */
export function textTokens(value: string): string[] {
  const text = oneLine(value).trim();
  if (text === '') return [];
  const tokens = text.split(/ (?=[^ ])/);
  const first = tokens.findIndex(needsEncoding);
  if (first < 0) return tokens;
  const last = tokens.findLastIndex(needsEncoding);
  return [
    ...tokens.slice(0, first),
    ...encodedWords(tokens.slice(first, last + 1).join(' ')),
    ...tokens.slice(last + 1),
  ];
}

function needsEncoding(token: string): boolean {
  return /[^\x20-\x7e]/.test(token) || token.includes('=?') || token.length > MAX_TOKEN;
}

/** RFC 2047, UTF-8, in whichever of Q and B is shorter; no character is divided. Fit for a phrase (§5 (3)). */
export function encodedWords(text: string): string[] {
  const octets = encodeText(text);
  const safe = octets.reduce((sum, octet) => sum + (isQSafe(octet) ? 1 : 0), 0);
  const q = safe + 3 * (octets.length - safe) <= Math.ceil(octets.length / 3) * 4;
  const payload = MAX_WORD - '=?UTF-8?Q??='.length;
  const words: string[] = [];
  let piece = '';
  let cost = 0;
  const end = () => {
    if (piece !== '')
      words.push(q ? `=?UTF-8?Q?${toQ(piece)}?=` : `=?UTF-8?B?${encodeBase64(encodeText(piece))}?=`);
    piece = '';
    cost = 0;
  };
  for (const letter of text) {
    const more = q ? toQ(letter).length : encodeText(letter).length;
    const full = q ? cost + more > payload : Math.ceil((cost + more) / 3) * 4 > payload;
    if (full) end();
    piece += letter;
    cost += more;
  }
  end();
  return words;
}

/** Letters, digits and `!*+-/` stand for themselves in a phrase; the space is `_`. */
function isQSafe(octet: number): boolean {
  return (
    (octet >= 0x30 && octet <= 0x39) ||
    (octet >= 0x41 && octet <= 0x5a) ||
    (octet >= 0x61 && octet <= 0x7a) ||
    [0x20, 0x21, 0x2a, 0x2b, 0x2d, 0x2f].includes(octet)
  );
}

function toQ(text: string): string {
  let out = '';
  for (const octet of encodeText(text)) {
    if (octet === 0x20) out += '_';
    else out += isQSafe(octet) ? String.fromCharCode(octet) : `=${hex(octet)}`;
  }
  return out;
}

function hex(octet: number): string {
  return octet.toString(16).toUpperCase().padStart(2, '0');
}

/** A list of addresses; entries without an address are left out. */
export function addressTokens(list: readonly MailAddress[]): string[] {
  const tokens: string[] = [];
  for (const { name, address } of list) {
    if (address.trim() === '') continue;
    if (tokens.length > 0) tokens[tokens.length - 1] += ',';
    const phrase = phraseTokens(name);
    tokens.push(...phrase, phrase.length > 0 ? `<${wireAddress(address)}>` : wireAddress(address));
  }
  return tokens;
}

/** A display name: atoms as they are, other ASCII quoted, the rest in encoded words. */
function phraseTokens(name: string): string[] {
  const text = oneLine(name).trim().replace(/ +/g, ' ');
  if (text === '') return [];
  if (/[^\x20-\x7e]/.test(text) || text.includes('=?') || text.length > WIDTH - 16) return encodedWords(text);
  if (/^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/.test(text)) return text.split(' ');
  return [quotedString(text)];
}

/** Message identifiers; what is none is left out. */
export function idTokens(ids: readonly string[]): string[] {
  return ids.filter((id) => /^<[!-;=?-~]{1,900}>$/.test(id));
}

function quotedString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** `name=value` of Content-Type or Content-Disposition, without the semicolon; several sections where it is long (RFC 2231). */
export function parameterTokens(name: string, value: string): string[] {
  const text = oneLine(value);
  if (/^[\x20-\x7e]*$/.test(text) && text.length <= MAX_SECTION && !text.includes('=?')) {
    return [/^[\w.+-]+$/.test(text) ? `${name}=${text}` : `${name}=${quotedString(text)}`];
  }
  const sections: string[] = [];
  let section = "UTF-8''";
  for (const letter of text) {
    const encoded = Array.from(encodeText(letter), (octet) => attributeCharacter(octet)).join('');
    if (section.length + encoded.length > MAX_SECTION) {
      sections.push(section);
      section = '';
    }
    section += encoded;
  }
  sections.push(section);
  if (sections.length === 1) return [`${name}*=${sections[0]!}`];
  return sections.map((piece, index) => `${name}*${index}*=${piece}`);
}

/** RFC 2231 §7. */
function attributeCharacter(octet: number): string {
  const letter = String.fromCharCode(octet);
  return /[A-Za-z0-9!#$&+.^_`{}~-]/.test(letter) ? letter : `%${hex(octet)}`;
}

/** Tokens of a value with parameters: `text/plain;` `charset=utf-8`. */
export function withParameters(value: string, parameters: readonly string[]): string[] {
  return [value, ...parameters].map((token, index, all) => (index < all.length - 1 ? `${token};` : token));
}
