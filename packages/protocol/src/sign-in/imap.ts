import { CommandError } from '../error.ts';
import {
  authenticate,
  capability,
  login,
  readReferrals,
  type Referral,
  type ResponseCode,
  type Session,
  withReceipt,
} from '../imap/index.ts';
import type { ScramPorts } from '../sasl/index.ts';
import { attempt } from './attempt.ts';
import { type Credentials, mechanismsFor } from './credentials.ts';

/** RFC 5530 §3. */
const REFUSED: ResponseCode = { name: 'ATOM', code: 'PRIVACYREQUIRED' };

/**
 * Signs in to IMAP with the strongest that the server offers: SCRAM-SHA-256, SCRAM-SHA-1 (both only with `ports`),
 * AUTHENTICATE PLAIN, LOGIN; or what the credentials are for. Nothing is done where the greeting was PREAUTH. Afterwards the
 * session's capabilities are those that hold signed in. Rejects with CommandError: the server's refusal, or code
 * PRIVACYREQUIRED where it takes none of it on this connection; and with ProtocolError where the server could not prove that
 * it knows the password. Gives where the server says, although it let us in, that the person's own mailboxes are (RFC 2221
 * §4.1), mostly nowhere.
 */
export async function signIn(
  session: Session,
  credentials: Credentials,
  ports?: ScramPorts,
): Promise<readonly Referral[]> {
  await session.ready;
  if (session.capabilities.size === 0) await session.run(capability());
  if (session.state !== 'not-authenticated') return [];
  const before = session.capabilities;
  const code = await authenticated(session, credentials, ports);
  // Unless the server told them along with its OK, the old ones are all we have, and they are out of date.
  if (session.capabilities === before) await session.run(capability());
  return code?.name === 'REFERRAL' ? readReferrals(code) : [];
}

/** The code of the OK. */
async function authenticated(
  session: Session,
  credentials: Credentials,
  ports?: ScramPorts,
): Promise<ResponseCode | undefined> {
  const { capabilities } = session;
  // Cyrus lists LOGINDISABLED after sign-in too, so it is looked at only before.
  const inOneLine = 'password' in credentials && !capabilities.has('LOGINDISABLED') ? credentials : undefined;
  const offered = mechanismsFor(credentials, ports).filter(
    ({ name }) => capabilities.has(`AUTH=${name}`) || (name === 'LOGIN' && inOneLine),
  );
  if (offered.length === 0) {
    throw new CommandError(
      'AUTHENTICATE',
      'NO',
      'the server takes no such sign-in on this connection',
      REFUSED,
    );
  }
  let code: ResponseCode | undefined;
  await attempt(offered, {
    authenticate: async (mechanism) => {
      // LOGIN has no character set; what is not ASCII goes as UTF-8, which RFC 9051 §6.2.3 makes the rule.
      const command =
        mechanism.name === 'LOGIN' && inOneLine
          ? login(inOneLine.user, inOneLine.password)
          : authenticate(mechanism);
      ({ code } = await session.run(withReceipt(command)));
    },
    isUnsupported: ({ status, code }) => status === 'BAD' || nameOf(code) === 'CANNOT',
    isDenial: ({ status, code }) =>
      status === 'NO' && [undefined, 'AUTHENTICATIONFAILED'].includes(nameOf(code)),
  });
  return code;
}

function nameOf(code: CommandError['code']): string | undefined {
  return code && ('code' in code ? String(code.code) : code.name);
}
