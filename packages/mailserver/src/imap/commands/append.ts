import { addAll } from '../addition.ts';
import { checkAppendMessage, readAppendMessage } from '../append-message.ts';
import { sequenceSet } from '../format.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { mailboxOf } from '../mailbox-name.ts';
import { has } from '../session.ts';

/** APPEND (RFC 3501 §6.3.11), of several messages at once, all or none, where MULTIAPPEND is on (RFC 3502). */
export function* append(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  const messages = [readAppendMessage(session, scanner)];
  while (has(session, 'MULTIAPPEND') && !scanner.atEnd()) messages.push(readAppendMessage(session, scanner));
  scanner.end();
  const { messageLimit = Infinity } = session.host.profile;
  if (messages.length > messageLimit) return no('That is too much at once', `MESSAGELIMIT ${messageLimit}`);
  const mailbox = mailboxOf(session, name, 'TRYCREATE');
  for (const message of messages) checkAppendMessage(session, message);
  const uids = addAll(session, mailbox, messages).map(({ uid }) => uid);
  return ok(
    'Appended',
    has(session, 'UIDPLUS') ? `APPENDUID ${mailbox.uidValidity} ${sequenceSet(uids)}` : undefined,
  );
}
