import type { SaslMechanism } from './sasl/mechanisms.ts';
import { SASL_MECHANISMS } from './sasl/mechanisms.ts';
import type { Trait } from './traits.ts';

/**
 * What this server can do beyond bare IMAP4rev1, by the names CAPABILITY gives it (RFC 3501 §6.1.1 and each one's
 * RFC), in the order they are announced. A profile turns each on or off.
 */
export const CAPABILITIES = [
  'IMAP4rev2',
  'SASL-IR',
  'LITERAL+',
  'LITERAL-',
  'ID',
  'ENABLE',
  'IDLE',
  'NAMESPACE',
  'CHILDREN',
  'LOGIN-REFERRALS',
  'MAILBOX-REFERRALS',
  'UIDPLUS',
  'MOVE',
  'MULTIAPPEND',
  'APPENDLIMIT',
  'SPECIAL-USE',
  'CREATE-SPECIAL-USE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'STATUS=SIZE',
  'ESEARCH',
  'SEARCHRES',
  'PARTIAL',
  'ACL',
  'RIGHTS=texk',
  'LIST-MYRIGHTS',
  'QUOTA',
  'QUOTASET',
  'QUOTA=RES-STORAGE',
  'QUOTA=RES-MESSAGE',
  'METADATA',
  'REPLACE',
  'CATENATE',
  'WITHIN',
  'SORT',
  'ESORT',
  'THREAD=ORDEREDSUBJECT',
  'THREAD=REFERENCES',
  'COMPRESS=DEFLATE',
  'BINARY',
  'PREVIEW',
  'SAVEDATE',
  'OBJECTID',
  'NOTIFY',
  'UTF8=ACCEPT',
  'UIDONLY',
  'CONDSTORE',
  'QRESYNC',
  'UNSELECT',
] as const;

export type CapabilityName = (typeof CAPABILITIES)[number];

/** Off unless a profile asks for them: LITERAL- excludes LITERAL+ (RFC 7888 §5). */
const OFF_UNLESS_ASKED: ReadonlySet<CapabilityName> = new Set<CapabilityName>(['LITERAL-']);

/** What a capability builds upon: it is off where that is off. */
const BUILDS_UPON: Readonly<Partial<Record<CapabilityName, readonly CapabilityName[]>>> = {
  // What RFC 9051 Appendix E has taken into the protocol itself.
  IMAP4rev2: [
    'ENABLE',
    'NAMESPACE',
    'UNSELECT',
    'UIDPLUS',
    'ESEARCH',
    'SEARCHRES',
    'IDLE',
    'SASL-IR',
    'LIST-EXTENDED',
    'LIST-STATUS',
    'MOVE',
    'BINARY',
    'SPECIAL-USE',
    'STATUS=SIZE',
    'CHILDREN',
  ],
  'UTF8=ACCEPT': ['ENABLE'],
  UIDONLY: ['ENABLE'],
  'LIST-STATUS': ['LIST-EXTENDED'],
  SEARCHRES: ['ESEARCH'],
  PARTIAL: ['ESEARCH'],
  ESORT: ['SORT', 'ESEARCH'],
  'CREATE-SPECIAL-USE': ['SPECIAL-USE'],
  'RIGHTS=texk': ['ACL'],
  'LIST-MYRIGHTS': ['ACL', 'LIST-EXTENDED'],
  QUOTASET: ['QUOTA'],
  'QUOTA=RES-STORAGE': ['QUOTA'],
  'QUOTA=RES-MESSAGE': ['QUOTA'],
  QRESYNC: ['CONDSTORE', 'ENABLE'],
};

/** What happens when several sessions use one mailbox: the choices of RFC 2180 §3 and §4. */
export interface MultiAccess {
  /**
   * DELETE of a mailbox that other sessions have selected: refused with INUSE (§3.1), kept for them until they leave it
   * (§3.2), or they are disconnected (§3.3), the default.
   */
  readonly delete?: 'refuse' | 'ghost' | 'disconnect';
  /**
   * RENAME of such a mailbox: refused (§3.1), they are disconnected (§3.3), or it is renamed under them (§3.4), the
   * default; `newname` then answers commands that use the old name by NEWNAME.
   */
  readonly rename?: 'refuse' | 'disconnect' | 'rename' | 'newname';
  /**
   * FETCH of messages that were expunged, before the session was told: their data as if nothing had happened (§4.1.1),
   * the default; nothing of them and NO (§4.1.2); empty data (§4.1.3); or the end of the connection.
   */
  readonly fetch?: 'ghost' | 'no' | 'nil' | 'bye';
  /** EXPUNGE while other sessions have the mailbox selected: done, or refused with INUSE (§4.1.4). */
  readonly expunge?: 'allow' | 'refuse';
  /** STORE, some of it on such messages: done for the others and NO (§4.2.3), the default, or not at all (§4.2.4). */
  readonly store?: 'others' | 'none';
  /** STORE by .SILENT, some of it on such messages: OK (§4.2.1), the default, or as without .SILENT. */
  readonly storeSilent?: 'ok' | 'no';
  /** COPY, some of it of such messages: refused (§4.4.1), the default; done (§4.4.2); or done for the others. */
  readonly copy?: 'refuse' | 'ghost' | 'others';
  /** What such a NO says of its reason: [EXPUNGEISSUED] (RFC 5530 §3), the default, or words alone, as in RFC 2180. */
  readonly reason?: 'code' | 'words';
}

/** How the server behaves within what the RFCs allow. */
export interface Profile {
  readonly name: string;
  /**
   * Capabilities not named here are on, but for LITERAL- and what builds upon one that is off. What is off is refused
   * with BAD and leaves no trace in responses.
   */
  readonly capabilities?: Readonly<Partial<Record<CapabilityName, boolean>>>;
  /** Hierarchy separator; "/" unless given, null for a server without hierarchy. */
  readonly separator?: '/' | '.' | null;
  /** Prefix of personal mailboxes other than INBOX, with its separator, e.g. `INBOX.`; empty unless given. */
  readonly prefix?: string;
  /** What NAMESPACE says other people's mailboxes, and shared ones, begin with, e.g. `user/`; nothing unless given. */
  readonly foreign?: { readonly others?: string; readonly shared?: string };
  /** SASL mechanisms announced and taken; all there are unless given. */
  readonly sasl?: readonly SaslMechanism[];
  /** LOGIN is refused, and LOGINDISABLED announced (RFC 3501 §6.2.3). */
  readonly loginDisabled?: boolean;
  /** Octets of a message APPEND takes (RFC 7889); 128 MiB unless given. */
  readonly appendLimit?: number;
  /** Messages that one command works on (RFC 9738), announced as MESSAGELIMIT; any number unless given. */
  readonly messageLimit?: number;
  /**
   * How many expunged messages each mailbox remembers for QRESYNC; all of them unless given. Who asks for what is
   * older hears of every UID that is not there (RFC 7162 §3.2.6).
   */
  readonly expungeLog?: number;
  /** Octets of a command line, beyond which it is BAD; 256 KiB unless given, and then the end of the connection. */
  readonly maxLine?: number;
  /** What it does that the RFCs do not ask for. */
  readonly traits?: readonly Trait[];
  /** What becomes of mailboxes and messages that go while others use them (RFC 2180). */
  readonly multiAccess?: MultiAccess;
  /** Mailboxes keep no modification sequences: NOMODSEQ on SELECT (RFC 7162 §3.1.2.2). */
  readonly noModSeq?: boolean;
}

/** No capability at all: spread it to name the few that are on. */
export const NO_CAPABILITIES = Object.fromEntries(CAPABILITIES.map((name) => [name, false])) as Record<
  CapabilityName,
  boolean
>;

/** Whether a profile has a capability. */
export function supports(profile: Profile, capability: CapabilityName): boolean {
  const on = profile.capabilities?.[capability] ?? !OFF_UNLESS_ASKED.has(capability);
  return on && (BUILDS_UPON[capability] ?? []).every((below) => supports(profile, below));
}

/** SASL mechanisms in the order they are announced. */
export function offeredMechanisms(profile: Profile): readonly SaslMechanism[] {
  return SASL_MECHANISMS.filter((name) => profile.sasl === undefined || profile.sasl.includes(name));
}

/** Octets of a message APPEND takes. */
export function appendLimit(profile: Profile): number {
  return profile.appendLimit ?? 128 << 20;
}
