/** From what IndexedDB throws to StoreError. */
import { StoreError, UsageError } from '@postern/protocol/error';

const reasons: Readonly<Record<string, StoreError['reason']>> = {
  QuotaExceededError: 'quota',
  VersionError: 'version',
  // The connection is gone: another tab signed out, or the browser reclaimed the space.
  InvalidStateError: 'evicted',
  NotFoundError: 'evicted',
};

const words: Readonly<Record<StoreError['reason'], string>> = {
  quota: 'This device has no room left for mail.',
  blocked: 'Another tab holds an older copy of the mail on this device.',
  version: 'The mail on this device was written by a newer Postern.',
  evicted: 'The mail on this device was removed.',
  failed: 'The browser could not keep mail on this device.',
};

export function storeError(reason: StoreError['reason']): StoreError {
  return new StoreError(reason, words[reason]);
}

/** Our own errors as they are; anything else by its name. */
export function asStoreError(error: unknown): StoreError | UsageError {
  if (error instanceof StoreError || error instanceof UsageError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const mapped = storeError(reasons[name] ?? 'failed');
  mapped.cause = error;
  return mapped;
}
