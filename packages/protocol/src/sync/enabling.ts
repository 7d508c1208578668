/** What is switched on as soon as a connection stands, in the flight of the first SELECT (RFC 5161). */
import type { Enableable } from '../imap/index.ts';
import { isLimited } from './steps.ts';

/**
 * Those that the server has. UIDONLY (RFC 9586) where nothing is left that needs a sequence number: what stands at a place in the
 * list is found without one by PARTIAL (RFC 9394), as long as a command looks at all messages.
 */
export function toEnable(capabilities: ReadonlySet<string>): readonly Enableable[] {
  const numbers = !capabilities.has('PARTIAL') || isLimited(capabilities);
  return ['QRESYNC', 'UTF8=ACCEPT', ...(numbers ? [] : (['UIDONLY'] as const))];
}
