import { flagSet } from '../../account/mailbox.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';
import { has, mailboxOf } from '../session.ts';

/** APPEND (RFC 3501 §6.3.11). */
export function* append(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  let flags: string[] = [];
  if (scanner.peek() === '(') {
    flags = scanner.flags();
    scanner.space();
  }
  let internalDate = session.host.now();
  if (scanner.peek() === '"') {
    internalDate = scanner.dateTime();
    scanner.space();
  }
  const content = scanner.literal();
  if (content === undefined) throw new GrammarError('Expected a literal with the message');
  scanner.end();
  const mailbox = mailboxOf(session, name, 'TRYCREATE');
  const message = mailbox.add({
    content,
    flags: flagSet(flags.filter((flag) => flag !== '\\Recent')),
    internalDate,
  });
  return ok(
    'Appended',
    has(session, 'UIDPLUS') ? `APPENDUID ${mailbox.uidValidity} ${message.uid}` : undefined,
  );
}
