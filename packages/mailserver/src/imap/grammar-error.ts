/** The client broke the grammar, or the rules of the state it is in; answered with BAD and this message. */
export class GrammarError extends Error {
  /** Response code, without brackets. */
  readonly code: string | undefined;
  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}
