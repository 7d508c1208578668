/** Mailboxes that another client has renamed: they keep their mail here, and what is wanted of it. */
import { CommandError } from '../error.ts';
import { status } from '../imap/index.ts';
import type { ListedMailbox, MailboxStatus } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { isSelectable } from './roles.ts';
import { compareSizes } from './compare-sizes.ts';
import type { Truth } from './truth.ts';

/** Mailboxes that are gone, by wire name, with the name that each has now, where that is known. */
export type Lost = ReadonlyMap<string, string | undefined>;

/** Names that were never heard of, among which a mailbox is looked for. */
const MOST_STRANGE = 50;
/** Messages whose sizes are compared: as in numbered-anew.ts. */
const SAMPLE = 10;
/** Of a mailbox that is only looked at; none in the store has it. */
const NOBODY = 0 as MailboxKey;

/**
 * Adds to `lost` the names that mailboxes have now. RENAME leaves UIDVALIDITY and UIDs as they are (RFC 3501 §6.3.5); two
 * mailboxes may have one UIDVALIDITY, so what is known of the messages has to agree as well, and there has to be one that fits.
 */
export async function findRenamed(
  lane: Lane,
  truth: Truth,
  before: readonly Mailbox[],
  listed: readonly ListedMailbox[],
  lost: Lost,
): Promise<Lost> {
  const known = new Set(before.map(({ wireName }) => wireName));
  const strange = listed.filter(
    (each) => isSelectable(each) && !each.attributes.includes('\\Remote') && !known.has(each.wireName),
  );
  const missing = before.filter(
    ({ wireName, sync }) => lost.has(wireName) && lost.get(wireName) === undefined && sync.uidValidity !== 0,
  );
  if (strange.length === 0 || strange.length > MOST_STRANGE || missing.length === 0) return lost;
  const answers: MailboxStatus[] = [];
  for (const { wireName } of strange) {
    const answer = await lane
      .run(status({ wire: wireName }, ['UIDVALIDITY', 'UIDNEXT']))
      .catch(unlessRefused);
    if (answer) answers.push({ ...answer, wireName });
  }
  const found = new Map(lost);
  for (const mailbox of missing) {
    const { uidValidity, uidNext } = mailbox.sync;
    const alike = missing.filter(({ sync }) => sync.uidValidity === uidValidity);
    const fits = answers.filter(
      (each) => each.uidValidity === uidValidity && (each.uidNext ?? uidNext) >= uidNext,
    );
    const [{ wireName } = { wireName: '' }] = fits;
    if (alike.length === 1 && fits.length === 1 && (await hasItsMail(lane, truth, mailbox, wireName)))
      found.set(mailbox.wireName, wireName);
  }
  return found;
}

/** Whether the messages under that name have the sizes that those of `mailbox` had. */
async function hasItsMail(lane: Lane, truth: Truth, mailbox: Mailbox, wireName: string): Promise<boolean> {
  const rows = await truth.rows(mailbox.key);
  const known = new Map<number, number>();
  for (let i = rows.length - 1; i >= 0 && known.size < SAMPLE; i--) {
    const uid = rows.uids[i] ?? 0;
    if (uid > 0) known.set(uid, rows.sizes[i] ?? 0);
  }
  if (known.size === 0) return true;
  try {
    await lane.select({ ...mailbox, key: NOBODY, wireName });
    const { same, other } = await compareSizes(lane, known);
    return same > 0 && other === 0;
  } catch (error) {
    unlessRefused(error);
    return false;
  }
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof CommandError)) throw error;
}
