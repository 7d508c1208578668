import { CommandError } from '../error.ts';
import { plain } from '../sasl/index.ts';
import { authenticate, capability, login } from './commands/session.ts';
import type { Session } from './session.ts';
import type { ResponseCode } from './types.ts';

/** RFC 5530 §3. */
const REFUSED: ResponseCode = { name: 'ATOM', code: 'PRIVACYREQUIRED' };

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Signs in with what the server offers: AUTHENTICATE PLAIN, or LOGIN where that is all there is. Nothing is done where the
 * greeting was PREAUTH. Afterwards the session's capabilities are those that hold signed in. Rejects with CommandError:
 * the server's refusal, or code PRIVACYREQUIRED where it forbids both on this connection.
 */
export async function signIn(session: Session, credentials: Credentials): Promise<void> {
  await session.ready;
  if (session.capabilities.size === 0) await session.run(capability());
  if (session.state !== 'not-authenticated') return;
  const before = session.capabilities;
  await authenticated(session, credentials);
  // Unless the server told them along with its OK, the old ones are all we have, and they are out of date.
  if (session.capabilities === before) await session.run(capability());
}

async function authenticated(session: Session, { user, password }: Credentials): Promise<void> {
  const { capabilities } = session;
  // Cyrus lists LOGINDISABLED after sign-in too, so it is looked at only before.
  const loginDisabled = capabilities.has('LOGINDISABLED');
  if (capabilities.has('AUTH=PLAIN')) {
    try {
      return await session.run(authenticate(plain(user, password)));
    } catch (error) {
      // BAD: it does not understand after all. A NO is an answer, and asking twice would count as two failures.
      if (!(error instanceof CommandError) || error.status !== 'BAD' || loginDisabled) throw error;
    }
  }
  if (loginDisabled) {
    throw new CommandError('LOGIN', 'NO', 'the server allows no password on this connection', REFUSED);
  }
  // LOGIN has no character set; what is not ASCII goes as UTF-8, which RFC 9051 §6.2.3 makes the rule.
  await session.run(login(user, password));
}
