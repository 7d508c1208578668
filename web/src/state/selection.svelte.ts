/** What this tab looks at: mirrored in the URL's hash (`#/inbox/123`), so that reload and back work. */
import type { MailboxKey, MessageKey } from '@postern/protocol/sync';
import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { accounts } from './accounts.svelte.ts';
import { mailboxes } from './mailboxes.svelte.ts';
import { hashOf, routeIn } from './route.ts';

/** Said with each entry of the history that this app made. */
interface Entry {
  /** By opening a message from the list. */
  readonly fromList?: true;
  /** Whose mailboxes and messages its hash names. */
  readonly account?: string | undefined;
}

class View {
  #mailbox: MailboxKey | undefined = $state();
  #message: MessageKey | undefined = $state();
  /** Row under the roving focus, index into the list. */
  focus: number = $state(0);
  search: string = $state('');
  readonly selected: SvelteSet<MessageKey> = new SvelteSet();

  constructor() {
    if (typeof window === 'undefined') return;
    window.addEventListener('popstate', ({ state }) => {
      const { account } = (state ?? {}) as Entry;
      if (account === undefined || account === accounts.current?.id) this.#follow();
      else if (accounts.others.some(({ id }) => id === account)) void accounts.open(account, true);
      else {
        // Of an account that was signed out of: its names mean other mail here.
        history.replaceState(null, '', '/');
        this.#follow();
      }
    });
    $effect.root(() => {
      $effect(() => {
        if (this.#mailbox === undefined && mailboxes.loaded) this.#begin();
        // One that is gone, by whomever: the inbox is there.
        else if (this.#mailbox !== undefined && mailboxes.loaded && !mailboxes.get(this.#mailbox)) {
          const inbox = mailboxes.byRole('inbox');
          if (inbox) untrack(() => this.openMailbox(inbox.key));
        }
      });
    });
  }

  get mailbox(): MailboxKey | undefined {
    return this.#mailbox;
  }
  get message(): MessageKey | undefined {
    return this.#message;
  }

  /** Closes the message, ends search and selection. */
  openMailbox(key: MailboxKey): void {
    this.#mailbox = key;
    this.#message = undefined;
    this.#rest();
    this.#write('push');
  }

  /** undefined goes back to the list. */
  openMessage(key: MessageKey | undefined): void {
    if (key === this.#message) return;
    const before = this.#message;
    this.#message = key;
    if (key === undefined) {
      // The way in is the way out, so that a phone's back button never leads back into a closed message.
      if ((history.state as Entry | null)?.fromList) history.back();
      else this.#write('replace');
    } else if (before === undefined) {
      this.#write('push', { fromList: true });
    } else {
      this.#write('replace', (history.state as Entry | null) ?? {});
    }
  }

  /** What an action applies to: the selection, else the open message. */
  get targets(): MessageKey[] {
    if (this.selected.size > 0) return [...this.selected];
    return this.#message === undefined ? [] : [this.#message];
  }

  #begin(): void {
    history.replaceState({ ...(history.state as Entry | null), account: accounts.current?.id }, '');
    this.#follow();
  }

  /** From the URL to the screen. */
  #follow(): void {
    const route = routeIn(location.hash);
    const named =
      typeof route?.mailbox === 'string' ? mailboxes.byRole(route.mailbox) : mailboxes.get(route?.mailbox);
    const mailbox = named ?? mailboxes.byRole('inbox') ?? mailboxes.list.find((each) => each.selectable);
    if (!mailbox) return;
    if (mailbox.key !== this.#mailbox) this.#rest();
    this.#mailbox = mailbox.key;
    this.#message = named ? route?.message : undefined;
  }

  #write(how: 'push' | 'replace', entry: Entry = {}): void {
    const mailbox = mailboxes.get(this.#mailbox);
    if (!mailbox) return;
    const hash = hashOf({ mailbox: mailbox.role ?? mailbox.key, message: this.#message });
    if (hash === location.hash) return;
    const stamped: Entry = { ...entry, account: accounts.current?.id };
    if (how === 'push') history.pushState(stamped, '', hash);
    else history.replaceState(stamped, '', hash);
  }

  #rest(): void {
    this.search = '';
    this.focus = 0;
    this.selected.clear();
  }
}

export const view = new View();
