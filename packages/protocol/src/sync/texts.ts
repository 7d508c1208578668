/**
 * Parts of bodies: only those that are shown, chosen from BODYSTRUCTURE (RFC 1733 §4's 40-megabyte video stays where it
 * is), always by PEEK, large ones in ranges.
 */
import { concatBytes } from '../bytes/index.ts';
import { CommandError, ConnectionLost } from '../error.ts';
import { noop, uidFetch } from '../imap/index.ts';
import type { FetchItem } from '../imap/index.ts';
import type { BodyPart, Uid } from '../imap/types.ts';
import { decodeTransfer, previewOf, textOfPart } from '../mime/index.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import type { Descriptor, MessageKey } from './model.ts';
import { isAttachment } from './parts.ts';
import { isReferred } from './referral.ts';
import { runInSteps, searchInSteps } from './steps.ts';
import { descriptorsQuery, partQuery } from './store.ts';
import type { Located, Truth } from './truth.ts';

/** Octets asked for at once, so that nothing else waits long behind a large part, and a browser is never flooded. */
export const RANGE = 512 * 1024;
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
  if (missing.some(({ octets }) => octets > MAX_SHOWN_TEXT)) return 'unreadable';
  if (row.uid === 0) return 'waiting';
  await lane.select(row.home, { uids: [row.uid] });
  if (missing.reduce((sum, { octets }) => sum + octets, 0) > WORTH_COMPRESSING) await lane.compressed();
  // A size that the server does not know may be any.
  const small = missing.filter(({ octets }) => octets >= 0 && octets <= RANGE);
  const got = await fetchSections(
    lane,
    [row.uid],
    small.map(({ section }) => ({ section })),
    signal,
  );
  const encoded = new Map(got.get(row.uid));
  for (const part of missing) {
    if (small.includes(part)) continue;
    const whole = await fetchInRanges(lane, row.uid, part, signal);
    if (whole) encoded.set(part.section, whole);
  }
  const hollow = missing.filter((part) => isHollow(part, encoded.get(part.section)));
  if (hollow.length > 0 && !(await isThere(lane, truth, row)))
    for (const { section } of hollow) encoded.delete(section);
  const changes: Change[] = [];
  for (const part of missing) {
    const bytes = encoded.get(part.section);
    if (bytes) changes.push(...partChanges(row.key, part, bytes, part === parts[0]));
  }
  await truth.commit(changes);
  return missing.every(({ section }) => encoded.has(section)) ? 'kept' : 'gone';
}

/** Nothing, where something was announced: some servers give that of a message that was expunged meanwhile (RFC 2180 §4.1.3). */
export function isHollow({ octets }: BodyPart, encoded: Uint8Array | undefined): boolean {
  return octets > 0 && encoded?.length === 0;
}

/** Whether the message is still where it was, after the server had the chance to say that it is not. */
export async function isThere(lane: Lane, truth: Truth, { key, uid, home }: Located): Promise<boolean> {
  await lane.run(noop());
  const [now] = await truth.locate([key], home.key);
  if (now?.uid !== uid || now.home.key !== home.key || truth.departed.has(key)) return false;
  // Some were said to be gone by numbers that mean nothing here.
  return !lane.noticed.lost || (await searchInSteps(lane, [uid as Uid])).includes(uid as Uid);
}

/** What is kept of a part that came, and of the message's first words if it is where they are. */
export function partChanges(key: MessageKey, part: BodyPart, encoded: Uint8Array, first: boolean): Change[] {
  const bytes = decodeTransfer(encoded, part.encoding);
  const kept = { message: key, section: part.section, bytes };
  const changes: Change[] = [{ kind: 'part', part: kept, attachment: isAttachment(part) }];
  if (first && part.type === 'text') changes.push({ kind: 'preview', key, preview: firstWords(part, bytes) });
  return changes;
}

export function firstWords(part: BodyPart, bytes: Uint8Array): string {
  return previewOf(textOfPart(part, bytes).text, part.subtype === 'html' ? 'html' : 'plain');
}

type Sections = ReadonlyMap<Uid, ReadonlyMap<string, Uint8Array>>;

/** One FETCH; a section that the server gave as NIL or left out is absent. */
export async function fetchSections(
  lane: Lane,
  uids: readonly Uid[],
  wanted: readonly { readonly section: string; readonly origin?: number; readonly count?: number }[],
  signal?: AbortSignal,
): Promise<Sections> {
  const found = new Map<Uid, Map<string, Uint8Array>>();
  if (wanted.length === 0) return found;
  lane.onFetch = ({ uid, sections }) => {
    if (uid === undefined || !sections) return;
    const there = found.get(uid) ?? new Map<string, Uint8Array>();
    for (const { section, data, origin } of sections) {
      const asked = wanted.find((each) => each.section === section);
      // Quirk: a server that knows no ranges gives the whole again and again; that is no further range.
      if (data && (origin ?? 0) === (asked?.origin ?? 0)) there.set(section, data);
    }
    found.set(uid, there);
  };
  try {
    const items: FetchItem[] = wanted.map(({ section, origin, count }) =>
      origin === undefined || count === undefined ? { section } : { section, partial: [origin, count] },
    );
    await runInSteps(lane, uids, (some) => uidFetch(some, items), signal);
  } finally {
    lane.onFetch = undefined;
  }
  return found;
}

/** undefined when the message went away, or is too large to be shown: what came of it until then is no part. */
async function fetchInRanges(
  lane: Lane,
  uid: Uid,
  part: BodyPart,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let ended = false; !ended;) {
    const range = await fetchRange(lane, uid, part, length, signal);
    if (!range || length + range.bytes.length > MAX_SHOWN_TEXT) return undefined;
    pieces.push(range.bytes);
    length += range.bytes.length;
    ended = range.ended;
  }
  return concatBytes(pieces);
}

export interface Range {
  readonly bytes: Uint8Array;
  /** There is no more. */
  readonly ended: boolean;
}

/**
 * The octets of a part from `received` on, at most RANGE of them. BODYSTRUCTURE may be wrong about their number, and a
 * server may give less than it was asked for: the end is where exactly the announced number is reached, or where the server
 * has nothing more to give. undefined when the message is gone.
 */
export async function fetchRange(
  lane: Lane,
  uid: Uid,
  { section, octets }: Pick<BodyPart, 'section' | 'octets'>,
  received: number,
  signal?: AbortSignal,
): Promise<Range | undefined> {
  await lane.compressed();
  const got = await fetchSections(lane, [uid], [{ section, origin: received, count: RANGE }], signal);
  const bytes = got.get(uid)?.get(section);
  if (bytes) return { bytes, ended: bytes.length === 0 || received + bytes.length === octets };
  // NIL behind the announced end is an end as well; before it, the message was expunged meanwhile (RFC 2180 §4.1.3).
  return received > 0 && octets >= 0 && received >= octets
    ? { bytes: new Uint8Array(), ended: true }
    : undefined;
}

/** The descriptor of one message. */
export async function descriptorFor(truth: Truth, key: MessageKey): Promise<Descriptor | undefined> {
  return (await truth.store.read(descriptorsQuery([key]))).get(key);
}
