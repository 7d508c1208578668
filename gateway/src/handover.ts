import type { Referral } from '@postern/protocol/imap';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { signInToImap } from './imap.ts';
import type { Limits } from './limits.ts';
import type { ListedServers } from './listed.ts';
import { Hops, ReferredElsewhere } from './referral.ts';
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
  /** Where the person's own mailboxes are, by a server that let them in all the same (RFC 2221 §4.1). */
  readonly referrals?: readonly Referral[];
}

export interface UpstreamOptions {
  readonly context: SecureContext;
  readonly limits: Limits;
  readonly listed: ListedServers;
  /** Completes a login name to an address. */
  readonly domain: string;
}

/**
 * Connects to a target and signs in; goes on to where that server refers the person, among those that are listed (RFC 2221). One
 * that has only public mailboxes for them is stayed at where their own cannot be got at. Rejects with UpstreamFailure, or with the
 * signal's reason.
 */
export async function openUpstream(
  target: Target,
  credentials: Credentials,
  options: UpstreamOptions,
  signal: AbortSignal,
): Promise<HandOver> {
  const { user } = credentials;
  const names = user.includes('@') ? [user] : [user, `${user}@${options.domain}`];
  const hops = new Hops(target, options.listed, names);
  let stay: HandOver | undefined;
  let at = target;
  try {
    for (;;) {
      const { referrals, ...opened } = await openOne(at, credentials, options, signal);
      if ('socket' in opened) {
        stay?.socket.destroy();
        stay = opened;
      }
      if (referrals === undefined || referrals.length === 0) break;
      at = hops.next(referrals);
    }
  } catch (error) {
    if (!stay || signal.aborted) {
      stay?.socket.destroy();
      throw error;
    }
  }
  return stay!;
}

async function openOne(
  target: Target,
  credentials: Credentials,
  { context, limits }: UpstreamOptions,
  signal: AbortSignal,
): Promise<HandOver | { readonly referrals: readonly Referral[] }> {
  let socket: Socket | undefined;
  const abort = (): void => void socket?.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const dialled = await dial(target, context, limits, signal);
    ({ socket } = dialled);
    const signIn = target.service === 'imap' ? signInToImap : signInToSubmission;
    return await signIn(dialled, credentials, limits.dialogue);
  } catch (error) {
    if (!(error instanceof ReferredElsewhere)) throw error;
    return { referrals: error.referrals };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
