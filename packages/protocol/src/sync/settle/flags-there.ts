/** How what was put on another server is marked there: it may have been marked otherwise here meanwhile. */
import { CommandError } from '../../error.ts';
import { splitSet, uidFetch } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { Mailbox } from '../model.ts';
import { runFirstInSteps } from '../steps.ts';
import { at } from './context.ts';
import type { Settling } from './context.ts';
import type { Arrived } from './copy-uids.ts';

/**
 * Has the server say it of what arrived in `to`, and is in truth: nobody else would ask a server without mod-sequences while the
 * mailbox stays selected. What it refuses is left as it is.
 */
export async function askFlags(settling: Settling, to: Mailbox, arrived: Arrived): Promise<void> {
  const uids = [...arrived.values()].filter((uid): uid is Uid => uid !== 0);
  if (uids.length === 0) return;
  await at(settling, to, async ({ lane }) => {
    try {
      await lane.select(to, { uids });
      for (const set of splitSet(uids)) await runFirstInSteps(lane, set, (some) => uidFetch(some, ['FLAGS']));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
    await lane.absorbed();
  });
}
