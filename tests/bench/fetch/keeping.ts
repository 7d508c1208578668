/** What becomes of messages that are all kept: as they were handed over, or as the app keeps them. */
import type { FetchedMessage } from '@postern/protocol/imap';
import { DESCRIPTORS_PER_CHUNK } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { descriptorOf } from '../../../packages/protocol/src/sync/descriptor.ts';
import { DescriptorChunk } from '../../../web/src/store/descriptor-chunk.ts';

export interface Keeping {
  take(message: FetchedMessage): void;
  /** Messages that can be read again, envelope and structure. */
  readable(): number;
}

export class AsObjects implements Keeping {
  readonly #messages: FetchedMessage[] = [];

  take(message: FetchedMessage): void {
    this.#messages.push(message);
  }

  readable(): number {
    return this.#messages.filter(({ envelope, structure }) => envelope && structure).length;
  }
}

/** Described as they come, in the chunks that go into IndexedDB. */
export class InChunks implements Keeping {
  readonly #chunks: DescriptorChunk[] = [];
  #count = 0;

  take(message: FetchedMessage): void {
    const descriptor = descriptorOf(message);
    if (!descriptor) return;
    const key = this.#count++;
    const chunk = (this.#chunks[Math.floor(key / DESCRIPTORS_PER_CHUNK)] ??= new DescriptorChunk(undefined));
    chunk.set(key as MessageKey, descriptor);
  }

  readable(): number {
    let count = 0;
    for (let key = 0; key < this.#count; key++)
      if (this.#chunks[Math.floor(key / DESCRIPTORS_PER_CHUNK)]?.get(key as MessageKey)?.structure) count++;
    return count;
  }
}
