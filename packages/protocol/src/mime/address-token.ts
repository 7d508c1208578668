import { encodedWordAt, wordBounds } from './encoded-word.ts';
import { oneLine } from './text.ts';

export interface AddressToken {
  readonly kind: 'word' | 'quoted' | 'comment' | 'angle' | ',' | ';' | ':';
  /** Without quotes, parentheses, brackets and escapes; of `angle`: without comments, white space and route. */
  readonly text: string;
  /** White space or a comment stood before it. */
  readonly spaced: boolean;
  /** Where it stands in the field, quotes and brackets with it; of a comment within angle brackets: where these begin. */
  readonly from: number;
  readonly to: number;
}

/** Comments within comments; deeper ones lose their structure, not their text. */
const MAX_COMMENT_DEPTH = 50;

/**
 * Cuts an address field into tokens (RFC 5322 §3.2), each character looked at a fixed number of times. What is unbalanced
 * ends where it does least harm: a quote is a character, a bracket ends at the next separator, a comment takes the rest.
 */
export function* addressTokens(raw: string): Generator<AddressToken> {
  const bounds = wordBounds(raw);
  const quotes = new Quotes(raw);
  let spaced = true;
  let afterAddress = false;
  for (let at = 0; at < raw.length;) {
    const letter = raw[at]!;
    const from = at;
    let kind: AddressToken['kind'] = 'word';
    let text: string;
    if (/\s/.test(letter)) {
      spaced = true;
      at++;
      continue;
    } else if (afterAddress && WIDE_SEPARATOR.test(letter)) {
      kind = ',';
      text = letter;
      at++;
    } else if (letter === ',' || letter === ';' || letter === ':') {
      kind = letter;
      text = letter;
      at++;
    } else if (letter === '"') {
      const end = quotes.close(at);
      if (end < 0) {
        at++;
        continue;
      }
      kind = 'quoted';
      text = raw.slice(at + 1, end).replace(/\r?\n(?=[ \t])/g, '');
      text = text.replace(/\\([^])/g, '$1');
      at = end + 1;
    } else if (letter === '(') {
      const end = skipComment(raw, at);
      kind = 'comment';
      text = raw.slice(at + 1, raw[end - 1] === ')' ? end - 1 : end).replace(/\\([^])/g, '$1');
      at = end;
    } else if (letter === '<') {
      // Some programs put brackets around what has brackets: `<<ada@example.org>>`.
      while (raw[at + 1] === '<') at++;
      const end = angleEnd(raw, at + 1, quotes);
      kind = 'angle';
      const { address, comments } = angleAddress(raw.slice(at + 1, end));
      for (const comment of comments) yield { kind: 'comment', text: comment, spaced: true, from, to: from };
      text = address;
      at = raw[end] === '>' ? end + 1 : end;
    } else {
      const end = wordEnd(raw, at, bounds);
      text = raw.slice(at, end);
      at = end;
      if (text === '>') continue;
    }
    yield { kind, text, spaced, from, to: at };
    afterAddress = kind === 'angle' || (kind === 'word' && text.includes('@'));
    spaced = kind === 'comment' || kind === 'angle';
  }
}

class Quotes {
  readonly #raw: string;
  /** From a quote that nothing closes on, no later one is closed either: the search runs to the end but once. */
  #openFrom = Infinity;

  constructor(raw: string) {
    this.#raw = raw;
  }

  /** Where the quote that opens at `at` closes; −1 if nowhere. */
  close(at: number): number {
    if (at >= this.#openFrom) return -1;
    for (let end = at + 1; end < this.#raw.length; end++) {
      if (this.#raw[end] === '\\') end++;
      else if (this.#raw[end] === '"') return end;
    }
    this.#openFrom = at;
    return -1;
  }
}

function skipComment(raw: string, at: number): number {
  let depth = 0;
  for (; at < raw.length; at++) {
    const letter = raw[at];
    if (letter === '\\') at++;
    else if (letter === '(' && depth < MAX_COMMENT_DEPTH) depth++;
    else if (letter === ')' && --depth === 0) return at + 1;
  }
  return raw.length;
}

/** Where the content of angle brackets ends: at `>`, or at what cannot stand in them when the bracket was left open. */
function angleEnd(raw: string, start: number, quotes: Quotes): number {
  let space = -1;
  // A route (obsolete) has commas: `<@a,@b:x@c>`.
  const route = raw[start] === '@';
  for (let at = start; at < raw.length; at++) {
    const letter = raw[at]!;
    if (letter === '>') return at;
    if (letter === '"') at = Math.max(at, quotes.close(at));
    else if (letter === '(') at = skipComment(raw, at) - 1;
    else if (letter === '<' || letter === ';' || (letter === ',' && !route)) return space < 0 ? at : space;
    else if (space < 0 && at > start && /\s/.test(letter)) space = at;
  }
  return space < 0 ? raw.length : space;
}

function angleAddress(text: string): { address: string; comments: string[] } {
  const comments: string[] = [];
  const quotes = new Quotes(text);
  let address = '';
  for (let at = 0; at < text.length;) {
    const letter = text[at]!;
    let end = at + 1;
    if (letter === '"') end = Math.max(at, quotes.close(at)) + 1;
    else if (letter === '(') end = skipComment(text, at);
    if (letter === '(') comments.push(text.slice(at + 1, end - 1));
    else if (letter === '"' || !/\s/.test(letter)) address += text.slice(at, end);
    at = end;
  }
  return { address: oneLine(address.replace(/^@[^:"]*:/, '')), comments };
}

/** What Chinese and Japanese keyboards write for a comma or semicolon: names hold them, what stands behind an `@` does not. */
const WIDE_SEPARATOR = /[\uff0c\uff1b\u3001]/;
const WORD_END = /[\s,;:"(<>]|=\?/g;

/** An encoded word is one token, whatever (wrongly) stands in it. */
function wordEnd(raw: string, at: number, bounds: { open: number; close: number }): number {
  if (raw.startsWith('=?', at)) {
    const word = encodedWordAt(raw, at, bounds);
    if (word !== undefined) return word.end;
  }
  WORD_END.lastIndex = at + 1;
  const end = WORD_END.exec(raw)?.index ?? raw.length;
  const word = raw.slice(at, end);
  const host = word.indexOf('@');
  const separator = host < 0 ? -1 : word.slice(host).search(WIDE_SEPARATOR);
  return separator < 0 ? end : at + host + separator;
}
