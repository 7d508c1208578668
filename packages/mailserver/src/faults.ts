/** What can be made to go wrong, at any time, for every connection. All off at first. */
export interface Faults {
  /**
   * Close the connection abruptly once this many octets of a FETCH literal were sent, if it is longer than that.
   * Happens once and then switches itself off.
   */
  closeInLiteralAfter?: number | undefined;
  /** Answer every sign-in, IMAP and submission, with a temporary refusal holding this text. */
  refuseLogins?: string | undefined;
  /** Answers a command ("FETCH", "UID FETCH") by this instead of carrying it out; undefined lets it be. */
  refuse?:
    ((command: string) => { status: 'NO' | 'BAD'; code?: string; text: string } | undefined) | undefined;
  /** What becomes of a message that CATENATE has put together. */
  catenate?: ((message: Uint8Array) => Uint8Array) | undefined;
  /**
   * Answers a step of a submission by this reply ("451 4.3.0 Later") instead of taking it; undefined lets it be.
   * DATA is the message at its end.
   */
  refuseSubmission?: ((step: 'MAIL' | 'RCPT' | 'DATA', argument: string) => string | undefined) | undefined;
  /** Milliseconds to wait before a command is carried out; may depend on the command's name ("FETCH", "UID FETCH"). */
  delay?: number | ((command: string) => number) | undefined;
}
