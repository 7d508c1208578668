import type { Mailbox } from '../../account/mailbox.ts';
import { astring } from '../format.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import { ALL_RIGHTS, readRights, requireRight, rightsOf, shownRights } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { mailboxOf, shownName, wireName } from '../mailbox-name.ts';
import { accountOf } from '../session.ts';

/** SETACL (RFC 4314 §3.1). */
export function* setAcl(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  const identifier = scanner.text();
  scanner.space();
  const change = scanner.text();
  scanner.end();
  const mode = /^[+-]/.exec(change)?.[0];
  const rights = readRights(change.slice(mode === undefined ? 0 : 1));
  const mailbox = mailboxOf(session, name);
  requireRight(session, mailbox, 'a');
  const before = mailbox.acl.get(identifier) ?? (identifier === accountOf(session).user ? ALL_RIGHTS : '');
  const kept = [...ALL_RIGHTS].filter((right) => {
    if (mode === '-') return before.includes(right) && !rights.includes(right);
    return rights.includes(right) || (mode === '+' && before.includes(right));
  });
  mailbox.acl.set(identifier, kept.join(''));
  return ok('Rights set');
}

/** DELETEACL (RFC 4314 §3.2). */
export function* deleteAcl(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  const identifier = scanner.text();
  scanner.end();
  const mailbox = mailboxOf(session, name);
  requireRight(session, mailbox, 'a');
  if (identifier === accountOf(session).user) mailbox.acl.set(identifier, '');
  else mailbox.acl.delete(identifier);
  return ok('Rights removed');
}

/** GETACL (RFC 4314 §3.3). */
export function* getAcl(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.end();
  const mailbox = mailboxOf(session, name);
  requireRight(session, mailbox, 'a');
  const { user } = accountOf(session);
  const entries = new Map([[user, ALL_RIGHTS], ...mailbox.acl]);
  const pairs = [...entries]
    .filter(([, rights]) => rights !== '')
    .map(([identifier, rights]) => ` ${astring(identifier)} ${shownRights(rights)}`);
  yield `* ACL ${wireName(session, shownName(session, mailbox.name))}${pairs.join('')}\r\n`;
  return ok('Rights listed');
}

/** LISTRIGHTS (RFC 4314 §3.4): nobody has a right that cannot be taken away, and each can be given alone. */
export function* listRights(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  const identifier = scanner.astring();
  scanner.end();
  const mailbox = mailboxOf(session, name);
  requireRight(session, mailbox, 'a');
  const shown = wireName(session, shownName(session, mailbox.name));
  yield `* LISTRIGHTS ${shown} ${astring(identifier)} "" ${[...ALL_RIGHTS, 'c', 'd'].join(' ')}\r\n`;
  return ok('Possible rights listed');
}

/** The MYRIGHTS response for a mailbox (RFC 4314 §3.8). */
export function myRightsResponse(session: Session, mailbox: Mailbox): string {
  const name = wireName(session, shownName(session, mailbox.name));
  return `* MYRIGHTS ${name} ${shownRights(rightsOf(session, mailbox))}\r\n`;
}

/** MYRIGHTS (RFC 4314 §3.5). */
export function* myRights(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.end();
  const mailbox = mailboxOf(session, name);
  const rights = rightsOf(session, mailbox);
  if (!/[lrikxa]/.test(rights)) requireRight(session, mailbox, 'l');
  yield myRightsResponse(session, mailbox);
  return ok('Your rights listed');
}
