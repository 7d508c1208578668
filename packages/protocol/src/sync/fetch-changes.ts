import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import type { ModSeq } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import { runInSteps } from './steps.ts';

/**
 * Flags that changed since a mod-sequence (RFC 7162 §3.1.4.1), and with QRESYNC what vanished since (§3.2.6). All of it is
 * in the store when it settles. False when the server refuses to tell.
 */
export async function fetchChanges(
  lane: Lane,
  { first, last, since }: { readonly first: number; readonly last: number; readonly since: ModSeq },
): Promise<boolean> {
  const { enabled } = await lane.session();
  const vanished = enabled.has('QRESYNC');
  try {
    await runInSteps(lane, [[first, last]], (uids) =>
      uidFetch(uids, ['FLAGS'], { changedSince: since, vanished }),
    );
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
