import { Refusal } from '../account/account.ts';
import type { RawCommand } from './command-reader.ts';
import { GrammarError } from './grammar-error.ts';
import { decodeUtf7 } from './utf7.ts';
import { parseDateTime } from './format.ts';
import type { SequenceRange } from './sequence.ts';
import { parseSequenceSet } from './sequence.ts';

/** Reads a command's arguments octet by octet (RFC 3501 §9). Every method throws a GrammarError on anything else. */
export class Scanner {
  readonly #command: RawCommand;
  readonly #utf8: boolean;
  #line = 0;
  #at = 0;

  /** `utf8`: mailbox names are UTF-8, not modified UTF-7. */
  constructor(command: RawCommand, utf8 = false) {
    this.#utf8 = utf8;
    this.#command = command;
  }

  get #text(): string {
    return this.#command.lines[this.#line] ?? '';
  }

  /** The next character, empty at the end of the line (where a literal may stand). */
  peek(): string {
    return this.#text.charAt(this.#at);
  }

  /** Whether the whole command was read. */
  atEnd(): boolean {
    return this.#at >= this.#text.length && this.#line + 1 >= this.#command.lines.length;
  }

  end(): void {
    if (!this.atEnd()) throw new GrammarError(`Unexpected arguments at position ${this.#at}`);
  }

  /** Takes the text if it comes next, in any case. */
  accept(expected: string): boolean {
    const found = this.#text.substr(this.#at, expected.length);
    if (found.toUpperCase() !== expected.toUpperCase()) return false;
    this.#at += expected.length;
    return true;
  }

  /** Goes back over characters of this line that were taken. */
  back(count: number): void {
    this.#at -= count;
  }

  expect(expected: string): void {
    if (!this.accept(expected))
      throw new GrammarError(`Expected ${JSON.stringify(expected)} at position ${this.#at}`);
  }

  space(): void {
    this.expect(' ');
  }

  /** As many characters as match; the pattern must be sticky. */
  #match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) throw new GrammarError(`Expected ${what} at position ${this.#at}`);
    this.#at = pattern.lastIndex;
    return match[0];
  }

  tag(): string {
    return this.#match(/[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+/y, 'a tag');
  }

  atom(): string {
    return this.#match(/[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+/y, 'an atom');
  }

  /** Letters, digits, dots and hyphens: names of items and keys. Upper case. */
  keyword(): string {
    return this.#match(/[A-Za-z0-9.-]+/y, 'a keyword').toUpperCase();
  }

  number(): number {
    const text = this.#match(/\d{1,10}/y, 'a number');
    const value = Number(text);
    if (value > 0xffffffff) throw new GrammarError('Number too large');
    return value;
  }

  /** mod-sequence-value (RFC 7162 §7): 63 bits. */
  modSeq(): bigint {
    const value = BigInt(this.#match(/\d{1,19}/y, 'a mod-sequence'));
    if (value > 0x7fffffffffffffffn) throw new GrammarError('Mod-sequence too large');
    return value;
  }

  /** A literal's octets, when one stands here. */
  literal(): Uint8Array | undefined {
    if (this.#at < this.#text.length) return undefined;
    const literal = this.#command.literals[this.#line];
    if (literal === undefined) return undefined;
    this.#line++;
    this.#at = 0;
    return literal;
  }

  /** Quoted string or literal, one character per octet. */
  string(): string {
    const literal = this.literal();
    if (literal !== undefined) return Buffer.from(literal).toString('latin1');
    return this.#match(/"(?:[^"\\]|\\["\\])*"/y, 'a string')
      .slice(1, -1)
      .replace(/\\(["\\])/g, '$1');
  }

  nstring(): string | null {
    return this.accept('NIL') ? null : this.string();
  }

  /** Atom, quoted string or literal, one character per octet. */
  astring(): string {
    if (this.peek() === '"' || this.peek() === '') return this.string();
    return this.#match(/[!#$&'+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+/y, 'a string');
  }

  /** astring as UTF-8 text. */
  text(): string {
    return Buffer.from(this.astring(), 'latin1').toString('utf8');
  }

  /** A mailbox name in Unicode. */
  mailbox(): string {
    return decodedName(this.astring(), this.#utf8);
  }

  /** A mailbox name in which `*` and `%` may stand, in Unicode; left as it is when that cannot be. */
  mailboxPattern(): string {
    if (this.peek() === '"' || this.peek() === '') return decodedPattern(this.string(), this.#utf8);
    const pattern = this.#match(/[!#$%&'*+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+/y, 'a mailbox pattern');
    return decodedPattern(pattern, this.#utf8);
  }

  sequenceSet(): SequenceRange[] {
    return parseSequenceSet(this.#match(/[\d*][\d*:,]*/y, 'a sequence set'));
  }

  /** Whether a sequence set comes next. */
  atSequenceSet(): boolean {
    return /[\d*]/.test(this.peek());
  }

  flag(): string {
    if (this.accept('\\')) return `\\${this.atom()}`;
    return this.atom();
  }

  /** Flags, in parentheses or (for STORE) without. */
  flags(parenthesesOptional = false): string[] {
    if (this.peek() !== '(' && parenthesesOptional)
      return this.#separated(
        () => this.flag(),
        () => this.atEnd(),
      );
    return this.list(() => this.flag());
  }

  /** `(item item …)`; may be empty. */
  list<T>(item: () => T): T[] {
    this.expect('(');
    const items = this.#separated(item, () => this.peek() === ')');
    this.expect(')');
    return items;
  }

  #separated<T>(item: () => T, atEnd: () => boolean): T[] {
    const items: T[] = [];
    while (!atEnd()) {
      if (items.length > 0) this.space();
      items.push(item());
    }
    return items;
  }

  /** date-time of APPEND, in milliseconds since 1970. */
  dateTime(): number {
    const value = parseDateTime(this.string());
    if (value === undefined)
      throw new GrammarError('Expected a date-time such as "17-Jul-1996 02:44:25 -0700"');
    return value;
  }
}

function decodedName(wire: string, utf8: boolean): string {
  const name = utf8 ? decodeUtf8(wire) : decodeUtf7(wire);
  if (name === undefined)
    throw new Refusal(`No mailbox has such a name: it is not ${utf8 ? 'UTF-8' : 'modified UTF-7'}`, 'CANNOT');
  return name;
}

function decodedPattern(wire: string, utf8: boolean): string {
  return (utf8 ? decodeUtf8(wire) : decodeUtf7(wire)) ?? wire;
}

/** Text from its octets, one character each; undefined when they are not UTF-8. */
function decodeUtf8(wire: string): string | undefined {
  const text = Buffer.from(wire, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}
