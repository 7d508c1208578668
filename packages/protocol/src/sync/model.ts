/**
 * What the store holds. Two writers, never the same rows: the engine writes *truth* (what the server last said), the
 * person appends *actions* (what they want). `project` lays the second over the first when it is read.
 */
import type { BodyStructure, Flag, Uid, UidValidity } from '../imap/types.ts';
import type { MailAddress } from '../mime/index.ts';

declare const brand: unique symbol;
/** Names a mailbox on this device; outlives a rename. */
export type MailboxKey = number & { readonly [brand]: 'MailboxKey' };
/** Where messages wait for a while that may be heard of in another mailbox (just-gone.ts): keys that are given out begin with 1. */
export const JUST_GONE = 0 as MailboxKey;
/** Of a mailbox that is looked into and is none of the store's (strange.ts). */
export const STRANGE = -1 as MailboxKey;
/** Names a message on this device; outlives moves and UIDVALIDITY changes. Ascending in order of arrival here. */
export type MessageKey = number & { readonly [brand]: 'MessageKey' };

/** The three models of RFC 1733, by mailbox; keep.ts says what each keeps. */
export type MailboxMode = 'online' | 'disconnected' | 'offline';

/** RFC 6154, plus the INBOX. */
export type MailboxRole = 'inbox' | 'drafts' | 'sent' | 'archive' | 'junk' | 'trash' | 'all' | 'flagged';

/** The one account that is signed in. */
export interface Account {
  /** What was typed to sign in. */
  readonly user: string;
  /** Sender's address. */
  readonly address: string;
  /** Sender's name; empty until the person gives one. */
  readonly name: string;
}

/** What the person may do in a mailbox, as far as its server has said; `may` in rights.ts reads it. */
export interface MailboxRights {
  /** MYRIGHTS (RFC 4314 §2.1). */
  readonly letters?: string;
  /** SELECT said READ-ONLY. */
  readonly readOnly?: boolean;
  /** Of the system flags those that SELECT's PERMANENTFLAGS left out. */
  readonly unkept?: readonly Flag[];
}

/** How far truth about a mailbox reaches. */
export interface SyncState {
  /** 0: never selected. RFC 4549 §4.1: when it changes, every UID known is void. */
  readonly uidValidity: UidValidity | 0;
  /** Descriptors of all UIDs in [from, uidNext) are here. `from` sinks to 1 as older mail is fetched. */
  readonly from: number;
  readonly uidNext: number;
  /** 0n: unknown. Moves only together with the flags and removals that it covers (RFC 7162 §3.2). */
  readonly highestModSeq: bigint;
  /** Messages in the mailbox at the last complete look; -1: a later one has begun, and is not complete. */
  readonly exists: number;
  /** Milliseconds since 1970 of the last complete catching up; 0: never. */
  readonly at: number;
}

export interface Mailbox {
  readonly key: MailboxKey;
  /** Decoded, hierarchy joined with `delimiter`. INBOX is always spelt so. */
  readonly name: string;
  /** As the server spells it. */
  readonly wireName: string;
  /** MAILBOXID (RFC 8474 §4): it stays when the mailbox is renamed. Absent where the server has not said it. */
  readonly mailboxId?: string;
  readonly delimiter: string | null;
  /** RFC 3501 §7.2.2 and 6154 attributes, as ListedMailbox has them. */
  readonly attributes: readonly string[];
  readonly role: MailboxRole | undefined;
  readonly subscribed: boolean;
  /** The person's choice: only a change of kind `mode` changes it. */
  readonly mode: MailboxMode;
  /** The server's own counts (STATUS), shown until the mailbox has been synced. */
  readonly messages: number;
  readonly unseen: number;
  /** Absent: the server has not said, and all is tried. */
  readonly rights?: MailboxRights;
  readonly sync: SyncState;
}

/** The truth about one message that can change or that lists are ordered by. */
export interface MessageRow {
  readonly key: MessageKey;
  readonly mailbox: MailboxKey;
  /** 0 while an upload or a move is pending and the server has not said. */
  readonly uid: Uid | 0;
  readonly flags: readonly Flag[];
  /** INTERNALDATE, milliseconds since 1970. */
  readonly date: number;
  /** RFC822.SIZE, octets. */
  readonly size: number;
}

/** What never changes about a message. Header values decoded, ready to be shown as text. */
export interface Descriptor {
  readonly subject: string;
  /** Date header, milliseconds since 1970; INTERNALDATE where it could not be read. */
  readonly sent: number;
  readonly from: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  /** With angle brackets, as on the wire; empty when there is none. */
  readonly messageId: string;
  readonly inReplyTo: string;
  /** Message-IDs of the References header, oldest first; at most 50. */
  readonly references: readonly string[];
  /** List-Id's identifier, empty when the message is not from a list. */
  readonly listId: string;
  /** Where to unsubscribe (RFC 2369): `mailto:`, `https:` or `http:` URLs, best first; absent where nobody says. */
  readonly unsubscribe?: readonly string[];
  /** Who asks to be told that the message was displayed (RFC 8098 §2.1); absent where nobody does. */
  readonly receiptTo?: readonly MailAddress[];
  readonly structure: BodyStructure;
  readonly hasAttachments: boolean;
  /**
   * What the server calls these octets (EMAILID, RFC 8474 §5.1, or Gmail's X-GM-MSGID): a copy elsewhere has the same. Absent where it
   * was not asked.
   */
  readonly emailId?: string;
  /** First words of the text, at most 160 characters; undefined until the text was fetched once. */
  readonly preview: string | undefined;
}

/** A message as a screen gets it: row and descriptor after `project`. */
export interface Message extends MessageRow {
  readonly descriptor: Descriptor | undefined;
  /** Actions that wait for the server, or failed there, and touch this message. */
  readonly pending: 'waiting' | 'failed' | undefined;
}

/**
 * The rows of one mailbox as columns, in ascending order of key. Index i of every column is one message.
 * A view into the store: never written to.
 */
export interface Rows {
  readonly mailbox: MailboxKey;
  readonly length: number;
  readonly keys: Uint32Array;
  readonly uids: Uint32Array;
  /** Bits of SystemFlag. */
  readonly system: Uint8Array;
  /** Bit n: `keywordNames[n]`; a mailbox's 33rd keyword and later are not kept in columns. */
  readonly keywords: Uint32Array;
  readonly keywordNames: readonly Flag[];
  /** INTERNALDATE, seconds since 1970. */
  readonly dates: Float64Array;
  readonly sizes: Float64Array;
}

/** Part of a body: its content as it came, still in its transfer encoding decoded to octets (base64 and such undone). */
export interface Part {
  readonly message: MessageKey;
  /** As BodyStructure has it. */
  readonly section: string;
  /** Decoded octets; for text parts still in the charset of the message. */
  readonly bytes: Uint8Array;
}

/**
 * How much of a message's body is meant to be here: nothing, its texts, all of it. A part that the server would not give counts
 * as here, so that it is not asked for again and again.
 */
export const KeptDepth = { nothing: 0, texts: 1, whole: 2 } as const;
export type KeptDepth = (typeof KeptDepth)[keyof typeof KeptDepth];

/** What is kept of the bodies of one mailbox's messages: index i of every column is message i of `rows`. */
export interface Kept {
  readonly rows: Rows;
  /** Octets. */
  readonly texts: Uint32Array;
  /** Octets, those of parts that are not whole yet included. */
  readonly attachments: Uint32Array;
  /** When a person last opened it, seconds since 1970; 0: never. */
  readonly opened: Uint32Array;
  /** KeptDepth. */
  readonly depths: Uint8Array;
}

/** Room that a mailbox takes on this device, in octets. */
export interface MailboxSizes {
  readonly mailbox: MailboxKey;
  readonly messages: number;
  /** About: see DESCRIPTOR_OCTETS. */
  readonly descriptors: number;
  readonly texts: number;
  readonly attachments: number;
}

/** Octets of a part that is not whole yet, still in its transfer encoding or, apart from those, decoded by the server. */
export interface Piece {
  readonly message: MessageKey;
  readonly section: string;
  /** Octets of the part before these, in the same form. */
  readonly from: number;
  readonly decoded?: boolean;
  readonly bytes: Uint8Array;
}

/** Bytes of a message that a person wrote and that no server has yet: the person's, never evicted. */
export interface Outgoing {
  /** The action's id. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** What the person is writing, kept on every keystroke's pause. The person's, never evicted. */
export interface Draft {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly subject: string;
  readonly text: string;
  readonly inReplyTo: string;
  readonly references: readonly string[];
  /** The message being answered or forwarded, to be marked when this is sent. */
  readonly answers: { readonly key: MessageKey; readonly flag: '\\Answered' | '$Forwarded' } | undefined;
  /** The same where it is not known by its key: of a draft that was opened from the server. */
  readonly original?: Original | undefined;
  /** See draft-line.ts; undefined: it begins with this draft. */
  readonly line?: string | undefined;
  readonly attachments: readonly DraftAttachment[];
  /** Files that are not here yet. Until they are, it is not put on the server: its version there may be what they come from. */
  readonly awaited?: readonly AwaitedAttachment[];
  /** It is open in a composer: the draft is still needed when the server has this version. */
  readonly editing?: boolean;
  /** Its last version on the server, known by `draft-copy`: other changes leave it as it is. */
  readonly copy?: DraftCopy | undefined;
}

/** A message that is answered or forwarded, by its Message-ID, with angle brackets. */
export interface Original {
  readonly messageId: string;
  readonly flag: '\\Answered' | '$Forwarded';
}

/** The very message that a version of a draft is on the server. */
export interface DraftCopy {
  readonly mailbox: MailboxKey;
  readonly uidValidity: UidValidity;
  readonly uid: Uid;
  /** By which it is known again under another UIDVALIDITY. */
  readonly messageId?: string | undefined;
  /** By which this device knows it again when it has said there that it is sending it, or may have (settle/claim.ts). */
  readonly claim?: Flag;
  /**
   * Of a version that was put there from here: the ids of the draft's attachments that are in it, in their order. The first is
   * section 2. Under an id the octets are always the same.
   */
  readonly files?: readonly string[];
}

export interface DraftAttachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** The part that it was taken from, all of it and nothing else. */
  readonly source?: PartSource;
}

/** A part of a message that a server has. */
export interface PartSource {
  readonly key: MessageKey;
  /** As BodyStructure has it. */
  readonly section: string;
}

/** A part of a message that is to be a file of a draft. */
export interface AwaitedAttachment extends Omit<DraftAttachment, 'bytes' | 'source'>, PartSource {
  /** Octets, estimated. */
  readonly size: number;
}

export const SystemFlag = {
  '\\Seen': 1,
  '\\Answered': 2,
  '\\Flagged': 4,
  '\\Deleted': 8,
  '\\Draft': 16,
} as const;
