/** Parts of bodies, whole and in pieces, within one transaction, and the counts of what is kept of each message. */
import { descriptorChunk, KeptDepth, NOTHING_KEPT } from '@postern/protocol/sync';
import type { Evicted, KeptOf, MessageKey, Piece, Touched } from '@postern/protocol/sync';
import { emptyChunk, isEmpty, keptIn, setKept } from './kept-chunks.ts';
import type { KeptChunk } from './kept-chunks.ts';
import { pieceKey, piecesOf } from './pieces.ts';
import type { Writing } from './schema.ts';

/** Where octets of bodies lie, by key of the message. */
const bodyStores = ['parts', 'files', 'pieces'] as const;

/** Messages that go at once, from which on it is looked which have octets here; and records that are looked at for each. */
const MANY = 16;
const LOOKED_AT = 4;

const columns = ['texts', 'attachments', 'opened', 'depth'] as const;

export class Bodies {
  readonly #writing: Writing;
  readonly #touched: Set<Touched>;
  readonly #chunks = new Map<number, KeptChunk>();
  readonly #changed = new Set<number>();

  constructor(writing: Writing, touched: Set<Touched>) {
    this.#writing = writing;
    this.#touched = touched;
  }

  async keepPart(
    message: MessageKey,
    section: string,
    bytes: Uint8Array,
    attachment: boolean,
  ): Promise<void> {
    const store = this.#writing.objectStore(attachment ? 'files' : 'parts');
    const before = await store.get([message, section]);
    put(store.put(alone(bytes), [message, section]));
    this.#touched.add(`parts:${message}`);
    const pieces = this.#writing.objectStore('pieces');
    const all = piecesOf(message, section);
    const replaced = sum(await pieces.getAll(all));
    if (replaced > 0) put(pieces.delete(all));
    const more = bytes.length - (before?.length ?? 0);
    await this.#count(message, attachment ? 0 : more, (attachment ? more : 0) - replaced);
  }

  async keepPiece(piece: Piece): Promise<void> {
    const { message, bytes } = piece;
    put(this.#writing.objectStore('pieces').put(alone(bytes), pieceKey(piece)));
    await this.#count(message, 0, bytes.length);
  }

  /** Counts anew where nothing was counted: the counts may have gone while room was made. */
  async kept(key: MessageKey, depth: KeptDepth): Promise<void> {
    const { texts, attachments } = keptIn(await this.#chunk(key), key);
    if (texts + attachments > 0) return this.#set(key, () => ({ depth }));
    const all = allOf(key);
    const parts = sum(await this.#writing.objectStore('parts').getAll(all));
    const files = sum(await this.#writing.objectStore('files').getAll(all));
    return this.#set(key, () => ({ depth, texts: parts, attachments: files }));
  }

  opened(key: MessageKey, at: number): Promise<void> {
    return this.#set(key, () => ({ opened: Math.floor(at / 1000) }));
  }

  async evict(key: MessageKey, what: Evicted): Promise<void> {
    this.#delete(key, what === 'attachments' ? ['files', 'pieces'] : bodyStores);
    await this.#set(key, ({ depth }) =>
      what === 'attachments'
        ? { attachments: 0, depth: Math.min(depth, KeptDepth.texts) as KeptDepth }
        : { texts: 0, attachments: 0, depth: KeptDepth.nothing },
    );
  }

  /** Of messages that are gone. What all of them need is read at once: one after another, each would wait for an answer. */
  async forget(keys: readonly MessageKey[]): Promise<void> {
    const byChunk = new Map(keys.map((key) => [descriptorChunk(key), key]));
    await Promise.all([...byChunk.values()].map((key) => this.#chunk(key)));
    for (const name of bodyStores) {
      const store = this.#writing.objectStore(name);
      for (const key of await this.#thoseIn(name, keys)) put(store.delete(allOf(key)));
    }
    for (const key of keys) {
      this.#touched.add(`parts:${key}`);
      await this.#set(key, () => NOTHING_KEPT);
    }
  }

  /** Which of `keys` may have octets there. Of most messages nothing is kept, and what is looked for costs less than what is deleted. */
  async #thoseIn(
    name: (typeof bodyStores)[number],
    keys: readonly MessageKey[],
  ): Promise<readonly MessageKey[]> {
    if (keys.length < MANY) return keys;
    const sorted = keys.toSorted((a, b) => a - b);
    const span = IDBKeyRange.bound([sorted[0]], [sorted.at(-1), []]);
    const most = keys.length * LOOKED_AT;
    const there = await this.#writing.objectStore(name).getAllKeys(span, most);
    if (there.length >= most) return keys;
    const found = new Set(there.map(([key]) => key));
    return keys.filter((key) => found.has(key));
  }

  /** Takes the counts that this transaction touched out of the store; gives the way to put them back, as they are by then. */
  takeCounts(): (writing: Writing) => void {
    for (const at of this.#chunks.keys()) put(this.#writing.objectStore('kept').delete(at));
    return (writing) => {
      for (const [at, chunk] of this.#chunks)
        if (!isEmpty(chunk)) put(writing.objectStore('kept').put(chunk, at));
    };
  }

  write(): void {
    const store = this.#changed.size > 0 ? this.#writing.objectStore('kept') : undefined;
    for (const at of this.#changed) {
      const chunk = this.#chunks.get(at);
      if (store) put(!chunk || isEmpty(chunk) ? store.delete(at) : store.put(chunk, at));
    }
  }

  #delete(key: MessageKey, stores: readonly (typeof bodyStores)[number][]): void {
    for (const name of stores) put(this.#writing.objectStore(name).delete(allOf(key)));
    this.#touched.add(`parts:${key}`);
  }

  #count(key: MessageKey, moreTexts: number, moreAttachments: number): Promise<void> {
    return this.#set(key, ({ texts, attachments }) => ({
      texts: texts + moreTexts,
      attachments: attachments + moreAttachments,
    }));
  }

  async #set(key: MessageKey, change: (now: KeptOf) => Partial<KeptOf>): Promise<void> {
    const chunk = await this.#chunk(key);
    const before = keptIn(chunk, key);
    setKept(chunk, key, change(before));
    const after = keptIn(chunk, key);
    if (columns.some((name) => before[name] !== after[name])) this.#changed.add(descriptorChunk(key));
    this.#touched.add('sizes');
  }

  async #chunk(key: MessageKey): Promise<KeptChunk> {
    const at = descriptorChunk(key);
    const chunk = this.#chunks.get(at) ?? (await this.#writing.objectStore('kept').get(at)) ?? emptyChunk();
    this.#chunks.set(at, chunk);
    return chunk;
  }
}

function allOf(key: MessageKey): IDBKeyRange {
  return IDBKeyRange.bound([key], [key, []]);
}

function sum(values: readonly Uint8Array[]): number {
  return values.reduce((octets, value) => octets + value.length, 0);
}

/** Failures of single requests abort the transaction, which reports them; here they must only not go unheard. */
export function put(request: Promise<unknown>): void {
  request.catch(() => {});
}

/** A view is kept together with all of the buffer under it: a part cut from a large chunk would bring the chunk along. */
export function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
