/** Commands of any state (RFC 3501 §6.1) and those that sign in (§6.2), with ID (2971), ENABLE (5161), NAMESPACE (2342). */
import { decodeBase64, encodeBase64, encodeText } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import {
  ANY_STATE,
  atomPiece,
  type Command,
  type ConnectionState,
  joinPieces,
  type Piece,
  settled,
  SIGNED_IN,
  stringPiece,
} from '../command.ts';
import type { Compression } from '../../port.ts';
import type { Mechanism } from '../../sasl/index.ts';
import { demand, offers } from '../offers.ts';
import type { Namespaces } from '../response.ts';

const NOT_SIGNED_IN: readonly ConnectionState[] = ['not-authenticated'];

/** `CAPABILITY` (§6.1.1). Gives the names in upper case; the connection remembers them too. */
export function capability(): Command<ReadonlySet<string>> {
  return {
    name: 'CAPABILITY',
    states: ANY_STATE,
    write: () => ['CAPABILITY'],
    collect: () => {
      let names: ReadonlySet<string> = new Set();
      return {
        take(response) {
          if (response.type === 'capability') names = new Set(response.capabilities);
          return false;
        },
        settle: () => names,
      };
    },
  };
}

/** `NOOP` (§6.1.2): a chance for the server to tell news. */
export function noop(): Command<void> {
  return { name: 'NOOP', states: ANY_STATE, write: () => ['NOOP'], collect: () => settled };
}

/** `LOGOUT` (§6.1.3). */
export function logout(): Command<void> {
  return {
    name: 'LOGOUT',
    states: ANY_STATE,
    alone: true,
    effect: { type: 'logout' },
    write: () => ['LOGOUT'],
    collect: () => ({
      take: (response) => response.type === 'status' && response.status === 'BYE',
      settle: () => undefined,
    }),
  };
}

/** `STARTTLS` (§6.2.1). After its OK the stream belongs to TLS: detach the session, and distrust bytes it has not read. */
export function startTls(): Command<void> {
  return {
    name: 'STARTTLS',
    states: NOT_SIGNED_IN,
    alone: true,
    effect: { type: 'start-tls' },
    write: () => ['STARTTLS'],
    collect: () => settled,
  };
}

/** `LOGIN` (§6.2.3). */
export function login(user: string, password: string): Command<void> {
  return {
    name: 'LOGIN',
    states: NOT_SIGNED_IN,
    alone: true,
    secret: true,
    effect: { type: 'authenticate' },
    write: () => ['LOGIN ', ...joinPieces(stringPiece(user), stringPiece(password))],
    collect: () => settled,
  };
}

/** `AUTHENTICATE` (§6.2.2), with the initial response at once where the server has SASL-IR (RFC 4959). */
export function authenticate(mechanism: Mechanism): Command<void> {
  // `write` begins the exchange that `collect` goes on with: nothing overlaps with this command.
  let exchange = mechanism.begin();
  let initialSent = false;
  return {
    name: 'AUTHENTICATE',
    states: NOT_SIGNED_IN,
    alone: true,
    secret: true,
    effect: { type: 'authenticate' },
    write(capabilities) {
      exchange = mechanism.begin();
      initialSent = exchange.initial !== undefined && offers(capabilities, 'SASL-IR');
      const initial = initialSent && exchange.initial ? ` ${encodeBase64(exchange.initial) || '='}` : '';
      return [`AUTHENTICATE ${atomPiece(mechanism.name)}${initial}`];
    },
    collect: () => ({
      async respond(challenge) {
        if (!initialSent && exchange.initial) {
          initialSent = true;
          return encodeBase64(exchange.initial);
        }
        return encodeBase64(await exchange.respond(decodeBase64(encodeText(challenge))));
      },
      settle: () => exchange.complete?.(),
    }),
  };
}

/**
 * `COMPRESS DEFLATE` (RFC 4978): from its OK on, the session compresses what it writes and inflates what it reads. Rejects with
 * CommandError, code COMPRESSIONACTIVE, where something below compresses already; everything goes on as it was. UsageError
 * where the server has no COMPRESS.
 */
export function compress(compression: Compression): Command<void> {
  return {
    name: 'COMPRESS',
    states: SIGNED_IN,
    // Whatever followed it would be neither plain nor compressed (§3); what goes before is answered before.
    alone: true,
    behind: ['ENABLE', 'SELECT', 'EXAMINE'],
    effect: { type: 'compress', compression },
    write(capabilities) {
      if (!capabilities.has('COMPRESS=DEFLATE')) throw new UsageError('the server has no COMPRESS');
      return ['COMPRESS DEFLATE'];
    },
    collect: () => settled,
  };
}

/** `ID` (RFC 2971): says who we are; gives the server's fields, names in lower case, or null. */
export function id(
  fields: Readonly<Record<string, string>> | null,
): Command<ReadonlyMap<string, string> | null> {
  return {
    name: 'ID',
    states: ANY_STATE,
    results: ['ID'],
    write() {
      if (!fields) return ['ID NIL'];
      const pieces = Object.entries(fields).flatMap(([name, value]): Piece[] =>
        [name, value].map((text) => stringPiece(text)),
      );
      return ['ID (', ...joinPieces(...pieces), ')'];
    },
    collect: () => {
      let answer: ReadonlyMap<string, string> | null = null;
      return {
        take(response) {
          if (response.type !== 'id') return false;
          answer = response.fields;
          return true;
        },
        settle: () => answer,
      };
    },
  };
}

/** `ENABLE` (RFC 5161): ENABLE, else UsageError; gives what the server says it enabled. Quirk: iCloud says OK and nothing else. */
export function enable(names: readonly string[]): Command<ReadonlySet<string>> {
  if (names.length === 0) throw new UsageError('ENABLE of nothing');
  return {
    name: 'ENABLE',
    states: ['authenticated'],
    results: ['ENABLED'],
    write(capabilities) {
      demand(capabilities, 'ENABLE', 'ENABLE');
      return [`ENABLE ${names.map(atomPiece).join(' ')}`];
    },
    collect: () => {
      const enabled = new Set<string>();
      return {
        take(response) {
          if (response.type !== 'enabled') return false;
          for (const name of response.capabilities) enabled.add(name);
          return true;
        },
        settle: () => enabled,
      };
    },
  };
}

/** `NAMESPACE` (RFC 2342 §5): NAMESPACE, else UsageError. undefined: the server said OK and nothing else. */
export function namespace(): Command<Namespaces | undefined> {
  return {
    name: 'NAMESPACE',
    states: SIGNED_IN,
    results: ['NAMESPACE'],
    write(capabilities) {
      demand(capabilities, 'NAMESPACE', 'NAMESPACE');
      return ['NAMESPACE'];
    },
    collect: () => {
      let namespaces: Namespaces | undefined;
      return {
        take(response) {
          if (response.type !== 'namespace') return false;
          ({ namespaces } = response);
          return true;
        },
        settle: () => namespaces,
      };
    },
  };
}

/** `IDLE` (RFC 2177). Sent through `Session.idle`, which knows when to end it. */
export function idle(): Command<void> {
  return { name: 'IDLE', states: SIGNED_IN, alone: true, write: () => ['IDLE'], collect: () => settled };
}
