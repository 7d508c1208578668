import { ALL_UIDS } from '../imap/index.ts';
import type { Lane } from './lane.ts';
import type { MessageKey } from './model.ts';
import type { SearchFor } from './screens.ts';
import { searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Messages of a mailbox that hold a text, as the server finds them. Rejects with CommandError where it cannot search. */
export async function searchMailbox(lane: Lane, truth: Truth, search: SearchFor): Promise<MessageKey[]> {
  const mailbox = await truth.mailbox(search.mailbox);
  if (!mailbox || search.text === '') return [];
  await lane.select(mailbox);
  const found = new Set<number>(await searchInSteps(lane, ALL_UIDS, { key: 'TEXT', text: search.text }));
  const rows = await truth.rows(search.mailbox);
  return [...rows.keys].filter((_, i) => found.has(rows.uids[i] ?? 0)) as MessageKey[];
}
