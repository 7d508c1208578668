/** How full the account is on its server (RFC 9208), as far as it says. */
import type { Quota } from '../imap/index.ts';

/** The setting that holds AccountQuota. */
export const QUOTA_SETTING = 'quota';

/** Octets, or messages. */
export interface Share {
  readonly used: number;
  readonly limit: number;
}

export interface AccountQuota {
  /** Milliseconds since 1970: when the server said so. */
  readonly at: number;
  readonly storage?: Share;
  readonly messages?: Share;
}

/** From here on a person is told. */
export const TIGHT = 0.9;

/** RFC 9208 §5.1: STORAGE counts units of 1024 octets. */
const UNIT = 1024;

/** As a store may hold it: anything. undefined: nobody knows, or there is no limit. */
export function quotaOf(setting: unknown): AccountQuota | undefined {
  if (typeof setting !== 'object' || setting === null) return undefined;
  const { at, storage, messages } = setting as Partial<AccountQuota>;
  if (typeof at !== 'number' || !(isShare(storage) || isShare(messages))) return undefined;
  return { at, ...(isShare(storage) && { storage }), ...(isShare(messages) && { messages }) };
}

function isShare(share: Partial<Share> | undefined): share is Share {
  return typeof share?.used === 'number' && typeof share.limit === 'number' && share.limit > 0;
}

/** How full, 1 being full, of what is fullest; 0: nobody knows. */
export function fullness({ storage, messages }: Omit<AccountQuota, 'at'>): number {
  return Math.max(0, ...[storage, messages].map((share) => (share ? share.used / share.limit : 0)));
}

/**
 * A mailbox may be under several quotas: the one that leaves the least is what counts. Quirk: a limit of 0 is how some servers
 * say that there is none; nobody could have mail under it.
 */
export function fullestOf(quotas: readonly Quota[]): Omit<AccountQuota, 'at'> {
  const fullest = (name: string, unit: number): Share | undefined =>
    quotas
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource.name === name && resource.limit > 0n)
      .map(({ usage, limit }): Share => ({ used: Number(usage) * unit, limit: Number(limit) * unit }))
      .toSorted((a, b) => b.used / b.limit - a.used / a.limit)[0];
  const [storage, messages] = [fullest('STORAGE', UNIT), fullest('MESSAGE', 1)];
  return { ...(storage && { storage }), ...(messages && { messages }) };
}
