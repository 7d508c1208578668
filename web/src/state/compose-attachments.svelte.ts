/** The files of a message being written: those that are here, and those of another message that are still to be fetched. */
import type { Attachment } from '@postern/protocol/mime';
import type {
  AwaitedAttachment,
  Draft,
  DraftAttachment,
  MessageKey,
  PartSource,
} from '@postern/protocol/sync';
import { attachmentName } from './body.ts';
import { fetchPart } from './fetching.ts';

export interface ComposeAttachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Octets. */
  readonly size: number;
  /** Of a forwarded message: on its way, or not to be had now. */
  readonly state: 'ready' | 'coming' | 'missing';
}

export class Attachments {
  #list: readonly ComposeAttachment[] = $state.raw([]);
  readonly #bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Where those of another message were taken from, by id. */
  readonly #sources = new Map<string, PartSource>();
  /** By id. */
  readonly #awaited = new Map<string, AwaitedAttachment>();
  readonly #ended: AbortSignal;

  /** @param ended when what is still on its way is not wanted any more. */
  constructor(ended: AbortSignal) {
    this.#ended = ended;
  }

  get list(): readonly ComposeAttachment[] {
    return this.#list;
  }
  get octets(): number {
    return this.#list.reduce((sum, { size }) => sum + size, 0);
  }
  /** None is still to come. */
  get whole(): boolean {
    return this.#list.every(({ state }) => state === 'ready');
  }
  /** To be kept with the draft. */
  get kept(): Pick<Draft, 'attachments' | 'awaited'> {
    return {
      attachments: this.#list.flatMap(({ id, name, type }) => {
        const bytes = this.#bytes.get(id);
        const source = this.#sources.get(id);
        return bytes ? [{ id, name, type, bytes, ...(source ? { source } : {}) }] : [];
      }),
      ...(this.#awaited.size > 0 ? { awaited: [...this.#awaited.values()] } : {}),
    };
  }

  async add(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      this.#attach({ id: crypto.randomUUID(), name: file.name, type: file.type, bytes });
    }
  }

  remove(id: string): void {
    this.#list = this.#list.filter((attachment) => attachment.id !== id);
    this.#bytes.delete(id);
    this.#sources.delete(id);
    this.#awaited.delete(id);
  }

  /** Those of the draft instead of all that were here; what it waits for is not asked for. */
  show(draft: Draft): void {
    this.#list = [];
    this.#bytes.clear();
    this.#sources.clear();
    this.#awaited.clear();
    for (const attachment of draft.attachments) this.#attach(attachment);
    for (const awaited of draft.awaited ?? []) this.#await(awaited);
  }

  /** What the draft waits for is asked for. */
  bring(draft: Draft): void {
    for (const awaited of draft.awaited ?? []) void this.#bring(awaited);
  }

  /** Those of another message are added, and asked for. */
  bringFrom(message: MessageKey, attachments: readonly Attachment[]): void {
    for (const attachment of attachments) {
      const { section, type, estimatedSize: size } = attachment;
      const name = attachmentName(attachment);
      const awaited = { id: crypto.randomUUID(), name, type, key: message, section, size };
      this.#await(awaited);
      void this.#bring(awaited);
    }
  }

  #attach({ id, name, type, bytes, source }: DraftAttachment): void {
    this.#bytes.set(id, bytes as Uint8Array<ArrayBuffer>);
    if (source) this.#sources.set(id, source);
    this.#list = [
      ...this.#list,
      { id, name, type: type || 'application/octet-stream', size: bytes.length, state: 'ready' },
    ];
  }

  #await(awaited: AwaitedAttachment): void {
    const { id, name, type, size } = awaited;
    this.#awaited.set(id, awaited);
    this.#list = [...this.#list, { id, name, type, size, state: 'coming' }];
  }

  async #bring({ id, key, section }: AwaitedAttachment): Promise<void> {
    const settle = (settled: Partial<ComposeAttachment>): void => {
      this.#list = this.#list.map((each) => (each.id === id ? { ...each, ...settled } : each));
    };
    try {
      const pieces = await fetchPart(key, section, () => {}, this.#ended);
      const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
      if (!this.#awaited.delete(id)) return;
      this.#bytes.set(id, bytes);
      this.#sources.set(id, { key, section });
      settle({ size: bytes.length, state: 'ready' });
    } catch {
      settle({ state: 'missing' });
    }
  }
}
