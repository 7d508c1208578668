/**
 * What the screens want of the engine beyond actions, and what the engine says back beyond the store.
 * Level-triggered: a screen states all that it wants now, whenever that changes; a lost statement is repaired by the
 * next. Nothing here has to be durable.
 */
import type { ActionId } from './action.ts';
import type { MailboxKey, MessageKey } from './model.ts';
import type { AstrayReason } from './referral.ts';

/** All that one screen (a tab) wants at this moment. */
export interface Wishes {
  /** The mailbox on screen: kept up to date first, and listened to (IDLE). */
  readonly mailbox?: MailboxKey;
  /** Rows of that mailbox that are scrolled to and not here yet. */
  readonly around?: Around;
  /** How much is to be asked of the server now; nothing said: `all`. */
  readonly thoroughness?: Thoroughness;
  /** Messages whose text is to be shown: the first is on screen, the rest are likely next. */
  readonly messages: readonly MessageKey[];
  /** Rows on screen whose first words are not here yet. */
  readonly previews?: readonly MessageKey[];
  /** Parts wanted whole in the store besides the text: cid images, previews. */
  readonly parts: readonly PartWish[];
  /** Parts wanted as files: they pass through without being stored. */
  readonly downloads: readonly Download[];
  /** Searched for on the server, beside what the screen finds in the store. */
  readonly search?: { readonly id: string; readonly mailbox: MailboxKey; readonly text: string };
  /** A mailbox of which the person wants to know how large it is. */
  readonly size?: MailboxKey;
}

/** `position`: counted from the message that came last, which is 0. `date`: milliseconds since 1970. */
export type Around = { readonly position: number } | { readonly date: number };

/**
 * - descriptors (RFC 4549 §4.4): no text or attachment but what is asked for.
 * - new (§4.5): besides, of every mailbox only new mail: what became of the known, and older mail, is left for later.
 */
export type Thoroughness = 'all' | 'descriptors' | 'new';

export interface PartWish {
  readonly message: MessageKey;
  readonly section: string;
}

export interface Download extends PartWish {
  /** Chosen by the screen, unique. Taking it out of the wishes cancels the download. */
  readonly id: string;
}

/** A mailbox that the home server refers to another one for (RFC 2193), and that cannot be used there; cached mail stays. */
export interface Unreached {
  readonly mailbox: MailboxKey;
  /** `host:port`, from the mail server: to be shown as text. */
  readonly server: string;
  /** `unreachable` is tried again by itself; the others take an administrator. */
  readonly why: AstrayReason | 'unreachable';
}

/** Where the engine stands, for the one quiet line. */
export interface EngineStatus {
  /** waiting: offline, tries again by itself. signed-out: the gateway does not know the session (any more). */
  readonly connection: 'connecting' | 'online' | 'waiting' | 'signed-out';
  /** Why it is not online; worded by the screen. `text`: the server's own words, as text, may be empty. */
  readonly problem?: { readonly reason: ConnectionProblem; readonly text: string };
  /** Milliseconds since 1970 of the last complete catching up of any mailbox; 0: never. */
  readonly at: number;
  /** Background work in progress: messages fetched and to be fetched in the mailbox. */
  readonly progress?: { readonly mailbox: MailboxKey; readonly done: number; readonly total: number };
  /** Texts and attachments that are fetched because the mode of a mailbox asks for them. */
  readonly keeping?: KeepingProgress;
  readonly working?: Working;
  /** Mailboxes on other servers that cannot be used; absent where there are none. */
  readonly unreached?: readonly Unreached[];
}

/** What the server says of an action that takes it long (RFC 9585): how many of its own steps are done, where it knows. */
export interface Working {
  readonly action: ActionId;
  readonly done?: number;
  readonly total?: number;
}

export interface KeepingProgress {
  readonly mailbox: MailboxKey;
  readonly messages: { readonly done: number; readonly total: number };
  /** By the sizes of the messages on the server. */
  readonly octets: { readonly done: number; readonly total: number };
}

export type ConnectionProblem =
  | 'network' // the gateway cannot be reached
  | 'unreachable' // the gateway cannot reach the mail server
  | 'certificate' // the mail server's certificate is not trusted
  | 'unlisted' // the mail server sends us to another one, where the gateway may not go (RFC 2221)
  | 'closed' // the mail server ended the connection
  | 'refused' // the mail server refuses us: busy, too many connections, throttled
  | 'confused' // the mail server said what nobody understands
  | 'storage'; // this device has no room, or refuses to keep things

/** Said to the screen that asked. */
export type EngineNote =
  | { readonly note: 'status'; readonly status: EngineStatus }
  /** A piece of a download, in order; octets decoded from the transfer encoding. */
  | {
      readonly note: 'piece';
      readonly id: string;
      readonly bytes: Uint8Array;
      readonly received: number;
      readonly total: number;
    }
  | { readonly note: 'downloaded'; readonly id: string }
  /** `total` counts octets on the wire, as `received` does. */
  | { readonly note: 'failed'; readonly id: string; readonly reason: 'offline' | 'gone' | 'refused' }
  /** Why the text of a wished message is not coming. */
  | {
      readonly note: 'unavailable';
      readonly message: MessageKey;
      readonly reason: 'gone' | 'refused' | 'unreadable';
    }
  /** Octets of all messages of a mailbox, where its server says so (RFC 8438). */
  | { readonly note: 'size'; readonly mailbox: MailboxKey; readonly octets: number }
  /** `more`: of those that are not in the list yet, some follow. */
  | {
      readonly note: 'found';
      readonly id: string;
      readonly keys: readonly MessageKey[];
      readonly more?: boolean;
    };
