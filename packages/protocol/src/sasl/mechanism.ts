/** One authentication under way: octets in, octets out, no I/O (RFC 4422 §3). */
export interface Exchange {
  /** What the client says first; undefined where the server does. */
  readonly initial: Uint8Array | undefined;
  /** Answers a challenge. Throws, or rejects with, ProtocolError where the challenge is not what this mechanism allows. */
  respond(challenge: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The server let us in. Throws ProtocolError where it left out something that this mechanism demands of it first. */
  complete?(): void;
}

export interface Mechanism {
  /** As in `AUTH=` capabilities. */
  readonly name: string;
  /** A mechanism can be begun any number of times. */
  begin(): Exchange;
}
