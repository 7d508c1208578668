import type { Account } from '../account/account.ts';
import { Refusal } from '../account/account.ts';
import type { Mailbox } from '../account/mailbox.ts';
import type { Faults } from '../faults.ts';
import type { CapabilityName, Profile } from '../profile.ts';
import { appendLimit, CAPABILITIES, offeredMechanisms, supports } from '../profile.ts';
import { astring } from './format.ts';
import { encodeUtf7 } from './utf7.ts';
import type { CommandReader } from './command-reader.ts';
import type { Notifier } from './notify.ts';
import type { Selected } from './selected.ts';

/** What a connection needs of the server around it. */
export interface ImapHost {
  readonly profile: Profile;
  readonly faults: Faults;
  /** Whether STARTTLS is possible on this connection. */
  readonly startTls: boolean;
  authenticate(user: string, password: string): Account | undefined;
  accountOf(user: string): Account | undefined;
  /** Octets nobody can foresee, for SCRAM; the system's unless given. */
  random?(count: number): Uint8Array;
  /** Milliseconds since 1970. */
  now(): number;
  /** Protocol text as it is exchanged, a line at a time, without line break, literals and secrets. */
  log?(direction: 'C' | 'S', line: string): void;
}

/** What the client can ask for by ENABLE (RFC 5161). */
export type Enableable = 'CONDSTORE' | 'QRESYNC';

/** State of one connection as the commands see and change it. */
export interface Session {
  readonly host: ImapHost;
  readonly reader: CommandReader;
  /** Tag of the command being carried out. */
  tag: string;
  account: Account | undefined;
  selected: Selected | undefined;
  /** The client has made itself known as one that understands MODSEQ (RFC 7162 §3.1). */
  condstore: boolean;
  /** What ENABLE has turned on (RFC 5161). */
  readonly enabled: Set<Enableable>;
  secure: boolean;
  /** Set by LOGOUT, STARTTLS and COMPRESS: what happens once everything is sent. */
  then: 'close' | 'starttls' | 'deflate' | undefined;
  compressed: boolean;
  /** What the client asked for by NOTIFY; undefined until it does (RFC 5465 §3.1). */
  notify: Notifier | undefined;
  /** A command of this session is changing something right now. */
  acting: boolean;
  /** Called when the selected mailbox changes. */
  readonly wake: () => void;
}

export function has(session: Session, capability: CapabilityName): boolean {
  return supports(session.host.profile, capability);
}

/** Whether mailboxes keep modification sequences, and the profile shows them (RFC 7162 §3.1.2). */
export function hasModSeq(session: Session): boolean {
  return has(session, 'CONDSTORE') && session.host.profile.noModSeq !== true;
}

/** How this client wants to hear what happens in the mailbox it selected. */
export interface NewsStyle {
  /** VANISHED instead of EXPUNGE (RFC 7162 §3.2.10). */
  readonly vanished: boolean;
  readonly modSeq: boolean;
  /** UID in FETCH responses nobody asked for (RFC 7162 §3.2.4). */
  readonly uid: boolean;
}

export function newsStyle(session: Session): NewsStyle {
  const modSeq = session.condstore && hasModSeq(session);
  return {
    vanished: session.enabled.has('QRESYNC') && hasModSeq(session),
    modSeq,
    uid: (modSeq && has(session, 'QRESYNC')) || session.notify !== undefined,
  };
}

/** Capabilities in the order they are announced. */
export function capabilityList(session: Session): string {
  const { profile } = session.host;
  const list = ['IMAP4rev1'];
  for (const name of CAPABILITIES)
    if (has(session, name)) list.push(name === 'APPENDLIMIT' ? `APPENDLIMIT=${appendLimit(profile)}` : name);
  if (session.account === undefined) {
    if (profile.loginDisabled === true) list.push('LOGINDISABLED');
    list.push(...offeredMechanisms(profile).map((name) => `AUTH=${name}`));
  }
  if (session.host.startTls && !session.secure) list.push('STARTTLS');
  return list.join(' ');
}

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

/** A client's name for a mailbox as it is written (RFC 3501 §5.1.3). */
export function wireName(_session: Session, name: string): string {
  return astring(encodeUtf7(name));
}

/** The mailbox the client calls so; a Refusal when there is none, with NEWNAME where that is done (RFC 2180 §3.4). */
export function mailboxOf(session: Session, name: string, absentCode = 'NONEXISTENT'): Mailbox {
  const account = accountOf(session);
  const inner = mailboxName(session, name);
  const mailbox = account.find(inner);
  if (mailbox !== undefined) return mailbox;
  const renamed = session.host.profile.multiAccess?.rename === 'newname' ? account.newName(inner) : undefined;
  if (renamed === undefined) throw new Refusal('There is no such mailbox', absentCode);
  const names = `${wireName(session, name)} ${wireName(session, shownName(session, renamed))}`;
  throw new Refusal('The mailbox was renamed', `NEWNAME ${names}`);
}

export function accountOf(session: Session): Account {
  if (session.account === undefined) throw new Error('a command ran before sign-in');
  return session.account;
}

export function selectedOf(session: Session): Selected {
  if (session.selected === undefined) throw new Error('a command ran with no mailbox selected');
  return session.selected;
}

/** Leaves the selected mailbox, if there is one. */
export function deselect(session: Session): void {
  session.selected?.close();
  session.selected = undefined;
}
