/** Mailboxes that another client has renamed: they keep their mail here, and what is wanted of it. */
import type { ListedMailbox } from '../imap/types.ts';
import type { Numbered } from './action.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { compareSizes } from './compare-sizes.ts';
import { stillNamed, strangeTo, toBeDeleted, whoseNameIsTaken } from './displaced.ts';
import type { Displaced } from './displaced.ts';
import { isForNow, numbering, onlyFit } from './numbering.ts';
import { asStrange, strangeAmong } from './strange.ts';
import type { Truth } from './truth.ts';

/** Mailboxes that are gone, by wire name, with the name that each has now, where that is known. */
export type Lost = ReadonlyMap<string, string | undefined>;

/** Names that were never heard of, among which a mailbox is looked for. */
const MOST_STRANGE = 50;
/** Messages whose sizes are compared: as in numbered-anew.ts. */
const SAMPLE = 10;

export interface Renamed {
  readonly lost: Lost;
  readonly displaced: readonly Displaced[];
  /** Names on the wire of which nobody knows yet whose they are. */
  readonly doubtful: ReadonlySet<string>;
}

/**
 * Adds to `lost` the names that mailboxes have now. RENAME leaves UIDVALIDITY and UIDs as they are (RFC 3501 §6.3.5); two
 * mailboxes may have one UIDVALIDITY, so what is known of the messages has to agree as well, and there has to be one that fits. Where
 * the server will not say for now, that is not decided: a mailbox that may have another name is not lost yet.
 */
export async function findRenamed(
  lane: Lane,
  truth: Truth,
  before: readonly Mailbox[],
  listed: readonly ListedMailbox[],
  lost: Lost,
): Promise<Renamed> {
  const strange = strangeTo(before, listed);
  const gone = before.filter(
    ({ wireName, sync }) => lost.has(wireName) && lost.get(wireName) === undefined && sync.uidValidity !== 0,
  );
  const there = stillNamed(truth, before, listed);
  const found = new Map(lost);
  const displaced: Displaced[] = [];
  /** By mailbox, the names that may be its. */
  const puzzling = new Map<MailboxKey, readonly string[]>();
  if (strange.length > 0 && strange.length <= MOST_STRANGE && gone.length + there.length > 0) {
    const told = await numbering(lane, strange);
    const answers = [...told.answers];
    const { taken, unsaid } = await whoseNameIsTaken(lane, truth, there, told);
    for (const { key, sync } of unsaid) {
      const fit = onlyFit(answers, sync);
      if (fit !== undefined) puzzling.set(key, [fit]);
    }
    const missing = [...taken.keys(), ...gone];
    for (const mailbox of missing) {
      const { uidValidity, uidNext } = mailbox.sync;
      const alike = missing.filter(({ sync }) => sync.uidValidity === uidValidity);
      const wireName = onlyFit(answers, { uidValidity, uidNext });
      const isIts =
        wireName !== undefined && alike.length === 1 && (await hasItsMail(lane, truth, mailbox, wireName));
      const other = taken.get(mailbox);
      if (isIts === true && other) {
        displaced.push({ mailbox, wireName });
        // The one that has its name may be one that was renamed, too.
        answers.push(other);
      } else if (isIts === true) found.set(mailbox.wireName, wireName);
      else if (isIts === undefined) puzzling.set(mailbox.key, [wireName ?? '']);
      else if (wireName === undefined && told.silent.length > 0) puzzling.set(mailbox.key, told.silent);
    }
  }
  const undecided = truth.undecided.settle([...puzzling.keys()], lane.now());
  for (const { key, wireName } of gone) if (undecided.has(key)) found.delete(wireName);
  return {
    lost: found,
    displaced,
    doubtful: new Set([...undecided].flatMap((key) => puzzling.get(key) ?? [])),
  };
}

/**
 * What the mailbox is called now of which nothing but `known` is known. undefined where that is not certain: of one that was empty, or
 * where several fit.
 */
export async function newNameOf(
  lane: Lane,
  listed: readonly ListedMailbox[],
  known: Numbered | undefined,
): Promise<string | undefined> {
  if (!known || known.uidValidity === 0 || known.uidNext <= 1) return undefined;
  const names = new Set(known.names);
  const strange = strangeAmong(listed, ({ wireName }) => names.has(wireName));
  if (strange.length > MOST_STRANGE) return undefined;
  return onlyFit((await numbering(lane, strange)).answers, known);
}

/** Whether the messages under that name have the sizes that those of `mailbox` had; undefined where the server will not say for now. */
async function hasItsMail(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  wireName: string,
): Promise<boolean | undefined> {
  const rows = await truth.rows(mailbox.key);
  const known = new Map<number, number>();
  for (let i = rows.length - 1; i >= 0 && known.size < SAMPLE; i--) {
    const uid = rows.uids[i] ?? 0;
    if (uid > 0) known.set(uid, rows.sizes[i] ?? 0);
  }
  // Nothing but the UIDVALIDITY tells it from a new one of somebody else, which is not to be deleted in its place.
  if (known.size === 0) return !(await toBeDeleted(truth)).has(mailbox.key);
  try {
    await lane.select(asStrange(wireName, mailbox));
    const { same, other } = await compareSizes(lane, known);
    return same > 0 && other === 0;
  } catch (error) {
    return isForNow(error) ? undefined : false;
  }
}
