import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import { requireRight } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { accountOf, deselect, has, mailboxName, mailboxOf } from '../session.ts';

/** CREATE (RFC 3501 §6.3.3). A separator at the end only announces that more will follow below. */
export function* create(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = mailboxName(session, scanner.mailbox());
  scanner.end();
  if (name.endsWith('/')) return ok('There will be mailboxes below');
  requireCreation(session, name);
  const mailbox = accountOf(session).create(name);
  return ok('Created', has(session, 'OBJECTID') ? `MAILBOXID (${mailbox.id})` : undefined);
}

/** The right to create below the nearest mailbox there is above a name (RFC 4314 §4). */
function requireCreation(session: Session, name: string): void {
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
    const parent = accountOf(session).find(name.slice(0, at));
    if (parent !== undefined) return requireRight(session, parent, 'k');
  }
}

/** DELETE (RFC 3501 §6.3.4). Whoever has it selected is disconnected, except the one who asked. */
export function* deleteMailbox(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const mailbox = mailboxOf(session, scanner.mailbox());
  scanner.end();
  requireRight(session, mailbox, 'x');
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
  const source = accountOf(session).find(from);
  if (source !== undefined) requireRight(session, source, 'x');
  requireCreation(session, to);
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
