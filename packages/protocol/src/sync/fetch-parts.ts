/** FETCH of parts: small ones whole, many in one command, large ones in ranges; decoded by the server where it can (RFC 3516). */
import { uidFetch } from '../imap/index.ts';
import type { FetchItem } from '../imap/index.ts';
import type { BodyPart, Uid } from '../imap/types.ts';
import { decodeTransfer } from '../mime/index.ts';
import type { Lane } from './lane.ts';
import { runInSteps } from './steps.ts';

/** Octets asked for at once, so that nothing else waits long behind a large part, and a browser is never flooded. */
export const RANGE = 512 * 1024;

interface SectionWish {
  readonly section: string;
  readonly origin?: number;
  readonly count?: number;
  /** Decoded. */
  readonly binary?: boolean;
}

interface Section {
  readonly data: Uint8Array;
  /** Some servers answer BINARY with what is encoded still, and say so. */
  readonly decoded: boolean;
}

interface Answer {
  readonly sections: Map<string, Section>;
  /** BINARY.SIZE of the sections that were wished for in ranges. */
  readonly sizes: Map<string, number>;
}

/** One FETCH; a section that the server gave as NIL or left out is absent. */
export async function fetchSections(
  lane: Lane,
  uids: readonly Uid[],
  wanted: readonly SectionWish[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Uid, Answer>> {
  return fetchAnswers(lane, [{ uids, wanted }], signal);
}

/** One FETCH each, one behind the other without waiting. No message is named twice. */
async function fetchAnswers(
  lane: Lane,
  flight: readonly { readonly uids: readonly Uid[]; readonly wanted: readonly SectionWish[] }[],
  signal?: AbortSignal,
): Promise<Map<Uid, Answer>> {
  const found = new Map<Uid, Answer>();
  const wishes = new Map(flight.flatMap(({ uids, wanted }) => uids.map((uid) => [uid, wanted] as const)));
  lane.onFetch = ({ uid, sections, binarySizes }) => {
    const wanted = uid === undefined ? undefined : wishes.get(uid);
    if (uid === undefined || !wanted || (!sections && !binarySizes)) return;
    const there = found.get(uid) ?? { sections: new Map(), sizes: new Map() };
    for (const { section, data, origin, binary = false } of sections ?? []) {
      const asked = wanted.find((each) => each.section === section);
      // Quirk: a server that knows no ranges gives the whole again and again; that is no further range.
      if (data && (origin ?? 0) === (asked?.origin ?? 0))
        there.sections.set(section, { data, decoded: binary });
    }
    for (const [section, size] of binarySizes ?? []) there.sizes.set(section, size);
    found.set(uid, there);
  };
  try {
    const outcomes = await Promise.allSettled(
      flight
        .filter(({ uids, wanted }) => uids.length > 0 && wanted.length > 0)
        .map(({ uids, wanted }) =>
          runInSteps(lane, uids, (some) => uidFetch(some, wanted.flatMap(itemsOf)), signal),
        ),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  } finally {
    lane.onFetch = undefined;
  }
  return found;
}

function itemsOf({ section, origin, count, binary = false }: SectionWish): FetchItem[] {
  const range = origin === undefined || count === undefined ? undefined : ([origin, count] as const);
  const partial = range && { partial: range };
  if (!binary) return [{ section, ...partial }];
  return [...(range ? [{ binarySize: section }] : []), { binary: section, ...partial }];
}

/** A part that came, decoded. */
export interface Body {
  readonly bytes: Uint8Array;
  /** Nothing, where something was announced: some servers give that of a message that was expunged meanwhile (RFC 2180 §4.1.3). */
  readonly hollow: boolean;
}

export type Bodies = ReadonlyMap<Uid, ReadonlyMap<string, Body>>;

interface PartsOf {
  readonly uid: Uid;
  readonly parts: readonly BodyPart[];
}

/** Parts whole, of messages of the selected mailbox; those of which nothing came, or NIL, are absent. */
export async function fetchBodies(
  lane: Lane,
  messages: readonly PartsOf[],
  signal?: AbortSignal,
): Promise<Bodies> {
  const { capabilities } = await lane.session();
  const { binary } = lane;
  const suiting = messages.flatMap(({ parts }) => parts.filter((part) => binary.suits(part, capabilities)));
  const suited = new Set(suiting);
  const found = new Map<Uid, Map<string, Body>>();
  let left = messages;
  if (suited.size > 0) {
    const answers = await binary.tried(() => fetchAnswers(lane, flightOf(messages, suited), signal));
    left = messages.flatMap((message) => {
      const answer = answers?.get(message.uid);
      const absent = message.parts.filter((part) => !take(lane, found, message.uid, part, answer));
      // Of what was refused nobody knows which part it was; of a message that is gone nothing comes the other way, too.
      const parts = answers ? absent.filter((part) => answer && suited.has(part)) : absent;
      return parts.length > 0 ? [{ ...message, parts }] : [];
    });
  }
  const answers = await fetchAnswers(lane, flightOf(left), signal);
  for (const { uid, parts } of left) for (const part of parts) take(lane, found, uid, part, answers.get(uid));
  return found;
}

/** Messages of which the same is asked for share a command. */
function flightOf(messages: readonly PartsOf[], decoded: ReadonlySet<BodyPart> = new Set()) {
  const flight = new Map<string, { uids: Uid[]; wanted: readonly SectionWish[] }>();
  for (const { uid, parts } of messages) {
    const wanted = parts.map((part) => ({ section: part.section, binary: decoded.has(part) }));
    const name = wanted.map(({ section, binary }) => `${section}${binary ? 'b' : ''}`).join(' ');
    const shared = flight.get(name);
    if (shared) shared.uids.push(uid);
    else flight.set(name, { uids: [uid], wanted });
  }
  return [...flight.values()];
}

/** False where it did not come, or came from the server decoded and cannot be all of it. */
function take(
  lane: Lane,
  found: Map<Uid, Map<string, Body>>,
  uid: Uid,
  part: BodyPart,
  answer: Answer | undefined,
): boolean {
  const section = answer?.sections.get(part.section);
  if (!section || (section.decoded && !lane.binary.isAll(part, section.data.length))) return false;
  const { data, decoded } = section;
  const body: Body = decoded
    ? { bytes: data, hollow: false }
    : { bytes: decodeTransfer(data, part.encoding), hollow: part.octets > 0 && data.length === 0 };
  found.set(uid, (found.get(uid) ?? new Map<string, Body>()).set(part.section, body));
  return true;
}

/** How far a part has come, and in which form: octets of that form. */
export interface Place {
  readonly received: number;
  readonly decoded: boolean;
}

export interface Range {
  readonly bytes: Uint8Array;
  /** There is no more. */
  readonly ended: boolean;
  /** Octets of the part, encoded, up to the end of these; about, where they are decoded. */
  readonly through: number;
}

/**
 * The octets of a part from `received` on, at most RANGE of them. `undecodable`: the server cannot give them decoded, or what it gives
 * cannot be trusted: the part has to be fetched encoded, from its beginning. undefined when the message is gone.
 */
export async function fetchRange(
  lane: Lane,
  uid: Uid,
  part: BodyPart,
  place: Place,
  signal?: AbortSignal,
): Promise<Range | 'undecodable' | undefined> {
  await lane.compressed();
  return place.decoded
    ? fetchDecodedRange(lane, uid, part, place.received, signal)
    : fetchEncodedRange(lane, uid, part, place.received, signal);
}

/** Here all is known beforehand: how many octets there are, and so how many come. */
async function fetchDecodedRange(
  lane: Lane,
  uid: Uid,
  part: BodyPart,
  received: number,
  signal?: AbortSignal,
): Promise<Range | 'undecodable'> {
  const { section, octets } = part;
  const wanted = [{ section, origin: received, count: RANGE, binary: true }];
  const got = await lane.binary.tried(() => fetchSections(lane, [uid], wanted, signal));
  const answer = got?.get(uid);
  const size = answer?.sizes.get(section);
  const came = answer?.sections.get(section);
  if (size === undefined || !came?.decoded || !lane.binary.isAll(part, size)) return 'undecodable';
  const through = received + came.data.length;
  if (through !== Math.min(received + RANGE, size)) {
    lane.binary.distrust();
    return 'undecodable';
  }
  return { bytes: came.data, ended: through === size, through: Math.round((octets * through) / size) };
}

/**
 * BODYSTRUCTURE may be wrong about the number of octets, and a server may give less than it was asked for: the end is where exactly
 * the announced number is reached, or where the server has nothing more to give.
 */
async function fetchEncodedRange(
  lane: Lane,
  uid: Uid,
  { section, octets }: BodyPart,
  received: number,
  signal?: AbortSignal,
): Promise<Range | undefined> {
  const got = await fetchSections(lane, [uid], [{ section, origin: received, count: RANGE }], signal);
  const bytes = got.get(uid)?.sections.get(section)?.data;
  if (bytes) {
    const through = received + bytes.length;
    return { bytes, ended: bytes.length === 0 || through === octets, through };
  }
  // NIL behind the announced end is an end as well; before it, the message was expunged meanwhile (RFC 2180 §4.1.3).
  return received > 0 && octets >= 0 && received >= octets
    ? { bytes: new Uint8Array(), ended: true, through: received }
    : undefined;
}
