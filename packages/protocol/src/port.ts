/** The ports: what the world has to offer for this package to do anything. */

/** A stream of bytes both ways: a WebSocket, a TLS socket, or two arrays in a test. */
export interface Transport {
  /** Ends when the peer closes; throws ConnectionLost or GatewayRefused when the stream breaks. Read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Settles when more may be written (backpressure). Rejects with ConnectionLost once closed. */
  write(bytes: Uint8Array): Promise<void>;
  /** Idempotent. */
  close(): void;
  /** Where there is one, what goes over this stream may be compressed. */
  readonly compression?: Compression | undefined;
}

/** Raw DEFLATE (RFC 1951) as a connection has it: one stream without end each way, never withheld. */
export interface Compression {
  /**
   * Gives what can be read after each chunk of `bytes`, in pieces; takes the next chunk only when those are taken, and no more
   * of a chunk at a time than stays small however far it inflates. Throws where `bytes` does, or where they are not DEFLATE.
   */
  inflate(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** One stream: each call gives octets from which all that was written up to now can be read (a sync flush). */
  deflate(): (bytes: Uint8Array) => Promise<Uint8Array>;
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Lets whatever waits for this thread have it first: settles in a task of its own. Without it nobody is let in between. */
  breathe?(): Promise<void>;
}

/** `octets` unpredictable octets (crypto.getRandomValues), or a seeded sequence in the simulation. */
export type Randomness = (octets: number) => Uint8Array;

export type Hash = 'SHA-1' | 'SHA-256';

/** What proving a password takes (RFC 5802 §2.2): WebCrypto or Node's. None keeps or changes what it is given. */
export interface Cryptography {
  digest(hash: Hash, data: Uint8Array): Promise<Uint8Array>;
  hmac(hash: Hash, key: Uint8Array, data: Uint8Array): Promise<Uint8Array>;
  /** `Hi`: PBKDF2 (RFC 8018) with HMAC, as many octets as the hash has. Must not hold the thread. */
  pbkdf2(hash: Hash, password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array>;
}
