import { Refusal } from '../../account/account.ts';
import type { Mailbox } from '../../account/mailbox.ts';
import { nstring, string } from '../format.ts';
import { GrammarError } from '../grammar-error.ts';
import { mailboxOf, shownName, wireName } from '../mailbox-name.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import { requireRight } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { accountOf } from '../session.ts';

/** Octets of a value (RFC 5464 §4.3 asks for at least 1024). */
const MAX_VALUE = 65536;
/** Entries of a mailbox, or of the server. */
const MAX_ENTRIES = 100;

/** A mailbox, or undefined for the server, which has the empty name. */
function subject(session: Session, name: string): Mailbox | undefined {
  return name === '' ? undefined : mailboxOf(session, name);
}

/** GETMETADATA (RFC 5464 §4.2), with MAXSIZE and DEPTH before or after the mailbox. */
export function* getMetadata(session: Session, scanner: Scanner): Execution {
  const options = { maxSize: Infinity, depth: 0 };
  scanner.space();
  if (readOptions(scanner, options)) scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  if (readOptions(scanner, options)) scanner.space();
  const entries = scanner.peek() === '(' ? scanner.list(() => readEntry(scanner)) : [readEntry(scanner)];
  scanner.end();
  const mailbox = subject(session, name);
  if (mailbox !== undefined) requireRight(session, mailbox, 'r');
  const held = mailbox?.metadata ?? accountOf(session).metadata;
  const found = [...held].filter(([entry]) => entries.some((asked) => isWithin(entry, asked, options.depth)));
  const short = found.filter(([, value]) => value.length <= options.maxSize);
  if (short.length > 0) {
    const pairs = short.map(([entry, value]) => `${entry} ${string(value)}`).join(' ');
    const shown = mailbox === undefined ? '""' : wireName(session, shownName(session, mailbox.name));
    yield `* METADATA ${shown} (${pairs})\r\n`;
  }
  const longest = Math.max(0, ...found.map(([, value]) => value.length));
  return ok('Metadata given', longest > options.maxSize ? `METADATA LONGENTRIES ${longest}` : undefined);
}

/** `(MAXSIZE n DEPTH d)`, told from a list of entries by how it begins. */
function readOptions(scanner: Scanner, options: { maxSize: number; depth: number }): boolean {
  if (scanner.peek() !== '(') return false;
  scanner.expect('(');
  const isEntries = scanner.peek() === '/';
  scanner.back(1);
  if (isEntries) return false;
  scanner.list(() => {
    const option = scanner.keyword();
    scanner.space();
    if (option === 'MAXSIZE') options.maxSize = scanner.number();
    else if (option === 'DEPTH') options.depth = scanner.accept('infinity') ? Infinity : readDepth(scanner);
    else throw new GrammarError(`Unknown option ${option}`);
  });
  return true;
}

function readDepth(scanner: Scanner): number {
  const depth = scanner.number();
  if (depth > 1) throw new GrammarError('DEPTH is 0, 1 or infinity');
  return depth;
}

/** An entry name (RFC 5464 §3.2): below /private or /shared, in lower case here. */
function readEntry(scanner: Scanner): string {
  const entry = scanner.astring().toLowerCase();
  if (!/^\/(private|shared)(\/[^/*%\0-\x1f]+)+$/.test(entry)) throw new GrammarError('That is no entry name');
  return entry;
}

function isWithin(entry: string, asked: string, depth: number): boolean {
  if (entry === asked) return true;
  if (depth === 0 || !entry.startsWith(`${asked}/`)) return false;
  return depth > 1 || !entry.slice(asked.length + 1).includes('/');
}

/** SETMETADATA (RFC 5464 §4.3): all of the entries, or none. */
export function* setMetadata(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  const changes = scanner.list(() => {
    const entry = readEntry(scanner);
    scanner.space();
    return [entry, scanner.nstring()] as const;
  });
  scanner.end();
  if (changes.length === 0) throw new GrammarError('No entry named');
  const mailbox = subject(session, name);
  if (mailbox !== undefined) requireRight(session, mailbox, 'w');
  const held = mailbox?.metadata ?? accountOf(session).metadata;
  if (changes.some(([, value]) => (value?.length ?? 0) > MAX_VALUE))
    throw new Refusal('That is too long', `METADATA MAXSIZE ${MAX_VALUE}`);
  const names = new Set([
    ...held.keys(),
    ...changes.filter(([, value]) => value !== null).map(([entry]) => entry),
  ]);
  if (names.size > MAX_ENTRIES) throw new Refusal('There are too many entries', 'METADATA TOOMANY');
  accountOf(session).setMetadata(mailbox, new Map(changes));
  return ok('Metadata set');
}

/** An unsolicited METADATA response: which entries have changed (RFC 5464 §4.4.2). */
export function metadataNews(
  session: Session,
  mailbox: Mailbox | undefined,
  entries: Iterable<string>,
): string {
  const shown = mailbox === undefined ? nstring('') : wireName(session, shownName(session, mailbox.name));
  return `* METADATA ${shown} ${[...entries].join(' ')}\r\n`;
}
