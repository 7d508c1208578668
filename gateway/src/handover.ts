import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { signInToImap } from './imap.ts';
import type { Limits } from './limits.ts';
import { signInToSubmission } from './submission.ts';
import type { Target } from './target.ts';
import { dial } from './upstream.ts';

/** What a person signs in with. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A signed-in stream: from here on the gateway moves bytes and understands none of them. */
export interface HandOver {
  /** Paused; nothing has been read from it beyond `opening`. */
  readonly socket: Socket;
  /** A greeting in the protocol's own words, and whatever the server had already said after it. */
  readonly opening: Uint8Array;
}

/** Connects to a target and signs in. Rejects with UpstreamFailure, or with the signal's reason. */
export async function openUpstream(
  target: Target,
  credentials: Credentials,
  context: SecureContext,
  limits: Limits,
  signal: AbortSignal,
): Promise<HandOver> {
  const dialled = await dial(target, context, limits, signal);
  const abort = (): void => void dialled.socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const signIn = target.service === 'imap' ? signInToImap : signInToSubmission;
    return await signIn(dialled, credentials, limits.dialogue);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
