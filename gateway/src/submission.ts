import { signInToSubmission as signIn } from '@postern/protocol/sign-in';
import { SubmissionSession } from '@postern/protocol/smtp';
import { scramPorts } from './cryptography.ts';
import { clock, holdDialogue } from './dialogue.ts';
import type { Credentials, HandOver } from './handover.ts';
import type { Dialled } from './upstream.ts';

/**
 * Signs in to a submission server (RFC 6409, RFC 4954) and hands over a stream that opens with a 220 greeting; the browser
 * says its own EHLO on it. Rejects with UpstreamFailure.
 */
export function signInToSubmission(
  dialled: Dialled,
  credentials: Credentials,
  limit: number,
): Promise<HandOver> {
  return holdDialogue(dialled, limit, async (transport) => {
    const name = addressLiteral(dialled.socket.localAddress);
    const session = new SubmissionSession(transport, {
      clock,
      name,
      silenceLimit: limit,
      greeted: dialled.greeted,
    });
    await session.ready;
    await signIn(session, credentials, scramPorts);
    return { opening: '220 Postern\r\n', unread: session.detach() };
  });
}

/** RFC 5321 §4.1.3. */
function addressLiteral(address: string | undefined): string {
  if (address === undefined) return 'localhost';
  return address.includes(':') ? `[IPv6:${address.replace(/%.*$/, '')}]` : `[${address}]`;
}
