/** The only way anything gets into a store: a list of changes, committed all or none. */
import type { Flag, Uid } from '../imap/types.ts';
import type { Action, ActionId, ActionState } from './action.ts';
import type {
  Account,
  Descriptor,
  Draft,
  DraftCopy,
  Mailbox,
  KeptDepth,
  MailboxKey,
  MailboxMode,
  MessageKey,
  MessageRow,
  Outgoing,
  Part,
  Piece,
} from './model.ts';

export type Change =
  | { readonly kind: 'account'; readonly account: Account }
  /** Insert or replace. The mode of one that is there stays as it is: that is the person's. */
  | { readonly kind: 'mailbox'; readonly mailbox: Mailbox }
  /** The person's. Passed over when there is no such mailbox. */
  | { readonly kind: 'mode'; readonly mailbox: MailboxKey; readonly mode: MailboxMode }
  /** With its rows, descriptors and parts. Actions and drafts stay. */
  | { readonly kind: 'mailbox-removed'; readonly mailbox: MailboxKey }
  /** Keys must be new (from `Store.allocate`). */
  | { readonly kind: 'messages'; readonly mailbox: MailboxKey; readonly messages: readonly NewMessage[] }
  /** Whole flag sets, as the server said them. Keys that are not there are passed over. */
  | { readonly kind: 'flags'; readonly mailbox: MailboxKey; readonly rows: readonly FlagsRow[] }
  /** Into another mailbox, or to other UIDs in the same one, keeping key, descriptor and parts. uid 0: not known yet. */
  | {
      readonly kind: 'moved';
      readonly from: MailboxKey;
      readonly to: MailboxKey;
      readonly rows: readonly { readonly key: MessageKey; readonly uid: Uid | 0 }[];
    }
  /** A UID learnt late. */
  | { readonly kind: 'uid'; readonly mailbox: MailboxKey; readonly key: MessageKey; readonly uid: Uid }
  /** With their descriptors and parts. */
  | { readonly kind: 'expunged'; readonly mailbox: MailboxKey; readonly keys: readonly MessageKey[] }
  | { readonly kind: 'preview'; readonly key: MessageKey; readonly preview: string }
  /** Learnt late. Keys whose descriptors are not there are passed over. */
  | {
      readonly kind: 'email-ids';
      readonly ids: readonly { readonly key: MessageKey; readonly emailId: string }[];
    }
  /**
   * Complete parts only: a truncated body is never stored. Its pieces go. `attachment`: not text to be read; the same for one
   * section every time.
   */
  | { readonly kind: 'part'; readonly part: Part; readonly attachment?: boolean }
  /** Follows what is there of that part. */
  | { readonly kind: 'piece'; readonly piece: Piece }
  /** So much is here, and need not be fetched ahead. */
  | { readonly kind: 'kept'; readonly keys: readonly MessageKey[]; readonly depth: KeptDepth }
  /** A person opened it; milliseconds since 1970. */
  | { readonly kind: 'opened'; readonly key: MessageKey; readonly at: number }
  /**
   * Forgets what can be fetched again: the attachments, all of the bodies (`texts`), or the descriptors as well. The rows stay.
   */
  | { readonly kind: 'evicted'; readonly what: Evicted; readonly keys: readonly MessageKey[] }
  /** Descriptors that were evicted and are wanted again. Keys that are not there are passed over. */
  | {
      readonly kind: 'descriptors';
      readonly mailbox: MailboxKey;
      readonly descriptors: readonly { readonly key: MessageKey; readonly descriptor: Descriptor }[];
    }
  /**
   * Insert or replace by id. `onlyIfThere`: replace, and pass over an action that is not there any more; so a beginning
   * never brings back what the person has just withdrawn in another tab. `onlyIn`: nor one that has come to another state
   * meanwhile; so what has begun, and has noted how far it came, is not begun again without that. `keepsState`: all but its state,
   * which the person may be changing; passed over when it is not there.
   */
  | {
      readonly kind: 'action';
      readonly action: Action;
      readonly onlyIfThere?: true;
      readonly onlyIn?: ActionState['name'];
      readonly keepsState?: true;
    }
  /** Nothing but the state of one that is in the state `onlyIn`: what became known of it meanwhile stays. */
  | {
      readonly kind: 'action-state';
      readonly id: ActionId;
      readonly state: ActionState;
      readonly onlyIn: ActionState['name'];
    }
  /**
   * Settled or discarded. Its Outgoing rows (of its id, and of its id, a slash and more) go with it. `onlyIn`: pass over one
   * that has come to another state; read again to learn which. `onlyWithout`: pass over it while the draft of that id is there.
   */
  | {
      readonly kind: 'action-removed';
      readonly id: ActionId;
      readonly onlyIn?: ActionState['name'];
      readonly onlyWithout?: Draft['id'];
    }
  | { readonly kind: 'outgoing'; readonly outgoing: Outgoing }
  | { readonly kind: 'outgoing-removed'; readonly id: string }
  /** Insert, or replace all but its `copy`. `onlyIfThere`: replace, and pass over one that is not there any more. */
  | { readonly kind: 'draft'; readonly draft: Draft; readonly onlyIfThere?: true }
  /** Of a draft that is there. */
  | { readonly kind: 'draft-copy'; readonly id: string; readonly copy: DraftCopy }
  /**
   * `changed`: pass over one that was written on since then (`Draft.changed`), or is open in a composer. `heir`: its `copy`, as it
   * is at that moment, goes to the send action of that id, or with a `remove-draft` action of that id (`heirOf`).
   */
  | {
      readonly kind: 'draft-removed';
      readonly id: string;
      readonly changed?: number;
      readonly heir?: Pick<Action, 'id' | 'at'>;
    }
  /**
   * Mail that waits to be sent becomes a draft again, both in one, with the `copy` that the action has at that moment; nothing where
   * that is too late (`canTakeBack`).
   */
  | { readonly kind: 'taken-back'; readonly id: ActionId; readonly draft: Draft }
  /** JSON values only; undefined removes. */
  | { readonly kind: 'setting'; readonly name: string; readonly value: unknown };

export type Evicted = 'attachments' | 'texts' | 'descriptors';

export interface NewMessage {
  readonly row: Omit<MessageRow, 'mailbox'>;
  readonly descriptor: Descriptor;
}

export interface FlagsRow {
  readonly key: MessageKey;
  readonly flags: readonly Flag[];
}
