/**
 * New mail fetched whole with its descriptor, where it is kept anyway (RFC 4549 §4.6): a few small messages are here a round trip
 * sooner. Never without a bound: of a larger message so many octets come in vain, and its BODYSTRUCTURE tells that it is one.
 */
import type { FetchItem } from '../imap/index.ts';
import type { FetchedMessage, Uid } from '../imap/types.ts';
import { decodeTransfer, parseMessage } from '../mime/index.ts';
import type { Change } from './change.ts';
import { KeptDepth } from './model.ts';
import type { Descriptor, MailboxKey, MessageKey } from './model.ts';
import { shownParts, wholeParts } from './parts.ts';
import { descriptorsQuery } from './store.ts';
import { partChanges } from './texts.ts';
import type { Truth } from './truth.ts';

/** Octets of each message that are asked for. */
const MOST = 24 * 1024;
/** New messages for which it is worth it: among more there are large ones. */
export const FEW = 4;

export const BLIND_ITEM: FetchItem = { section: '', partial: [0, MOST] };

export class BlindFetch {
  /** Messages that came whole. */
  readonly #whole = new Map<Uid, Uint8Array>();

  take({ uid, sections }: FetchedMessage): void {
    const data = sections?.find(({ section, origin }) => section === '' && origin === 0)?.data;
    if (uid !== undefined && data && data.length > 0 && data.length < MOST) this.#whole.set(uid, data);
  }

  /** Keeps the parts of those whose descriptors are here by now, as if each had been asked for. */
  async keep(truth: Truth, mailbox: MailboxKey): Promise<void> {
    if (this.#whole.size === 0) return;
    const rows = await truth.rows(mailbox);
    const keys = new Map<MessageKey, Uint8Array>();
    for (let i = 0; i < rows.length; i++) {
      const bytes = this.#whole.get(rows.uids[i] as Uid);
      if (bytes) keys.set(rows.keys[i] as MessageKey, bytes);
    }
    const descriptors = await truth.store.read(descriptorsQuery([...keys.keys()]));
    const changes: Change[] = [];
    for (const [key, descriptor] of descriptors)
      changes.push(...partsOf(key, descriptor, keys.get(key) ?? new Uint8Array()));
    await truth.commit(changes);
  }
}

/** None where server and we do not see the same parts: then they are fetched one by one. */
function partsOf(key: MessageKey, { structure }: Descriptor, bytes: Uint8Array): Change[] {
  const message = parseMessage(bytes);
  const words = shownParts(structure).find(({ type }) => type === 'text');
  const changes: Change[] = [];
  for (const part of wholeParts(structure)) {
    const body = message.body(part.section);
    if (body?.length !== part.octets) return [];
    changes.push(
      ...partChanges(key, part, decodeTransfer(body, part.encoding), part.section === words?.section),
    );
  }
  return [...changes, { kind: 'kept', keys: [key], depth: KeptDepth.whole }];
}
