/**
 * Mailboxes whose older mail the person has stopped. What is here of them stays up to date, new mail comes, and older mail comes where
 * somebody scrolls, searches or goes to a date; the rest stays on the server until it is wanted again.
 */
import type { MailboxKey } from './model.ts';

/** The setting that holds their keys: the person's. */
export const STOPPED_SETTING = 'older-stopped';

/** As a store may hold it: anything. */
export function stoppedOf(setting: unknown): ReadonlySet<MailboxKey> {
  const keys = Array.isArray(setting) ? (setting as unknown[]) : [];
  return new Set(keys.filter((key): key is MailboxKey => typeof key === 'number'));
}
