/** One authentication under way: octets in, octets out, no I/O (RFC 4422 §3). */
export interface Exchange {
  /** What the client says first; undefined where the server does. */
  readonly initial: Uint8Array | undefined;
  /** Answers a challenge. Throws ProtocolError where the challenge is not what this mechanism allows. */
  respond(challenge: Uint8Array): Uint8Array;
}

export interface Mechanism {
  /** As in `AUTH=` capabilities. */
  readonly name: string;
  /** A mechanism can be begun any number of times. */
  begin(): Exchange;
}
