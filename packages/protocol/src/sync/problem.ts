/** The one table from what went wrong with a connection to what the person is told. */
import { CommandError, ConnectionLost, GatewayRefused, ProtocolError, StoreError } from '../error.ts';
import type { ConnectionProblem } from './wishes.ts';

const byStatus: Readonly<Record<number, ConnectionProblem>> = {
  4403: 'refused',
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

/** The gateway does not know the session (any more): its close code, and HTTP's status. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof GatewayRefused && (error.status === 401 || error.status === 4401);
}

/** Whatever is not in the taxonomy, and UsageError, is a bug of ours: it must not look like bad weather. */
export function isBug(error: unknown): boolean {
  return !(error instanceof CommandError || error instanceof StoreError || isConnectionMatter(error));
}

/** The connection broke under the command: nobody knows whether it happened. */
export function isConnectionMatter(error: unknown): boolean {
  return error instanceof ConnectionLost || error instanceof GatewayRefused || error instanceof ProtocolError;
}
