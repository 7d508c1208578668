import { Refusal } from '../account/account.ts';
import { appendLimit } from '../profile.ts';
import type { LiteralAnnouncement, LiteralRefusal } from './command-reader.ts';
import { Scanner } from './scanner.ts';
import type { Session } from './session.ts';
import { mailboxOf } from './mailbox-name.ts';
import { has, speaksUtf8 } from './session.ts';

/** Octets of a literal outside APPEND: search strings and mailbox names. */
const MAX_ARGUMENT = 1 << 20;
/** Octets of a literal before sign-in: a user name or password. */
const MAX_BEFORE_LOGIN = 4096;
/** Octets of a non-synchronising literal where LITERAL- is announced (RFC 7888 §5). */
const MAX_NON_SYNCHRONIZING = 4096;

/** Decides about a literal before it is sent, so that what can only be refused is refused at once. */
export function judgeLiteral(
  session: Session,
  announcement: LiteralAnnouncement,
): LiteralRefusal | undefined {
  const { lines, size, synchronizing } = announcement;
  if (session.account === undefined)
    return size > MAX_BEFORE_LOGIN ? { status: 'BAD', text: 'Literal too long' } : undefined;
  const bringsMessage = /^[^ ]+ (APPEND|(UID )?REPLACE \d+) ./i.test(lines[0] ?? '');
  if (!synchronizing && has(session, 'LITERAL-') && size > MAX_NON_SYNCHRONIZING)
    return {
      status: 'BAD',
      text: `${bringsMessage ? '[TOOBIG] ' : ''}Such a literal has to wait for permission`,
    };
  if (!bringsMessage)
    return size > MAX_ARGUMENT ? { status: 'NO', text: '[LIMIT] Literal too long' } : undefined;
  if (size > appendLimit(session.host.profile))
    return { status: 'NO', text: '[TOOBIG] The message is larger than this server takes' };
  return lines.length === 1 ? missingMailbox(session, lines) : undefined;
}

/** NO when the mailbox that APPEND or REPLACE names is not there. */
function missingMailbox(session: Session, lines: readonly string[]): LiteralRefusal | undefined {
  try {
    const scanner = new Scanner({ lines, literals: [] }, speaksUtf8(session));
    scanner.tag();
    scanner.space();
    if (scanner.accept('UID ') || !scanner.accept('APPEND')) {
      scanner.expect('REPLACE ');
      scanner.number();
    }
    scanner.space();
    mailboxOf(session, scanner.mailbox(), 'TRYCREATE');
  } catch (error) {
    if (error instanceof Refusal)
      return { status: 'NO', text: `${error.code === undefined ? '' : `[${error.code}] `}${error.message}` };
  }
  return undefined;
}
