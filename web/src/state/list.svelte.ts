/** One mailbox, newest first, or what a search finds in it. Make it while a component is being set up. */
import type { MailboxKey, MessageKey } from '@postern/protocol/sync';
import type { RowView } from './views.ts';

export class MessageList {
  readonly mailbox: () => MailboxKey | undefined;
  readonly search: () => string;

  constructor(mailbox: () => MailboxKey | undefined, search: () => string) {
    this.mailbox = mailbox;
    this.search = search;
  }
  /** Rows that can be shown now. */
  get length(): number {
    return 0;
  }
  /** True while nothing is known of the mailbox, not even that it is empty. */
  get loading(): boolean {
    return true;
  }
  /** Messages in the mailbox as far as the server has said, at least `length`; of a search, what was found. */
  get total(): number {
    return 0;
  }
  /** True while a search goes on, here or on the server. */
  get searching(): boolean {
    return false;
  }
  /** `index` from 0 (newest) to length − 1. `known: false` until its descriptor has been read, which this starts. */
  row(index: number): RowView {
    throw new RangeError(`no row ${index}`);
  }
  keyAt(_index: number): MessageKey | undefined {
    return undefined;
  }
  /** −1 when it is not in the list. */
  indexOf(_key: MessageKey): number {
    return -1;
  }
  /** The rows in sight; those around them are read ahead. */
  ensure(_first: number, _last: number): void {}
}
