/** Being told of all mailboxes (RFC 5465), where the server can, instead of asking each of them now and then. */
import { CommandError } from '../error.ts';
import { notifySet } from '../imap/index.ts';
import type { NotifyEvent, NotifyGroup } from '../imap/index.ts';
import type { Lane } from './lane.ts';

const MESSAGES: readonly NotifyEvent[] = ['MessageNew', 'MessageExpunge', 'FlagChange'];

/**
 * What is said of the selected mailbox comes at the times that it came before (`selected-delayed`): an EXPUNGE in the middle
 * of a FETCH would cost the numbers their meaning.
 */
const GROUPS: readonly NotifyGroup[] = [
  { of: 'selected-delayed', events: MESSAGES },
  { of: 'personal', events: [...MESSAGES, 'MailboxName', 'SubscriptionChange'] },
];

/** How long a server is not asked again that had to give up telling, milliseconds. */
const OVERFLOWED_FOR = 3600_000;

export class Notifying {
  #asked = false;
  #granted = false;
  #notBefore = 0;

  /** The server tells of every mailbox by itself, on this connection. */
  get granted(): boolean {
    return this.#granted;
  }

  /** The connection is gone, and with it what was asked for. */
  lost(): void {
    this.#asked = false;
    this.#granted = false;
  }

  /** It was too much for the server (RFC 5465 §5.8). */
  overflowed(now: number): void {
    this.#notBefore = now + OVERFLOWED_FOR;
  }

  /** Asks once for each connection; true when there was something to ask. A server that refuses is polled. */
  async ask(lane: Lane): Promise<boolean> {
    if (this.#asked || lane.now() < this.#notBefore) return false;
    this.#asked = true;
    const { capabilities } = await lane.session();
    if (!capabilities.has('NOTIFY')) return false;
    try {
      await lane.run(notifySet(GROUPS));
      this.#granted = true;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
    return true;
  }
}
