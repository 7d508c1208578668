import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import { Selected } from '../selected.ts';
import type { Session } from '../session.ts';
import { deselect, has, mailboxOf, selectedOf } from '../session.ts';

/** SELECT (RFC 3501 §6.3.1). */
export function select(session: Session, scanner: Scanner): Execution {
  return open(session, scanner, false);
}

/** EXAMINE (RFC 3501 §6.3.2). */
export function examine(session: Session, scanner: Scanner): Execution {
  return open(session, scanner, true);
}

function* open(session: Session, scanner: Scanner, readOnly: boolean): Execution {
  scanner.space();
  const name = scanner.mailbox();
  if (has(session, 'CONDSTORE') && scanner.accept(' (')) {
    scanner.expect('CONDSTORE)');
    session.condstore = true;
  }
  scanner.end();
  // Whatever comes of it, the mailbox that was selected is so no longer.
  deselect(session);
  const mailbox = mailboxOf(session, name);
  const selected = new Selected(mailbox, readOnly, session.wake);
  session.selected = selected;
  const unseen = selected.messages.findIndex((message) => !message.flags.has('\\Seen'));
  yield `* FLAGS (${selected.definedFlags()})\r\n`;
  yield `* ${selected.messages.length} EXISTS\r\n* ${selected.recentCount} RECENT\r\n`;
  if (unseen >= 0) yield `* OK [UNSEEN ${unseen + 1}] First unseen\r\n`;
  yield readOnly
    ? '* OK [PERMANENTFLAGS ()] No changes here\r\n'
    : `* OK [PERMANENTFLAGS (${selected.definedFlags()} \\*)] Limited\r\n`;
  yield `* OK [UIDVALIDITY ${mailbox.uidValidity}] UIDs valid\r\n* OK [UIDNEXT ${mailbox.uidNext}] Next UID\r\n`;
  if (has(session, 'CONDSTORE')) yield `* OK [HIGHESTMODSEQ ${mailbox.highestModSeq}] Highest\r\n`;
  return ok(readOnly ? 'Examined' : 'Selected', readOnly ? 'READ-ONLY' : 'READ-WRITE');
}

/** CLOSE (RFC 3501 §6.4.2): expunges without a word. */
export function* close(session: Session, scanner: Scanner): Execution {
  scanner.end();
  const { mailbox, readOnly } = selectedOf(session);
  deselect(session);
  if (!readOnly) mailbox.expunge(mailbox.messages.filter((message) => message.flags.has('\\Deleted')));
  return ok('Closed');
}

/** UNSELECT (RFC 3691). */
export function* unselect(session: Session, scanner: Scanner): Execution {
  scanner.end();
  if (session.selected === undefined) throw new GrammarError('No mailbox is selected');
  deselect(session);
  return ok('Unselected');
}
