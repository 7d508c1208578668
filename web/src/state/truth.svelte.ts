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
  projectCopies,
  projectMailboxes,
  rowAt,
  rowsQuery,
} from '@postern/protocol/sync';
import type {
  Account,
  Action,
  Mailbox,
  MailboxKey,
  MadeRow,
  MessageKey,
  Overlay,
  Query,
  Rows,
  ShownMailbox,
} from '@postern/protocol/sync';
import { withMessages } from '../store/columns.ts';
import { withoutArrived, withoutUnnamed } from './arriving.ts';
import { follow } from './device.ts';
import { draftCopies, withoutDrafts } from './draft-copies.ts';
import { drafts } from './drafts.svelte.ts';
import { continueAfter } from './intent.ts';

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
  readonly #shown: readonly ShownMailbox[] = $derived.by(() =>
    projectMailboxes(this.#mailboxes.value ?? [], this.actions),
  );
  /** Messages that only actions have made so far. */
  readonly #made: ReadonlyMap<MessageKey, MadeRow> = $derived.by(() => {
    const made = projectCopies(this.actions, (key) => {
      const rows = this.#locate(key);
      return rows && rowAt(rows, indexOfKey(rows, key));
    });
    return new Map(made.map((row) => [row.key, row]));
  });
  readonly #shownRows: ReadonlyMap<MailboxKey, Rows> = $derived.by(() => {
    const shown = new Map<MailboxKey, Rows>();
    for (const row of this.#made.values()) {
      const rows = shown.get(row.mailbox) ?? this.#rows.get(row.mailbox)?.value;
      if (rows) shown.set(row.mailbox, withMessages(rows, [row]));
    }
    return shown;
  });
  readonly #overlays: ReadonlyMap<MessageKey, Overlay> = $derived.by(() => {
    const there = (mailbox: MailboxKey) => ({
      uidValidity: this.known(mailbox)?.sync.uidValidity,
      rows: this.#rows.get(mailbox)?.value,
    });
    const laid = withoutDrafts(overlays(this.actions), draftCopies(drafts.list, this.actions), there);
    const told = [...this.#rows.values()].flatMap(({ value }) => value ?? []);
    return withoutUnnamed(
      withoutArrived(laid, this.actions, there, (key) => this.#locate(key)),
      told,
    );
  });

  constructor() {
    this.#account = new Live(accountQuery());
    // Mailboxes that an action makes have rows, too, as soon as anything comes into them.
    this.#actions = new Live(actionsQuery(), (actions) => {
      continueAfter(actions);
      this.#follow();
    });
    this.#mailboxes = new Live(mailboxesQuery(), () => this.#follow());
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
  /** As they are shown: with what the person did to them. */
  get mailboxes(): readonly ShownMailbox[] {
    return this.#shown;
  }
  get mailboxesLoaded(): boolean {
    return this.#mailboxes.loaded;
  }
  mailbox(key: MailboxKey | undefined): ShownMailbox | undefined {
    return this.mailboxes.find((mailbox) => mailbox.key === key);
  }
  /** As the server has it, also when the person has deleted it here. */
  known(key: MailboxKey): Mailbox | undefined {
    return this.#mailboxes.value?.find((mailbox) => mailbox.key === key);
  }
  /** With the messages that are being made there; undefined while they are being read. */
  rowsIn(mailbox: MailboxKey): Rows | undefined {
    if (!this.#known.includes(mailbox)) return undefined;
    return this.#shownRows.get(mailbox) ?? this.#rows.get(mailbox)?.value;
  }
  /** The rows that hold the message, wherever truth has it, or where it is being made. */
  locate(key: MessageKey): Rows | undefined {
    const made = this.#made.get(key);
    return made ? this.rowsIn(made.mailbox) : this.#locate(key);
  }
  /** The message whose descriptor and parts it has: itself, unless it is a copy that is still being made. */
  originalOf(key: MessageKey): MessageKey {
    return this.#made.get(key)?.original ?? key;
  }

  #locate(key: MessageKey): Rows | undefined {
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

  #follow(): void {
    // Mail may be on its way out of one that is shown no more.
    const known = [
      ...new Set([...(this.#mailboxes.value ?? []), ...this.#shown].map((mailbox) => mailbox.key)),
    ];
    for (const key of known) {
      if (!this.#rows.has(key)) this.#rows.set(key, new Live(rowsQuery(key)));
    }
    if (known.join() !== this.#known.join()) this.#known = known;
  }
}

export const truth = new Truth();
