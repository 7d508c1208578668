import { CommandError } from '../error.ts';
import type { ScramPorts } from '../sasl/index.ts';
import type { SubmissionSession } from '../smtp/index.ts';
import { attempt } from './attempt.ts';
import { type Credentials, mechanismsFor } from './credentials.ts';

/** Replies of a server that does not have the mechanism, or not here (RFC 4954 §6, RFC 5321 §4.2.4). */
const UNSUPPORTED: readonly (number | undefined)[] = [500, 502, 504, 534, 538];

/**
 * Signs in to submission (RFC 4954) with the strongest that the server offers, as {@link signIn} does to IMAP. Rejects with
 * CommandError: the server's refusal, or reply 504 where it offers nothing that these credentials can go by; and with
 * ProtocolError where the server could not prove that it knows the password.
 */
export async function signInToSubmission(
  session: SubmissionSession,
  credentials: Credentials,
  ports?: ScramPorts,
): Promise<void> {
  const extensions = session.extensions ?? (await session.hello());
  const names = (extensions.get('AUTH') ?? '').toUpperCase().split(' ');
  const offered = mechanismsFor(credentials, ports).filter(({ name }) => names.includes(name));
  if (offered.length === 0) {
    throw new CommandError('AUTH', 'PERMANENT', 'the server offers no such sign-in', undefined, 504);
  }
  await attempt(offered, {
    authenticate: (mechanism) => session.authenticate(mechanism),
    isUnsupported: ({ reply }) => UNSUPPORTED.includes(reply),
    isDenial: ({ reply }) => reply === 535,
  });
  // What is offered may differ now (§4).
  await session.hello();
}
