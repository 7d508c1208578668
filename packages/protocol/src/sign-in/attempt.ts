import { CommandError, ConnectionLost } from '../error.ts';
import type { Exchange, Mechanism } from '../sasl/index.ts';

export interface Protocol {
  authenticate(mechanism: Mechanism): Promise<void>;
  /** The refusal speaks of the mechanism: the server does not have it after all, or not on this connection. */
  isUnsupported(error: CommandError): boolean;
  /** The refusal speaks of the user and the password. */
  isDenial(error: CommandError): boolean;
}

/**
 * Tries mechanisms in turn until the server lets us in. A refusal is an answer, and asking again would count as another
 * failure, but for two: of a mechanism that the server does not have after all, and of SCRAM before anything was proved,
 * which says no more than that the server keeps nothing for this user that SCRAM could go by (passwords hashed otherwise; seen
 * on Cyrus with saslauthd, and on Dovecot). Rejects with the last refusal where nothing is left to try.
 */
export async function attempt(mechanisms: readonly Mechanism[], protocol: Protocol): Promise<void> {
  let refusal: CommandError | undefined;
  let provable = true;
  for (const mechanism of mechanisms) {
    const proves = mechanism.name.startsWith('SCRAM-');
    if (proves && !provable) continue;
    let answered = false;
    const begin = (): Exchange => watched(mechanism.begin(), () => (answered = true));
    try {
      await protocol.authenticate({ name: mechanism.name, begin });
      return;
    } catch (error) {
      // A server that hangs up after a refusal has said why.
      if (error instanceof ConnectionLost && refusal) throw refusal;
      if (!(error instanceof CommandError)) throw error;
      const unproved = proves && !answered && protocol.isDenial(error);
      if (!unproved && !protocol.isUnsupported(error)) throw error;
      if (unproved) provable = false;
      refusal = error;
    }
  }
  if (refusal) throw refusal;
}

/** Tells of the first challenge that is answered. */
function watched(exchange: Exchange, onAnswer: () => void): Exchange {
  return {
    initial: exchange.initial,
    respond(challenge) {
      onAnswer();
      return exchange.respond(challenge);
    },
    complete: () => exchange.complete?.(),
  };
}
