/**
 * Messages that the server did not describe, and that are shown by their header alone: it is asked again when a person opens one, and
 * seldom, for some refuse for ever.
 */
import type { Uid } from '../imap/types.ts';
import { describe } from './described.ts';
import { isStandIn } from './descriptor.ts';
import { DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { Descriptor, MessageKey } from './model.ts';
import { descriptorFor } from './texts.ts';
import type { Located, Truth } from './truth.ts';

/** How long a message is not asked for again, milliseconds. */
const REST = 6 * 3600_000;

export class StandIns {
  readonly #asked = new Map<MessageKey, number>();

  /** Whether it is to be asked for; then it counts as asked, for some end the connection over it. `now`: milliseconds since 1970. */
  isDue(key: MessageKey, descriptor: Descriptor, now: number): boolean {
    if (!isStandIn(descriptor)) return false;
    const asked = this.#asked.get(key);
    if (asked !== undefined && Math.abs(now - asked) < REST) return false;
    this.#asked.set(key, now);
    return true;
  }
}

/** What is kept of its text goes when more is known: it was taken for plain, and need not be. */
export async function describeStandIn(lane: Lane, truth: Truth, row: Located): Promise<void> {
  const { key, uid, home } = row;
  if (uid === 0) return;
  await lane.select(home, { uids: [uid] });
  const found = new Map<Uid, Descriptor>();
  await describe(lane, [uid], DESCRIPTOR_ITEMS, found);
  const descriptor = found.get(uid);
  if (!descriptor || isStandIn(descriptor)) return;
  const { emailId } = (await descriptorFor(truth, key)) ?? {};
  const known = emailId === undefined ? descriptor : { ...descriptor, emailId };
  await truth.commit([
    { kind: 'evicted', what: 'texts', keys: [key] },
    { kind: 'descriptors', mailbox: home.key, descriptors: [{ key, descriptor: known }] },
  ]);
}
