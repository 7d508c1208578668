import { Refusal } from '../account/account.ts';
import { mailboxUrl, remoteUrls, serverUrl } from '../referrals.ts';
import type { Session } from './session.ts';
import { accountOf, has } from './session.ts';

/** Whether a mailbox, by the account's name for it, lives elsewhere and the client may be told so. */
export function isRemote(session: Session, name: string): boolean {
  return urlsOf(session, name) !== undefined;
}

function urlsOf(session: Session, name: string): string[] | undefined {
  const { referrals } = session.host;
  if (referrals === undefined || !has(session, 'MAILBOX-REFERRALS')) return undefined;
  return remoteUrls(referrals, accountOf(session).user, name);
}

/** A Refusal with REFERRAL when the mailbox of that name lives elsewhere (RFC 2193 §4.1, §4.2, §4.4). */
export function referMailbox(session: Session, name: string): void {
  const urls = urlsOf(session, name);
  if (urls !== undefined) throw new Refusal('The mailbox is on another server', `REFERRAL ${urls.join(' ')}`);
}

/** A Refusal with pairs of URLs when a RENAME has to do with another server (RFC 2193 §4.3). */
export function referRename(session: Session, from: string, to: string): void {
  const { referrals } = session.host;
  if (referrals === undefined || (!isRemote(session, from) && !isRemote(session, to))) return;
  const { user } = accountOf(session);
  const here = (name: string): string[] =>
    referrals.self === undefined ? [] : [mailboxUrl(referrals.self, user, name)];
  const sources = urlsOf(session, from) ?? here(from);
  // What is renamed on another server stays there, unless its new name belongs somewhere else.
  const targets = urlsOf(session, to) ?? here(to);
  const pairs = sources.flatMap((source, index) => [source, targets[index] ?? targets[0] ?? source]);
  throw new Refusal('That takes another server', `REFERRAL ${pairs.join(' ')}`);
}

/** Names of the mailboxes that live elsewhere, as the account has them: what RLIST adds (RFC 2193 §5.1). */
export function remoteNames(session: Session): string[] {
  return has(session, 'MAILBOX-REFERRALS') ? [...(session.host.referrals?.mailboxes.keys() ?? [])] : [];
}

/** Where a user who proved to be one has their mail, when that is elsewhere (RFC 2221 §4.1). */
export function homeOf(
  session: Session,
  user: string,
  anyMechanism: boolean,
): { readonly code: string; readonly refuse: boolean } | undefined {
  const home = has(session, 'LOGIN-REFERRALS') ? session.host.referrals?.users.get(user) : undefined;
  if (home === undefined) return undefined;
  return { code: `REFERRAL ${serverUrl(home.origin, user, anyMechanism)}`, refuse: home.refuse };
}
