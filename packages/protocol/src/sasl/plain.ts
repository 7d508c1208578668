import { encodeText } from '../bytes/index.ts';
import { ProtocolError, UsageError } from '../error.ts';
import type { Exchange, Mechanism } from './mechanism.ts';

/** `PLAIN` (RFC 4616): `message = [authzid] NUL authcid NUL passwd`. Only over TLS or loopback. */
export function plain(user: string, password: string): Mechanism {
  if (user.includes('\0') || password.includes('\0'))
    throw new UsageError('a user name or password holds NUL');
  return { name: 'PLAIN', begin: () => oneShot(encodeText(`\0${user}\0${password}`)) };
}

/**
 * `LOGIN`, never a standard, still all that some submission servers offer: the server asks for the user name, then for the
 * password.
 */
export function loginMechanism(user: string, password: string): Mechanism {
  return {
    name: 'LOGIN',
    begin() {
      const answers = [user, password];
      return {
        initial: undefined,
        respond() {
          const answer = answers.shift();
          if (answer === undefined) throw new ProtocolError('a third question from AUTH LOGIN');
          return encodeText(answer);
        },
      };
    },
  };
}

/** A mechanism whose first message is its only one. */
export function oneShot(message: Uint8Array): Exchange {
  return {
    initial: message,
    respond() {
      throw new ProtocolError('a challenge after everything was said');
    },
  };
}
