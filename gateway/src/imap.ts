import { CommandError, type ProtocolError } from '@postern/protocol/error';
import { readReferrals, type Referral, Session } from '@postern/protocol/imap';
import { signIn } from '@postern/protocol/sign-in';
import { scramPorts } from './cryptography.ts';
import { clock, holdDialogue } from './dialogue.ts';
import { UpstreamFailure } from './failure.ts';
import type { Credentials, HandOver } from './handover.ts';
import { ReferredElsewhere } from './referral.ts';
import type { Dialled } from './upstream.ts';

/** What is true before sign-in only; a browser on a signed-in stream has no use for it. */
const beforeSignIn = /^(?:AUTH=.*|LOGINDISABLED|STARTTLS|SASL-IR|LOGIN-REFERRALS)$/;

/**
 * Signs in to an IMAP server and hands over a stream that opens with a PREAUTH greeting (RFC 9051 §7.1.4) carrying the
 * capabilities that hold after sign-in. Rejects with UpstreamFailure; with ReferredElsewhere where the server says that the
 * person signs in somewhere else (RFC 2221 §4).
 */
export function signInToImap(dialled: Dialled, credentials: Credentials, limit: number): Promise<HandOver> {
  return holdDialogue(dialled, limit, async (transport) => {
    let defect: ProtocolError | undefined;
    const session = new Session(transport, {
      clock,
      silenceLimit: limit,
      greeted: dialled.greeted,
      onNews: () => {},
      onDefect: (error) => {
        defect ??= error;
        // Before the greeting nothing tells a server that speaks something else from one that thinks.
        if (session.state === 'greeting') session.close();
      },
    });
    await session.ready.catch((error: unknown) => Promise.reject(defect ?? followed(error)));
    // A server that takes anybody for somebody would let any password in.
    if (session.state !== 'not-authenticated') throw new UpstreamFailure('protocol', 'PREAUTH');
    const referrals = await signIn(session, credentials, scramPorts).catch((error: unknown) =>
      Promise.reject(followed(error)),
    );
    const capabilities = [...session.capabilities].filter((name) => !beforeSignIn.test(name));
    return {
      opening: `* PREAUTH [CAPABILITY ${capabilities.join(' ')}] Postern\r\n`,
      unread: session.detach(),
      referrals,
    };
  });
}

/** A refusal that says where to go is no refusal of the password. */
function followed(error: unknown): unknown {
  if (!(error instanceof CommandError) || error.code?.name !== 'REFERRAL') return error;
  const { urls = [] } = error.code as { readonly name: 'REFERRAL'; readonly urls?: readonly string[] };
  const referrals: readonly Referral[] = readReferrals({ name: 'REFERRAL', urls });
  return referrals.length > 0 ? new ReferredElsewhere(referrals) : error;
}
