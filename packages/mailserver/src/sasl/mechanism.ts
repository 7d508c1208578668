import type { Account } from '../account/account.ts';

/** Who can be signed in, and how the server makes what nobody may guess. */
export interface Credentials {
  accountOf(user: string): Account | undefined;
  /** Compares the password as it stands. */
  authenticate(user: string, password: string): Account | undefined;
  /** `count` octets that the client cannot foresee. */
  random(count: number): Uint8Array;
}

/** Why nobody was signed in: wrong credentials, no right to act for somebody else, or a broken exchange. */
export type Failure = 'wrong' | 'not-allowed' | 'malformed';

/**
 * The server's side of a SASL mechanism (RFC 4422 §3): yields challenges, is given responses, and returns who it is.
 * A first challenge of no octets stands for "the client begins".
 */
export type Dialogue = Generator<string, Account | Failure, string>;

export type Mechanism = (credentials: Credentials) => Dialogue;
