/** Mailboxes that another client has renamed: they keep their mail here, and what is wanted of it. */
import { CommandError } from '../error.ts';
import { status } from '../imap/index.ts';
import type { ListedMailbox, MailboxStatus } from '../imap/types.ts';
import type { Numbered } from './action.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { compareSizes } from './compare-sizes.ts';
import { verdictOn } from './outbox.ts';
import { actionsQuery } from './store.ts';
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
  const names = new Set(before.map(({ wireName }) => wireName));
  const strange = strangeAmong(listed, ({ wireName }) => names.has(wireName));
  const missing = before.filter(
    ({ wireName, sync }) => lost.has(wireName) && lost.get(wireName) === undefined && sync.uidValidity !== 0,
  );
  const found = new Map(lost);
  /** By mailbox, the names that may be its. */
  const puzzling = new Map<MailboxKey, readonly string[]>();
  if (strange.length > 0 && strange.length <= MOST_STRANGE && missing.length > 0) {
    const { answers, silent } = await numbering(lane, strange);
    for (const mailbox of missing) {
      const { uidValidity, uidNext } = mailbox.sync;
      const alike = missing.filter(({ sync }) => sync.uidValidity === uidValidity);
      const wireName = onlyFit(answers, { uidValidity, uidNext });
      const isIts =
        wireName !== undefined && alike.length === 1 && (await hasItsMail(lane, truth, mailbox, wireName));
      if (isIts === true) found.set(mailbox.wireName, wireName);
      else if (isIts === undefined) puzzling.set(mailbox.key, [wireName ?? '']);
      else if (wireName === undefined && silent.length > 0) puzzling.set(mailbox.key, silent);
    }
  }
  const undecided = truth.undecided.settle([...puzzling.keys()], lane.now());
  for (const { key, wireName } of missing) if (undecided.has(key)) found.delete(wireName);
  return { lost: found, doubtful: new Set([...undecided].flatMap((key) => puzzling.get(key) ?? [])) };
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

interface Numbering {
  readonly answers: readonly MailboxStatus[];
  /** Names of those that will not say for now. */
  readonly silent: readonly string[];
}

async function numbering(lane: Lane, mailboxes: readonly ListedMailbox[]): Promise<Numbering> {
  const answers: MailboxStatus[] = [];
  const silent: string[] = [];
  for (const { wireName } of mailboxes) {
    try {
      const answer = await lane.run(status({ wire: wireName }, ['UIDVALIDITY', 'UIDNEXT']));
      if (answer) answers.push({ ...answer, wireName });
    } catch (error) {
      if (isForNow(error)) silent.push(wireName);
    }
  }
  return { answers, silent };
}

/** The name of the only one that may be the one numbered so. */
function onlyFit(
  answers: readonly MailboxStatus[],
  { uidValidity, uidNext }: Omit<Numbered, 'names'>,
): string | undefined {
  const fits = answers.filter(
    (each) => each.uidValidity === uidValidity && (each.uidNext ?? uidNext) >= uidNext,
  );
  return fits.length === 1 ? fits[0]?.wireName : undefined;
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
  if (known.size === 0) return !(await isToBeDeleted(truth, mailbox));
  try {
    await lane.select(asStrange(wireName, mailbox));
    const { same, other } = await compareSizes(lane, known);
    return same > 0 && other === 0;
  } catch (error) {
    return isForNow(error) ? undefined : false;
  }
}

async function isToBeDeleted({ store }: Truth, { key }: Mailbox): Promise<boolean> {
  const actions = await store.read(actionsQuery());
  return actions.some((action) => action.kind === 'delete-mailbox' && action.mailbox === key);
}

/** RFC 5530 §3: it may say so another time. Throws what is no refusal. */
function isForNow(error: unknown): boolean {
  if (!(error instanceof CommandError)) throw error;
  return verdictOn(error).verdict === 'later';
}
