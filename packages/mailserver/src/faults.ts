/** What can be made to go wrong, at any time, for every connection. All off at first. */
export interface Faults {
  /**
   * Close the connection abruptly once this many octets of a FETCH literal were sent, if it is longer than that.
   * Happens once and then switches itself off.
   */
  closeInLiteralAfter?: number | undefined;
  /** Answer every sign-in, IMAP and submission, with a temporary refusal holding this text. */
  refuseLogins?: string | undefined;
  /** Milliseconds to wait before a command is carried out; may depend on the command's name ("FETCH", "UID FETCH"). */
  delay?: number | ((command: string) => number) | undefined;
}
