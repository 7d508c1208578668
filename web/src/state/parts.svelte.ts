/** The parts of one message that are in the store, and blob: URLs for those that are images. */
import { partQuery } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { imageType } from './body.ts';
import { follow } from './device.ts';

export class Parts {
  readonly message: MessageKey;
  /** Octets by section. Octets of a section never change, so theirs are the same object as long as this lives. */
  here: ReadonlyMap<string, Uint8Array> = $state.raw(new Map());
  /** True once all sections asked for were looked for. */
  looked: boolean = $state(false);
  readonly #followed = new Map<string, () => void>();
  readonly #urls = new Map<string, string>();
  readonly #answered = new Set<string>();

  constructor(message: MessageKey) {
    this.message = message;
  }

  want(sections: readonly string[]): void {
    if (sections.length === 0 && this.#followed.size === 0) this.looked = true;
    for (const section of sections) {
      if (this.#followed.has(section)) continue;
      const stop = follow(partQuery(this.message, section), (part) => {
        this.#answered.add(section);
        this.looked = this.#answered.size === this.#followed.size;
        if (part && !this.here.has(section)) this.here = new Map(this.here).set(section, part.bytes);
      });
      this.#followed.set(section, stop);
      this.looked = false;
    }
  }

  /**
   * undefined when its octets are not those of an image that is safe to show, whatever it is called.
   * @param bytes of a file that stands packed in a part; `section` is its own then.
   */
  url(section: string, bytes = this.here.get(section)): string | undefined {
    if (!bytes) return undefined;
    const known = this.#urls.get(section);
    if (known !== undefined) return known;
    const type = imageType(bytes);
    if (type === undefined) return undefined;
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
    this.#urls.set(section, url);
    return url;
  }

  stop(): void {
    for (const stop of this.#followed.values()) stop();
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
  }
}
