import type { CapabilityName } from '../profile.ts';
import type { Section } from '../message/section.ts';
import { astring } from './format.ts';
import { GrammarError } from './grammar-error.ts';
import type { Scanner } from './scanner.ts';
import type { Session } from './session.ts';
import { has, hasModSeq } from './session.ts';

/** A section of the message, with the name it is answered by. */
export interface BodyItem {
  readonly kind: 'body';
  readonly name: string;
  readonly peek: boolean;
  readonly section: Section;
  /** Octets. */
  readonly partial?: { readonly offset: number; readonly count: number };
}

/** A part without its transfer encoding (RFC 3516 §4.2), or the size of it. The range counts decoded octets. */
export interface BinaryItem {
  readonly kind: 'binary' | 'binary.size';
  readonly name: string;
  readonly peek: boolean;
  readonly path: readonly number[];
  readonly partial?: { readonly offset: number; readonly count: number };
}

/** Items that are a word and nothing else. */
type WordKind =
  'uid' | 'flags' | 'internaldate' | 'size' | 'modseq' | 'envelope' | 'savedate' | 'emailid' | 'threadid';

/** One thing FETCH can be asked for. */
export type FetchItem =
  | { readonly kind: WordKind | 'preview' }
  | BinaryItem
  | { readonly kind: 'structure'; readonly name: string; readonly extended: boolean }
  | BodyItem;

const WHOLE: Section = { path: [], what: 'all', fields: [] };

const SIMPLE: Readonly<Record<string, readonly FetchItem[]>> = {
  UID: [{ kind: 'uid' }],
  FLAGS: [{ kind: 'flags' }],
  INTERNALDATE: [{ kind: 'internaldate' }],
  ENVELOPE: [{ kind: 'envelope' }],
  BODYSTRUCTURE: [{ kind: 'structure', name: 'BODYSTRUCTURE', extended: true }],
  'RFC822.SIZE': [{ kind: 'size' }],
  RFC822: [{ kind: 'body', name: 'RFC822', peek: false, section: WHOLE }],
  'RFC822.HEADER': [
    { kind: 'body', name: 'RFC822.HEADER', peek: true, section: { ...WHOLE, what: 'header' } },
  ],
  'RFC822.TEXT': [{ kind: 'body', name: 'RFC822.TEXT', peek: false, section: { ...WHOLE, what: 'text' } }],
};

/** What extensions have added: SAVEDATE (RFC 8514 §4.2), EMAILID and THREADID (RFC 8474 §5). */
const ADDED: Readonly<Record<string, readonly [CapabilityName, WordKind]>> = {
  SAVEDATE: ['SAVEDATE', 'savedate'],
  EMAILID: ['OBJECTID', 'emailid'],
  THREADID: ['OBJECTID', 'threadid'],
};

const FAST = ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'].flatMap((name) => SIMPLE[name]!);
const ALL: FetchItem[] = [...FAST, { kind: 'envelope' }];
const MACROS: Readonly<Record<string, readonly FetchItem[]>> = {
  FAST,
  ALL,
  FULL: [...ALL, { kind: 'structure', name: 'BODY', extended: false }],
};

/** Reads a macro, one item, or a list of items (fetch-att, RFC 3501 §9). */
export function readFetchItems(session: Session, scanner: Scanner): FetchItem[] {
  if (scanner.peek() === '(') {
    const items = scanner.list(() => readItem(session, scanner)).flat();
    if (items.length === 0) throw new GrammarError('No fetch item named');
    return items;
  }
  return [...readItem(session, scanner, MACROS)];
}

function readItem(
  session: Session,
  scanner: Scanner,
  macros: Readonly<Record<string, readonly FetchItem[]>> = {},
): readonly FetchItem[] {
  const name = scanner.keyword();
  if (name === 'BODY' && scanner.peek() !== '[') return [{ kind: 'structure', name, extended: false }];
  if (name === 'BODY' || name === 'BODY.PEEK') return [readBody(scanner, name === 'BODY.PEEK')];
  if (name === 'MODSEQ' && hasModSeq(session)) return [{ kind: 'modseq' }];
  const added = Object.hasOwn(ADDED, name) ? ADDED[name] : undefined;
  if (added !== undefined && has(session, added[0])) return [{ kind: added[1] }];
  if (name === 'PREVIEW' && has(session, 'PREVIEW')) return [readPreview(scanner)];
  if (/^BINARY(\.PEEK|\.SIZE)?$/.test(name) && has(session, 'BINARY')) return [readBinary(scanner, name)];
  if (/^RFC822(\.HEADER|\.TEXT)?$/.test(name) && session.enabled.has('IMAP4rev2'))
    throw new GrammarError(`${name} is no more in IMAP4rev2`);
  const known = Object.hasOwn(macros, name)
    ? macros[name]
    : Object.hasOwn(SIMPLE, name)
      ? SIMPLE[name]
      : undefined;
  if (known === undefined) throw new GrammarError(`Unknown fetch item ${name}`);
  return known;
}

function readBody(scanner: Scanner, peek: boolean): BodyItem {
  scanner.expect('[');
  const section = readSection(scanner);
  scanner.expect(']');
  const partial = readPartial(scanner);
  return { kind: 'body', name: `BODY[${sectionName(section)}]`, peek, section, ...partial };
}

function readPartial(scanner: Scanner): { partial?: { offset: number; count: number } } {
  if (!scanner.accept('<')) return {};
  const offset = scanner.number();
  scanner.expect('.');
  const count = scanner.number();
  scanner.expect('>');
  if (count === 0) throw new GrammarError('A partial fetch of nothing');
  return { partial: { offset, count } };
}

/** PREVIEW with the modifier LAZY (RFC 8970 §6): every preview is at hand here. */
function readPreview(scanner: Scanner): FetchItem {
  if (scanner.accept(' (')) scanner.expect('LAZY)');
  return { kind: 'preview' };
}

/** `BINARY[part]<range>`, `BINARY.PEEK[part]<range>` or `BINARY.SIZE[part]` (RFC 3516 §7). */
function readBinary(scanner: Scanner, name: string): BinaryItem {
  scanner.expect('[');
  const path: number[] = [];
  if (scanner.peek() !== ']') {
    do {
      path.push(scanner.number());
      if (path.at(-1) === 0) throw new GrammarError('There is no part 0');
    } while (scanner.accept('.'));
  }
  scanner.expect(']');
  const section = `[${path.join('.')}]`;
  if (name === 'BINARY.SIZE') return { kind: 'binary.size', name: `BINARY.SIZE${section}`, peek: true, path };
  return {
    kind: 'binary',
    name: `BINARY${section}`,
    peek: name === 'BINARY.PEEK',
    path,
    ...readPartial(scanner),
  };
}

/** section-spec up to its `]` (RFC 3501 §9). */
export function readSection(scanner: Scanner): Section {
  const path: number[] = [];
  while (/\d/.test(scanner.peek())) {
    path.push(scanner.number());
    if (path.at(-1) === 0) throw new GrammarError('There is no part 0');
    if (!scanner.accept('.')) return { path, what: 'all', fields: [] };
  }
  if (path.length === 0 && scanner.peek() === ']') return { path, what: 'all', fields: [] };
  const what = scanner.keyword();
  if (what === 'HEADER.FIELDS' || what === 'HEADER.FIELDS.NOT') {
    scanner.space();
    const fields = scanner.list(() => scanner.astring());
    if (fields.length === 0) throw new GrammarError('No header field named');
    return { path, what: what === 'HEADER.FIELDS' ? 'fields' : 'fields.not', fields };
  }
  if (what === 'HEADER') return { path, what: 'header', fields: [] };
  if (what === 'TEXT') return { path, what: 'text', fields: [] };
  if (what === 'MIME' && path.length > 0) return { path, what: 'mime', fields: [] };
  throw new GrammarError(`Unknown section ${what}`);
}

const SECTION_NAMES = {
  all: '',
  header: 'HEADER',
  fields: 'HEADER.FIELDS',
  'fields.not': 'HEADER.FIELDS.NOT',
  mime: 'MIME',
  text: 'TEXT',
} as const;

function sectionName({ path, what, fields }: Section): string {
  const name = SECTION_NAMES[what];
  const listed = fields.length === 0 ? '' : ` (${fields.map((field) => astring(field)).join(' ')})`;
  return [...path, ...(name === '' ? [] : [name + listed])].join('.');
}
