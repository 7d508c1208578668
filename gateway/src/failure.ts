/** Why there is no connection to the mail server; the app words it for people. */
export type UpstreamReason =
  | 'auth'
  | 'unreachable'
  | 'certificate'
  | 'timeout'
  | 'protocol'
  /** It refers the person to a server that the administrator has not listed (RFC 2193, RFC 2221). */
  | 'unlisted';

/** The mail server could not be used. The message is for the log; it holds nothing the server or the person said. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly reason: UpstreamReason;
  /** The server's own words to the person who signs in, e.g. that an app password is needed. */
  readonly detail: string | undefined;
  constructor(reason: UpstreamReason, message: string, detail?: string) {
    super(message);
    this.reason = reason;
    this.detail = detail;
  }
}
