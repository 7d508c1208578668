import { encodeText } from '../bytes/index.ts';
import { UsageError } from '../error.ts';
import type { Mechanism } from './mechanism.ts';
import { oneShot } from './plain.ts';

/**
 * `EXTERNAL` (RFC 4422 appendix A): who we are is known from elsewhere, e.g. a client certificate. `identity` is whom to act
 * as; left out, the server decides.
 */
export function external(identity = ''): Mechanism {
  if (identity.includes('\0')) throw new UsageError('an identity holds NUL');
  return { name: 'EXTERNAL', begin: () => oneShot(encodeText(identity)) };
}

/** `ANONYMOUS` (RFC 4505): a guest. The trace, at most 255 characters, is a name or address that the server may log. */
export function anonymous(trace = ''): Mechanism {
  if (trace.includes('\0') || [...trace].length > 255) throw new UsageError('not a trace');
  return { name: 'ANONYMOUS', begin: () => oneShot(encodeText(trace)) };
}
