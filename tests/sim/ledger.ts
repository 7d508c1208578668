/** What was done to a message, and by whom: a device's name, or `other` for whoever else has the account. */
export type Deed =
  | {
      readonly what: 'move';
      readonly by: string;
      readonly action?: string;
      readonly to: string;
      /** Into another account: what this one does afterwards to a row that stood for it does not reach it. */
      readonly away?: true;
    }
  | {
      readonly what: 'copy';
      readonly by: string;
      readonly action?: string;
      readonly to: string;
      /** Of a row that may be the same message as another that is copied with it: `perhapsTwice` says which. */
      readonly perhaps?: true;
    }
  | {
      readonly what: 'expunge';
      readonly by: string;
      readonly action?: string;
      /** It was somewhere else, too: one of its copies went, if any was made. */
      readonly ofSeveral?: true;
    }
  | {
      readonly what: 'flag';
      readonly by: string;
      readonly action?: string;
      readonly flag: string;
      readonly add: boolean;
    }
  /** Its mailbox was deleted, or numbered anew, with it inside. */
  | { readonly what: 'deleted' | 'renumbered'; readonly by: 'other' };

export interface Entry {
  readonly number: number;
  /** `upload` and `send`: made by an action of a device; `draft`: by its last one, which puts a version in place of another. */
  readonly born:
    | { readonly how: 'delivered' }
    | { readonly how: 'upload' | 'send' | 'draft'; readonly by: string; readonly action: string };
  /** Its text; of a draft, the last. */
  readonly body: string;
  readonly flags: readonly string[];
  readonly deeds: Deed[];
  /** Of a draft: so many of the deeds were done to versions before the one that was written last. */
  readonly toEarlier?: number;
  /** The actions that saved those. */
  readonly saves?: readonly string[];
}

/** Taken back before it was begun; or given up after it had failed, perhaps half way. */
export type Dropped = 'withdrawn' | 'failed';

/** Every message that anybody created, and what was done to it since: what has to be true at the end follows from it. */
export class Ledger {
  readonly #entries = new Map<number, Entry>();
  readonly #made: { readonly by: string; readonly action: string; readonly name: string }[] = [];
  readonly #dropped = new Map<string, Dropped>();
  readonly #retried = new Set<string>();
  readonly #exposed = new Set<number>();

  /** The number that the next message gets. */
  get next(): number {
    return this.#entries.size + 1;
  }

  get entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  add(entry: Omit<Entry, 'deeds'>): void {
    this.#entries.set(entry.number, { ...entry, deeds: [] });
  }

  /** Another version of a draft: what was done to it stays known. */
  redraft(entry: Omit<Entry, 'deeds'>): void {
    const { deeds = [], born, saves = [] } = this.#entries.get(entry.number) ?? {};
    const before = born?.how === 'draft' ? [...saves, born.action] : saves;
    this.#entries.set(entry.number, { ...entry, deeds, toEarlier: deeds.length, saves: before });
  }

  /** A mailbox that a device makes. */
  make(by: string, action: string, name: string): void {
    this.#made.push({ by, action, name });
  }

  get made(): readonly { readonly by: string; readonly action: string; readonly name: string }[] {
    return this.#made;
  }

  get(number: number): Entry | undefined {
    return this.#entries.get(number);
  }

  /** The person let go of an action. */
  drop(by: string, action: string, how: Dropped): void {
    this.#dropped.set(`${by} ${action}`, how);
  }

  dropped(by: string, action: string | undefined): Dropped | undefined {
    return this.#dropped.get(`${by} ${action}`);
  }

  /** The person asked for an action anew, after it had failed: which of all that they want is the last is not told by its place. */
  retry(by: string, action: string): void {
    this.#retried.add(`${by} ${action}`);
  }

  wasRetried(by: string, action: string | undefined): boolean {
    return this.#retried.has(`${by} ${action}`);
  }

  /** It was marked \Deleted after a device had looked for such marks, and before its EXPUNGE: no client can help that. */
  expose(number: number): void {
    this.#exposed.add(number);
  }

  wasExposed(number: number): boolean {
    return this.#exposed.has(number);
  }

  note(number: number, deed: Deed): void {
    this.#entries.get(number)?.deeds.push(deed);
  }
}
