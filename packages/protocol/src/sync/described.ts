/** Descriptors that had to go, for want of room or with the screen that they were on, and that are wanted again. */
import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import type { FetchItem } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { descriptorOf } from './descriptor.ts';
import { emailIdOf } from './email-ids.ts';
import { DESCRIPTOR_ITEMS, fetchQuietly, STAND_IN_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { Descriptor, Mailbox, MessageRow } from './model.ts';
import { runInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/**
 * Fetches the descriptors of `rows`, all of `home`, with what they are known by elsewhere. Of a message that the server does not
 * describe its header stands in. Rejects with CommandError where some cannot be had at all; the others are here then.
 */
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
  const found = new Map<Uid, Descriptor>();
  let refusal = await describe(lane, uids, id ? [...DESCRIPTOR_ITEMS, id] : DESCRIPTOR_ITEMS, found);
  if (refusal && id) truth.emailIds.refused(refusal);
  const again = refusal && (id || uids.length > 1);
  for (const items of again ? [DESCRIPTOR_ITEMS, STAND_IN_ITEMS] : [STAND_IN_ITEMS]) {
    const missing = uids.filter((uid) => !found.has(uid)).sort((a, b) => a - b);
    if (missing.length > 0) await taking(lane, found, () => fetchQuietly(lane, missing, items));
  }
  if (uids.every((uid) => found.has(uid))) refusal = undefined;
  const descriptors = rows.flatMap(({ key, uid }) => {
    const descriptor = found.get(uid as Uid);
    return descriptor ? [{ key, descriptor }] : [];
  });
  await truth.commit([{ kind: 'descriptors', mailbox: home.key, descriptors }]);
  if (refusal) throw refusal;
}

/** Puts into `found` what the server says of `uids`, of the selected mailbox. Gives why it refuses to, if it does. */
export function describe(
  lane: Lane,
  uids: readonly Uid[],
  items: readonly FetchItem[],
  found: Map<Uid, Descriptor>,
): Promise<CommandError | undefined> {
  const ask = (): Promise<unknown> => runInSteps(lane, uids, (some) => uidFetch(some, items));
  return taking(lane, found, ask).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof CommandError) return error;
      throw error;
    },
  );
}

/** What comes meanwhile is in `found`. */
async function taking(lane: Lane, found: Map<Uid, Descriptor>, ask: () => Promise<unknown>): Promise<void> {
  lane.onFetch = (message) => {
    const descriptor = message.uid === undefined ? undefined : descriptorOf(message);
    if (!descriptor) return;
    const emailId = emailIdOf(message);
    found.set(message.uid as Uid, emailId === undefined ? descriptor : { ...descriptor, emailId });
  };
  try {
    await ask();
  } finally {
    lane.onFetch = undefined;
  }
}
