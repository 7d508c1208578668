/**
 * What a server calls the octets of a message: EMAILID (RFC 8474 §5.1), or X-GM-MSGID of Gmail, which shows each message in several
 * mailboxes. It is asked for beside what is fetched anyway, of messages of which something is kept, never of a whole mailbox; nothing
 * rests on it.
 */
import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import type { FetchedMessage, Uid } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import type { Descriptor, MessageRow } from './model.ts';
import { runInSteps } from './steps.ts';

export type EmailIdItem = 'EMAILID' | 'X-GM-MSGID';

/** What the home server has shown of its identifiers; those of another server say nothing here. */
export class EmailIds {
  #refused = false;

  /** How it is asked for; undefined: there are none. */
  async item(lane: Lane): Promise<EmailIdItem | undefined> {
    if (this.#refused || !lane.isHome) return undefined;
    const { capabilities } = await lane.session();
    if (capabilities.has('OBJECTID')) return 'EMAILID';
    return capabilities.has('X-GM-EXT-1') ? 'X-GM-MSGID' : undefined;
  }

  /**
   * Asks for those of messages of the selected mailbox: what is said of them is in the store when it settles. What is refused is done
   * without.
   */
  async ask(lane: Lane, uids: readonly Uid[]): Promise<void> {
    const item = uids.length > 0 ? await this.item(lane) : undefined;
    if (!item) return;
    try {
      await runInSteps(lane, uids, (some) => uidFetch(some, [item]));
    } catch (error) {
      this.refused(error);
    }
  }

  /** Rejects with what says nothing of identifiers. NO may be of a message that is gone (RFC 2180 §4.1). */
  refused(error: unknown): void {
    if (!(error instanceof CommandError)) throw error;
    if (error.status === 'BAD') this.#refused = true;
  }
}

/** What FETCH said. */
export function emailIdOf({ emailId, gmailMessage }: FetchedMessage): string | undefined {
  return emailId ?? (gmailMessage === undefined ? undefined : String(gmailMessage));
}

/** What COPY keeps of a message besides its octets, by which the few are found that may be the same. */
export function copyMark({ size, date }: Pick<MessageRow, 'size' | 'date'>): string {
  return `${size} ${Math.floor(date / 1000)}`;
}

/**
 * Whether nothing speaks against one being the other, whatever identifiers say: a server that gives two messages one identifier is
 * not believed. One without a Message-ID is only itself.
 */
export function mayBeSame(one: Descriptor, other: Descriptor): boolean {
  return (
    one.messageId !== '' &&
    one.messageId === other.messageId &&
    one.sent === other.sent &&
    one.subject === other.subject &&
    isEqual(one.structure, other.structure)
  );
}

/** Of values as JSON has them. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) =>
      isEqual((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
    )
  );
}
