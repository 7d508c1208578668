import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { accountOf, deselect, has, mailboxName, mailboxOf } from '../session.ts';

/** CREATE (RFC 3501 §6.3.3). A separator at the end only announces that more will follow below. */
export function* create(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = mailboxName(session, scanner.mailbox());
  scanner.end();
  if (name.endsWith('/')) return ok('There will be mailboxes below');
  const mailbox = accountOf(session).create(name);
  return ok('Created', has(session, 'OBJECTID') ? `MAILBOXID (${mailbox.id})` : undefined);
}

/** DELETE (RFC 3501 §6.3.4). Whoever has it selected is disconnected, except the one who asked. */
export function* deleteMailbox(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const mailbox = mailboxOf(session, scanner.mailbox());
  scanner.end();
  if (session.selected?.mailbox === mailbox && mailbox.name !== 'INBOX') deselect(session);
  accountOf(session).delete(mailbox.name);
  return ok('Deleted');
}

/** RENAME (RFC 3501 §6.3.5). */
export function* rename(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const from = mailboxName(session, scanner.mailbox());
  scanner.space();
  const to = mailboxName(session, scanner.mailbox());
  scanner.end();
  accountOf(session).rename(from, to);
  return ok('Renamed');
}

/** SUBSCRIBE (RFC 3501 §6.3.6). */
export function* subscribe(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const mailbox = mailboxOf(session, scanner.mailbox());
  scanner.end();
  accountOf(session).subscribe(mailbox.name);
  return ok('Subscribed');
}

/** UNSUBSCRIBE (RFC 3501 §6.3.7); also from what no longer exists. */
export function* unsubscribe(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = mailboxName(session, scanner.mailbox());
  scanner.end();
  accountOf(session).unsubscribe(name);
  return ok('Unsubscribed');
}
