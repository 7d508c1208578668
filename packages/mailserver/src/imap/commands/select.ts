import { GrammarError } from '../grammar-error.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import { mayDo, mayFlag, requireRight, rightsOf } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import { Selected } from '../selected.ts';
import type { Session } from '../session.ts';
import { mailboxOf, shownName } from '../mailbox-name.ts';
import { listedNow, listResponse } from '../listing.ts';
import { acts, deselect, has, hasModSeq, selectedOf } from '../session.ts';
import type { ResyncParameter } from '../vanished.ts';
import { readResyncParameter, resynchronisation } from '../vanished.ts';

/** SELECT (RFC 3501 §6.3.1). */
export function select(session: Session, scanner: Scanner): Execution {
  return open(session, scanner, false);
}

/** EXAMINE (RFC 3501 §6.3.2). */
export function examine(session: Session, scanner: Scanner): Execution {
  return open(session, scanner, true);
}

function* open(session: Session, scanner: Scanner, examine: boolean): Execution {
  scanner.space();
  const name = scanner.mailbox();
  const resync = readParameters(session, scanner);
  scanner.end();
  // Whatever comes of it, the mailbox that was selected is so no longer (CLOSED: RFC 7162 §3.2.11).
  if (session.selected !== undefined && has(session, 'CONDSTORE')) yield '* OK [CLOSED] Closed\r\n';
  deselect(session);
  const mailbox = mailboxOf(session, name);
  requireRight(session, mailbox, 'r');
  // Who may change nothing opens it read-only, whatever was asked (RFC 4314 §5.2).
  const readOnly = examine || !/[iestw]/.test(rightsOf(session, mailbox));
  const selected = new Selected(mailbox, readOnly, session);
  session.selected = selected;
  const unseen = selected.messages.findIndex((message) => !message.flags.has('\\Seen'));
  yield `* FLAGS (${selected.definedFlags.join(' ')})\r\n`;
  yield `* ${selected.messages.length} EXISTS\r\n`;
  const rev2 = session.enabled.has('IMAP4rev2');
  if (rev2) {
    // RFC 9051 §6.3.2: the mailbox as LIST has it, and nothing about recent or unseen messages.
    const listed = listedNow(session, shownName(session, mailbox.name));
    yield listResponse(session, listed, { newer: true, subscribed: true });
  } else yield `* ${selected.recentCount} RECENT\r\n`;
  if (unseen >= 0 && !rev2 && !session.enabled.has('UIDONLY'))
    yield `* OK [UNSEEN ${unseen + 1}] First unseen\r\n`;
  yield readOnly
    ? '* OK [PERMANENTFLAGS ()] No changes here\r\n'
    : `* OK [PERMANENTFLAGS (${permanentFlags(session, selected)})] Limited\r\n`;
  const { uidValidity } = mailbox;
  const shownValidity = examine && acts(session, 'examine-uidvalidity') ? uidValidity + 1 : uidValidity;
  yield `* OK [UIDVALIDITY ${shownValidity}] UIDs valid\r\n* OK [UIDNEXT ${mailbox.uidNext}] Next UID\r\n`;
  if (has(session, 'OBJECTID')) yield `* OK [MAILBOXID (${mailbox.id})] Stays the same\r\n`;
  if (hasModSeq(session)) yield `* OK [HIGHESTMODSEQ ${mailbox.highestModSeq}] Highest\r\n`;
  else if (has(session, 'CONDSTORE')) yield '* OK [NOMODSEQ] No mod-sequences here\r\n';
  if (resync !== undefined && hasModSeq(session)) yield* resynchronisation(session, selected, resync);
  return ok(readOnly ? 'Examined' : 'Selected', readOnly ? 'READ-ONLY' : 'READ-WRITE');
}

/** The flags this user can change for good (RFC 4314 §5.1.1). */
function permanentFlags(session: Session, { mailbox, definedFlags }: Selected): string {
  return [...definedFlags, '\\*'].filter((flag) => mayFlag(session, mailbox, flag)).join(' ');
}

/** select-params (RFC 4466 §2.1): CONDSTORE, and QRESYNC once that is enabled. */
function readParameters(session: Session, scanner: Scanner): ResyncParameter | undefined {
  if (!has(session, 'CONDSTORE') || !scanner.accept(' ')) return undefined;
  let resync: ResyncParameter | undefined;
  scanner.list(() => {
    const parameter = scanner.keyword();
    if (parameter === 'QRESYNC' && session.enabled.has('QRESYNC')) {
      scanner.space();
      resync = readResyncParameter(scanner);
    } else if (parameter !== 'CONDSTORE') throw new GrammarError(`Unknown parameter ${parameter}`);
  });
  scanner.end();
  session.condstore = true;
  return resync;
}

/** CLOSE (RFC 3501 §6.4.2): expunges without a word. */
export function* close(session: Session, scanner: Scanner): Execution {
  scanner.end();
  const { mailbox, readOnly } = selectedOf(session);
  deselect(session);
  const refused = session.host.profile.multiAccess?.expunge === 'refuse' && mailbox.listeners.size > 0;
  if (!readOnly && !refused && mayDo(session, mailbox, 'e'))
    mailbox.expunge(mailbox.messages.filter((message) => message.flags.has('\\Deleted')));
  return ok('Closed');
}

/** UNSELECT (RFC 3691). */
export function* unselect(session: Session, scanner: Scanner): Execution {
  scanner.end();
  deselect(session);
  return ok('Unselected');
}
