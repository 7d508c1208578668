import { createHash } from 'node:crypto';

/** Accounts that one browser may be signed in to at a time: their cookies travel with every request. */
export const mostAccounts = 5;

/**
 * Names an account in cookies and addresses and on the person's device: 12 characters of base64url, 72 bits of a hash of the
 * user name exactly as the mail server took it. `Ada` and `ada` may be two people, so they are two accounts.
 */
export function accountOf(user: string): string {
  return createHash('sha256').update('postern account\n').update(user).digest('base64url').slice(0, 12);
}

/** False for whatever `accountOf` cannot have made. */
export function isAccount(text: string): boolean {
  return /^[\w-]{12}$/.test(text);
}
