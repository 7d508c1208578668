/** What is kept of bodies, from one message's numbers to columns and sums: the same for every store. */
import { KeptDepth } from './model.ts';
import type { Kept, MailboxSizes, MessageKey, Rows } from './model.ts';

/** Octets that a descriptor with its row takes, about: 400 with plain text, 600 with HTML beside it and the addresses and references of an answer. */
export const DESCRIPTOR_OCTETS = 500;

/** Of them, what the row alone takes. */
export const ROW_OCTETS = 30;

/** What is kept of one message's body. */
export interface KeptOf {
  /** Octets. */
  readonly texts: number;
  readonly attachments: number;
  /** Seconds since 1970. */
  readonly opened: number;
  readonly depth: KeptDepth;
}

export const NOTHING_KEPT: KeptOf = { texts: 0, attachments: 0, opened: 0, depth: KeptDepth.nothing };

export function keptOf(rows: Rows, of: (key: MessageKey) => KeptOf | undefined): Kept {
  const { length } = rows;
  const kept = {
    rows,
    texts: new Uint32Array(length),
    attachments: new Uint32Array(length),
    opened: new Uint32Array(length),
    depths: new Uint8Array(length),
  };
  for (let i = 0; i < length; i++) {
    const one = of(rows.keys[i] as MessageKey);
    if (!one) continue;
    kept.texts[i] = one.texts;
    kept.attachments[i] = one.attachments;
    kept.opened[i] = one.opened;
    kept.depths[i] = one.depth;
  }
  return kept;
}

export function sizesOf({ rows, texts, attachments }: Kept): MailboxSizes {
  const sum = (column: Uint32Array): number => column.reduce((total, octets) => total + octets, 0);
  return {
    mailbox: rows.mailbox,
    messages: rows.length,
    descriptors: rows.length * DESCRIPTOR_OCTETS,
    texts: sum(texts),
    attachments: sum(attachments),
  };
}
