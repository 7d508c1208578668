/** All wishes of all screens (tabs), as one list of wants. */
import type { MailboxKey, MessageKey } from './model.ts';
import type { Around, Download, PartWish, Thoroughness, Wishes } from './wishes.ts';

export interface DownloadFor extends Download {
  readonly screen: string;
}

export interface SearchFor {
  readonly screen: string;
  readonly id: string;
  readonly mailbox: MailboxKey;
  readonly text: string;
}

export class Screens {
  readonly #wishes = new Map<string, Wishes>();
  /** Another one each time that a screen said what it wants. */
  stated = 0;

  set(screen: string, wishes: Wishes | undefined): void {
    this.stated++;
    if (wishes) this.#wishes.set(screen, wishes);
    else this.#wishes.delete(screen);
  }

  /** Mailboxes on screen, that of the screen opened last first. */
  mailboxes(): MailboxKey[] {
    const keys = [...this.#wishes.values()].flatMap(({ mailbox }) =>
      mailbox === undefined ? [] : [mailbox],
    );
    return [...new Set(keys.reverse())];
  }

  /** Mailboxes of which any message may be on screen. */
  shown(): MailboxKey[] {
    return unique([...this.mailboxes(), ...this.searches().map(({ mailbox }) => mailbox)]);
  }

  /** Messages of which more than their rows is on screen, or about to be. */
  held(): Set<MessageKey> {
    const named = [...this.parts(), ...this.downloads()].map(({ message }) => message);
    return new Set([...this.open(), ...this.next(), ...named]);
  }

  /** Where each mailbox on screen is scrolled to, in the same order. */
  around(): { readonly mailbox: MailboxKey; readonly around: Around }[] {
    return [...this.#wishes.values()]
      .flatMap(({ mailbox, around }) => (mailbox === undefined || !around ? [] : [{ mailbox, around }]))
      .reverse();
  }

  /** As little as any of them asks for: they share one network. */
  thoroughness(): Thoroughness {
    const stated = new Set([...this.#wishes.values()].map(({ thoroughness }) => thoroughness));
    return stated.has('new') ? 'new' : stated.has('descriptors') ? 'descriptors' : 'all';
  }

  /** Messages that are open on a screen. */
  open(): MessageKey[] {
    return unique([...this.#wishes.values()].flatMap(({ messages }) => messages.slice(0, 1)));
  }

  /** Messages likely to be opened next. */
  next(): MessageKey[] {
    return unique([...this.#wishes.values()].flatMap(({ messages }) => messages.slice(1)));
  }

  previews(): MessageKey[] {
    return unique([...this.#wishes.values()].flatMap(({ previews }) => previews ?? []));
  }

  parts(): PartWish[] {
    return [...this.#wishes.values()].flatMap(({ parts }) => parts);
  }

  downloads(): DownloadFor[] {
    return [...this.#wishes].flatMap(([screen, { downloads }]) => downloads.map((d) => ({ ...d, screen })));
  }

  /** Mailboxes whose size is asked for. */
  sizes(): MailboxKey[] {
    return unique([...this.#wishes.values()].flatMap(({ size }) => (size === undefined ? [] : [size])));
  }

  searches(): SearchFor[] {
    return [...this.#wishes].flatMap(([screen, { search }]) => (search ? [{ screen, ...search }] : []));
  }
}

function unique<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}
