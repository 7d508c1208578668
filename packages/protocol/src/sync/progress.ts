import type { MessageKey } from './model.ts';
import { MESSAGES_PER_CHUNK, SMALLEST_WINDOW } from './plan.ts';

/** Messages by whose pace that of the next is guessed. */
const PACE_OF = 3200;

/** Times that new mail is asked for because some came as others went: a server that always says so would cause them for ever. */
const EXCHANGES = 3;

/** What the engine remembers of a mailbox while it runs; lost with the connection, which only costs a comparison. */
export class Progress {
  /** The lane's count when the mailbox was selected: what follows holds for that selection. */
  selection = -1;
  /** The new mail was asked for since the mailbox was selected, or since there was reason to ask again. */
  newAsked = false;
  flagsAsked = false;
  uidsAsked = true;
  newsLost = false;
  /** The server's mod-sequences are believed, until what they lead to disagrees with what is there. */
  modSeqTrusted = true;
  /** Flag comparisons since the mailbox was last whole. */
  compared = 0;
  /** EXISTS when it was last found to be more than is known, and other than what is known. */
  grownAt = -1;
  disagreedAt = -1;
  /** When that was last asked about; milliseconds since 1970. */
  soughtAt = Number.NEGATIVE_INFINITY;
  /** How many had come when the flags of what had were last here. */
  toldOf = 0;
  /** New mail is to be here whole. */
  keepsNew = false;
  /** How many had come since the mailbox was selected, when new mail was last asked for because some had. */
  arrivedAt = 0;
  /** How often that was, as others went, since the mailbox was last whole. */
  exchanged = 0;
  /** The highest UID that a search found, where SELECT does not say UIDNEXT. */
  searched: number | undefined;
  /** Messages that the server said there are, when it was last looked at. */
  exists = 0;
  /** Width of the next window of UIDs. */
  window = SMALLEST_WINDOW * 4;
  /** Messages that a window is to have: more where the line is good for it. */
  chunk = MESSAGES_PER_CHUNK;
  /** Messages that came in windows. */
  came = 0;
  /** The last of them, and the milliseconds that they took beyond the round trip, until they were in the store. */
  #paced = { messages: 0, took: 0 };
  /** Where older mail is stopped: how many of the messages that are not here are unseen, as long as there are so many of them. */
  unseenBelow: { readonly missing: number; readonly unseen: number } | undefined;
  /** New mail and flags are in; only older mail is missing. */
  recent = false;
  /** UIDs whose descriptors the server does not give, however it is asked. */
  readonly refused = new Set<number>();
  /** Messages without a UID whose copies were looked for since they are here. */
  readonly awaited = new Set<MessageKey>();

  /** The mailbox was selected: what was asked before is old. SELECT may itself have said whether there is new mail. */
  selected(selection: number, saysUidNext: boolean, resynced: boolean): void {
    this.selection = selection;
    this.newAsked = saysUidNext;
    this.flagsAsked = resynced;
    this.uidsAsked = true;
    this.newsLost = false;
    this.grownAt = -1;
    this.disagreedAt = -1;
    this.arrivedAt = 0;
    this.toldOf = 0;
    this.searched = undefined;
    this.unseenBelow = undefined;
    this.recent = false;
  }

  /** While older mail is still to come, new mail need not wait for it. */
  counted(arrived: number): void {
    if (arrived > this.arrivedAt) this.newAsked = false;
    this.arrivedAt = arrived;
  }

  /** Milliseconds that a message of a window takes, beyond the round trip, until it is in the store. undefined: nobody knows. */
  get pace(): number | undefined {
    const { messages, took } = this.#paced;
    return messages > 0 ? took / messages : undefined;
  }

  /** So many messages took so many milliseconds more than the way does. */
  paced(messages: number, took: number): void {
    const before = this.#paced;
    const counts = Math.min(1, PACE_OF / Math.max(1, before.messages));
    this.#paced = { messages: before.messages * counts + messages, took: before.took * counts + took };
  }

  /** Some may have come as others went, which no count of messages tells: new mail is asked for. */
  cameAsOthersWent(arrived: number): void {
    if (arrived <= this.arrivedAt || this.exchanged === EXCHANGES) return;
    this.exchanged++;
    this.counted(arrived);
  }

  /** What was learnt of the pace does not hold. */
  unpaced(): void {
    this.#paced = { messages: 0, took: 0 };
  }

  /** Something came that could not be named: what is known has to be looked at again. */
  lost(): void {
    this.flagsAsked = false;
    this.newsLost = true;
    this.disagreedAt = -1;
  }

  /** What the mod-sequences led to cannot be true: the mailbox is compared whole, and from now on the plain way. */
  distrust(): void {
    this.modSeqTrusted = false;
    this.flagsAsked = false;
  }
}
