/**
 * Parts of bodies: only those that are shown, chosen from BODYSTRUCTURE (RFC 1733 §4's 40-megabyte video stays where it
 * is), always by PEEK, large ones in ranges.
 */
import { concatBytes } from '../bytes/index.ts';
import { CommandError, ConnectionLost } from '../error.ts';
import { noop } from '../imap/index.ts';
import type { BodyPart, Uid } from '../imap/types.ts';
import { decodeTransfer, previewOf, textOfPart } from '../mime/index.ts';
import type { Change } from './change.ts';
import { fetchBodies, fetchRange, RANGE } from './fetch-parts.ts';
import type { Lane } from './lane.ts';
import type { Descriptor, MessageKey } from './model.ts';
import { isAttachment } from './parts.ts';
import { isReferred } from './referral.ts';
import { searchInSteps } from './steps.ts';
import { descriptorsQuery, partQuery } from './store.ts';
import type { Located, Truth } from './truth.ts';
import { partsWith, twinsOf } from './twins.ts';
import type { Described } from './twins.ts';

/** Octets of text that a person waits for which are worth the round trip of turning compression on first. */
const WORTH_COMPRESSING = 64 * 1024;
/** A text larger than this is not shown as text: no screen can, and it would be held in memory several times. */
export const MAX_SHOWN_TEXT = 8 * 1024 * 1024;
/** Texts up to this size are kept beforehand, so that they open at once and without a network. */
export const MAX_KEPT_AHEAD = 64 * 1024;
/** Octets of a longer text that are fetched for its preview. */
export const PREVIEW_RANGE = 4096;

/** What became of a wish for parts. `waiting`: the message was moved, and the server has not said yet under which UID. */
export type PartOutcome = 'kept' | 'gone' | 'unreadable' | 'waiting';

/** Fetches `parts` of one message into the store; those that are there already cost nothing. */
export async function keepParts(
  lane: Lane,
  truth: Truth,
  row: Located,
  parts: readonly BodyPart[],
  signal?: AbortSignal,
): Promise<PartOutcome> {
  try {
    return await fetchParts(lane, truth, row, parts, signal);
  } catch (error) {
    // RFC 2180 §4.1.2: NO because another client has expunged the message. NOOP brings the news of it.
    const refused = error instanceof CommandError && error.status === 'NO' && !isReferred(error);
    if (!refused || row.uid === 0) throw error;
    // Some end the connection over it: the next one tells.
    if (lane.selected !== row.home.key) throw new ConnectionLost('the mailbox was left in the middle of it');
    if (await isThere(lane, truth, row)) throw error;
    return 'gone';
  }
}

async function fetchParts(
  lane: Lane,
  truth: Truth,
  row: Located,
  parts: readonly BodyPart[],
  signal?: AbortSignal,
): Promise<PartOutcome> {
  const missing: BodyPart[] = [];
  for (const part of parts) {
    if (!(await truth.store.read(partQuery(row.key, part.section)))) missing.push(part);
  }
  if (missing.length === 0) return 'kept';
  const descriptor = await descriptorFor(truth, row.key);
  if (descriptor?.emailId !== undefined && (await keepFromTwins(truth, { row, descriptor }, missing)))
    return fetchParts(lane, truth, row, missing, signal);
  if (missing.some(({ octets }) => octets > MAX_SHOWN_TEXT)) return 'unreadable';
  if (row.uid === 0) return 'waiting';
  await lane.select(row.home, { uids: [row.uid] });
  if (missing.reduce((sum, { octets }) => sum + octets, 0) > WORTH_COMPRESSING) await lane.compressed();
  // A size that the server does not know may be any.
  const small = missing.filter(({ octets }) => octets >= 0 && octets <= RANGE);
  const nameless = descriptor && descriptor.emailId === undefined ? [row.uid] : [];
  const [got] = await Promise.all([
    fetchBodies(lane, [{ uid: row.uid, parts: small }], signal),
    truth.emailIds.ask(lane, nameless),
  ]);
  const bodies = new Map(got.get(row.uid));
  for (const part of missing) {
    if (small.includes(part)) continue;
    const bytes = await fetchInRanges(lane, row.uid, part, signal);
    if (bytes) bodies.set(part.section, { bytes, hollow: part.octets > 0 && bytes.length === 0 });
  }
  const hollow = missing.filter(({ section }) => bodies.get(section)?.hollow);
  if (hollow.length > 0 && !(await isThere(lane, truth, row)))
    for (const { section } of hollow) bodies.delete(section);
  const changes: Change[] = [];
  for (const part of missing) {
    const body = bodies.get(part.section);
    if (body) changes.push(...partChanges(row.key, part, body.bytes, part === parts[0]));
  }
  await truth.commit(changes);
  return missing.every(({ section }) => bodies.has(section)) ? 'kept' : 'gone';
}

/** Keeps of `parts` what the message's twins have; false when that is nothing. */
export async function keepFromTwins(
  truth: Truth,
  message: Described,
  parts: readonly BodyPart[],
): Promise<boolean> {
  const { key } = message.row;
  const there = await partsWith(truth, (await twinsOf(truth, [message])).get(key), parts);
  const preview = message.descriptor.preview === undefined ? parts[0] : undefined;
  const changes = parts.flatMap((part) => {
    const bytes = there.get(part.section);
    return bytes ? partChanges(key, part, bytes, part === preview) : [];
  });
  await truth.commit(changes);
  return changes.length > 0;
}

/** Whether the message is still where it was, after the server had the chance to say that it is not. */
export async function isThere(lane: Lane, truth: Truth, { key, uid, home }: Located): Promise<boolean> {
  await lane.run(noop());
  const [now] = await truth.locate([key], home.key);
  if (now?.uid !== uid || now.home.key !== home.key || truth.departed.has(key)) return false;
  // Some were said to be gone by numbers that mean nothing here.
  return !lane.noticed.lost || (await searchInSteps(lane, [uid as Uid])).includes(uid as Uid);
}

/** What is kept of a part that came, decoded, and of the message's first words if it is where they are. */
export function partChanges(key: MessageKey, part: BodyPart, bytes: Uint8Array, first: boolean): Change[] {
  const kept = { message: key, section: part.section, bytes };
  const changes: Change[] = [{ kind: 'part', part: kept, attachment: isAttachment(part) }];
  if (first && part.type === 'text') changes.push({ kind: 'preview', key, preview: firstWords(part, bytes) });
  return changes;
}

export function firstWords(part: BodyPart, bytes: Uint8Array): string {
  return previewOf(textOfPart(part, bytes).text, part.subtype === 'html' ? 'html' : 'plain');
}

/** undefined when the message went away, or is too large to be shown: what came of it until then is no part. */
async function fetchInRanges(
  lane: Lane,
  uid: Uid,
  part: BodyPart,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { capabilities } = await lane.session();
  const decoded = lane.binary.suits(part, capabilities);
  const got = await inRanges(lane, uid, part, decoded, signal);
  const pieces = got === 'undecodable' ? await inRanges(lane, uid, part, false, signal) : got;
  if (!pieces || pieces === 'undecodable') return undefined;
  return decoded && got === pieces ? concatBytes(pieces) : decodeTransfer(concatBytes(pieces), part.encoding);
}

async function inRanges(
  lane: Lane,
  uid: Uid,
  part: BodyPart,
  decoded: boolean,
  signal?: AbortSignal,
): Promise<Uint8Array[] | 'undecodable' | undefined> {
  const pieces: Uint8Array[] = [];
  for (let received = 0, ended = false; !ended;) {
    const range = await fetchRange(lane, uid, part, { received, decoded }, signal);
    if (!range || range === 'undecodable') return range;
    received += range.bytes.length;
    if (received > MAX_SHOWN_TEXT) return undefined;
    pieces.push(range.bytes);
    ended = range.ended;
  }
  return pieces;
}

/** The descriptor of one message. */
export async function descriptorFor(truth: Truth, key: MessageKey): Promise<Descriptor | undefined> {
  return (await truth.store.read(descriptorsQuery([key]))).get(key);
}
