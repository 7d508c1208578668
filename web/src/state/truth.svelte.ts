/**
 * Truth and pending actions as runes, kept current for the life of the page: columns are small (30 octets a message),
 * so that lists, counts and the reader can all be derived from them without waiting.
 */
import {
  accountQuery,
  actionsQuery,
  indexOfKey,
  mailboxesQuery,
  overlays,
  rowsQuery,
} from '@postern/protocol/sync';
import type {
  Account,
  Action,
  Mailbox,
  MailboxKey,
  MessageKey,
  Overlay,
  Query,
  Rows,
} from '@postern/protocol/sync';
import { follow } from './device.ts';

class Live<T> {
  /** undefined: not read yet (or, for what may be absent, absent). */
  value: T | undefined = $state.raw();
  loaded: boolean = $state(false);

  constructor(query: Query<T>, changed?: (value: T) => void) {
    follow(query, (value) => {
      this.value = value;
      this.loaded = true;
      changed?.(value);
    });
  }
}

class Truth {
  readonly #rows = new Map<MailboxKey, Live<Rows>>();
  readonly #account: Live<Account | undefined>;
  readonly #actions: Live<readonly Action[]>;
  readonly #mailboxes: Live<readonly Mailbox[]>;
  #known: readonly MailboxKey[] = $state.raw([]);
  readonly #overlays: ReadonlyMap<MessageKey, Overlay> = $derived.by(() => overlays(this.actions));

  constructor() {
    this.#account = new Live(accountQuery());
    this.#actions = new Live(actionsQuery());
    this.#mailboxes = new Live(mailboxesQuery(), (mailboxes) => this.#follow(mailboxes));
  }

  get account(): Account | undefined {
    return this.#account.value;
  }
  get accountLoaded(): boolean {
    return this.#account.loaded;
  }
  /** In the person's order. */
  get actions(): readonly Action[] {
    return this.#actions.value ?? [];
  }
  get overlays(): ReadonlyMap<MessageKey, Overlay> {
    return this.#overlays;
  }
  get mailboxes(): readonly Mailbox[] {
    return this.#mailboxes.value ?? [];
  }
  get mailboxesLoaded(): boolean {
    return this.#mailboxes.loaded;
  }
  mailbox(key: MailboxKey | undefined): Mailbox | undefined {
    return this.mailboxes.find((mailbox) => mailbox.key === key);
  }
  /** undefined while they are being read. */
  rowsIn(mailbox: MailboxKey): Rows | undefined {
    return this.#known.includes(mailbox) ? this.#rows.get(mailbox)?.value : undefined;
  }
  /** The rows that hold the message, wherever truth has it. */
  locate(key: MessageKey): Rows | undefined {
    for (const mailbox of this.#known) {
      const rows = this.#rows.get(mailbox)?.value;
      if (rows && indexOfKey(rows, key) >= 0) return rows;
    }
    return undefined;
  }
  /** False as long as a message that cannot be located may yet turn up. */
  get rowsLoaded(): boolean {
    return this.mailboxesLoaded && this.#known.every((mailbox) => this.#rows.get(mailbox)?.loaded);
  }

  #follow(mailboxes: readonly Mailbox[]): void {
    for (const { key } of mailboxes) {
      if (!this.#rows.has(key)) this.#rows.set(key, new Live(rowsQuery(key)));
    }
    const known = mailboxes.map((mailbox) => mailbox.key);
    if (known.join() !== this.#known.join()) this.#known = known;
  }
}

export const truth = new Truth();
