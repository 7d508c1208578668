import type { Reader } from '../reader.ts';
import type { Quota, QuotaResource, QuotaRoots } from '../response.ts';
import { readMailboxWord } from './mailbox.ts';

/** `"QUOTA" SP quota-root-name SP "(" [resource SP usage SP limit …] ")"` (RFC 9208 §4.2.1). STORAGE counts 1024 octets. */
export function readQuota(reader: Reader): Quota {
  reader.skipSpaces();
  const root = reader.astring();
  const resources: QuotaResource[] = [];
  reader.skipSpaces();
  reader.list(() => {
    const name = reader.atom().toUpperCase();
    reader.skipSpaces();
    const usage = reader.bigNumber();
    reader.skipSpaces();
    resources.push({ name, usage, limit: reader.bigNumber() });
  });
  return { root, resources };
}

/** `"QUOTAROOT" SP mailbox *(SP quota-root-name)` (RFC 9208 §4.2.2). */
export function readQuotaRoots(reader: Reader): QuotaRoots {
  const wireName = readMailboxWord(reader);
  const roots: string[] = [];
  while (reader.moreOnLine()) roots.push(reader.astring());
  return { wireName, roots };
}
