/**
 * Catching up with one mailbox, a step at a time, so that what a person waits for can go in between.
 * The plain way (RFC 4549 §4.3.1); what it leaves in the store is what every other way has to leave there.
 */
import { noop, splitSet, uidFetch, uidSearch } from '../imap/index.ts';
import type { FetchItem } from '../imap/index.ts';
import type { SelectedMailbox, UidRanges } from '../imap/types.ts';
import type { Change } from './change.ts';
import { EXTRA_FIELDS } from './descriptor.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey, MessageKey, SyncState } from './model.ts';
import { LAST_UID, nextWindow, planMailbox, SMALLEST_WINDOW } from './plan.ts';
import type { Step } from './plan.ts';
import type { Truth } from './truth.ts';
import { voidMailbox } from './uid-validity.ts';

export const DESCRIPTOR_ITEMS: readonly FetchItem[] = [
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'ENVELOPE',
  'BODYSTRUCTURE',
  { section: 'HEADER.FIELDS', fields: EXTRA_FIELDS },
];

/** What the engine remembers of a mailbox while it runs; lost with the connection, which only costs a comparison. */
export class Progress {
  flagsAsked = false;
  /** EXISTS when it was last found to differ from what is known: asked about once, not for ever. */
  disagreedAt = -1;
  window = SMALLEST_WINDOW * 4;
}

/** Does the next step for `mailbox`; true when there was none left. */
export async function catchUp(
  lane: Lane,
  truth: Truth,
  key: MailboxKey,
  progress: Progress,
): Promise<boolean> {
  const before = await truth.mailbox(key);
  if (!before) return true;
  const wasSelected = lane.selected === key;
  const selected = await lane.select(before);
  if (!wasSelected) {
    progress.flagsAsked = false;
    progress.disagreedAt = -1;
  }
  await lane.absorbed();
  const mailbox = await truth.mailbox(key);
  if (!mailbox) return true;
  const { noticed } = lane;
  if (noticed.lost) {
    noticed.lost = false;
    progress.flagsAsked = false;
  }
  if (noticed.unknown.size > 0) {
    const unknown = [...noticed.unknown].sort((a, b) => a - b).slice(0, 500);
    for (const uid of unknown) noticed.unknown.delete(uid);
    const wanted = unknown.filter((uid) => uid >= mailbox.sync.from && uid < mailbox.sync.uidNext);
    for (const set of splitSet(wanted)) await lane.run(uidFetch(set, DESCRIPTOR_ITEMS));
  }
  const rows = await truth.rows(key);
  const known = rows.uids.reduce((count, uid) => count + (uid === 0 ? 0 : 1), 0);
  const whole = mailbox.sync.from <= 1 && mailbox.sync.uidNext > 1;
  const disagrees = whole && noticed.exists !== known && progress.disagreedAt !== noticed.exists;
  if (disagrees) progress.disagreedAt = noticed.exists;
  if (disagrees && noticed.exists < known) progress.flagsAsked = false;
  const grown = disagrees && noticed.exists > known;
  const [step] = planMailbox(
    { sync: mailbox.sync, known, window: progress.window },
    // EXISTS grew since SELECT said UIDNEXT: that UIDNEXT is stale, ask from what is known.
    { ...selected, exists: noticed.exists, uidNext: grown ? undefined : selected.uidNext },
    progress.flagsAsked,
  );
  if (step) {
    await carryOut(step, lane, truth, mailbox, selected, progress);
    return false;
  }
  await finish(lane, truth, mailbox, selected);
  lane.settled();
  return true;
}

async function carryOut(
  step: Step,
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  selected: SelectedMailbox,
  progress: Progress,
): Promise<void> {
  switch (step.step) {
    case 'reset':
      // Only where the server gave no UIDVALIDITY before: any other change was noticed when the mailbox was selected.
      await voidMailbox(truth, mailbox, selected);
      return;
    case 'new': {
      const highest = await fetchDescriptors(lane, [[step.first, LAST_UID]]);
      const uidNext = Math.max(highest + 1, mailbox.sync.uidNext, Math.min(selected.uidNext ?? 1, LAST_UID));
      const never = mailbox.sync.uidNext <= 1;
      await setSync(truth, mailbox.key, {
        uidValidity: selected.uidValidity,
        uidNext,
        ...(never ? { from: step.first } : {}),
      });
      if (never) progress.flagsAsked = true;
      return;
    }
    case 'flags':
      await compareFlags(lane, truth, mailbox, step.first, step.last);
      progress.flagsAsked = true;
      return;
    case 'older': {
      const found = new Set<number>();
      lane.seen = found;
      try {
        await fetchDescriptors(lane, [[step.first, step.last]]);
      } finally {
        lane.seen = undefined;
      }
      progress.window = nextWindow(step.last - step.first + 1, found.size);
      await setSync(truth, mailbox.key, { from: step.first });
      return;
    }
  }
}

/** Returns the highest UID that came, 0 for none. Everything that came is in the store when it settles. */
async function fetchDescriptors(lane: Lane, set: UidRanges): Promise<number> {
  let highest = 0;
  lane.onFetch = ({ uid }) => {
    if (uid !== undefined && uid > highest) highest = uid;
  };
  try {
    await lane.run(uidFetch(set, DESCRIPTOR_ITEMS));
  } finally {
    lane.onFetch = undefined;
  }
  return highest;
}

/**
 * Flags of all known UIDs. What was not returned is gone, but it is removed only when a complete answer says so twice:
 * the tagged OK, and a count that agrees with EXISTS or a SEARCH that does not find it either (notes of other engines:
 * a truncated answer read as "all deleted" has emptied mailboxes).
 */
async function compareFlags(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  first: number,
  last: number,
): Promise<void> {
  const seen = new Set<number>();
  lane.seen = seen;
  try {
    await lane.run(uidFetch([[first, last]], ['FLAGS']));
  } finally {
    lane.seen = undefined;
  }
  const rows = await truth.rows(mailbox.key);
  const missing = new Set<number>();
  for (const uid of rows.uids) if (uid >= first && uid <= last && !seen.has(uid)) missing.add(uid);
  if (missing.size === 0) return;
  if (mailbox.sync.from > 1 || seen.size !== lane.noticed.exists) {
    await lane.run(noop());
    for (const uid of await lane.run(uidSearch({ key: 'UID', uids: [[first, last]] }))) missing.delete(uid);
  }
  await truth.change(async () => {
    const now = await truth.rows(mailbox.key);
    const keys: MessageKey[] = [];
    for (let i = 0; i < now.length; i++) {
      const key = now.keys[i] as MessageKey;
      if (missing.has(now.uids[i] ?? 0) && !truth.held.has(key)) keys.push(key);
    }
    return {
      changes: keys.length > 0 ? [{ kind: 'expunged', mailbox: mailbox.key, keys }] : [],
      result: undefined,
    };
  });
}

/** All steps done: say so, in the store and about rows that were waiting for a UID that never came. */
async function finish(lane: Lane, truth: Truth, mailbox: Mailbox, selected: SelectedMailbox): Promise<void> {
  await truth.change(async () => {
    const current = await truth.mailbox(mailbox.key);
    if (!current) return { changes: [], result: undefined };
    const rows = await truth.rows(mailbox.key);
    let unseen = 0;
    for (let i = 0; i < rows.length; i++) if (((rows.system[i] ?? 0) & 1) === 0) unseen++;
    const sync: SyncState = {
      ...current.sync,
      uidValidity: selected.uidValidity,
      from: 1,
      uidNext: Math.max(current.sync.uidNext, selected.uidNext ?? 1),
      exists: lane.noticed.exists,
      highestModSeq: selected.highestModSeq ?? 0n,
      at: lane.now(),
    };
    const after: Mailbox = { ...current, messages: lane.noticed.exists, unseen, sync };
    // A message that waited for its UID and was not among all that are there: its copy came as a message of its own.
    const keys = [...rows.keys].filter((_, i) => rows.uids[i] === 0) as MessageKey[];
    const changes: Change[] = [{ kind: 'mailbox', mailbox: after }];
    if (keys.length > 0) changes.push({ kind: 'expunged', mailbox: mailbox.key, keys });
    return { changes, result: undefined };
  });
}

function setSync(truth: Truth, key: MailboxKey, fields: Partial<SyncState>): Promise<void> {
  return truth.updateMailbox(key, (mailbox) => ({ ...mailbox, sync: { ...mailbox.sync, ...fields } }));
}
