/** A search in one mailbox: here first, newest first, and on the server beside it. */
import { descriptorsQuery } from '@postern/protocol/sync';
import type { MailboxKey, MessageKey } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { connection } from './connection.svelte.ts';
import { read } from './device.ts';
import { matcher } from './match.ts';

/** Messages looked at between two looks at whether the person has typed on. */
const batch = 1024;
/** Milliseconds of rest before a search begins. */
const rest = 120;

export class Search {
  /** What was found so far. */
  found: ReadonlySet<MessageKey> = $state.raw(new Set());
  readonly id: string = crypto.randomUUID();
  readonly mailbox: MailboxKey;
  readonly text: string;
  #here: boolean = $state(true);
  #there: boolean = $state(true);
  #stopped = false;
  readonly #unlisten: () => void;

  /** @param keys newest first. */
  constructor(mailbox: MailboxKey, text: string, keys: Uint32Array) {
    this.mailbox = mailbox;
    this.text = text;
    this.#unlisten = engine.listen((note) => {
      if (note.note !== 'found' || note.id !== this.id) return;
      this.#there = note.more ?? false;
      this.#add(note.keys);
    });
    void this.#searchHere(keys);
  }

  get going(): boolean {
    return this.#here || (this.#there && connection.state === 'online');
  }

  stop(): void {
    this.#stopped = true;
    this.#unlisten();
  }

  async #searchHere(keys: Uint32Array): Promise<void> {
    const matches = matcher(this.text);
    await new Promise((resolve) => setTimeout(resolve, rest));
    for (let at = 0; matches && at < keys.length && !this.#stopped; at += batch) {
      const some = [...keys.subarray(at, at + batch)] as MessageKey[];
      const descriptors = await read(descriptorsQuery(some));
      this.#add(
        some.filter((key) => {
          const descriptor = descriptors.get(key);
          return descriptor && matches(descriptor);
        }),
      );
    }
    this.#here = false;
  }

  #add(keys: readonly MessageKey[]): void {
    if (keys.length > 0 && !this.#stopped) this.found = new Set([...this.found, ...keys]);
  }
}
