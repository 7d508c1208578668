import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import { requireRight } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { mailboxOf } from '../mailbox-name.ts';
import { statusItems, statusResponse } from '../status-items.ts';

/** STATUS (RFC 3501 §6.3.10). */
export function* status(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  const items = statusItems(session, scanner);
  scanner.end();
  const mailbox = mailboxOf(session, name);
  requireRight(session, mailbox, 'r');
  yield statusResponse(session, mailbox, items);
  return ok('Status given');
}
