import type { UpstreamReason } from './failure.ts';

/** Why a relay ends, as a WebSocket close code (RFC 6455 §7.4; 4000–4999 are ours). docs/gateway.md lists them. */
export const CloseCode = {
  /** The mail server closed the stream; every byte of it was delivered. */
  normal: 1000,
  /** Text frame: the relay moves bytes. */
  text: 1003,
  /** More than the limit allows before the greeting. */
  early: 1008,
  /** This gateway goes down; connect again. */
  draining: 1012,
  /** No session, or it has expired: sign in again. */
  session: 4401,
  /** The mail server refuses the password that it once took: sign in again. */
  refused: 4403,
  /** The mail is on another server, which the administrator has not listed. */
  unlisted: 4406,
  /** No mail moved for too long; connect again when there is something to do. */
  idle: 4408,
  /** No connection, or it broke. */
  unreachable: 4502,
  certificate: 4503,
  timeout: 4504,
  /** What answers is not the configured protocol, or offers no STARTTLS or AUTH. */
  protocol: 4505,
} as const;

export const closeCodeOf: Readonly<Record<UpstreamReason, number>> = {
  auth: CloseCode.refused,
  unreachable: CloseCode.unreachable,
  certificate: CloseCode.certificate,
  timeout: CloseCode.timeout,
  protocol: CloseCode.protocol,
  unlisted: CloseCode.unlisted,
};
