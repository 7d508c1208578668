/**
 * Catching up with one mailbox, a step at a time, so that what a person waits for can go in between.
 * With QRESYNC, with CONDSTORE, or the plain way (see plan.ts): all three leave the same in the store.
 */
import { CommandError } from '../error.ts';
import { splitSet, uidFetch, uidSearch } from '../imap/index.ts';
import type { SelectedMailbox, Uid } from '../imap/types.ts';
import type { Change } from './change.ts';
import { awaitCopies, waitingIn, withoutCopies } from './awaited-copies.ts';
import { BlindFetch, FEW } from './blind-fetch.ts';
import { compareFlags } from './compare-flags.ts';
import { compareUids } from './compare-uids.ts';
import { fetchChanges } from './fetch-changes.ts';
import { fetchDescriptors, fetchUnknown } from './fetch-descriptors.ts';
import { fetchOlder } from './fetch-older.ts';
import type { Turn } from './fetch-older.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey, Rows, SyncState } from './model.ts';
import { LAST_UID, nextWindow, planMailbox } from './plan.ts';
import type { LocalMailbox, Step } from './plan.ts';
import type { Progress } from './progress.ts';
import { withSelected } from './rights.ts';
import { askWhich, seekAgreement } from './seek-agreement.ts';
import { runInSteps } from './steps.ts';
import type { Truth } from './truth.ts';
import { voidMailbox } from './uid-validity.ts';
import { asSelected, finishWithoutOlder, unseenIn } from './without-older.ts';

/** Comparisons in a row that news without a name may cause: a server that never names any would cause them for ever. */
const COMPARISONS = 3;

/** Does the next step for `mailbox`; true when there was none left. A long one lasts as long as its `turn`. */
export async function catchUp(
  lane: Lane,
  truth: Truth,
  key: MailboxKey,
  progress: Progress,
  turn?: Turn,
): Promise<boolean> {
  const looked = await lookAt(lane, truth, key, progress);
  if (!looked) return true;
  const { mailbox, selected } = looked;
  if (lane.noticed.suspect) {
    progress.distrust();
    // Some may have gone, and as many others come for them.
    lane.noticed.nameless = true;
  }
  lane.noticed.suspect = false;
  if (lane.noticed.lost && progress.compared < COMPARISONS) progress.lost();
  lane.noticed.lost = false;
  if (await fetchUnknown(lane, truth, mailbox, progress)) return false;
  const rows = await truth.rows(key);
  const local = knownIn(rows);
  const { known } = local;
  // What is looked at from here on: with NOTIFY more may arrive at any time, and is news then.
  const { exists, arrived } = lane.noticed;
  seekAgreement(lane, mailbox, selected, known, progress);
  const [step] = await plan(lane, mailbox, selected, local, progress);
  progress.recent = step === undefined || step.step === 'older';
  if (step?.step === 'older' && !turn?.isStopped) {
    await fetchOlder(lane, truth, key, step, progress, turn);
    return false;
  }
  const never = mailbox.sync.uidNext <= 1 && mailbox.sync.at === 0;
  if (step?.step === 'new' && never && step.last === undefined) {
    progress.counted(arrived);
    const began = (now: Mailbox, highest: number): Mailbox => withNew(now, selected, progress, step, highest);
    await fetchOlder(lane, truth, key, { first: step.first, last: LAST_UID }, progress, turn, began);
    progress.newAsked = true;
    // What was put here before the first look may have gone since.
    if (known === 0) progress.flagsAsked = true;
    progress.recent = lane.noticed.exists <= exists;
    return false;
  }
  if (step && step.step !== 'older') {
    await carryOut(step, lane, truth, mailbox, selected, known, progress);
    // However long it took, it is not asked for again at once.
    if (step.step !== 'new') progress.soughtAt = lane.now();
    return false;
  }
  if (await awaitCopies(lane, truth, rows, progress)) return false;
  if (await hasUnheard(lane, rows, progress)) {
    progress.newAsked = false;
    askWhich(lane, mailbox, selected, progress);
    return false;
  }
  const found = { ...selected, exists };
  if (step) await finishWithoutOlder(lane, truth, key, found, progress);
  else await finish(lane, truth, mailbox, found, progress);
  lane.settled(exists);
  progress.compared = 0;
  progress.exchanged = 0;
  return true;
}

/**
 * New mail only (RFC 4549 §4.5), for a mailbox that another connection keeps whole: cheap to do again and again. False
 * when that does not lead to what the server has, so that somebody has to look at all of it.
 */
export async function catchUpNew(
  lane: Lane,
  truth: Truth,
  key: MailboxKey,
  progress: Progress,
): Promise<boolean> {
  for (;;) {
    const looked = await lookAt(lane, truth, key, progress);
    if (!looked || looked.mailbox.sync.at === 0) return false;
    const { mailbox, selected } = looked;
    const local = knownIn(await truth.rows(key));
    const { known } = local;
    const { exists } = lane.noticed;
    seekAgreement(lane, mailbox, selected, known, progress);
    const [step] = await plan(lane, mailbox, selected, local, progress);
    if (step?.step === 'new') {
      await carryOut(step, lane, truth, mailbox, selected, known, progress);
      continue;
    }
    lane.settled(exists);
    const { lost, suspect, unknown } = lane.noticed;
    if (exists !== known || lost || suspect || unknown.size > 0) {
      lane.noticed.lost = false;
      lane.noticed.suspect = false;
      lane.noticed.unknown.clear();
      return false;
    }
    await truth.change(async () => {
      // What somebody has yet to look at stays so.
      const unlooked = looked.mailbox.sync.exists < 0;
      return { changes: await counted(truth, key, exists, unlooked ? -1 : exists), result: undefined };
    });
    return true;
  }
}

/**
 * New mail only (RFC 4549 §4.5), for somebody in a hurry: what became of the known, and older mail, is left for a later look,
 * which begins where the last whole one ended.
 */
export async function catchUpHastily(
  lane: Lane,
  truth: Truth,
  key: MailboxKey,
  progress: Progress,
): Promise<void> {
  for (;;) {
    const looked = await lookAt(lane, truth, key, progress, false);
    if (!looked) return;
    const { mailbox, selected } = looked;
    const { exists, arrived } = lane.noticed;
    progress.counted(arrived);
    const local = knownIn(await truth.rows(key));
    const [step] = await plan(lane, mailbox, selected, local, progress);
    if (step?.step === 'new' || step?.step === 'reset') {
      await carryOut(step, lane, truth, mailbox, selected, local.known, progress);
      continue;
    }
    lane.settled(exists);
    lane.noticed.lost = false;
    lane.noticed.suspect = false;
    lane.noticed.unknown.clear();
    progress.recent = true;
    return;
  }
}

/** Selects the mailbox; what came with that is in the store. undefined when there is no such mailbox any more. */
async function lookAt(
  lane: Lane,
  truth: Truth,
  key: MailboxKey,
  progress: Progress,
  resync = progress.modSeqTrusted,
): Promise<{ readonly mailbox: Mailbox; readonly selected: SelectedMailbox } | undefined> {
  const before = await truth.mailbox(key);
  if (!before) return undefined;
  const selected = await lane.select(before, { resync, compress: true });
  if (progress.selection !== lane.selection)
    progress.selected(lane.selection, selected.uidNext !== undefined, lane.resynced);
  truth.justGone.isOffered ||= (await truth.emailIds.item(lane)) !== undefined;
  await lane.absorbed();
  const mailbox = await truth.mailbox(key);
  return mailbox && { mailbox, selected };
}

type Known = Pick<LocalMailbox, 'known' | 'highest'>;

function knownIn(rows: Rows): Known {
  let known = 0;
  let highest = 0;
  for (const uid of rows.uids) {
    if (uid !== 0) known++;
    if (uid > highest) highest = uid;
  }
  return { known, highest };
}

async function plan(
  lane: Lane,
  mailbox: Mailbox,
  selected: SelectedMailbox,
  local: Known,
  progress: Progress,
): Promise<Step[]> {
  const { exists } = lane.noticed;
  const { sync } = mailbox;
  let uidNext = selected.uidNext && (Math.min(selected.uidNext, LAST_UID) as Uid);
  if (uidNext === undefined && sync.uidNext <= 1 && !progress.newAsked) {
    // Never looked at, and the server does not say where it ends: a search tells.
    progress.searched ??= await highestUid(lane);
    uidNext = (progress.searched + 1) as Uid;
  } else if (progress.newAsked) {
    uidNext ??= sync.uidNext as Uid;
  } else if (uidNext !== undefined && uidNext <= sync.uidNext) {
    // There is more mail than SELECT knew of.
    uidNext = undefined;
  }
  return planMailbox({ sync, ...local, window: progress.window }, { ...selected, exists, uidNext }, progress);
}

async function highestUid(lane: Lane): Promise<number> {
  try {
    return (await lane.run(uidSearch({ key: 'ALL' }))).at(-1) ?? 0;
  } catch (error) {
    if (error instanceof CommandError) return 0;
    throw error;
  }
}

async function carryOut(
  step: Exclude<Step, { step: 'older' }>,
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  selected: SelectedMailbox,
  known: number,
  progress: Progress,
): Promise<void> {
  switch (step.step) {
    case 'reset':
      // Only where the server gave no UIDVALIDITY before: any other change was noticed when the mailbox was selected.
      await voidMailbox(truth, mailbox, selected);
      return;
    case 'new': {
      const few = lane.noticed.exists - mailbox.sync.exists <= FEW && mailbox.sync.at > 0;
      const moved = !truth.justGone.isEmpty;
      // What has gone from another mailbox may be what came into this one: all of it is here, then.
      const blind =
        progress.keepsNew && few && (!moved || mailbox.role === 'inbox') ? new BlindFetch() : undefined;
      const ids = mailbox.sync.at > 0 && (blind || moved) ? truth.emailIds : undefined;
      const { highest, found } = await fetchDescriptors(lane, step.first, step.last ?? LAST_UID, {
        blind,
        ids,
      });
      await blind?.keep(truth, mailbox.key);
      const never = mailbox.sync.uidNext <= 1;
      await truth.updateMailbox(mailbox.key, (now) => {
        const known = withNew(now, selected, progress, step, highest);
        return never ? { ...known, sync: { ...known.sync, from: step.first } } : known;
      });
      if (step.last === undefined) progress.newAsked = true;
      else progress.window = nextWindow(step.last - step.first + 1, found);
      if (never && known === 0) progress.flagsAsked = true;
      return;
    }
    case 'flags':
      await compareFlags(lane, truth, mailbox, step.first, step.last);
      progress.flagsAsked = true;
      progress.newsLost = false;
      progress.compared++;
      return;
    case 'changes':
      if (await fetchChanges(lane, step)) {
        progress.flagsAsked = true;
        progress.newsLost = false;
        progress.compared++;
      } else progress.distrust();
      return;
    case 'uids':
      progress.uidsAsked = true;
      if (!(await compareUids(lane, truth, mailbox, step.first, step.last))) progress.distrust();
      return;
  }
}

/** Its new mail is here, up to `highest` or to where the step ends. */
function withNew(
  now: Mailbox,
  selected: SelectedMailbox,
  { searched = 0 }: Progress,
  { last }: Extract<Step, { step: 'new' }>,
  highest: number,
): Mailbox {
  const said = Math.min(selected.uidNext ?? searched + 1, LAST_UID);
  const reached = last === undefined ? Math.max(highest + 1, said) : last + 1;
  return {
    ...withSelected(now, selected),
    sync: {
      ...now.sync,
      uidValidity: selected.uidValidity || now.sync.uidValidity,
      uidNext: Math.max(now.sync.uidNext, reached),
      // Until all steps are done no count agrees with what is known, whatever becomes of whoever does them.
      exists: -1,
    },
  };
}

/**
 * What came while the mailbox was selected and is here, though not by this connection: we put it there, or the other connection
 * fetched it. How it was marked before this connection heard of it, nobody tells of their own accord: its flags are asked for, once.
 * True when it knows nothing of some of it even then: that had gone, and as many others may have come for it.
 */
async function hasUnheard(lane: Lane, { uids }: Rows, progress: Progress): Promise<boolean> {
  const { arrived, from, told } = lane.noticed;
  if (arrived === progress.toldOf) return false;
  const untold = [...uids.filter((uid) => uid >= Math.max(from, 1) && !told.has(uid as Uid))] as Uid[];
  for (const set of splitSet(untold)) await runInSteps(lane, set, (some) => uidFetch(some, ['FLAGS']));
  progress.toldOf = arrived;
  return untold.some((uid) => !told.has(uid));
}

/** All steps done: say so, in the store and about rows that were waiting for a UID that never came. */
async function finish(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  selected: SelectedMailbox,
  progress: Progress,
): Promise<void> {
  await truth.change(async () => {
    const rows = await truth.rows(mailbox.key);
    // Where they do not agree, or something came whose copy was not looked for, it is looked at again later, whoever does it.
    const isWhole = waitingIn(rows).every((key) => progress.awaited.has(key));
    const agreed = isWhole && knownIn(rows).known === selected.exists ? selected.exists : -1;
    const [after] = await counted(truth, mailbox.key, selected.exists, agreed);
    if (after?.kind !== 'mailbox') return { changes: [], result: undefined };
    const sync: SyncState = {
      ...after.mailbox.sync,
      uidValidity: selected.uidValidity || after.mailbox.sync.uidValidity,
      from: 1,
      uidNext: Math.max(after.mailbox.sync.uidNext, Math.min(selected.uidNext ?? 1, LAST_UID)),
      highestModSeq: selected.highestModSeq ?? 0n,
      at: lane.now(),
    };
    const found = asSelected({ ...after.mailbox, sync }, lane, selected);
    const changes: Change[] = [{ kind: 'mailbox', mailbox: found }];
    changes.push(...(await withoutCopies(truth, rows, progress.awaited)));
    progress.awaited.clear();
    return { changes, result: undefined };
  });
}

/** The mailbox with the counts of its rows. */
async function counted(truth: Truth, key: MailboxKey, messages: number, exists: number): Promise<Change[]> {
  const mailbox = await truth.mailbox(key);
  if (!mailbox) return [];
  const unseen = unseenIn(await truth.rows(key));
  return [
    {
      kind: 'mailbox',
      mailbox: { ...mailbox, messages, unseen, sync: { ...mailbox.sync, exists } },
    },
  ];
}
