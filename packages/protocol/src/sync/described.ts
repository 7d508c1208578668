/** Descriptors that had to go for want of room, and that somebody looks at again. */
import { uidFetch } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { descriptorOf } from './descriptor.ts';
import { DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { Descriptor, Mailbox, MessageRow } from './model.ts';
import { runInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Fetches the descriptors of `rows`, all of `home`. */
export async function describeAgain(
  lane: Lane,
  truth: Truth,
  home: Mailbox,
  rows: readonly MessageRow[],
): Promise<void> {
  const uids = rows.flatMap(({ uid }) => (uid === 0 ? [] : [uid]));
  if (uids.length === 0) return;
  await lane.select(home, { uids });
  const found = new Map<Uid, Descriptor>();
  lane.onFetch = (message) => {
    const descriptor = message.uid === undefined ? undefined : descriptorOf(message);
    if (descriptor) found.set(message.uid as Uid, descriptor);
  };
  try {
    await runInSteps(lane, uids, (some) => uidFetch(some, DESCRIPTOR_ITEMS));
  } finally {
    lane.onFetch = undefined;
  }
  const descriptors = rows.flatMap(({ key, uid }) => {
    const descriptor = found.get(uid as Uid);
    return descriptor ? [{ key, descriptor }] : [];
  });
  await truth.commit([{ kind: 'descriptors', mailbox: home.key, descriptors }]);
}
