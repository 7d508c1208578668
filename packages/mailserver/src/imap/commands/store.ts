import type { Flags, Mailbox, Message } from '../../account/mailbox.ts';
import { canonicalFlag, flagSet } from '../../account/mailbox.ts';
import { fetchStart } from '../fetch-response.ts';
import { sequenceSet } from '../format.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import { withinLimit } from '../message-limit.ts';
import { readMessageSet } from '../message-set.ts';
import { mayFlag } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';
import { acts, expungeIssued, hasModSeq, newsStyle, selectedOf } from '../session.ts';

interface Change {
  readonly mode: '+' | '-' | '=';
  readonly silent: boolean;
  readonly flags: Flags;
}

/**
 * STORE and UID STORE (RFC 3501 §6.4.6), conditional by UNCHANGEDSINCE (RFC 7162 §3.1.3); of what was expunged,
 * RFC 2180 §4.2.
 */
export function* store(session: Session, scanner: Scanner, byUid: boolean): Execution {
  const selected = selectedOf(session);
  scanner.space();
  const set = readMessageSet(session, scanner, byUid);
  scanner.space();
  let unchangedSince: bigint | undefined;
  if (hasModSeq(session) && scanner.accept('(UNCHANGEDSINCE ')) {
    unchangedSince = scanner.modSeq();
    scanner.expect(') ');
  }
  const change = readChange(scanner);
  scanner.end();
  if (unchangedSince !== undefined) session.condstore = true;
  if (selected.readOnly) return no('The mailbox was opened read-only', 'READ-ONLY');

  const changed = change.mode === '=' ? ['\\Seen', '\\Deleted', '\\Flagged'] : [...change.flags];
  if (changed.length > 0 && !changed.some((flag) => mayFlag(session, selected.mailbox, flag)))
    return no('You have no right to change these flags', 'NOPERM');
  const style = newsStyle(session);
  const told = !change.silent || acts(session, 'fetch-despite-silent');
  const failed: number[] = [];
  const { store: policy, storeSilent } = session.host.profile.multiAccess ?? {};
  const { taken: named, code: limit } = withinLimit(session, selected.resolve(set, byUid));
  const present = named.filter(([, message]) => !message.expunged);
  const refused = present.length < named.length && !(change.silent && storeSilent !== 'no');
  if (refused && policy === 'none')
    return no('Some of these messages no longer exist', expungeIssued(session));
  for (const [number, message] of present) {
    if (unchangedSince !== undefined && message.modSeq > unchangedSince) {
      failed.push(byUid ? message.uid : number);
      continue;
    }
    const flags = applied(session, selected.mailbox, message, change);
    selected.mailbox.setFlags(message, flags, selected);
    yield* selected.newKeywords(message.flags);
    const items: string[] = [];
    if ((byUid && !session.enabled.has('UIDONLY')) || style.uid) items.push(`UID ${message.uid}`);
    if (told) items.push(`FLAGS ${selected.flagList(message)}`);
    if (style.modSeq) items.push(`MODSEQ (${message.modSeq})`);
    if (told || style.modSeq) yield `${fetchStart(session, number, message)}${items.join(' ')})\r\n`;
  }
  // MODIFIED says more than EXPUNGEISSUED, and may come with NO (RFC 7162 §3.1.3, Example 11).
  const modified = failed.length > 0 ? `MODIFIED ${sequenceSet(failed)}` : undefined;
  if (limit !== undefined && (refused || modified !== undefined)) yield `* NO [${limit}] Stored some\r\n`;
  if (refused) return no('Some of these messages no longer exist', modified ?? expungeIssued(session));
  if (modified !== undefined) return ok('Conditional store failed for some', modified);
  return ok('Stored', limit);
}

function readChange(scanner: Scanner): Change {
  const mode = scanner.accept('+') ? '+' : scanner.accept('-') ? '-' : '=';
  const item = scanner.keyword();
  if (item !== 'FLAGS' && item !== 'FLAGS.SILENT') throw new GrammarError(`Unknown item ${item}`);
  scanner.space();
  const flags = scanner.flags(true).map(canonicalFlag);
  for (const flag of flags) {
    if (
      flag.startsWith('\\') &&
      !['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'].includes(flag)
    )
      throw new GrammarError(`${flag} cannot be set`);
  }
  return { mode, silent: item === 'FLAGS.SILENT', flags: flagSet(flags) };
}

/** The flags a message then has, where the user may change them; others stay as they are (RFC 4314 §4). */
function applied(session: Session, mailbox: Mailbox, message: Message, { mode, flags }: Change): Flags {
  const named = new Set([...flags].map((flag) => flag.toLowerCase()));
  const stays = (flag: string): boolean =>
    mode === '+' || (mode === '-' && !named.has(flag.toLowerCase())) || !mayFlag(session, mailbox, flag);
  const added = mode === '-' ? [] : [...flags].filter((flag) => mayFlag(session, mailbox, flag));
  return flagSet([...[...message.flags].filter(stays), ...added]);
}
