/** What the state layer hands to screens: plain values, ready to be drawn. Nothing here knows the network. */
import type {
  Action,
  Deed,
  HeldBy,
  MailboxKey,
  MailboxRole,
  MessageKey,
  Refusal,
} from '@postern/protocol/sync';
import type { MailAddress } from '@postern/protocol/mime';
import type { AttachmentWarning } from '../html/attachment-type.ts';
import type { Unsubscribe } from './unsubscribe.ts';

export interface MailboxView {
  readonly key: MailboxKey;
  /** Last level of the name, as a person reads it; for roles the screen words it itself. */
  readonly label: string;
  /** Whole path, for tooltips and choosers: `Projects / Lighthouse`. */
  readonly path: string;
  readonly depth: number;
  readonly role: MailboxRole | undefined;
  readonly unread: number;
  readonly total: number;
  /** False for \Noselect: a level of the hierarchy without mail. */
  readonly selectable: boolean;
  readonly hasChildren: boolean;
  /** Another person's, or shared by many. */
  readonly foreign: boolean;
  readonly subscribed: boolean;
  /** What the person did to the mailbox itself: not known to the server yet, or refused. */
  readonly pending: 'waiting' | 'failed' | undefined;
  /** As far as the server has said. */
  readonly may: Readonly<Record<Deed, boolean>>;
}

/** One row of a list. */
export interface RowView {
  readonly key: MessageKey;
  /** It is not on this device, and there is no network. */
  readonly absent?: true;
  /** false until its descriptor is here: the row is drawn as a skeleton of the same height. */
  readonly known: boolean;
  readonly unread: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  readonly forwarded: boolean;
  readonly hasAttachments: boolean;
  /** From; in Sent and Drafts, to. */
  readonly people: readonly MailAddress[];
  readonly peopleAre: 'senders' | 'recipients';
  readonly subject: string;
  readonly preview: string | undefined;
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly size: number;
  readonly keywords: readonly string[];
  readonly pending: 'waiting' | 'failed' | undefined;
  readonly mailbox: MailboxKey;
}

export interface AttachmentView {
  readonly section: string;
  /** Safe to show and to save under; never empty. */
  readonly name: string;
  /** `image/png` …: what the sender claims. */
  readonly type: string;
  /** Decoded octets, estimated from the encoded size. */
  readonly size: number;
  readonly download: DownloadView | undefined;
  /** blob: URL of a sniffed, safe image, once fetched. */
  readonly preview: string | undefined;
  /** An image small enough that a preview is worth fetching. */
  readonly previewable: boolean;
  /** Where the content is said to be instead of here, '' where that is not said; then there is nothing to download. */
  readonly elsewhere?: string;
  /** What its name says that opening it may do, or its first octets, where they are here. */
  readonly risk?: AttachmentWarning;
  /** It is but a piece of a message that was cut for sending; `total` is known from the last piece on. */
  readonly piece?: { readonly number: number; readonly total: number | undefined };
}

export interface DownloadView {
  readonly state: 'running' | 'done' | 'failed';
  /** Octets on the wire. */
  readonly received: number;
  readonly total: number;
  readonly problem: 'offline' | 'gone' | 'refused' | undefined;
}

/** One piece of what a message says, in order. */
export type Block =
  | { readonly kind: 'plain'; readonly section: string; readonly text: string }
  | { readonly kind: 'html'; readonly section: string; readonly html: string }
  | { readonly kind: 'image'; readonly section: string; readonly url: string; readonly name: string }
  /** A message inside the message: its header, then its blocks follow. */
  | {
      readonly kind: 'message';
      readonly section: string;
      readonly subject: string;
      readonly from: readonly MailAddress[];
      readonly date: number | undefined;
    }
  | {
      readonly kind: 'calendar' | 'delivery-status' | 'disposition-notification';
      readonly section: string;
      readonly text: string;
    }
  | { readonly kind: 'loading'; readonly section: string }
  | {
      readonly kind: 'unavailable';
      readonly section: string;
      readonly reason: 'offline' | 'gone' | 'refused' | 'unreadable';
    };

export interface MessageView extends RowView {
  readonly from: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly sent: number;
  readonly listId: string;
  readonly unsubscribe: Unsubscribe;
  /** Who asks to be told that it was displayed. Nobody is told. */
  readonly receiptTo: readonly MailAddress[];
  readonly blocks: readonly Block[];
  readonly attachments: readonly AttachmentView[];
  /** Its text is where Postern cannot read it: encrypted, or packed in an S/MIME signature. */
  readonly sealed: 'openpgp' | 'smime' | 'signature' | undefined;
  /** It has more parts, or deeper ones, than are looked at. */
  readonly truncated: boolean;
  /** cid → blob: URL, for MailFrame. */
  readonly resolveCid: (cid: string) => string | undefined;
}

export type SignInFailure =
  | 'auth'
  | 'rate'
  | 'unreachable'
  | 'certificate'
  | 'timeout'
  | 'protocol'
  | 'unlisted'
  | 'many'
  | 'offline'
  | 'storage';

/** Something that was done and can be taken back for 8 seconds. */
export interface UndoView {
  readonly id: string;
  readonly what:
    | 'archived'
    | 'deleted'
    | 'moved'
    | 'copied'
    | 'not-junked'
    | 'junked'
    | 'flagged'
    | 'unflagged'
    | 'read'
    | 'unread'
    | 'sending';
  readonly count: number;
  /** Label of the mailbox it went to, for moved. */
  readonly to: string | undefined;
}

export interface OutboxEntryView {
  readonly id: string;
  readonly kind: Action['kind'];
  readonly count: number;
  /** What it is done to, as far as that is messages. */
  readonly messages: readonly MessageKey[];
  /** Where messages go. */
  readonly to: MailboxKey | undefined;
  /** Where that is in another account. */
  readonly abroad: { readonly mailbox: string; readonly address: string } | undefined;
  /** Why it waits, where that is the other account. */
  readonly held: HeldBy | undefined;
  /** Another device says that it is sending it, which is waited for a while. */
  readonly rival: boolean;
  /** A move into it, not a copy. */
  readonly removes: boolean;
  /** Of mail: everybody has it, it is to be filed in Sent. */
  readonly isSent: boolean;
  /** It is in the other account, and was not removed here. */
  readonly copied: boolean;
  /** What is changed about messages, where that is one thing that a person knows. */
  readonly mark: 'read' | 'unread' | 'flagged' | 'unflagged' | 'junk' | 'notJunk' | undefined;
  /** What a mailbox that it makes, names or ends is called, as a person reads it. */
  readonly mailbox: string | undefined;
  /** A mailbox that it ends has moved to another server: all that is in it goes there first. */
  readonly emptied: boolean;
  readonly subject: string | undefined;
  /** Of an import, and of what goes into another account: messages that are there, of all. */
  readonly progress: { readonly done: number; readonly total: number } | undefined;
  /** Files whose message the server refused, with its words. */
  readonly refused: readonly { readonly name: string; readonly reason: string; readonly words: string }[];
  /** Mail that can become a draft again. */
  readonly editable: boolean;
  readonly state: 'waiting' | 'running' | 'failed' | 'uncertain';
  readonly reason: string | undefined;
  /** What the server minds about a message to be sent, one by one. */
  readonly refusals: readonly Refusal[];
  /** Recipients who have the message already, and will not get it again. */
  readonly delivered: number;
  /** The server's own words, to be shown as text. */
  readonly words: string | undefined;
}
