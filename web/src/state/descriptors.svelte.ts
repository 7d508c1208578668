/** Descriptors as they come into sight: read in batches, kept by chunk, read again when they change. */
import { descriptorChunk, descriptorsQuery } from '@postern/protocol/sync';
import type { Descriptor, MessageKey } from '@postern/protocol/sync';
import { read, watch } from './device.ts';

/** Chunks kept; at 256 descriptors of about 2 kB each, some 30 MB at most. */
const chunksKept = 60;

class Descriptors {
  /** Least recently used first. `undefined`: looked for and not there. */
  readonly #chunks = new Map<number, Map<MessageKey, Descriptor | undefined>>();
  readonly #wanted = new Set<MessageKey>();
  #reading = false;
  #version: number = $state(0);

  constructor() {
    watch((touched) => {
      for (const [chunk, known] of this.#chunks) {
        if (touched.has(`descriptors:${chunk}`)) this.#want(known.keys());
      }
    });
  }

  /** undefined: not here (yet). Asking starts reading; whoever asks in a template or an effect hears of the outcome. */
  get(key: MessageKey): Descriptor | undefined {
    void this.#version;
    const chunk = this.#chunks.get(descriptorChunk(key));
    if (!chunk?.has(key)) this.#want([key]);
    return chunk?.get(key);
  }

  /** True once it has been looked for, found or not. */
  knows(key: MessageKey): boolean {
    void this.#version;
    return this.#chunks.get(descriptorChunk(key))?.has(key) ?? false;
  }

  /** Reads ahead. */
  prepare(keys: Iterable<MessageKey>): void {
    const missing: MessageKey[] = [];
    for (const key of keys) if (!this.#chunks.get(descriptorChunk(key))?.has(key)) missing.push(key);
    if (missing.length > 0) this.#want(missing);
  }

  #want(keys: Iterable<MessageKey>): void {
    for (const key of keys) this.#wanted.add(key);
    if (this.#reading || this.#wanted.size === 0) return;
    this.#reading = true;
    queueMicrotask(() => void this.#read());
  }

  async #read(): Promise<void> {
    try {
      while (this.#wanted.size > 0) {
        const keys = [...this.#wanted];
        this.#wanted.clear();
        const found = await read(descriptorsQuery(keys));
        for (const key of keys) this.#keep(key, found.get(key));
        this.#forgetOldest();
        this.#version++;
      }
    } catch {
      // The store is gone (signing out): rows stay as they are until the page opens anew.
      this.#wanted.clear();
    } finally {
      this.#reading = false;
    }
  }

  #keep(key: MessageKey, descriptor: Descriptor | undefined): void {
    const at = descriptorChunk(key);
    const chunk = this.#chunks.get(at) ?? new Map<MessageKey, Descriptor | undefined>();
    this.#chunks.delete(at);
    this.#chunks.set(at, chunk.set(key, descriptor));
  }

  #forgetOldest(): void {
    for (const chunk of this.#chunks.keys()) {
      if (this.#chunks.size <= chunksKept) return;
      this.#chunks.delete(chunk);
    }
  }
}

export const descriptors = new Descriptors();
