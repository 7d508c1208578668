/** The one table from what went wrong with a connection to what the person is told. */
import { CommandError, ConnectionLost, GatewayRefused, ProtocolError, StoreError } from '../error.ts';
import type { ConnectionProblem } from './wishes.ts';

const byStatus: Readonly<Record<number, ConnectionProblem>> = {
  4429: 'refused',
  429: 'refused',
  4502: 'unreachable',
  502: 'unreachable',
  4406: 'unlisted',
  4503: 'certificate',
  4504: 'unreachable',
  504: 'unreachable',
};

/** `text`: the server's own words. */
export function problemOf(error: unknown): { readonly reason: ConnectionProblem; readonly text: string } {
  if (error instanceof GatewayRefused) return { reason: byStatus[error.status] ?? 'network', text: '' };
  if (error instanceof CommandError) return { reason: 'refused', text: error.text };
  if (error instanceof StoreError) return { reason: 'storage', text: '' };
  if (error instanceof ConnectionLost) return { reason: 'closed', text: '' };
  return { reason: 'confused', text: '' };
}

/** What the gateway closes with where the mail server does not take the password (any more). */
const WRONG_PASSWORD = 4403;

/** The gateway does not know the session (any more), by its close code or HTTP's status, or the mail server not the password. */
export function isSignedOut(error: unknown): boolean {
  return isSessionOver(error) || isPasswordRefused(error);
}

/** Then nothing can be connected to, whatever is open still. */
export function isSessionOver(error: unknown): boolean {
  return error instanceof GatewayRefused && [401, 4401].includes(error.status);
}

export function isPasswordRefused(error: unknown): boolean {
  return error instanceof GatewayRefused && error.status === WRONG_PASSWORD;
}

/** Whatever is not in the taxonomy, and UsageError, is a bug of ours: it must not look like bad weather. */
export function isBug(error: unknown): boolean {
  return !(error instanceof CommandError || error instanceof StoreError || isConnectionMatter(error));
}

/** The connection broke under the command: nobody knows whether it happened. */
export function isConnectionMatter(error: unknown): boolean {
  return error instanceof ConnectionLost || error instanceof GatewayRefused || error instanceof ProtocolError;
}
