/**
 * Room for what a person does: where this device has none left, mail that can be fetched again goes: attachments, then texts, then
 * descriptors, each from what was used longest ago. What the person made (drafts, mail to be sent, actions) never goes, nor
 * anything of a message that an action waits to do something to.
 */
import { StoreError } from '../error.ts';
import type { Action } from './action.ts';
import type { Change, Evicted } from './change.ts';
import { ENDLESS_ROOM, ROOM_SETTING, roomOf } from './keep.ts';
import type { Room } from './keep.ts';
import { DESCRIPTOR_OCTETS } from './kept.ts';
import { JUST_GONE } from './model.ts';
import type { Kept, MessageKey } from './model.ts';
import { messagesOf } from './named-in.ts';
import { actionsQuery, descriptorsQuery, keptQuery, mailboxesQuery, settingQuery } from './store.ts';
import type { Store } from './store.ts';

/** The least that is freed at once, as a share of what is kept: room is made seldom rather than often. */
const SHARE = 1 / 16;
/** Messages in one commit. */
const AT_ONCE = 400;
/** Newest messages of each mailbox whose descriptors stay: what its list begins with. */
const LISTED = 200;
/** Times that room is made for one commit: a browser need not give back at once what was deleted. */
const ROUNDS = 4;
/** Commits of as much mail that fail at once after one failed for which room was made: more would go each time, for nothing. */
const VAIN = 20;

interface Candidate {
  readonly key: MessageKey;
  /** Came or was last opened, seconds since 1970. */
  readonly used: number;
  readonly octets: number;
}

/** Messages that actions are to do something to, or to speak of. */
export function sparedBy(actions: readonly Action[]): Set<MessageKey> {
  const spared = new Set<MessageKey>();
  for (const action of actions) {
    for (const key of messagesOf(action)) spared.add(key);
    if (action.kind === 'send' && action.answers) spared.add(action.answers.key);
  }
  return spared;
}

/**
 * Frees at least so many octets, if there are so many that may go; says how many it were. What is older than that is not kept
 * ahead from then on (see Room). Rejects with StoreError.
 */
export async function makeRoom(store: Store, octets: number): Promise<number> {
  const mailboxes = await store.read(mailboxesQuery());
  const keys = [...mailboxes.map(({ key }) => key), JUST_GONE];
  const kept = await Promise.all(keys.map((key) => store.read(keptQuery(key))));
  const spared = sparedBy(await store.read(actionsQuery()));
  const bodies = kept.reduce((sum, each) => sum + total(each.texts) + total(each.attachments), 0);
  const wanted = Math.max(octets, bodies * SHARE);
  let freed = 0;
  for (const what of ['attachments', 'texts', 'descriptors'] as const) {
    if (freed >= wanted) break;
    const candidates = kept.flatMap((each) => candidatesIn(each, what, spared)).sort(byUse);
    freed += await evict(store, what, candidates, wanted - freed);
  }
  return freed;
}

function total(column: Uint32Array): number {
  return column.reduce((sum, octets) => sum + octets, 0);
}

function byUse(a: Candidate, b: Candidate): number {
  return a.used - b.used;
}

/** What has gone at an earlier step is not counted again. */
function candidatesIn(kept: Kept, what: Evicted, spared: ReadonlySet<MessageKey>): Candidate[] {
  const { rows, attachments, texts, opened } = kept;
  const candidates: Candidate[] = [];
  for (let i = 0; i < rows.length; i++) {
    const key = rows.keys[i] as MessageKey;
    const octets =
      what === 'descriptors' ? DESCRIPTOR_OCTETS : ((what === 'texts' ? texts : attachments)[i] ?? 0);
    // One without a UID is known again only by its descriptor.
    if (octets === 0 || spared.has(key) || (what === 'descriptors' && rows.uids[i] === 0)) continue;
    candidates.push({ key, used: Math.max(rows.dates[i] ?? 0, opened[i] ?? 0), octets });
  }
  return what === 'descriptors' ? candidates.sort(byUse).slice(0, -LISTED) : candidates;
}

/** From the front of `candidates`, until `wanted` octets are free. */
async function evict(
  store: Store,
  what: Evicted,
  candidates: readonly Candidate[],
  wanted: number,
): Promise<number> {
  let freed = 0;
  for (let next = 0; next < candidates.length && freed < wanted;) {
    let batch = candidates.slice(next, next + AT_ONCE);
    next += AT_ONCE;
    if (what === 'descriptors') {
      const there = await store.read(descriptorsQuery(batch.map(({ key }) => key)));
      batch = batch.filter(({ key }) => there.has(key));
    }
    const going: Candidate[] = [];
    for (const candidate of batch) {
      if (freed >= wanted) break;
      going.push(candidate);
      freed += candidate.octets;
    }
    const last = going.at(-1);
    if (!last) continue;
    const room = roomOf(await store.read(settingQuery(ROOM_SETTING)));
    // By itself: a store may have to delete before it can write again.
    await store.commit([{ kind: 'evicted', what, keys: going.map(({ key }) => key) }]);
    const value = lessRoom(room, what, last.used);
    await store.commit([{ kind: 'setting', name: ROOM_SETTING, value }]).catch(() => undefined);
  }
  return freed;
}

function lessRoom(room: Room, what: Evicted, used: number): Room {
  return { ...ENDLESS_ROOM, ...room, [what]: Math.max(room[what], used) };
}

/** The store, such that a commit for which there is no room makes some, and is tried again. */
export function withRoom(store: Store): Store {
  let last: Promise<unknown> = Promise.resolve();
  let vain = { octets: 0, times: 0 };
  const commit = async (changes: readonly Change[]): Promise<void> => {
    for (let round = 1; ; round++) {
      try {
        return await store.commit(changes);
      } catch (error) {
        if (!(error instanceof StoreError && error.reason === 'quota')) throw error;
        const octets = octetsOf(changes);
        if (vain.times > 0 && octets >= vain.octets && !changes.some(isTheirs)) {
          vain.times--;
          throw error;
        }
        // The first failure is the one to tell.
        const freed = round > ROUNDS ? 0 : await makeRoom(store, octets * round).catch(() => 0);
        if (freed > 0) continue;
        vain = { octets, times: VAIN };
        throw error;
      }
    }
  };
  return {
    read: (query) => store.read(query),
    commit: (changes) => {
      const turn = last.then(() => commit(changes));
      last = turn.catch(() => undefined);
      return turn;
    },
    allocate: (count) => store.allocate(count),
    watch: (listener) => store.watch(listener),
    close: () => store.close(),
  };
}

/** What the person made is worth all that can be fetched again. */
function isTheirs({ kind }: Change): boolean {
  return kind === 'action' || kind === 'outgoing' || kind === 'draft' || kind === 'setting';
}

/** What a commit needs, about. */
function octetsOf(changes: readonly Change[]): number {
  return changes.reduce((sum, change) => {
    switch (change.kind) {
      case 'part':
        return sum + change.part.bytes.length;
      case 'piece':
        return sum + change.piece.bytes.length;
      case 'outgoing':
        return sum + change.outgoing.bytes.length;
      case 'draft':
        return sum + change.draft.attachments.reduce((octets, { bytes }) => octets + bytes.length, 1000);
      case 'messages':
        return sum + change.messages.length * DESCRIPTOR_OCTETS;
      default:
        return sum + 1000;
    }
  }, 0);
}
