/**
 * Drafts on the server: the newest version is put into the mailbox, and only when it is certainly there goes the one before
 * (RFC 8508 does both at once). What is saved is made from the draft as it is when its turn comes, so that of many versions
 * saved without a network one travels. A version that somebody else has changed or removed meanwhile is not replaced: both stay.
 */
import { decodeText } from '../../bytes/index.ts';
import { CommandError } from '../../error.ts';
import { uidFetch, uidReplace, uidStore } from '../../imap/index.ts';
import type { Appended, Appending } from '../../imap/index.ts';
import type { Flag, SelectedMailbox } from '../../imap/types.ts';
import { compose } from '../../mime/index.ts';
import type { RemoveDraftAction, SaveDraftAction } from '../action.ts';
import type { Change } from '../change.ts';
import { lineOf, newVersionId, versionIn } from '../draft-line.ts';
import type { DraftVersion } from '../draft-line.ts';
import { draftMessage, filesIn, isWholeAsMessage } from '../draft-message.ts';
import { DESCRIPTOR_ITEMS, fetchQuietly } from '../fetch-descriptors.ts';
import type { Draft, DraftCopy, Mailbox, MessageKey, MessageRow } from '../model.ts';
import { codeOf } from '../outbox.ts';
import { isReferred } from '../referral.ts';
import { rowAt } from '../rows.ts';
import { runInSteps } from '../steps.ts';
import { actionsQuery, descriptorsQuery, draftsQuery } from '../store.ts';
import {
  at,
  begin,
  findByMessageId,
  isMissing,
  mailboxFor,
  noteBefore,
  NotYet,
  unlessRenamed,
  withTryCreate,
} from './context.ts';
import type { Settling } from './context.ts';
import { appendAsTaken } from './append-as-taken.ts';
import { behindNoop } from './behind-noop.ts';
import { isOwnClaim } from './claim.ts';
import { inherit } from './draft-heirs.ts';
import { urlsOf } from './parts-there.ts';
import { putTogether, sizeTogether, spoiltAmong } from './put-together.ts';
import { removeUids } from './remove.ts';
import { unlessElsewhere } from './renamed-target.ts';
import { flagsNow, leftOf } from './still-there.ts';

const FLAGS = ['\\Draft', '\\Seen'];
const NOT_KEPT: ReadonlySet<Flag> = new Set(['\\Deleted', '\\Draft', '\\Recent']);

/** A version that the selected mailbox has, and what it is marked with. */
interface CopyThere {
  readonly copy: DraftCopy;
  readonly flags: readonly Flag[];
}

export async function settleSaveDraft(settling: Settling, action: SaveDraftAction): Promise<void> {
  const mailbox = await mailboxFor(settling, action.mailbox);
  await at(settling, mailbox, (there) => save(there, action, mailbox));
  settling.stale(mailbox.key);
}

async function save(settling: Settling, action: SaveDraftAction, mailbox: Mailbox): Promise<void> {
  const { truth } = settling;
  let current = action.tried ? action : await takeOver(settling, action);
  let tookOver = current !== action;
  // Whatever became of an earlier try, its message is looked for first.
  let place = current.tried ? await find(settling, current, mailbox) : undefined;
  if (!place) {
    const draft = await draftNow(settling, action);
    if (!draft) return truth.commit([{ kind: 'action-removed', id: action.id }]);
    current = await put(settling, current, mailbox, draft);
    tookOver = false;
    place = await find(settling, current, mailbox);
    if (!place) throw new NotYet();
  }
  await needAsMeant(settling, current, mailbox, place);
  const { replaced, flags } = current.tried ?? {};
  const into = place;
  if (replaced && replaced.uid !== place.uid)
    await remove(settling, mailbox, replaced, (now) =>
      markAlike(settling, mailbox, replaced, now, flags, into),
    );
  await finish(settling, current, mailbox, place, tookOver);
}

/** An earlier save that failed half way has put a version there of which the draft does not know: this one goes on from it. */
async function takeOver(settling: Settling, action: SaveDraftAction): Promise<SaveDraftAction> {
  const { truth } = settling;
  for (const each of await truth.store.read(actionsQuery())) {
    if (each.kind !== 'save-draft' || each.draft !== action.draft || each.mailbox !== action.mailbox)
      continue;
    if (each.id === action.id || each.state.name !== 'failed' || !each.tried) continue;
    // In one commit: tried again by the person, the earlier would undo what this one goes on to.
    await truth.commit([
      { kind: 'action', action: { ...action, tried: each.tried }, onlyIfThere: true, keepsState: true },
      { kind: 'action-removed', id: each.id, onlyIn: 'failed' },
    ]);
    return begin(settling, action);
  }
  return action;
}

async function draftNow({ truth }: Settling, action: SaveDraftAction): Promise<Draft | undefined> {
  return (await truth.store.read(draftsQuery())).find(({ id }) => id === action.draft);
}

/** Puts the draft as it is now into the mailbox; the action says how to find it there. */
async function put(
  settling: Settling,
  action: SaveDraftAction,
  mailbox: Mailbox,
  draft: Draft,
): Promise<SaveDraftAction> {
  const { lane, random, clock } = settling;
  const { from, timeZoneOffset } = action;
  const { capabilities } = await lane.session();
  const atOnce = capabilities.has('REPLACE');
  const noted = await noteBefore(settling, mailbox);
  // Last: what it is marked with is as new as can be.
  const there = draft.copy && (await whereIs(settling, mailbox, draft.copy));
  const replaced = there?.copy;
  const { changed: version } = draft;
  const before = replaced && ((await rowOf(settling, replaced)) ?? (await described(settling, replaced)));
  if (before) await needNobodyElse(settling, action, before.key);
  const domain = from.address.split('@').at(-1) ?? '';
  const messageId = newVersionId(
    lineOf(draft),
    domain,
    random(32),
    before && (await versionOf(settling, before)),
  );
  const outgoing = draftMessage(draft, { from, now: clock.now(), timeZoneOffset, messageId });
  const composed = compose(outgoing);
  const { pieces, utf8: utf8Header } = composed;
  const inIt = filesIn(draft, outgoing, composed);
  const urls = await urlsOf(settling, inIt, replaced);
  const files = inIt.map(({ id }) => id);
  // What the person, or another program, has marked the version before with, and no longer.
  const flags = there ? ['\\Draft', ...there.flags.filter(isKeptOf(there.copy))] : FLAGS;
  const tried = {
    messageId,
    version,
    flags,
    ...noted,
    ...(files.length > 0 ? { files } : {}),
    ...(replaced ? { replaced } : {}),
    ...(before ? { message: before.key } : {}),
  };
  const { octets } = composed;
  let current = await begin(settling, action, {
    tried: urls.size > 0 ? { ...tried, octets: sizeTogether(octets, inIt, urls) } : tried,
  });
  const message = {
    flags,
    internalDate: version,
    message: { octets, chunks: () => composed.chunks() },
    utf8Header,
  };
  const name = lane.nameOf(mailbox);
  const beside = (some: Appending) => appendAsTaken(lane, name, some);
  let appended: Appended | undefined;
  let done = false;
  if (urls.size > 0) {
    try {
      // Beside the version before, not in its place: that goes when what was put together is as it is meant to be.
      const together = await withTryCreate(settling, mailbox, () =>
        putTogether(lane, message, pieces, urls, beside),
      );
      appended = together?.done;
      done = together !== undefined;
    } catch (error) {
      // In its place there may be room.
      const isFull = error instanceof CommandError && codeOf(error) === 'OVERQUOTA';
      if (!isFull || !atOnce || !replaced) throw error;
    }
    if (!done) current = await begin(settling, current, { tried });
  }
  if (!done && atOnce && replaced) {
    try {
      appended = await lane.run(uidReplace(replaced.uid, name, message));
      done = true;
    } catch (error) {
      // Perhaps somebody has just removed that version. This one is put there all the same.
      if (!(error instanceof CommandError) || error.status !== 'NO' || isReferred(error)) throw error;
      // Beside it there is even less room.
      if (codeOf(error) === 'OVERQUOTA') throw error;
    }
  }
  if (!done) appended = await withTryCreate(settling, mailbox, () => beside(message));
  // One that was there before is another message: as the version to be replaced it would be removed.
  const isOther = appended?.uidValidity === noted.uidValidity && appended.uid < noted.uidNext;
  if (!appended || isOther) return current;
  // Kept at once: where the connection is lost now and the mailbox renamed, nobody could find it by looking.
  const place = placeOf(tried, { mailbox: mailbox.key, ...appended });
  const placed: SaveDraftAction = { ...current, tried: { ...tried, ...current.tried, place } };
  await settling.truth.commit([{ kind: 'action', action: placed, onlyIfThere: true }]);
  return placed;
}

/**
 * Rejects with NotYet where the server has put together something else, or nobody can say what: then the action begins anew, and all
 * of it is uploaded. The version before is still there, and the draft here.
 */
async function needAsMeant(
  settling: Settling,
  action: SaveDraftAction,
  mailbox: Mailbox,
  place: DraftCopy,
): Promise<void> {
  const { octets, messageId = '' } = action.tried ?? {};
  if (octets === undefined) return;
  // Selected again: what is not there then is gone.
  const there = await whereIs(settling, mailbox, place, true);
  const { lane, truth } = settling;
  const spoilt =
    there &&
    (await spoiltAmong(settling, [there.copy.uid], octets, (header) =>
      decodeText(header).includes(messageId),
    ));
  if (spoilt?.length === 0) return lane.absorbed();
  if (spoilt) await removeUids(settling, mailbox, spoilt);
  await truth.commit([{ kind: 'action', action: anew(action), onlyIfThere: true }]);
  throw new NotYet();
}

function placeOf(
  { messageId, files }: NonNullable<SaveDraftAction['tried']>,
  there: Pick<DraftCopy, 'mailbox' | 'uidValidity' | 'uid'>,
): DraftCopy {
  return { ...there, messageId, ...(files ? { files } : {}) };
}

async function rowOf({ truth }: Settling, { mailbox, uid }: DraftCopy): Promise<MessageRow | undefined> {
  const rows = await truth.rows(mailbox);
  const at = rows.uids.indexOf(uid);
  return at < 0 ? undefined : rowAt(rows, at);
}

/** It is not in the list yet: then what is wanted of it meanwhile could not be told from what was wanted of another. */
async function described(settling: Settling, copy: DraftCopy): Promise<MessageRow | undefined> {
  const mailbox = await settling.truth.mailbox(copy.mailbox);
  // Of one that was never looked at nobody sees a message.
  if (!mailbox || mailbox.sync.at === 0) return undefined;
  await fetchQuietly(settling.lane, [copy.uid], DESCRIPTOR_ITEMS);
  return rowOf(settling, copy);
}

async function versionOf({ truth }: Settling, { key }: MessageRow): Promise<DraftVersion | undefined> {
  const descriptors = await truth.store.read(descriptorsQuery([key]));
  return versionIn(descriptors.get(key)?.messageId ?? '');
}

/** Of a version that is marked as deleted, or was to be sent from here, the next one is not; that it is a draft is known. */
function isKeptOf(version: DraftCopy): (flag: Flag) => boolean {
  return (flag) => !NOT_KEPT.has(flag) && !isOwnClaim(flag, version);
}

/**
 * What another program did to the flags of the version before, which has `flags` now, since the one in its place was put there with
 * those of `before`.
 */
async function markAlike(
  settling: Settling,
  mailbox: Mailbox,
  replaced: DraftCopy,
  flags: readonly Flag[],
  before: readonly Flag[] | undefined,
  { uid }: DraftCopy,
): Promise<void> {
  if (!before) return;
  const { lane } = settling;
  const now = flags.filter(isKeptOf(replaced));
  const given = before.filter(isKeptOf(replaced));
  for (const [mode, some] of [
    ['add', now.filter((flag) => !given.includes(flag))],
    ['remove', given.filter((flag) => !now.includes(flag))],
  ] as const) {
    if (some.length === 0) continue;
    await lane.select(mailbox, { uids: [uid] });
    try {
      await lane.run(uidStore([uid], { mode, flags: some, silent: true }));
    } catch (error) {
      // Somebody may have taken it away.
      await leftOf(settling, [uid], error);
    }
  }
}

/**
 * What was wanted of the version before comes first; else it would be gone before its time. Rejects with NotYet while there is
 * such a thing; then nothing waits for this action, which has yet to begin.
 */
async function needNobodyElse(
  settling: Settling,
  { id, ...wanted }: SaveDraftAction,
  before: MessageKey,
): Promise<void> {
  const { truth } = settling;
  const actions = await truth.store.read(actionsQuery());
  const first = actions.some(
    ({ id: other, kind, state, ...rest }) =>
      kind !== 'flag' &&
      'messages' in rest &&
      rest.messages.includes(before) &&
      (state.name === 'running' || (state.name === 'waiting' && other < id)),
  );
  if (!first) return;
  const { tried: _, ...again } = wanted;
  await truth.commit([
    { kind: 'action', action: { ...again, id, state: { name: 'waiting' } }, onlyIfThere: true },
  ]);
  throw new NotYet();
}

/** What the person wants of the version before, and the server has not been told, is meant for the one in its place. */
async function followedTo(
  settling: Settling,
  before: MessageKey | undefined,
  place: DraftCopy,
): Promise<Change[]> {
  const now = before === undefined ? undefined : await rowOf(settling, place);
  if (!now) return [];
  const actions = await settling.truth.store.read(actionsQuery());
  return actions.flatMap((action): Change[] => {
    if (!('messages' in action) || !action.messages.some((key) => key === before)) return [];
    // The version before is where it was to be moved, and the one in its place is written on.
    if (action.kind === 'move' && action.copied?.some(({ key }) => key === before)) return [];
    const messages = action.messages.map((key) => (key === before ? now.key : key));
    return [{ kind: 'action', action: { ...action, messages }, keepsState: true }];
  });
}

async function find(
  settling: Settling,
  action: SaveDraftAction,
  mailbox: Mailbox,
): Promise<DraftCopy | undefined> {
  const { lane } = settling;
  const { tried } = action;
  if (!tried || tried.place) return tried?.place;
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(mailbox, { again: true });
  } catch (error) {
    if (!(await isMissing(lane, mailbox, error))) throw error;
    await unlessElsewhere(
      settling,
      action,
      mailbox,
      tried,
      async (there) => (await findByMessageId(there, tried.messageId, 1)).length > 0,
    );
    return undefined;
  }
  const since = tried.uidValidity === selected.uidValidity ? tried.uidNext : 1;
  const found = await behindNoop(lane, () => findByMessageId(lane, tried.messageId, since));
  const uid = found.at(-1);
  return uid && placeOf(tried, { mailbox: mailbox.key, uidValidity: selected.uidValidity, uid });
}

/** Selects the mailbox; where it has that very message, if it does. */
async function whereIs(
  settling: Settling,
  mailbox: Mailbox,
  copy: DraftCopy,
  again = false,
): Promise<CopyThere | undefined> {
  const { lane } = settling;
  if (copy.mailbox !== mailbox.key) return undefined;
  let { uid } = copy;
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(mailbox, { uids: [uid], again });
  } catch (error) {
    if (!(await isMissing(lane, mailbox, error))) throw error;
    await unlessRenamed(settling, mailbox, copy);
    return undefined;
  }
  const { uidValidity } = selected;
  if (uidValidity !== copy.uidValidity) {
    const found = copy.messageId ? await findByMessageId(lane, copy.messageId, 1) : [];
    const [only] = found;
    if (only === undefined || found.length > 1) return undefined;
    uid = only;
  }
  const flags = await flagsNow(lane, uid);
  await lane.absorbed();
  return flags && { copy: { ...copy, uidValidity, uid }, flags };
}

async function remove(
  settling: Settling,
  mailbox: Mailbox,
  copy: DraftCopy,
  first?: (flags: readonly Flag[]) => Promise<void>,
): Promise<void> {
  const there = await whereIs(settling, mailbox, copy);
  if (!there) return;
  await first?.(there.flags);
  await removeUids(settling, mailbox, [there.copy.uid]);
  await settling.lane.absorbed();
}

async function finish(
  settling: Settling,
  action: SaveDraftAction,
  mailbox: Mailbox,
  place: DraftCopy,
  tookOver: boolean,
): Promise<void> {
  const { lane, truth } = settling;
  const wanted = (await draftNow(settling, action)) !== undefined;
  const inherited = wanted || (await inherit(settling, action, place)).length > 0;
  // Discarded meanwhile, or sent already: then nobody wants it.
  if (!inherited) await remove(settling, mailbox, place);
  // Its row is here before the draft goes, so that nothing flickers.
  else if (mailbox.sync.at > 0 && (await whereIs(settling, mailbox, place)))
    await runInSteps(lane, [place.uid], (uids) => uidFetch(uids, DESCRIPTOR_ITEMS));
  await truth.change(async () => {
    const draft = await draftNow(settling, action);
    if (!draft) {
      const heirs = await inherit(settling, action, place);
      // Whoever had it has gone in between: then it is to be removed, and is when this is done again.
      if (inherited && heirs.length === 0) throw new NotYet();
      return { changes: [{ kind: 'action-removed', id: action.id }, ...heirs], result: undefined };
    }
    const { id, changed, editing } = draft;
    const newest = changed === action.tried?.version;
    // A mailbox that is to be deleted takes its versions along; one that was written since the person said so stays here.
    const ends = (await truth.store.read(actionsQuery())).some(
      (each) => each.kind === 'delete-mailbox' && each.mailbox === place.mailbox,
    );
    const changes: Change[] = [
      ...(await followedTo(settling, action.tried?.message, place)),
      { kind: 'draft-copy', id, copy: place },
    ];
    const done: Change = { kind: 'action-removed', id: action.id };
    const isNext = tookOver && !newest;
    if (!isNext && (editing || (newest && (ends || !isWholeAsMessage(draft))))) changes.push(done);
    else {
      // A window may write it on before this is committed: then it stays, and what is written is saved next.
      if (newest) changes.push({ kind: 'draft-removed', id, changed });
      changes.push({ ...done, onlyWithout: id }, { kind: 'action', action: anew(action), onlyIfThere: true });
    }
    return { changes, result: undefined };
  });
}

function anew({
  id,
  at: since,
  kind,
  draft,
  mailbox,
  from,
  timeZoneOffset,
}: SaveDraftAction): SaveDraftAction {
  return { id, at: since, kind, draft, mailbox, from, timeZoneOffset, state: { name: 'waiting' } };
}

/** Of a draft that was sent or discarded. Doing it twice is doing it once. */
export async function settleRemoveDraft(settling: Settling, action: RemoveDraftAction): Promise<void> {
  const { truth } = settling;
  const mailbox = await truth.mailbox(action.mailbox);
  if (mailbox) {
    await begin(settling, action);
    await at(settling, mailbox, (there) => remove(there, mailbox, action.copy));
  }
  await truth.commit([{ kind: 'action-removed', id: action.id }]);
  if (mailbox) settling.stale(mailbox.key);
}
