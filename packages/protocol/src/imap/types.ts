/** The words of IMAP as types: RFC 3501 and 9051, with UIDPLUS (4315), CONDSTORE (7162) and SPECIAL-USE (6154). */

declare const brand: unique symbol;
/** RFC 3501 §2.3.1.1. 1 … 2^32−1. */
export type Uid = number & { readonly [brand]: 'Uid' };
/** RFC 3501 §2.3.1.2. 1 … EXISTS. Stays inside `imap/`. */
export type SeqNum = number & { readonly [brand]: 'SeqNum' };
/** RFC 7162 §3.1: 63 bits, so never a number. */
export type ModSeq = bigint & { readonly [brand]: 'ModSeq' };
/** 1 … 2^32−1; 0 where a server does not know better. */
export type UidValidity = number & { readonly [brand]: 'UidValidity' };
/** Lower-case system flags (`\seen`) are normalised to `\Seen`; keywords keep the server's spelling. */
export type Flag = string;

/** RFC 3501 §7.4.2. Strings are as on the wire (encoded words not decoded), read as UTF-8, else as windows-1252. */
export interface Address {
  readonly name: string | null;
  readonly mailbox: string | null;
  /** null with `mailbox` set: a group begins; both null: it ends (RFC 3501 §7.4.2). */
  readonly host: string | null;
}

export interface Envelope {
  readonly date: string | null;
  readonly subject: string | null;
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly inReplyTo: string | null;
  readonly messageId: string | null;
}

/** Names lower-case, values as on the wire (RFC 2231 is `mime/`'s business), in order. */
export type Parameters = readonly (readonly [name: string, value: string])[];

export interface Disposition {
  /** Lower-case: `inline`, `attachment`, … */
  readonly type: string;
  readonly parameters: Parameters;
}

interface BodyCommon {
  /** `1`, `2.1` …, ready for BODY[section]; the root multipart has ``, its BODY is the whole (RFC 3501 §6.4.5). */
  readonly section: string;
  readonly parameters: Parameters;
  readonly disposition: Disposition | null;
  readonly language: readonly string[];
  readonly location: string | null;
}

export interface BodyMultipart extends BodyCommon {
  readonly kind: 'multipart';
  /** Lower-case: `alternative`, `mixed`, … */
  readonly subtype: string;
  readonly parts: readonly BodyStructure[];
}

export interface BodyPart extends BodyCommon {
  readonly kind: 'part';
  /** Lower-case. `text`, `image`, `message` … */
  readonly type: string;
  /** Lower-case. */
  readonly subtype: string;
  /** Content-ID with its angle brackets, as on the wire. */
  readonly id: string | null;
  readonly description: string | null;
  /** Lower-case Content-Transfer-Encoding; `7bit` where the server said NIL. */
  readonly encoding: string;
  /** Size in the transfer encoding; −1 where the server did not know. */
  readonly octets: number;
  readonly lines: number | null;
  readonly md5: string | null;
  /** Only of message/rfc822 and message/global. */
  readonly envelope: Envelope | null;
  /** Only of message/rfc822 and message/global; its sections count on below this one. */
  readonly body: BodyStructure | null;
}

export type BodyStructure = BodyMultipart | BodyPart;

/** `BODY[section]<origin>` in a FETCH response. */
export interface BodySection {
  /** Upper-case keywords, e.g. `1.2`, `HEADER`, `1.MIME`, `HEADER.FIELDS (REFERENCES)`, ``. */
  readonly section: string;
  /** Octet at which a partial begins; undefined: the whole section. */
  readonly origin: number | undefined;
  /** null: NIL, e.g. of an expunged message (RFC 2180 §4.1.3). */
  readonly data: Uint8Array | null;
  /** True of BINARY[section] (RFC 3516): the transfer encoding is already undone. */
  readonly binary?: true;
}

/** What one FETCH response said; a field is absent when the response did not have the item. */
export interface FetchedMessage {
  /** Known from the response or from the session's own sequence table; undefined when neither knows. */
  readonly uid: Uid | undefined;
  readonly flags?: readonly Flag[];
  readonly modSeq?: ModSeq;
  /** Milliseconds since 1970. */
  readonly internalDate?: number;
  /** Octets. */
  readonly size?: number;
  readonly envelope?: Envelope;
  readonly structure?: BodyStructure;
  readonly sections?: readonly BodySection[];
  /** RFC 3516 §4.3: octets of the decoded part, by section. */
  readonly binarySizes?: ReadonlyMap<string, number>;
  /** RFC 8474 §5. null: the server has none for this message. */
  readonly emailId?: string;
  readonly threadId?: string | null;
  /** Milliseconds since 1970; null: the mailbox does not keep it (RFC 8514 §4). */
  readonly saveDate?: number | null;
  /** RFC 8970 §4. null: not made yet; empty: there is nothing to show. */
  readonly preview?: string | null;
  /** X-GM-EXT-1: X-GM-MSGID and X-GM-THRID (64 bits), and X-GM-LABELS. */
  readonly gmailMessage?: bigint;
  readonly gmailThread?: bigint;
  readonly gmailLabels?: readonly GmailLabel[];
}

/** `wireName`, or where it is a person's own `name`, is what `uidStoreLabels` and the search key take. */
export interface GmailLabel {
  /** Decoded, as ListedMailbox has names; Gmail's own as it spells them: `\Inbox`, `\Important`. */
  readonly name: string;
  readonly wireName: string;
  /** Gmail's own; all others are mailboxes as well. */
  readonly system: boolean;
}

/** Name decoded (modified UTF-7 or UTF-8), as a person reads it. */
export interface ListedMailbox {
  readonly name: string;
  /**
   * As the server spells it where UTF-8 is not enabled, on any connection: what must be sent back when decoding is not reversible.
   */
  readonly wireName: string;
  readonly delimiter: string | null;
  /** As RFC 3501 and 6154 spell them (`\Noselect`, `\Sent`), whatever case came. */
  readonly attributes: readonly string[];
  /** RFC 5258 §3.5: what matched below this mailbox, e.g. SUBSCRIBED. */
  readonly childInfo?: readonly string[];
  /** RFC 9051 §6.3.9.7: as the server spells it. */
  readonly oldName?: string;
}

export interface MailboxStatus {
  readonly wireName: string;
  readonly messages?: number;
  readonly unseen?: number;
  readonly uidNext?: Uid;
  readonly uidValidity?: UidValidity;
  readonly highestModSeq?: ModSeq;
  readonly size?: number;
  readonly recent?: number;
  /** Messages marked `\Deleted` (RFC 9051 §6.3.11, RFC 9208 §4.1.4), and what removing them sets free, in octets. */
  readonly deleted?: number;
  readonly deletedOctets?: number;
  /** RFC 7889 §3: octets of one message; null: no limit of this mailbox's own. */
  readonly appendLimit?: number | null;
  /** RFC 8474 §4. */
  readonly mailboxId?: string;
}

/** A response code (RFC 3501 §7.1, 4315, 5530, 7162). Unknown ones keep their text. */
export type ResponseCode =
  | { readonly name: 'UIDVALIDITY'; readonly uidValidity: UidValidity }
  | { readonly name: 'UIDNEXT'; readonly uidNext: Uid }
  | { readonly name: 'UNSEEN'; readonly number: number }
  | { readonly name: 'PERMANENTFLAGS'; readonly flags: readonly Flag[] }
  | { readonly name: 'HIGHESTMODSEQ'; readonly modSeq: ModSeq }
  | { readonly name: 'CAPABILITY'; readonly capabilities: readonly string[] }
  | { readonly name: 'APPENDUID'; readonly uidValidity: UidValidity; readonly uids: readonly Uid[] }
  | {
      readonly name: 'COPYUID';
      readonly uidValidity: UidValidity;
      readonly source: readonly Uid[];
      readonly destination: readonly Uid[];
    }
  | { readonly name: 'MODIFIED'; readonly uids: readonly number[] }
  | { readonly name: 'BADCHARSET'; readonly charsets: readonly string[] }
  | { readonly name: 'REFERRAL'; readonly urls: readonly string[] }
  /** RFC 2180 §3.4: a mailbox was renamed; both names as on the wire. */
  | { readonly name: 'NEWNAME'; readonly before: string; readonly after: string }
  /** RFC 8474 §4.2. */
  | { readonly name: 'MAILBOXID'; readonly mailboxId: string }
  /** RFC 9585 §4. A number is undefined where the server does not know it. */
  | {
      readonly name: 'INPROGRESS';
      readonly tag: string | undefined;
      readonly progress: number | undefined;
      readonly goal: number | undefined;
    }
  /** RFC 9738 §3: how many messages were handled, and the lowest UID among them; none where all were refused. */
  | { readonly name: 'MESSAGELIMIT'; readonly limit: number; readonly uid: Uid | undefined }
  /** RFC 5267 §4.3.3: the search of this tag is updated no more. */
  | { readonly name: 'NOUPDATE'; readonly tag: string }
  /** RFC 5465 §5.1: events that the server does have. */
  | { readonly name: 'BADEVENT'; readonly events: readonly string[] }
  /** RFC 5464 §4.2.1, §4.3. `octets` with LONGENTRIES and MAXSIZE. */
  | {
      readonly name: 'METADATA';
      readonly reason: 'LONGENTRIES' | 'MAXSIZE' | 'TOOMANY' | 'NOPRIVATE';
      readonly octets: number | undefined;
    }
  | { readonly name: 'OTHER'; readonly code: string; readonly text: string }
  /** Those without arguments: TRYCREATE, READ-ONLY, AUTHENTICATIONFAILED, NONEXISTENT, OVERQUOTA … upper-case. */
  | { readonly name: 'ATOM'; readonly code: string };

export interface StatusText {
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

/** News: what the server says of its own accord or beside a receipt. Sequence numbers are already resolved. */
export type News =
  | { readonly type: 'fetch'; readonly message: FetchedMessage }
  | { readonly type: 'exists'; readonly count: number }
  | { readonly type: 'recent'; readonly count: number }
  /** uid undefined: the session never learnt the UID of that sequence number. */
  | { readonly type: 'expunge'; readonly uid: Uid | undefined }
  | { readonly type: 'vanished'; readonly uids: UidRanges; readonly earlier: boolean }
  | { readonly type: 'flags'; readonly flags: readonly Flag[] }
  | { readonly type: 'capability'; readonly capabilities: readonly string[] }
  | { readonly type: 'list'; readonly mailbox: ListedMailbox }
  | { readonly type: 'status'; readonly status: MailboxStatus }
  /** Of the search that was sent with `tag` and UPDATE (RFC 5267 §4.3): UIDs that it found since, or finds no more. */
  | { readonly type: 'search-update'; readonly tag: string; readonly updates: readonly SearchUpdate[] }
  /** Entries that changed, in lower case (RFC 5464 §4.4.2); an empty name is the server itself. */
  | { readonly type: 'metadata'; readonly wireName: string; readonly changed: readonly string[] }
  | { readonly type: 'ok' | 'no' | 'bad' | 'bye'; readonly status: StatusText };

/** One step, to be taken in order: `position` counts from 1, or is 0 where the order is that of the mailbox. */
export interface SearchUpdate {
  readonly type: 'add' | 'remove';
  readonly position: number;
  readonly found: UidRanges;
}

/** Inclusive ranges, ascending, not touching. */
export type UidRanges = readonly (readonly [first: number, last: number])[];

/** What SELECT or EXAMINE learnt (RFC 3501 §6.3.1), gathered from its untagged data and codes. */
export interface SelectedMailbox {
  readonly exists: number;
  readonly uidValidity: UidValidity;
  /** undefined where the server did not say (it happens). */
  readonly uidNext: Uid | undefined;
  readonly highestModSeq: ModSeq | undefined;
  readonly flags: readonly Flag[];
  readonly permanentFlags: readonly Flag[];
  readonly readOnly: boolean;
  /** RFC 8474 §4.2: it stays when the mailbox is renamed. Absent where the server has no OBJECTID. */
  readonly mailboxId?: string;
}
