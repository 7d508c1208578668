import { Refusal } from '../../account/account.ts';
import type { Mailbox, MailboxListener } from '../../account/mailbox.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import { referMailbox, referRename } from '../refer.ts';
import { requireRight } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { mailboxName, mailboxOf } from '../mailbox-name.ts';
import { accountOf, deselect, has } from '../session.ts';

/** CREATE (RFC 3501 §6.3.3). A separator at the end only announces that more will follow below. */
export function* create(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = mailboxName(session, scanner.mailbox());
  const use = readUse(session, scanner);
  scanner.end();
  referMailbox(session, name);
  if (name.endsWith('/')) return ok('There will be mailboxes below');
  requireCreation(session, name);
  const mailbox = accountOf(session).create(name, use);
  return ok('Created', has(session, 'OBJECTID') ? `MAILBOXID (${mailbox.id})` : undefined);
}

/** `(USE (\Sent))` (RFC 6154 §3, RFC 8457): one use at most, whether another mailbox has it or not. */
function readUse(session: Session, scanner: Scanner): string | undefined {
  if (!has(session, 'CREATE-SPECIAL-USE') || !scanner.accept(' (USE ')) return undefined;
  const uses = scanner.flags();
  scanner.expect(')');
  const known = uses.map((use) => SPECIAL_USES.find((each) => each.toLowerCase() === use.toLowerCase()));
  if (uses.length > 1 || known.includes(undefined))
    throw new Refusal('No mailbox can be used for that', 'USEATTR');
  return known[0];
}

const SPECIAL_USES = [
  '\\All',
  '\\Archive',
  '\\Drafts',
  '\\Flagged',
  '\\Important',
  '\\Junk',
  '\\Sent',
  '\\Trash',
];

/** The right to create below the nearest mailbox there is above a name (RFC 4314 §4). */
function requireCreation(session: Session, name: string): void {
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
    const parent = accountOf(session).find(name.slice(0, at));
    if (parent !== undefined) return requireRight(session, parent, 'k');
  }
}

/** Others who have one of these mailboxes selected. */
function othersUsing(session: Session, mailboxes: readonly Mailbox[]): MailboxListener[] {
  return mailboxes.flatMap(({ listeners }) => [...listeners].filter((other) => other !== session.selected));
}

/** DELETE (RFC 3501 §6.3.4). What it means to others who have it selected is the profile's choice (RFC 2180 §3). */
export function* deleteMailbox(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const mailbox = mailboxOf(session, scanner.mailbox());
  scanner.end();
  requireRight(session, mailbox, 'x');
  const policy = session.host.profile.multiAccess?.delete ?? 'disconnect';
  if (policy === 'refuse' && othersUsing(session, [mailbox]).length > 0)
    return no('The mailbox is in use', 'INUSE');
  if (session.selected?.mailbox === mailbox && mailbox.name !== 'INBOX') deselect(session);
  accountOf(session).delete(mailbox.name, policy === 'ghost' ? 'ghost' : 'disconnect');
  return ok('Deleted');
}

/** RENAME (RFC 3501 §6.3.5). What it means to others who have it selected is the profile's choice (RFC 2180 §3). */
export function* rename(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const from = mailboxName(session, scanner.mailbox());
  scanner.space();
  const to = mailboxName(session, scanner.mailbox());
  scanner.end();
  referRename(session, from, to);
  const source = accountOf(session).find(from);
  if (source !== undefined) requireRight(session, source, 'x');
  requireCreation(session, to);
  const policy = session.host.profile.multiAccess?.rename;
  const others = othersUsing(session, from.toUpperCase() === 'INBOX' ? [] : accountOf(session).tree(from));
  if (policy === 'refuse' && others.length > 0) return no('The mailbox is in use', 'INUSE');
  accountOf(session).rename(from, to);
  if (policy === 'disconnect') for (const other of others) other.removed('The selected mailbox was renamed');
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
  referMailbox(session, name);
  accountOf(session).unsubscribe(name);
  return ok('Unsubscribed');
}
