import { CommandError } from '../error.ts';
import { loginMechanism, plain } from '../sasl/index.ts';
import type { SubmissionSession } from './session.ts';

/**
 * Signs in with what the server offers (RFC 4954): PLAIN, else LOGIN. Rejects with CommandError: the server's refusal, or
 * reply 504 where it offers neither.
 */
export async function signInToSubmission(
  session: SubmissionSession,
  credentials: { readonly user: string; readonly password: string },
): Promise<void> {
  const extensions = session.extensions ?? (await session.hello());
  const offered = (extensions.get('AUTH') ?? '').toUpperCase().split(' ');
  const { user, password } = credentials;
  if (offered.includes('PLAIN')) await session.authenticate(plain(user, password));
  else if (offered.includes('LOGIN')) await session.authenticate(loginMechanism(user, password));
  else
    throw new CommandError('AUTH', 'PERMANENT', 'the server offers no sign-in by password', undefined, 504);
  // What is offered may differ now (§4).
  await session.hello();
}
