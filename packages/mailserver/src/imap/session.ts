import type { Account } from '../account/account.ts';
import type { Faults } from '../faults.ts';
import type { Referrals } from '../referrals.ts';
import type { CapabilityName, Profile } from '../profile.ts';
import { appendLimit, CAPABILITIES, offeredMechanisms, supports } from '../profile.ts';
import type { Trait } from '../traits.ts';
import type { CommandReader } from './command-reader.ts';
import type { MetadataWatch } from './metadata-watch.ts';
import type { Notifier } from './notify.ts';
import type { Selected } from './selected.ts';

/** What a connection needs of the server around it. */
export interface ImapHost {
  readonly profile: Profile;
  readonly faults: Faults;
  /** What lives elsewhere; nothing unless given. */
  readonly referrals?: Referrals;
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
export type Enableable = 'CONDSTORE' | 'QRESYNC' | 'UTF8=ACCEPT' | 'IMAP4rev2' | 'UIDONLY' | 'METADATA';

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
  /** Changes of metadata to tell, once METADATA is enabled (RFC 5464 §4.4). */
  metadata: MetadataWatch | undefined;
  /** A command of this session is changing something right now. */
  acting: boolean;
  /** Called when the selected mailbox changes. */
  readonly wake: () => void;
}

export function has(session: Session, capability: CapabilityName): boolean {
  return supports(session.host.profile, capability);
}

/** Whether the profile has a habit. */
export function acts(session: Session, trait: Trait): boolean {
  return session.host.profile.traits?.includes(trait) === true;
}

/** The code of a NO for messages that were expunged, where the profile gives one. */
export function expungeIssued({ host }: Session): string | undefined {
  return host.profile.multiAccess?.reason === 'words' ? undefined : 'EXPUNGEISSUED';
}

/** Whether mailboxes keep modification sequences, and the profile shows them (RFC 7162 §3.1.2). */
export function hasModSeq(session: Session): boolean {
  return has(session, 'CONDSTORE') && session.host.profile.noModSeq !== true;
}

/** How this client wants to hear what happens in the mailbox it selected. */
export interface NewsStyle {
  /** VANISHED instead of EXPUNGE (RFC 7162 §3.2.10, RFC 9586 §3). */
  readonly vanished: boolean;
  readonly modSeq: boolean;
  /** UID in FETCH responses nobody asked for (RFC 7162 §3.2.4). */
  readonly uid: boolean;
  /** RECENT and \Recent, which IMAP4rev2 has no more. */
  readonly recent: boolean;
}

/** Whether mailbox names and other text are UTF-8 on the wire (RFC 6855 §3, RFC 9051 §5.1). */
export function speaksUtf8(session: Session): boolean {
  return session.enabled.has('UTF8=ACCEPT') || session.enabled.has('IMAP4rev2');
}

export function newsStyle(session: Session): NewsStyle {
  const modSeq = session.condstore && hasModSeq(session);
  const uidOnly = session.enabled.has('UIDONLY');
  return {
    vanished: uidOnly || (session.enabled.has('QRESYNC') && hasModSeq(session)),
    modSeq,
    uid: !uidOnly && ((modSeq && has(session, 'QRESYNC')) || session.notify !== undefined),
    recent: !session.enabled.has('IMAP4rev2'),
  };
}

/** Capabilities in the order they are announced. */
export function capabilityList(session: Session): string {
  const { profile } = session.host;
  const list = ['IMAP4rev1'];
  for (const name of CAPABILITIES)
    if (has(session, name)) list.push(name === 'APPENDLIMIT' ? `APPENDLIMIT=${appendLimit(profile)}` : name);
  if (profile.messageLimit !== undefined) list.push(`MESSAGELIMIT=${profile.messageLimit}`);
  if (session.account === undefined) {
    if (profile.loginDisabled === true) list.push('LOGINDISABLED');
    if (!acts(session, 'sasl-unannounced'))
      list.push(...offeredMechanisms(profile).map((name) => `AUTH=${name}`));
  }
  if (session.host.startTls && !session.secure) list.push('STARTTLS');
  return list.join(' ');
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
