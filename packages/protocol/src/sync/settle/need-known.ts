/** Before messages are put anywhere: what they, and their copies, are known again by (arrived-since.ts) has to be here. */
import { CommandError } from '../../error.ts';
import { describeAgain } from '../described.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { descriptorsQuery } from '../store.ts';
import { at } from './context.ts';
import type { Settling } from './context.ts';

/** Fetches the descriptors that are not here of `rows`, all of `home`. What the server does not describe stays without. */
export async function needKnown(
  settling: Settling,
  home: Mailbox,
  rows: readonly MessageRow[],
): Promise<void> {
  const { truth } = settling;
  const known = await truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  const missing = rows.filter(({ key }) => !known.has(key));
  if (missing.length === 0) return;
  await at(settling, home, async ({ lane }) => {
    try {
      await describeAgain(lane, truth, home, missing);
    } catch (error) {
      unlessRefused(error);
      // RFC 2180 §4.1: all are refused because some of them were expunged, or because of the one that cannot be described.
      for (const row of missing) await describeAgain(lane, truth, home, [row]).catch(unlessRefused);
    }
  });
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}
