/** What this tab looks at: mirrored in the URL's hash (`#/inbox/123`), so that reload and back work. */
import type { MailboxKey, MessageKey } from '@postern/protocol/sync';
import { SvelteSet } from 'svelte/reactivity';

class View {
  mailbox: MailboxKey | undefined = $state();
  message: MessageKey | undefined = $state();
  /** Row under the roving focus, index into the list. */
  focus: number = $state(0);
  search: string = $state('');
  readonly selected: SvelteSet<MessageKey> = new SvelteSet();

  /** Closes the message, ends search and selection. */
  openMailbox(key: MailboxKey): void {
    this.mailbox = key;
    this.message = undefined;
    this.search = '';
    this.focus = 0;
    this.selected.clear();
  }
  /** undefined goes back to the list. */
  openMessage(key: MessageKey | undefined): void {
    this.message = key;
  }
  /** What an action applies to: the selection, else the open message. */
  get targets(): MessageKey[] {
    if (this.selected.size > 0) return [...this.selected];
    return this.message === undefined ? [] : [this.message];
  }
}

export const view = new View();
