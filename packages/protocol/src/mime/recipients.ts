/**
 * Recipients as a person types and pastes them. Headers are read generously (`parseAddresses`), since what is there is
 * there; but mail to somebody else cannot be taken back, so here nothing is guessed: what could be read in two ways is no
 * address, and is shown to the person as typed.
 */
import { formatAddresses } from './address.ts';
import type { MailAddress } from './address.ts';
import { MAX_ADDRESSES, phraseOf } from './address-list.ts';
import { addressTokens } from './address-token.ts';
import type { AddressToken } from './address-token.ts';
import { asciiDomain } from './domain.ts';
import { MAX_ADDRESS } from './wire-address.ts';

/** Characters of a field that are looked at. */
const MAX_FIELD = 1_000_000;
/** Characters of a label and of a domain in ASCII (RFC 1035 §2.3.4). */
const MAX_LABEL = 63;
const MAX_DOMAIN = 253;

const LOCAL_PART = /^(?:[^\s\p{C}@<>()[\]\\,;:"]+|"(?:[^\p{Cc}"\\]|\\[ -~])+")$/u;
/** Letters and digits of any script, with the few signs that IDNA allows within a label (RFC 5892 §2.6, app. A). */
const LABEL =
  /^[\p{L}\p{N}\p{M}_](?:[\p{L}\p{N}\p{M}_\u00b7\u05f3\u05f4\u200c\u200d\u30fb-]*[\p{L}\p{N}\p{M}_\u05f3\u05f4])?$/u;
const LITERAL = /^\[[\w.:-]+\]$/;
const LABEL_END = /[.\u3002\uff0e\uff61]/;
/** What cannot be seen and comes along when an address is copied: it is never meant. */
const UNSEEN = /[\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Whether mail can be sent to it, exactly as it stands: `local@domain`, the domain in any script (RFC 5321 §4.1.2, RFC
 * 6531). Whether it exists only its server can say.
 */
export function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  if (at < 1 || address.length > MAX_ADDRESS || !LOCAL_PART.test(address.slice(0, at))) return false;
  const domain = address.slice(at + 1);
  if (LITERAL.test(domain)) return true;
  const wire = asciiDomain(domain);
  return (
    domain.split(LABEL_END).every((label) => label.length <= MAX_LABEL && LABEL.test(label)) &&
    wire.length <= MAX_DOMAIN &&
    wire.split('.').every((label) => label !== '' && label.length <= MAX_LABEL)
  );
}

/**
 * The recipients of a field, at most 5000. What is no address stands whole in `address`, as typed, for {@link isAddress}
 * to tell: words beside a bare address, a bracket, quote, comment or group that nothing closes, two addresses in one.
 * Commas, semicolons and line breaks part recipients, white space does between whole addresses, and a name with a bare
 * comma in it (`Doe, Jane <jane@example.org>`) is put together. An empty group is one entry with name and address ''.
 */
export function readRecipients(typed: string): MailAddress[] {
  // A line break parts recipients, but for that of a folded header (RFC 5322 §2.2.3).
  const raw = typed
    .slice(0, MAX_FIELD)
    .replace(/\r?\n(?=[ \t])/g, ' ')
    .replace(/[\r\n]+/g, ',');
  const field = new Field(raw);
  for (const token of addressTokens(raw)) {
    field.take(token);
    if (field.found.length > MAX_ADDRESSES) break;
  }
  return field.end().slice(0, MAX_ADDRESSES);
}

/** For a person to edit, as {@link readRecipients} reads them back: what is no address in quotes, or it might be read as one. */
export function formatRecipients(list: readonly MailAddress[]): string {
  const pieces: string[] = [];
  let right: MailAddress[] = [];
  for (const one of list) {
    const { name, address } = one;
    if (isAddress(address) || (address === '' && name === '')) {
      right.push(one);
      continue;
    }
    const whole = name === '' ? address : formatAddresses([{ name, address }]);
    pieces.push(formatAddresses(right), `"${whole.replace(/[\\"]/g, '\\$&')}"`);
    right = [];
  }
  return [...pieces, formatAddresses(right)].filter((piece) => piece !== '').join(', ');
}

class Field {
  readonly found: MailAddress[] = [];
  readonly #raw: string;
  #entry: AddressToken[] = [];
  /** A group that nothing has closed yet. */
  #group: { readonly name: string; readonly from: number; readonly before: number } | undefined;
  /** `Doe` of `Doe, Jane <…>` is the last one found. */
  #surname = false;
  /** Where the last separator ended. */
  #start = 0;

  constructor(raw: string) {
    this.#raw = raw;
  }

  take(token: AddressToken): void {
    if (token.kind === ',') this.#endEntry(token.from);
    else if (token.kind === ';') this.#endGroup(token.from);
    else if (token.kind === ':' && this.#beginsGroup()) {
      this.#group = { name: phraseOf(this.#entry), from: this.#start, before: this.found.length };
      this.#entry = [];
      this.#surname = false;
    } else {
      this.#entry.push(token);
      return;
    }
    this.#start = token.to;
  }

  end(): MailAddress[] {
    if (this.#group) {
      const { from, before } = this.#group;
      this.found.splice(before, this.found.length, wrong(this.#raw.slice(from)));
    } else this.#endEntry(this.#raw.length);
    return this.found;
  }

  #beginsGroup(): boolean {
    if (this.#group || this.#entry.length === 0) return false;
    if (!this.#entry.every(({ kind }) => kind === 'word' || kind === 'quoted')) return false;
    return !/@|^mailto$/i.test(this.#entry.map(({ text }) => text).join(''));
  }

  #endGroup(to: number): void {
    this.#endEntry(to);
    const group = this.#group;
    this.#group = undefined;
    this.#surname = false;
    if (!group) return;
    const members = this.found.splice(group.before);
    if (members.length === 0) members.push({ name: '', address: '' });
    this.found.push(...members.map((one) => ({ ...one, group: group.name })));
  }

  #endEntry(to: number): void {
    const entry = this.#entry;
    this.#entry = [];
    const surname = this.#surname ? this.found.at(-1) : undefined;
    this.#surname = false;
    if (entry.length === 0) return;
    const people = peopleIn(entry, this.#raw.slice(0, to), this.#start);
    const [first] = people;
    if (surname && first && first.name !== '' && isAddress(first.address)) {
      this.found.pop();
      people[0] = { ...first, name: `${surname.address}, ${first.name}` };
    }
    this.found.push(...people);
    this.#surname =
      entry.every(({ kind, text }) => kind === 'word' && !text.includes('@')) &&
      /^[\p{Lu}\p{Lo}]/u.test(entry[0]!.text);
  }
}

function wrong(text: string): MailAddress {
  return { name: '', address: text.trim() };
}

/** What stands between two separators: from `start` to the end of `raw`. */
function peopleIn(entry: readonly AddressToken[], raw: string, start: number): MailAddress[] {
  const whole = [wrong(raw.slice(start))];
  // Something was left out: a bracket or a quote that nothing closes or opens.
  if (!isTold(entry, raw, start)) return whole;
  const [only] = entry;
  if (entry.length === 1 && only!.kind === 'quoted')
    return only!.text.trim() === '' ? [] : [wrong(only!.text)];
  const people: MailAddress[] = [];
  let words: AddressToken[][] = [];
  let comment: AddressToken | undefined;
  for (const token of entry) {
    if (token.kind === 'comment') {
      if (comment || !isClosed(token, raw)) return whole;
      comment = token;
    } else if (token.kind === 'angle') {
      const address = inBrackets(token, raw);
      if (address === undefined || comment || !isName(words, address, raw)) return whole;
      people.push({ name: phraseOf(words.flat()), address });
      words = [];
    } else if (comment) return whole;
    else if (token.spaced || words.length === 0) words.push([token]);
    else words.at(-1)!.push(token);
  }
  const bare = words.map((word) => bareAddress(word, raw));
  if (bare.some((address) => address === undefined)) return whole;
  if (comment && (people.length > 0 || bare.length !== 1)) return whole;
  const name = comment ? phraseOf([comment]) : '';
  return [...people, ...bare.map((address) => ({ name, address: address! }))];
}

/** The tokens are all there is. */
function isTold(entry: readonly AddressToken[], raw: string, start: number): boolean {
  let at = start;
  for (const { from, to } of entry) {
    if (raw.slice(at, from).trim() !== '') return false;
    at = Math.max(at, to);
  }
  return raw.slice(at).trim() === '';
}

function isClosed({ from, to }: AddressToken, raw: string): boolean {
  const text = raw.slice(from, to).replace(/\\./gs, '');
  return text.split('(').length === text.split(')').length;
}

function bareAddress(word: readonly AddressToken[], raw: string): string | undefined {
  const address = plain(raw.slice(word[0]!.from, word.at(-1)!.to));
  return isAddress(address) ? address : undefined;
}

/** Undefined: not closed, or more or less than an address. */
function inBrackets({ from, to }: AddressToken, raw: string): string | undefined {
  if (raw[to - 1] !== '>') return undefined;
  const address = plain(raw.slice(from + 1, to - 1));
  return isAddress(address) ? address : undefined;
}

/** An address before the brackets is a name only where it is the same: otherwise a comma is missing. */
function isName(words: readonly AddressToken[][], address: string, raw: string): boolean {
  return words.every(
    (word) =>
      word.every(({ kind, text }) => kind === 'quoted' || !text.includes('@')) ||
      isSame(raw.slice(word[0]!.from, word.at(-1)!.to), address),
  );
}

/** Some programs put single quotes around it. */
function isSame(name: string, address: string): boolean {
  const unquoted = plain(name).replace(/^'(.*)'$/, '$1');
  return unquoted.toLowerCase() === address.toLowerCase();
}

function plain(text: string): string {
  return text
    .replace(UNSEEN, '')
    .trim()
    .replace(/^mailto:/i, '');
}
