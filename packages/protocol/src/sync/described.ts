/** Descriptors that had to go, for want of room or with the screen that they were on, and that are wanted again. */
import { uidFetch } from '../imap/index.ts';
import type { FetchItem } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { descriptorOf } from './descriptor.ts';
import { emailIdOf } from './email-ids.ts';
import { DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { Descriptor, Mailbox, MessageRow } from './model.ts';
import { runInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Fetches the descriptors of `rows`, all of `home`, with what they are known by elsewhere. */
export async function describeAgain(
  lane: Lane,
  truth: Truth,
  home: Mailbox,
  rows: readonly MessageRow[],
): Promise<void> {
  const uids = rows.flatMap(({ uid }) => (uid === 0 ? [] : [uid]));
  if (uids.length === 0) return;
  await lane.select(home, { uids });
  const id = await truth.emailIds.item(lane);
  const found = id
    ? await fetchAll(lane, uids, [...DESCRIPTOR_ITEMS, id]).catch((error: unknown) => {
        truth.emailIds.refused(error);
        return fetchAll(lane, uids, DESCRIPTOR_ITEMS);
      })
    : await fetchAll(lane, uids, DESCRIPTOR_ITEMS);
  const descriptors = rows.flatMap(({ key, uid }) => {
    const descriptor = found.get(uid as Uid);
    return descriptor ? [{ key, descriptor }] : [];
  });
  await truth.commit([{ kind: 'descriptors', mailbox: home.key, descriptors }]);
}

async function fetchAll(
  lane: Lane,
  uids: readonly Uid[],
  items: readonly FetchItem[],
): Promise<ReadonlyMap<Uid, Descriptor>> {
  const found = new Map<Uid, Descriptor>();
  lane.onFetch = (message) => {
    const descriptor = message.uid === undefined ? undefined : descriptorOf(message);
    if (!descriptor) return;
    const emailId = emailIdOf(message);
    found.set(message.uid as Uid, emailId === undefined ? descriptor : { ...descriptor, emailId });
  };
  try {
    await runInSteps(lane, uids, (some) => uidFetch(some, items));
  } finally {
    lane.onFetch = undefined;
  }
  return found;
}
