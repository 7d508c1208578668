/** Parts of bodies, whole and in pieces, within one transaction, and the counts of what is kept of each message. */
import { descriptorChunk, KeptDepth } from '@postern/protocol/sync';
import type { Evicted, KeptOf, MessageKey, Piece, Touched } from '@postern/protocol/sync';
import { emptyChunk, isEmpty, keptIn, setKept } from './kept-chunks.ts';
import type { KeptChunk } from './kept-chunks.ts';
import { pieceKey, piecesOf } from './pieces.ts';
import type { Writing } from './schema.ts';

/** Where octets of bodies lie, by key of the message. */
const bodyStores = ['parts', 'files', 'pieces'] as const;

export class Bodies {
  readonly #writing: Writing;
  readonly #touched: Set<Touched>;
  readonly #chunks = new Map<number, KeptChunk>();

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

  async forget(key: MessageKey): Promise<void> {
    this.#delete(key, bodyStores);
    await this.#set(key, () => ({ texts: 0, attachments: 0, opened: 0, depth: KeptDepth.nothing }));
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
    for (const [at, chunk] of this.#chunks) {
      const store = this.#writing.objectStore('kept');
      put(isEmpty(chunk) ? store.delete(at) : store.put(chunk, at));
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
    setKept(chunk, key, change(keptIn(chunk, key)));
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
