import { Refusal } from '../../account/account.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import { withinLimit } from '../message-limit.ts';
import { readMessageSet } from '../message-set.ts';
import { requireRight } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { hasModSeq, selectedOf } from '../session.ts';

/** HIGHESTMODSEQ for the tagged OK once something was removed and QRESYNC is enabled (RFC 7162 §3.2.7, §3.2.9). */
export function expungedCode(session: Session, count: number): string | undefined {
  if (count === 0 || !session.enabled.has('QRESYNC') || !hasModSeq(session)) return undefined;
  return `HIGHESTMODSEQ ${selectedOf(session).mailbox.highestModSeq}`;
}

/** A Refusal where nothing is expunged while others have the mailbox selected (RFC 2180 §4.1.4). */
export function requireExpunge(session: Session): void {
  const { mailbox } = selectedOf(session);
  requireRight(session, mailbox, 'e');
  if (session.host.profile.multiAccess?.expunge === 'refuse' && mailbox.listeners.size > 1)
    throw new Refusal('Others use the mailbox: nothing was removed', 'INUSE');
}

/** EXPUNGE (RFC 3501 §6.4.3). The EXPUNGE responses come as news with the tagged response. */
export function* expunge(session: Session, scanner: Scanner): Execution {
  scanner.end();
  const { mailbox, readOnly } = selectedOf(session);
  if (readOnly) return no('The mailbox was opened read-only', 'READ-ONLY');
  requireExpunge(session);
  const messages = mailbox.messages.filter((message) => message.flags.has('\\Deleted'));
  mailbox.expunge(messages);
  return ok('Expunged', expungedCode(session, messages.length));
}

/** UID EXPUNGE (RFC 4315 §2.1): only those of the set that are \Deleted. */
export function* uidExpunge(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const set = readMessageSet(session, scanner, true);
  scanner.end();
  const selected = selectedOf(session);
  if (selected.readOnly) return no('The mailbox was opened read-only', 'READ-ONLY');
  requireExpunge(session);
  const deleted = selected
    .resolve(set, true)
    .filter(([, message]) => message.flags.has('\\Deleted') && !message.expunged);
  const { taken, code } = withinLimit(session, deleted);
  const messages = taken.map(([, message]) => message);
  selected.mailbox.expunge(messages);
  const highest = expungedCode(session, messages.length);
  if (highest !== undefined && code !== undefined) yield `* NO [${code}] Expunged some\r\n`;
  return ok('Expunged', highest ?? code);
}
