import { Refusal } from '../account/account.ts';
import type { NewMessage } from '../account/mailbox.ts';
import { flagSet } from '../account/mailbox.ts';
import { appendLimit } from '../profile.ts';
import { readCatenation } from './catenate.ts';
import { GrammarError } from './grammar-error.ts';
import type { Scanner } from './scanner.ts';
import type { Session } from './session.ts';
import { has } from './session.ts';

/** A message as APPEND and REPLACE bring it: `[flags] [date-time] data` (append-message, RFC 3502, RFC 4469 §5). */
export function readAppendMessage(session: Session, scanner: Scanner): NewMessage & { content: Uint8Array } {
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
  const content = readContent(session, scanner);
  if (content === undefined) throw new GrammarError('Expected a literal with the message');
  return { content, flags: flagSet(flags.filter((flag) => flag.toLowerCase() !== '\\recent')), internalDate };
}

/** append-data (RFC 4466 §6): a literal, CATENATE (RFC 4469 §5), or a message with UTF-8 in its header (RFC 6855 §4). */
function readContent(session: Session, scanner: Scanner): Uint8Array | undefined {
  if (has(session, 'CATENATE') && scanner.accept('CATENATE')) {
    const message = readCatenation(session, scanner);
    return session.host.faults.catenate?.(message) ?? message;
  }
  if (!session.enabled.has('UTF8=ACCEPT') || !scanner.accept('UTF8 (')) return scanner.literal();
  const literal = scanner.literal();
  scanner.expect(')');
  return literal;
}

/** A Refusal for a message that cannot be taken: nothing in it (RFC 3502 §6.3.11), or too large (RFC 7889 §4). */
export function checkAppendMessage(session: Session, { content }: { readonly content: Uint8Array }): void {
  if (content.length === 0) throw new Refusal('A message of no octets: nothing was appended');
  // Nothing here can change the encoding of a part, which BODY needs for one with a NUL (RFC 3516 §4.4).
  if (has(session, 'BINARY') && content.includes(0))
    throw new Refusal('A message with a NUL in it cannot be kept', 'UNKNOWN-CTE');
  if (content.length > appendLimit(session.host.profile))
    throw new Refusal('The message is larger than this server takes', 'TOOBIG');
}
