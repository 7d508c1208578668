import type { Entity } from './entity.ts';
import { parseEntity } from './entity.ts';

/**
 * The octets of a message, held or generated, together with its MIME structure.
 * All offsets and counts are octets.
 */
export interface MessageSource {
  readonly size: number;
  /** `count` octets from `offset`; fewer only where the message ends. */
  read(offset: number, count: number): Uint8Array;
  /** Must be obtainable without reading more than the headers and text a composed source holds anyway. */
  structure(): Entity;
}

/** A message whose octets are held in memory. */
export class HeldMessage implements MessageSource {
  readonly #bytes: Uint8Array;
  #structure: Entity | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, count: number): Uint8Array {
    return this.#bytes.subarray(offset, offset + count);
  }

  structure(): Entity {
    return (this.#structure ??= parseEntity(this.#bytes));
  }
}

/** A message made when it is first looked at, and held from then on. */
export class DeferredMessage implements MessageSource {
  #make: (() => Uint8Array) | undefined;
  #held: HeldMessage | undefined;

  constructor(make: () => Uint8Array) {
    this.#make = make;
  }

  get size(): number {
    return this.#message().size;
  }

  read(offset: number, count: number): Uint8Array {
    return this.#message().read(offset, count);
  }

  structure(): Entity {
    return this.#message().structure();
  }

  #message(): HeldMessage {
    if (this.#make !== undefined) this.#held = new HeldMessage(this.#make());
    this.#make = undefined;
    return this.#held!;
  }
}

/** How many generated messages stay in memory after they were looked at. */
const GENERATED_KEPT = 64;

const kept = new Map<GeneratedMessage, HeldMessage>();

/**
 * A small message made when it is read and forgotten soon after, so that 100,000 of them cost little memory.
 * `generate` must give the same octets every time.
 */
export class GeneratedMessage implements MessageSource {
  readonly #generate: () => Uint8Array;
  #size = -1;

  constructor(generate: () => Uint8Array) {
    this.#generate = generate;
  }

  get size(): number {
    if (this.#size < 0) this.#size = this.#held().size;
    return this.#size;
  }

  read(offset: number, count: number): Uint8Array {
    return this.#held().read(offset, count);
  }

  structure(): Entity {
    return this.#held().structure();
  }

  #held(): HeldMessage {
    let message = kept.get(this);
    if (message !== undefined) return message;
    message = new HeldMessage(this.#generate());
    if (kept.size >= GENERATED_KEPT) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    kept.set(this, message);
    return message;
  }
}
