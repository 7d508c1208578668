/** Parameters of Content-Type and Content-Disposition: RFC 2045 §5.1, RFC 2231, and the encoded words that RFC 2047 forbids there. */
import type { Parameters } from '../imap/types.ts';
import { concatBytes, encodeText, hexValue } from '../bytes/index.ts';
import { decodeText } from './charset.ts';
import { decodeWords } from './encoded-word.ts';
import { oneLine } from './text.ts';

/** Pieces of one continued parameter (RFC 2231 §3). */
const MAX_SECTIONS = 1000;
/** Parameters of one field. */
const MAX_PARAMETERS = 1000;

interface Section {
  readonly number: number;
  readonly extended: boolean;
  readonly value: string;
}

/**
 * One parameter's value, decoded: continuations joined in their numbers' order, percent-encoding and charset undone, the
 * encoded form preferred to the plain one, encoded words in the plain one decoded too. undefined: it is not there.
 */
export function parameterValue(parameters: Parameters, name: string): string | undefined {
  const wanted = name.toLowerCase();
  let plain: string | undefined;
  const sections = new Map<number, Section>();
  for (const [key, value] of parameters.slice(0, MAX_PARAMETERS)) {
    const lower = key.toLowerCase();
    if (lower === wanted) plain ??= value;
    if (!lower.startsWith(`${wanted}*`)) continue;
    const suffix = /^\*(?:(\d{1,4})(\*?))?$/.exec(lower.slice(wanted.length));
    if (suffix === null) continue;
    const number = suffix[1] === undefined ? -1 : Number(suffix[1]);
    const extended = suffix[1] === undefined || suffix[2] === '*';
    if (!sections.has(number) && sections.size < MAX_SECTIONS)
      sections.set(number, { number, extended, value });
  }
  const whole = sections.get(-1);
  if (whole !== undefined) return decodeSections([whole]);
  if (sections.size > 0) return decodeSections([...sections.values()].sort((a, b) => a.number - b.number));
  return plain === undefined ? undefined : decodeWords(plain);
}

function decodeSections(sections: readonly Section[]): string {
  let charset: string | undefined;
  const octets = sections.map(({ extended, value }, index) => {
    let text = value;
    if (extended) {
      const declared = index === 0 ? /^([^']*)'([^']*)'/.exec(text) : null;
      if (declared !== null) {
        charset = declared[1];
        text = text.slice(declared[0].length);
      }
    }
    return extended ? percentDecoded(text) : encodeText(text);
  });
  // Some programs put encoded words into continuations.
  const text = decodeText(concatBytes(octets), charset === '' ? undefined : charset).text;
  return text.includes('=?') ? decodeWords(text) : oneLine(text);
}

/** Octets of percent-encoded text; a `%` that begins no octet stays as it is. */
export function percentDecoded(text: string): Uint8Array {
  const source = encodeText(text);
  const out = new Uint8Array(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at++) {
    const octet = source[at]!;
    const value = octet === 0x25 ? (hexValue(source[at + 1] ?? 0) << 4) | hexValue(source[at + 2] ?? 0) : -1;
    out[length++] = value < 0 ? octet : value;
    if (value >= 0) at += 2;
  }
  return out.subarray(0, length);
}

export interface StructuredValue {
  /** Lower-case: `text/plain`, `attachment` …; '' where nothing readable was there. */
  readonly value: string;
  readonly parameters: Parameters;
}

/**
 * A Content-Type or Content-Disposition field, for messages that come as octets rather than as a BODYSTRUCTURE. Never
 * throws; comments, missing semicolons' white space, unquoted and unclosed values are tolerated.
 */
export function parseParameters(raw: string): StructuredValue {
  const [head = '', ...pieces] = semicolonParts(raw);
  const found = /^\s*([^\s/]+)(?:\s*\/\s*([^\s]+))?/.exec(withoutComments(head));
  const value =
    found === null ? '' : (found[2] === undefined ? found[1]! : `${found[1]}/${found[2]}`).toLowerCase();
  const parameters: [string, string][] = [];
  // The semicolon before the first one may be missing.
  const unparted = /\s([\w*-]+\s*=.*)$/s.exec(head)?.[1];
  for (const piece of [...(unparted === undefined ? [] : [unparted]), ...pieces].slice(0, MAX_PARAMETERS)) {
    const equals = piece.indexOf('=');
    if (equals < 1) continue;
    const name = withoutComments(piece.slice(0, equals)).trim().toLowerCase();
    const text = piece.slice(equals + 1).trim();
    const quoted = /^"((?:[^"\\]|\\[^])*)"?/.exec(text);
    const plain = quoted ? quoted[1]!.replace(/\\(["\\])/g, '$1') : unquotedValue(name, text);
    if (name !== '' && (plain !== '' || quoted)) parameters.push([name, plain]);
  }
  return { value, parameters };
}

/** A file's name that should have been quoted keeps its parentheses: `filename=Report (1).pdf`. */
function unquotedValue(name: string, text: string): string {
  return /^(?:file)?name$/.test(name) ? text : withoutComments(text).trim();
}

/** Cut at semicolons outside quoted strings and comments. */
function semicolonParts(raw: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let depth = 0;
  for (let at = 0; at < raw.length; at++) {
    const letter = raw[at];
    if (letter === '\\' && (quoted || depth > 0)) at++;
    else if (letter === '"' && depth === 0) quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '(') depth++;
    else if (letter === ')' && depth > 0) depth--;
    else if (letter === ';' && depth === 0) {
      pieces.push(raw.slice(start, at));
      start = at + 1;
    }
  }
  pieces.push(raw.slice(start));
  return pieces;
}

function withoutComments(text: string): string {
  return text.replace(/\((?:[^()\\]|\\[^])*\)/g, '');
}
