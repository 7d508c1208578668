/**
 * What the person wants, in their order: rows of the outbox, durable until settled or discarded.
 * An action names messages by local key, so that it survives UID changes; UIDs are looked up when it is carried out.
 */
import type { Flag, Uid } from '../imap/types.ts';
import type { MailAddress } from '../mime/index.ts';
import type { RefusalReason } from '../smtp/index.ts';
import type { DraftFile } from './draft-message.ts';
import type { DraftCopy, MailboxKey, MailboxMode, MailboxRole, MessageKey, Original } from './model.ts';

/** Ascending in the order in which the person acted. */
export type ActionId = string;

interface ActionCommon {
  readonly id: ActionId;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly state: ActionState;
  /** Those of its messages that cannot be named to the server any more, and why: nothing can be done to them. */
  readonly lost?: { readonly messages: readonly MessageKey[]; readonly reason: FailureReason };
}

/**
 * - waiting: not begun, or safe to begin again after `check`.
 * - running: commands may be on the wire; after a lost connection it is checked before it is done again.
 * - failed: refused for good; the person retries or discards.
 * - uncertain: nobody can tell whether it happened (a submission whose last reply was lost); the person decides.
 */
export type ActionState =
  | { readonly name: 'waiting' | 'running' }
  | {
      readonly name: 'failed' | 'uncertain';
      readonly reason: FailureReason;
      readonly words: string;
      /** What the submission server minds, one by one. */
      readonly refusals?: readonly Refusal[];
    };

/** Mail that nobody has yet, and that is not on its way: it can become a draft again. */
export function canTakeBack(action: Action): action is SendAction {
  if (action.kind !== 'send' || action.state.name === 'running') return false;
  return action.step === 'submit' && !action.delivered?.length;
}

/** Worded for people by the screen. */
export interface Refusal {
  /** undefined: it is about the whole message. */
  readonly address?: string;
  readonly why: RefusalReason;
  /** False where the server may change its mind. */
  readonly lasting: boolean;
  /** Octets that the server takes, of a message that is too large for it. */
  readonly limit?: number;
}

/** Worded for people by the screen; `words` holds what the server said, to be shown as text. */
export type FailureReason =
  | 'refused'
  /** The person has no right to do that in the mailbox (RFC 4314). */
  | 'forbidden'
  | 'gone'
  | 'quota'
  | 'too-large'
  | 'recipients'
  | 'no-mailbox'
  /** There is a mailbox of that name. */
  | 'exists'
  /** The submission server does not take the password. */
  | 'password'
  /** What has to happen before it has failed. */
  | 'depends'
  | 'uidvalidity'
  /** The mailbox is on another server, where Postern may not go; `words` is its name. */
  | 'elsewhere'
  /** A version of the same draft is in Sent. */
  | 'sent-already'
  /** The draft is on the server no more: somebody sent or discarded it elsewhere. */
  | 'draft-gone'
  /** Another device says that it is sending the draft. */
  | 'being-sent'
  /** The server says that it was expunged, and has it still. */
  | 'not-removed'
  /** Put there, it may be there twice: one like it has come into the mailbox whose name `words` is, perhaps moved on from there. */
  | 'perhaps-there'
  | 'uncertain';

/** RFC 4549 §4.2.3: deltas only. */
export interface FlagAction extends ActionCommon {
  readonly kind: 'flag';
  readonly mailbox: MailboxKey;
  readonly messages: readonly MessageKey[];
  readonly add: readonly Flag[];
  readonly remove: readonly Flag[];
  /** Keywords that are a hint to others ($Junk): left out where the mailbox keeps none such (PERMANENTFLAGS). */
  readonly hint?: true;
  /** By that the one message is looked for where it is not any more, as far as was known: somebody may have filed it elsewhere. */
  readonly original?: Original;
}

/** Where the next message of a mailbox would go. */
export interface Noted {
  /** 0: the mailbox would not say. */
  readonly uidValidity: number;
  readonly uidNext: number;
  /** The largest key of a mailbox then: of one with a larger key nobody had heard. */
  readonly newest?: MailboxKey;
  /** Of the other mailboxes, as far as they were known: what has a smaller UID there had come before. */
  readonly others?: readonly {
    readonly mailbox: MailboxKey;
    readonly uidValidity: number;
    readonly uidNext: number;
  }[];
}

/** RFC 4549 §4.2.2. Archive, junk and delete-to-trash are moves. */
export interface MoveAction extends ActionCommon {
  readonly kind: 'move';
  readonly from: MailboxKey;
  readonly to: MailboxKey;
  readonly messages: readonly MessageKey[];
  /** Noted before the first command goes out, to find the copies again if the receipt is lost. */
  readonly noted?: Noted;
  /**
   * Those that COPY has said OK to, with their UIDs in the target (0: it did not say) and the flags that they had; not out of the source
   * yet, for all we know.
   */
  readonly copied?: readonly {
    readonly key: MessageKey;
    readonly uid: Uid | 0;
    readonly flags?: readonly Flag[];
  }[];
}

/** RFC 3501 §6.4.7, within the account. */
export interface CopyAction extends ActionCommon {
  readonly kind: 'copy';
  readonly from: MailboxKey;
  readonly to: MailboxKey;
  readonly messages: readonly MessageKey[];
  /** The keys of the copies, in the same order: they are shown, and can be acted on, before the server has made them. */
  readonly copies: readonly MessageKey[];
  /** Those of them that the server has made: whatever somebody does to them since, they are not made again. */
  readonly made?: readonly MessageKey[];
  /** As in MoveAction. */
  readonly noted?: Noted;
}

/** How a mailbox is numbered, and what all mailboxes of its server are called, on the wire: by that it is known again. */
export interface Numbered {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly names: readonly string[];
}

/** A mailbox of another account that this device is signed in to. */
export interface OtherMailbox {
  /** The account's id, as the host of the engine knows it. */
  readonly account: string;
  /** What was typed to sign in to it. */
  readonly user: string;
  /** Its address, for words. */
  readonly address: string;
  /** As in Mailbox. */
  readonly name: string;
  readonly wireName: string;
  readonly delimiter: string | null;
  /** When it was chosen: it may be renamed before it is its turn. */
  readonly known?: Numbered;
}

/** Into a mailbox of another account (RFC 4549 §4.2.2.3): the copies there are that account's, and come here no more. */
export interface CarryAction extends ActionCommon {
  readonly kind: 'carry';
  readonly from: MailboxKey;
  readonly to: OtherMailbox;
  /** Those that are not there yet, or are still to be removed here. */
  readonly messages: readonly MessageKey[];
  /** A move: what the other server has said OK to is removed here. */
  readonly remove: boolean;
  /** As in SendAction: what has been put there cannot be taken back. */
  readonly notBefore?: number;
  /** How many are done with. */
  readonly done?: number;
  /** As in MoveAction, of the other server. */
  readonly noted?: {
    readonly uidValidity: number;
    readonly uidNext: number;
    /** From here on it is something else that was put there. */
    readonly until?: number;
  };
  /** Those that the other server has said OK to, and that are not out of the source yet, for all we know. */
  readonly copied?: readonly MessageKey[];
  /** Those that cannot be put there, and why: shown when all others are. */
  readonly refused?: readonly RefusedMessage[];
  /** Together some were refused, none of which was refused by itself. */
  readonly oneByOne?: true;
  /** The other account cannot be used now. */
  readonly held?: HeldBy | undefined;
}

export interface RefusedMessage {
  readonly key: MessageKey;
  readonly reason: FailureReason;
  readonly words: string;
}

/** signed-out: the person has to sign in to the other account again. */
export type HeldBy = 'signed-out' | 'unreachable';

/** RFC 4549 §4.2.4: remove for ever. */
export interface ExpungeAction extends ActionCommon {
  readonly kind: 'expunge';
  readonly mailbox: MailboxKey;
  readonly messages: readonly MessageKey[];
}

/** Submit, then file in Sent, then mark what it answers. The bytes are the Outgoing row of the same id. */
export interface SendAction extends ActionCommon {
  readonly kind: 'send';
  readonly messageId: string;
  readonly subject: string;
  readonly from: string;
  readonly recipients: readonly string[];
  /**
   * Set where the server takes only so many recipients at once, before the first of them are sent to: those for whom it has
   * taken the message already.
   */
  readonly delivered?: readonly string[];
  /** undefined: the account has no Sent mailbox; one is made. */
  readonly sent: MailboxKey | undefined;
  readonly answers: { readonly key: MessageKey; readonly flag: Flag } | undefined;
  /** As in Draft. */
  readonly original?: Original | undefined;
  /** Not before this time (undo send), milliseconds since 1970. */
  readonly notBefore: number;
  /** Of the draft that it was: removed from the server when it is certain that this was sent. */
  readonly copy?: DraftCopy | undefined;
  /** Of the draft that it was, as in Draft, where other devices may have it, too. */
  readonly line?: string | undefined;
  /** The person was asked whether to send what others may have sent, and is not asked again. */
  readonly asked?: true;
  /** Another device says that it is sending the draft: since when that is known here, and whether the person was told. */
  readonly rival?: { readonly since: number; readonly told?: true };
  /** In the order of the message: what the server may have already need not be uploaded to be filed. */
  readonly files?: readonly DraftFile[];
  /** The server was asked to put the copy in Sent together: what is found is none if it has not so many octets. */
  readonly together?: number | undefined;
  /** How far it came; each step is settled by itself. */
  readonly step: 'submit' | 'file';
  /** As in MoveAction, for the copy in Sent. */
  readonly noted?: Noted;
}

/** RFC 4549 §4.2.1: put a message made here into a mailbox. The bytes are the Outgoing row of the same id. */
export interface UploadAction extends ActionCommon {
  readonly kind: 'upload';
  readonly mailbox: MailboxKey;
  readonly messageId: string;
  readonly flags: readonly Flag[];
  readonly date: number;
  readonly noted?: Noted;
  /** The person was asked whether to put there what may be there, and is not asked again. */
  readonly asked?: true | undefined;
}

/** The newest version of a draft is to be on the server, in place of the one before. One by draft is enough. */
export interface SaveDraftAction extends ActionCommon {
  readonly kind: 'save-draft';
  /** Draft.id. The message is made from it when the action is carried out. */
  readonly draft: string;
  readonly mailbox: MailboxKey;
  readonly from: MailAddress;
  /** Minutes east of UTC. */
  readonly timeZoneOffset: number;
  /** Noted before the message goes out, to find it if the receipt is lost. */
  readonly tried?: Noted & {
    readonly messageId: string;
    /** Draft.changed of the version that it was made from. */
    readonly version: number;
    /** That it was put there with. */
    readonly flags?: readonly Flag[];
    /** As in DraftCopy. */
    readonly files?: readonly string[];
    /** It is to have so many, where the server was asked to put it together: what is found of another size is none. */
    readonly octets?: number;
    /** The version that goes when this one is there. */
    readonly replaced?: DraftCopy;
    /** The row of `replaced`: what it is still to be marked with, the version in its place is. */
    readonly message?: MessageKey;
    readonly place?: DraftCopy;
  };
}

/** The version of a draft on the server goes: the draft was sent, or discarded. */
export interface RemoveDraftAction extends ActionCommon {
  readonly kind: 'remove-draft';
  readonly mailbox: MailboxKey;
  readonly copy: DraftCopy;
}

/** Messages from files (.eml) into a mailbox. */
export interface ImportAction extends ActionCommon {
  readonly kind: 'import';
  readonly mailbox: MailboxKey;
  /** Those that are not there yet. */
  readonly files: readonly ImportFile[];
  /** How many are there. */
  readonly done?: number;
  /** Together they were refused. */
  readonly oneByOne?: true;
  /** As in MoveAction, for those that are `sent`. */
  readonly noted?: Noted;
}

export interface ImportFile {
  /** The file's, to tell it to the person. */
  readonly name: string;
  /** Id of the Outgoing row with its octets: the action's, a slash, and its own. */
  readonly outgoing: string;
  readonly octets: number;
  /** It holds NUL, as only a binary part may: the server has to be told (RFC 3516 §4.4). */
  readonly nul?: true;
  /** With angle brackets; empty where it has none. */
  readonly messageId: string;
  /** Milliseconds since 1970, to become the INTERNALDATE. */
  readonly date: number;
  /** sent: it may be on its way, or there. An object: refused. */
  readonly state: 'waiting' | 'sent' | 'done' | { readonly reason: FailureReason; readonly words: string };
}

/**
 * RFC 3501 §6.3.3. What is put into the mailbox meanwhile waits for this. A mailbox of that name that turns out to be there
 * is taken for the one that was wanted.
 */
export interface CreateMailboxAction extends ActionCommon {
  readonly kind: 'create-mailbox';
  /** The key that it has from the beginning. */
  readonly mailbox: MailboxKey;
  /** Whole, decoded, its levels joined with `delimiter`. */
  readonly name: string;
  readonly delimiter: string | null;
  /** What it is for (RFC 6154 §3). */
  readonly role: MailboxRole | undefined;
  /** What it keeps, where it takes the place of another one. */
  readonly mode?: MailboxMode;
}

/** RFC 3501 §6.3.5, with all mailboxes below it. Not of INBOX, which would stay and lose its mail. */
export interface RenameMailboxAction extends ActionCommon {
  readonly kind: 'rename-mailbox';
  readonly mailbox: MailboxKey;
  /** The new name: whole, decoded. */
  readonly name: string;
  /** Noted before the command goes out: subscriptions are by name, and do not go along. */
  readonly subscriptions?: readonly { readonly from: string; readonly to: string }[];
}

/** RFC 3501 §6.3.4, with all mail in it. Mailboxes below it stay. */
export interface DeleteMailboxAction extends ActionCommon {
  readonly kind: 'delete-mailbox';
  readonly mailbox: MailboxKey;
  /** Its UIDVALIDITY when it was begun: one that was made anew since is somebody else's. */
  readonly noted?: { readonly uidValidity: number };
  /** All that is in it, seen here or not, is moved there first: it takes its place on another server (RFC 2193 §4.3). */
  readonly into?: MailboxKey;
}

/** RFC 3501 §6.3.6 and 6.3.7. */
export interface SubscribeAction extends ActionCommon {
  readonly kind: 'subscribe';
  readonly mailbox: MailboxKey;
  readonly on: boolean;
}

/** Those that make, name and end mailboxes: carried out one after another. */
export type MailboxAction = CreateMailboxAction | RenameMailboxAction | DeleteMailboxAction | SubscribeAction;

export type Action =
  | FlagAction
  | MoveAction
  | CopyAction
  | CarryAction
  | ExpungeAction
  | SendAction
  | UploadAction
  | SaveDraftAction
  | RemoveDraftAction
  | ImportAction
  | MailboxAction;
