import { Refusal } from '../account/account.ts';
import type { Mailbox } from '../account/mailbox.ts';
import { astring } from './format.ts';
import { referMailbox } from './refer.ts';
import type { Session } from './session.ts';
import { accountOf, speaksUtf8 } from './session.ts';
import { encodeUtf7 } from './utf7.ts';

/** The account's name for a mailbox as the client calls it; a Refusal when the profile has no such names. */
export function mailboxName(session: Session, name: string): string {
  const { separator = '/', prefix = '' } = session.host.profile;
  if (name.toUpperCase() === 'INBOX') return 'INBOX';
  if (separator === '.' && name.includes('/'))
    throw new Refusal('Mailbox names here cannot hold "/"', 'CANNOT');
  if (prefix !== '' && name.slice(0, prefix.length).toUpperCase() !== prefix.toUpperCase())
    throw new Refusal(`Mailbox names here start with ${prefix}`, 'NONEXISTENT');
  const inner = name.slice(prefix.length);
  return separator === '.' ? inner.replaceAll('.', '/') : inner;
}

/** The client's name for a mailbox of the account; not yet encoded. */
export function shownName(session: Session, name: string): string {
  const { separator = '/', prefix = '' } = session.host.profile;
  if (name === 'INBOX') return name;
  return prefix + (separator === '.' ? name.replaceAll('/', '.') : name);
}

/** A client's name for a mailbox as it is written: in modified UTF-7 (RFC 3501 §5.1.3), or in UTF-8 where enabled. */
export function wireName(session: Session, name: string): string {
  if (!speaksUtf8(session)) return astring(encodeUtf7(name));
  if (/^[\x20-\x7e]*$/.test(name)) return astring(name);
  return `"${Buffer.from(name, 'utf8').toString('latin1').replace(/["\\]/g, '\\$&')}"`;
}

/** The mailbox the client calls so; a Refusal when there is none, with REFERRAL when it lives elsewhere
 * (RFC 2193), with NEWNAME where that is done (RFC 2180 §3.4). */
export function mailboxOf(session: Session, name: string, absentCode = 'NONEXISTENT'): Mailbox {
  const account = accountOf(session);
  const inner = mailboxName(session, name);
  referMailbox(session, inner);
  const mailbox = account.find(inner);
  if (mailbox !== undefined) return mailbox;
  const renamed = session.host.profile.multiAccess?.rename === 'newname' ? account.newName(inner) : undefined;
  if (renamed === undefined) throw new Refusal('There is no such mailbox', absentCode);
  const names = `${wireName(session, name)} ${wireName(session, shownName(session, renamed))}`;
  throw new Refusal('The mailbox was renamed', `NEWNAME ${names}`);
}
