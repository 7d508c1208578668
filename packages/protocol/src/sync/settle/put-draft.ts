/** Putting a draft as it is now into its mailbox (RFC 8508 where there is REPLACE, RFC 4469 where the server has its files). */
import { decodeText } from '../../bytes/index.ts';
import { CommandError } from '../../error.ts';
import { uidReplace } from '../../imap/index.ts';
import type { AppendOptions, Appended } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import { compose } from '../../mime/index.ts';
import type { Segment } from '../../mime/index.ts';
import type { SaveDraftAction } from '../action.ts';
import { lineOf, newVersionId, versionIn } from '../draft-line.ts';
import type { DraftVersion } from '../draft-line.ts';
import { draftMessage, filesIn } from '../draft-message.ts';
import { DESCRIPTOR_ITEMS, fetchQuietly } from '../fetch-descriptors.ts';
import type { Draft, DraftCopy, Mailbox, MessageRow } from '../model.ts';
import { codeOf, verdictOn } from '../outbox.ts';
import { isReferred } from '../referral.ts';
import { descriptorsQuery } from '../store.ts';
import { appendAsTaken } from './append-as-taken.ts';
import { at, begin, noteBefore, NotYet, withTryCreate } from './context.ts';
import type { Settling } from './context.ts';
import { flagsAfter, needNobodyElse } from './draft-before.ts';
import { placeOf, rowOf, whereIs } from './draft-there.ts';
import type { CopyThere } from './draft-there.ts';
import { urlsOf } from './parts-there.ts';
import type { PartThere } from './parts-there.ts';
import { putTogether, sizeTogether, spoiltAmong } from './put-together.ts';
import { removeUids } from './remove.ts';

/** `done`: where it is, if the server says. undefined: it is not there, and is to be put there in another way. */
type Put = { readonly done: Appended | undefined } | undefined;

/** Puts the draft into the mailbox; the action says how to find it there. */
export async function putDraft(
  settling: Settling,
  action: SaveDraftAction,
  mailbox: Mailbox,
  draft: Draft,
): Promise<SaveDraftAction> {
  const { lane, random, clock } = settling;
  const { from, timeZoneOffset } = action;
  const { capabilities } = await lane.session();
  const noted = await noteBefore(settling, mailbox);
  // Last: what it is marked with is as new as can be.
  const there = draft.copy && (await whereItWas(settling, mailbox, draft.copy));
  const replaced = there?.copy;
  const isHere = replaced?.mailbox === mailbox.key;
  const inPlaceOf = isHere && capabilities.has('REPLACE') ? replaced.uid : undefined;
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
  const { octets, pieces, utf8: utf8Header } = composed;
  const inIt = filesIn(draft, outgoing, composed);
  const urls = await urlsOf(settling, inIt, isHere ? replaced : undefined);
  const files = inIt.map(({ id }) => id);
  const flags = flagsAfter(there);
  const tried = {
    messageId,
    version,
    flags,
    ...noted,
    ...(files.length > 0 ? { files } : {}),
    ...(replaced ? { replaced } : {}),
    ...(before ? { message: before.key } : {}),
  };
  const message = {
    flags,
    internalDate: version,
    message: { octets, chunks: () => composed.chunks() },
    utf8Header,
  };
  let current = await begin(settling, action, {
    tried: urls.size > 0 ? { ...tried, octets: sizeTogether(octets, inIt, urls) } : tried,
  });
  let put: Put;
  if (urls.size > 0) {
    put = await putInPieces(settling, mailbox, message, pieces, urls, inPlaceOf);
    if (!put) current = await begin(settling, current, { tried });
  }
  if (!put && inPlaceOf !== undefined) put = await putInPlace(settling, mailbox, message, inPlaceOf);
  put ??= { done: await putBeside(settling, mailbox, message) };
  const { done: appended } = put;
  // One that was there before is another message: as the version to be replaced it would be removed.
  const isOther = appended?.uidValidity === noted.uidValidity && appended.uid < noted.uidNext;
  if (!appended || isOther) return current;
  // Kept at once: where the connection is lost now and the mailbox renamed, nobody could find it by looking.
  const place = placeOf(tried, { mailbox: mailbox.key, ...appended });
  const placed: SaveDraftAction = { ...current, tried: { ...tried, ...current.tried, place } };
  await settling.truth.commit([{ kind: 'action', action: placed, onlyIfThere: true }]);
  return placed;
}

/** Beside the version before, not in its place: that goes when what was put together is as it is meant to be. */
async function putInPieces(
  settling: Settling,
  mailbox: Mailbox,
  message: AppendOptions,
  pieces: readonly Segment[],
  urls: ReadonlyMap<number, PartThere>,
  inPlaceOf: Uid | undefined,
): Promise<Put> {
  const { lane } = settling;
  try {
    return await withTryCreate(settling, mailbox, () =>
      putTogether(lane, message, pieces, urls, (some) => appendAsTaken(lane, lane.nameOf(mailbox), some)),
    );
  } catch (error) {
    // In its place there may be room.
    const isFull = error instanceof CommandError && codeOf(error) === 'OVERQUOTA';
    if (!isFull || inPlaceOf === undefined) throw error;
    return undefined;
  }
}

async function putInPlace(
  { lane }: Settling,
  mailbox: Mailbox,
  message: AppendOptions,
  inPlaceOf: Uid,
): Promise<Put> {
  try {
    return { done: await lane.run(uidReplace(inPlaceOf, lane.nameOf(mailbox), message)) };
  } catch (error) {
    // Perhaps somebody has just removed that version. This one is put there all the same.
    if (!(error instanceof CommandError) || error.status !== 'NO' || isReferred(error)) throw error;
    // Beside it there is even less room.
    if (codeOf(error) === 'OVERQUOTA') throw error;
    return undefined;
  }
}

function putBeside(
  settling: Settling,
  mailbox: Mailbox,
  message: AppendOptions,
): Promise<Appended | undefined> {
  const { lane } = settling;
  return withTryCreate(settling, mailbox, () => appendAsTaken(lane, lane.nameOf(mailbox), message));
}

/** The version before. It may be in another mailbox than the next one is put into: which one is for drafts can change. */
async function whereItWas(
  settling: Settling,
  mailbox: Mailbox,
  copy: DraftCopy,
): Promise<CopyThere | undefined> {
  if (copy.mailbox === mailbox.key) return whereIs(settling, mailbox, copy);
  const home = await settling.truth.mailbox(copy.mailbox);
  try {
    return home && (await at(settling, home, (there) => whereIs(there, home, copy)));
  } catch (error) {
    // Where nobody may look, nobody can take it away.
    if (error instanceof CommandError && verdictOn(error).verdict === 'fail') return undefined;
    throw error;
  }
}

/** It is not in the list yet: then what is wanted of it meanwhile could not be told from what was wanted of another. */
async function described(settling: Settling, copy: DraftCopy): Promise<MessageRow | undefined> {
  const mailbox = await settling.truth.mailbox(copy.mailbox);
  // Of one that was never looked at nobody sees a message.
  if (!mailbox || mailbox.sync.at === 0) return undefined;
  await at(settling, mailbox, async ({ lane }) => {
    await lane.select(mailbox, { uids: [copy.uid] });
    await fetchQuietly(lane, [copy.uid], DESCRIPTOR_ITEMS);
  });
  return rowOf(settling, copy);
}

async function versionOf({ truth }: Settling, { key }: MessageRow): Promise<DraftVersion | undefined> {
  const descriptors = await truth.store.read(descriptorsQuery([key]));
  return versionIn(descriptors.get(key)?.messageId ?? '');
}

/**
 * Rejects with NotYet where the server has put together something else, or nobody can say what: then the action begins anew, and all
 * of it is uploaded. The version before is still there, and the draft here.
 */
export async function needAsMeant(
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

/** The same, as though nothing had been put there for it. */
export function anew({
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
