import type { MailAddress } from './address.ts';
import { addressTokens } from './address-token.ts';
import type { AddressToken } from './address-token.ts';
import type { Defect } from './defect.ts';
import { decodeWords } from './encoded-word.ts';
import { oneLine } from './text.ts';

/** Addresses in one field; the rest is left out. Ten thousand recipients are a list, not a message. */
export const MAX_ADDRESSES = 5000;
/** Characters of one field; a server that lets more through is not believed. */
const MAX_FIELD = 1_000_000;

/** What was read of a field. */
export interface ReadAddresses {
  readonly addresses: MailAddress[];
  readonly defects: readonly Defect[];
}

export function readAddressList(raw: string): ReadAddresses {
  const list = new AddressList();
  for (const token of addressTokens(raw.slice(0, MAX_FIELD))) {
    list.take(token);
    // One more than is kept shows that there are more.
    if (list.found.length > MAX_ADDRESSES) break;
  }
  list.end();
  const truncated = list.found.length > MAX_ADDRESSES || raw.length > MAX_FIELD;
  return {
    addresses: list.found.slice(0, MAX_ADDRESSES),
    defects: truncated ? ['addresses-truncated'] : [],
  };
}

/** Words gather until a separator says what they were. */
class AddressList {
  readonly found: MailAddress[] = [];
  #words: AddressToken[] = [];
  #comments: string[] = [];
  #angle: string | undefined;
  /** Words before the angle brackets. */
  #named = 0;
  #group: string | undefined;
  #members = 0;
  /** One of the words has an `@`. */
  #bare = false;
  /** `Doe` of `Doe, Jane <…>`: a name cut off by its own comma. */
  #surname: string | undefined;

  take(token: AddressToken): void {
    switch (token.kind) {
      case ',':
        return this.#endEntry(true);
      case ';':
        return this.end();
      case ':':
        return this.#colon(token);
      case 'comment':
        this.#comments.push(token.text);
        return;
      case 'angle':
        this.#endUnseparated();
        this.#angle = token.text;
        this.#named = this.#words.length;
        return;
      case 'quoted':
        this.#words.push(token);
        return;
      case 'word':
        return this.#word(token);
    }
  }

  end(): void {
    this.#endEntry(false);
    if (this.#group !== undefined && this.#members === 0) {
      this.found.push({ name: '', address: '', group: this.#group });
    }
    this.#group = undefined;
    this.#members = 0;
  }

  /** `A <a@b> C <c@d>`: the separator was forgotten. */
  #endUnseparated(): void {
    if (this.#angle === undefined) return;
    const next = this.#words.splice(this.#named);
    this.#endEntry(false);
    this.#words = next;
  }

  #word(token: AddressToken): void {
    const isAddress = /^[^@]+@[^@]+$/.test(token.text) && !token.text.startsWith('=?');
    // Two bare addresses with nothing but a space between them, as people type and paste them.
    if (isAddress && token.spaced && this.#bare && this.#angle === undefined) this.#endEntry(false);
    if (token.text.includes('@') && !token.text.startsWith('=?')) this.#bare = true;
    this.#words.push(token);
  }

  #colon(token: AddressToken): void {
    const inEntry = this.#group !== undefined || this.#angle !== undefined || this.#bare;
    const isScheme = this.#words.length === 1 && this.#words[0]!.text.toLowerCase() === 'mailto';
    const beginsGroup = !inEntry && !isScheme && this.#words.length > 0;
    if (!beginsGroup) {
      // `mailto:jane@example.org`, a time in a name: no group.
      this.#words.push(token);
      return;
    }
    this.#flushSurname();
    this.#group = phraseOf(this.#words);
    this.#reset();
    this.#members = 0;
  }

  #reset(): void {
    this.#words = [];
    this.#comments = [];
    this.#angle = undefined;
    this.#bare = false;
  }

  #endEntry(comma: boolean): void {
    const words = this.#words;
    const comments = this.#comments;
    const angle = this.#angle;
    const bare = this.#bare;
    this.#reset();
    if (angle !== undefined) this.#endNamed(angle, phraseOf(words), comments);
    else if (bare) {
      this.#flushSurname();
      this.#push(bareAddress(words, comments));
    } else if (words.length > 0) this.#endNameless(words, comments, comma);
    else if (!comma) this.#flushSurname();
  }

  #endNamed(angle: string, phrase: string, comments: readonly string[]): void {
    const address = addressText(angle);
    let name = phrase;
    if (this.#surname !== undefined && name !== '') {
      name = `${this.#surname}, ${name}`;
      this.#surname = undefined;
    }
    this.#flushSurname();
    if (name === '') name = decodeName(comments.join(' '));
    if (name !== '' || address !== '') this.#push({ name, address });
  }

  /** Words without an `@`: the first half of a name, an account on this host, or something wrongly written. */
  #endNameless(words: readonly AddressToken[], comments: readonly string[], comma: boolean): void {
    this.#flushSurname();
    const phrase = phraseOf(words);
    const first = words[0]!;
    if (first.text.startsWith('=?') && phrase.includes('@')) {
      // The whole address was encoded. What comes out is not decoded once more.
      for (const inner of readAddressList(phrase.replaceAll('=?', '= ?')).addresses) this.#push(inner);
    } else if (comma && comments.length === 0 && first.kind === 'word' && /^[\p{Lu}\p{Lo}]/u.test(phrase)) {
      this.#surname = phrase;
    } else if (words.length === 1 && first.kind === 'word') {
      this.#push({ name: decodeName(comments.join(' ')), address: phrase });
    } else if (phrase !== '') this.#push({ name: phrase, address: '' });
  }

  /** The comma was a separator after all. */
  #flushSurname(): void {
    const phrase = this.#surname;
    this.#surname = undefined;
    if (phrase === undefined) return;
    this.#push(phrase.includes(' ') ? { name: phrase, address: '' } : { name: '', address: phrase });
  }

  #push(one: MailAddress): void {
    this.#members++;
    this.found.push(
      this.#group === undefined ? one : { name: one.name, address: one.address, group: this.#group },
    );
  }
}

/** `local@domain (comment)` without angle brackets; white space around dots and `@` is allowed by the obsolete syntax. */
function bareAddress(words: readonly AddressToken[], comments: readonly string[]): MailAddress {
  const at = words.findIndex((word) => word.kind === 'word' && word.text.includes('@'));
  let start = at;
  while (start > 0 && joins(words[start - 1]!, words[start]!)) start--;
  let end = at;
  while (end + 1 < words.length && joins(words[end]!, words[end + 1]!)) end++;
  const address = words
    .slice(start, end + 1)
    .map((word) => (word.kind === 'quoted' ? `"${word.text.replace(/[\\"]/g, '\\$&')}"` : word.text))
    .join('');
  const name = phraseOf([...words.slice(0, start), ...words.slice(end + 1)]);
  return { name: name === '' ? decodeName(comments.join(' ')) : name, address: addressText(address) };
}

function joins(left: AddressToken, right: AddressToken): boolean {
  if (!right.spaced) return true;
  return (
    (left.kind === 'word' && /[.@]$/.test(left.text)) || (right.kind === 'word' && /^[.@]/.test(right.text))
  );
}

function addressText(text: string): string {
  const plain = text.includes('=?') ? decodeWords(text) : oneLine(text);
  return plain.replace(/^mailto:/i, '').trim();
}

/** What the words of a name say, decoded. */
export function phraseOf(words: readonly AddressToken[]): string {
  return decodeName(words.map((word, index) => (index > 0 && word.spaced ? ' ' : '') + word.text).join(''));
}

/** Some programs put single quotes around a name that is an address. */
function decodeName(raw: string): string {
  const name = decodeWords(raw).replace(/\s+/g, ' ').trim();
  return /^'.*'$/.test(name) ? name.slice(1, -1).trim() : name;
}
