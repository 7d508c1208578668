/**
 * What is kept of bodies, in records of as many messages as a chunk of descriptors has: a part that comes writes one small
 * record, and the sums of 100,000 messages are 400 of them.
 */
import { DESCRIPTORS_PER_CHUNK, KeptDepth, NOTHING_KEPT } from '@postern/protocol/sync';
import type { KeptOf, MessageKey } from '@postern/protocol/sync';

/** Columns; a message's index is its key's place in its chunk. As in Kept. */
export interface KeptChunk {
  readonly texts: Uint32Array;
  readonly attachments: Uint32Array;
  readonly opened: Uint32Array;
  readonly depths: Uint8Array;
}

export function emptyChunk(): KeptChunk {
  const column = (): Uint32Array => new Uint32Array(DESCRIPTORS_PER_CHUNK);
  return {
    texts: column(),
    attachments: column(),
    opened: column(),
    depths: new Uint8Array(DESCRIPTORS_PER_CHUNK),
  };
}

export function isEmpty({ texts, attachments, opened, depths }: KeptChunk): boolean {
  return [texts, attachments, opened, depths].every((column) => column.every((value) => value === 0));
}

export function keptIn(chunk: KeptChunk | undefined, key: MessageKey): KeptOf {
  if (!chunk) return NOTHING_KEPT;
  const i = key % DESCRIPTORS_PER_CHUNK;
  return {
    texts: chunk.texts[i] ?? 0,
    attachments: chunk.attachments[i] ?? 0,
    opened: chunk.opened[i] ?? 0,
    depth: (chunk.depths[i] ?? KeptDepth.nothing) as KeptDepth,
  };
}

/** In place: a chunk belongs to the one transaction that read it. */
export function setKept(chunk: KeptChunk, key: MessageKey, kept: Partial<KeptOf>): void {
  const i = key % DESCRIPTORS_PER_CHUNK;
  if (kept.texts !== undefined) chunk.texts[i] = Math.max(0, kept.texts);
  if (kept.attachments !== undefined) chunk.attachments[i] = Math.max(0, kept.attachments);
  if (kept.opened !== undefined) chunk.opened[i] = kept.opened;
  if (kept.depth !== undefined) chunk.depths[i] = kept.depth;
}
