import { checkAppendMessage, readAppendMessage } from '../append-message.ts';
import { addAll, amountOf } from '../addition.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { mailboxOf } from '../mailbox-name.ts';
import { has, selectedOf } from '../session.ts';
import { expungedCode, requireExpunge } from './expunge.ts';

/** REPLACE and UID REPLACE (RFC 8508): APPEND, and the removal of one message, in one step. */
export function* replace(session: Session, scanner: Scanner, byUid: boolean): Execution {
  const selected = selectedOf(session);
  scanner.space();
  const which = scanner.number();
  scanner.space();
  const name = scanner.mailbox();
  const brought = readAppendMessage(session, scanner);
  scanner.end();
  if (!byUid && !selected.covers([[which, which]])) throw new GrammarError('No such message number');
  if (selected.readOnly) return no('The mailbox was opened read-only', 'READ-ONLY');
  const replaced = selected.resolve([[which, which]], byUid)[0]?.[1];
  if (replaced === undefined || replaced.expunged) return no('That message no longer exists', 'NONEXISTENT');
  const target = mailboxOf(session, name, 'TRYCREATE');
  requireExpunge(session);
  checkAppendMessage(session, brought);
  const [added] = addAll(session, target, [brought], amountOf([replaced]));
  if (has(session, 'UIDPLUS'))
    yield `* OK [APPENDUID ${target.uidValidity} ${added!.uid}] Replacement ready\r\n`;
  selected.mailbox.expunge([replaced]);
  return ok('Replaced', expungedCode(session, 1));
}
