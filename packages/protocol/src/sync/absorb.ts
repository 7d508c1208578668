/**
 * News into changes. Untagged data is news, whoever asked for it: every FETCH, EXPUNGE and VANISHED of a selected mailbox
 * passes through here into the store.
 */
import { hasUid } from '../imap/index.ts';
import type { Flag, Uid, UidRanges } from '../imap/types.ts';
import type { Change, FlagsRow, NewMessage } from './change.ts';
import type { Heard, HeardMessage } from './heard.ts';
import { JUST_GONE } from './model.ts';
import type { Descriptor, Mailbox, MailboxKey, MessageKey, Rows } from './model.ts';
import { flagsAt, hasFlags } from './rows.ts';
import { identities, identityOf, knowsAgain, pairUp } from './same-message.ts';
import type { Truth } from './truth.ts';

export interface Absorbed {
  /** UIDs that the server spoke of and whose descriptors are not here. */
  readonly unknown: readonly Uid[];
  /** Something vanished that could not be named: the known UIDs have to be compared. */
  readonly lost: boolean;
  /** Most of what is known was said to have vanished: nothing was removed for it. */
  readonly suspect: boolean;
  /** Messages added. */
  readonly added: number;
}

/** So many messages may vanish at a word; more than that, and most of a mailbox, only after a second look. */
const FEW = 20;
/** UIDs for each row, up to which a table of them takes less than a map. */
const SPARSE = 8;

/**
 * Carries `news`, all of one selected `mailbox` and in wire order, into the store in one commit. `uidValidity`: under which its
 * UIDs mean something; where the store's are of another by now, all that is known has to be compared. `update`: of the mailbox,
 * where its UIDs are those.
 */
export function absorb(
  truth: Truth,
  mailbox: MailboxKey,
  news: readonly Heard[],
  uidValidity: number,
  update?: (mailbox: Mailbox) => Mailbox,
): Promise<Absorbed> {
  return truth.change(async () => {
    const home = await truth.mailbox(mailbox);
    // Rows that no mailbox has would stay for ever.
    if (!home) return { changes: [], result: { unknown: [], lost: false, suspect: false, added: 0 } };
    const learnt = home.sync.uidValidity;
    if (learnt !== 0 && uidValidity !== 0 && learnt !== uidValidity)
      return { changes: [], result: { unknown: [], lost: true, suspect: false, added: 0 } };
    const rows = await truth.rows(mailbox);
    const at = uidIndex(rows, news);
    const flags = new Map<MessageKey, FlagsRow>();
    const fresh = new Map<Uid, Fresh>();
    const ids: { key: MessageKey; emailId: string }[] = [];
    const gone = new Set<MessageKey>();
    const unknown = new Set<Uid>();
    let lost = false;
    let suspect = false;
    const vanish = (uid: number): void => {
      fresh.delete(uid as Uid);
      unknown.delete(uid as Uid);
      const i = at(uid);
      if (i < 0) return;
      const key = rows.keys[i] as MessageKey;
      if (truth.isLeaving(mailbox, key)) truth.departed.add(key);
      else gone.add(key);
    };
    for (const item of news) {
      if (item.type === 'fetch') {
        const { message } = item;
        if (message.uid === undefined) {
          lost ||= message.flags !== undefined;
          continue;
        }
        const i = at(message.uid);
        if (i >= 0) {
          const { emailId } = message;
          if (emailId !== undefined) ids.push({ key: rows.keys[i] as MessageKey, emailId });
          if (message.flags && !hasFlags(rows, i, message.flags)) {
            const key = rows.keys[i] as MessageKey;
            flags.set(key, { key, flags: message.flags });
          } else if (message.flags) flags.delete(rows.keys[i] as MessageKey);
          continue;
        }
        const earlier = fresh.get(message.uid);
        const descriptor = message.descriptor ?? earlier?.descriptor;
        if (descriptor) fresh.set(message.uid, freshOf(joined(message, earlier), descriptor));
        else unknown.add(message.uid);
      } else if (item.type === 'expunge') {
        if (item.uid === undefined) lost = true;
        else vanish(item.uid);
      } else if (item.type === 'vanished') {
        for (const uid of fresh.keys()) if (hasUid(item.uids, uid)) fresh.delete(uid);
        const isNamed = within(item.uids);
        const named = rowsWhere(rows, (uid) => uid !== 0 && isNamed(uid));
        const unasked = named.filter((i) => !truth.isLeaving(mailbox, rows.keys[i] as MessageKey));
        const most = unasked.length > FEW && unasked.length * 2 > rows.length;
        suspect ||= most;
        for (const i of named)
          if (!most || truth.isLeaving(mailbox, rows.keys[i] as MessageKey)) vanish(rows.uids[i] ?? 0);
      }
    }
    for (const uid of fresh.keys()) unknown.delete(uid);
    const { linked, returned, messages } = await relink(truth, rows, fresh);
    const changes: Change[] = [];
    if (messages.length > 0) changes.push({ kind: 'messages', mailbox, messages });
    for (const { key, uid } of linked) changes.push({ kind: 'uid', mailbox, key, uid });
    if (returned.length > 0) changes.push({ kind: 'moved', from: JUST_GONE, to: mailbox, rows: returned });
    if (ids.length > 0) changes.push({ kind: 'email-ids', ids });
    const flagRows = [
      ...flags.values(),
      ...[...linked, ...returned].map(({ key, flags }) => ({ key, flags })),
    ];
    if (flagRows.length > 0) changes.push({ kind: 'flags', mailbox, rows: flagRows });
    changes.push(...(await truth.justGone.leaving(truth.store, mailbox, [...gone])));
    if (update) changes.push({ kind: 'mailbox', mailbox: update(home) });
    return {
      changes,
      result: { unknown: [...unknown], lost, suspect, added: messages.length + returned.length },
    };
  });
}

/**
 * Index of a UID that `news` names among the rows, or −1: a scan of the column when few are asked for, else a table of what the news
 * spans, which is little of a large mailbox, or where UIDs are far between a map of it.
 */
function uidIndex(rows: Rows, news: readonly Heard[]): (uid: number) => number {
  const spoken = uidsIn(news);
  if (spoken.length < 16) return (uid) => (uid === 0 ? -1 : rows.uids.indexOf(uid));
  const lowest = Math.max(
    1,
    spoken.reduce((least, uid) => Math.min(least, uid)),
  );
  const highest = spoken.reduce((most, uid) => Math.max(most, uid));
  const { uids } = rows;
  const span = highest - lowest + 1;
  if (span <= uids.length * SPARSE) {
    /** One more than the index; 0: there is no such row. */
    const places = new Uint32Array(Math.max(0, span));
    for (let i = 0; i < uids.length; i++) {
      const uid = uids[i] ?? 0;
      if (uid >= lowest && uid <= highest) places[uid - lowest] = i + 1;
    }
    return (uid) => (places[uid - lowest] ?? 0) - 1;
  }
  const index = new Map<number, number>();
  for (let i = 0; i < uids.length; i++) {
    const uid = uids[i] ?? 0;
    if (uid >= lowest && uid <= highest) index.set(uid, i);
  }
  return (uid) => index.get(uid) ?? -1;
}

/** UIDs that `news` names; of what vanished in ranges, their ends. */
function uidsIn(news: readonly Heard[]): number[] {
  return news.flatMap((item) => {
    if (item.type === 'fetch') return item.message.uid ?? [];
    if (item.type === 'expunge') return item.uid ?? [];
    return item.type === 'vanished' ? item.uids.flat() : [];
  });
}

/** Asks of one UID after another, mostly ascending, whether `ranges` hold it: `hasUid`, which looks anew for each, takes long. */
function within(ranges: UidRanges): (uid: number) => boolean {
  /** From `first` to `last`, all are held, or none is. */
  let [first, last, isHeld] = [1, 0, false];
  return (uid) => {
    if (uid >= first && uid <= last) return isHeld;
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.[1] ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    const range = ranges[low];
    isHeld = range !== undefined && uid >= range[0];
    if (range && isHeld) [first, last] = range;
    else [first, last] = [(ranges[low - 1]?.[1] ?? 0) + 1, (range?.[0] ?? Number.POSITIVE_INFINITY) - 1];
    return isHeld;
  };
}

/** Indexes of the rows whose UID is as asked; without a step in between for each of what may be 100,000. */
function rowsWhere({ uids }: Rows, asked: (uid: number) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < uids.length; i++) if (asked(uids[i] ?? 0)) found.push(i);
  return found;
}

/** A message that is not in the store. */
type Fresh = HeardMessage & { readonly descriptor: Descriptor };

function freshOf(message: HeardMessage, descriptor: Descriptor): Fresh {
  const { emailId = descriptor.emailId } = message;
  return { ...message, descriptor: emailId === undefined ? descriptor : { ...descriptor, emailId } };
}

/** What was said of a message in two responses; the later one holds. */
function joined(message: HeardMessage, earlier: HeardMessage | undefined): HeardMessage {
  if (!earlier) return message;
  const { flags, internalDate, size } = earlier;
  return {
    ...message,
    flags: message.flags ?? flags,
    internalDate: message.internalDate ?? internalDate,
    size: message.size ?? size,
  };
}

interface Linked {
  readonly key: MessageKey;
  readonly uid: Uid;
  readonly flags: readonly Flag[];
}

/**
 * New UIDs that are old acquaintances: a message moved here without a COPYUID waits with uid 0 (RFC 4549 §4.2.2.1:
 * Message-ID and size tell that it is the same). Where there are more or fewer of them than wait, none is used. And those that
 * have just gone from elsewhere, and are the same octets.
 */
async function relink(
  truth: Truth,
  rows: Rows,
  fresh: ReadonlyMap<Uid, Fresh>,
): Promise<{ linked: Linked[]; returned: Linked[]; messages: NewMessage[] }> {
  const linked: Linked[] = [];
  const added = [...fresh].sort(([a], [b]) => a - b);
  if (added.length === 0) return { linked, returned: [], messages: [] };
  const without = rowsWhere(rows, (uid) => uid === 0);
  const waiting = without.length > 0 && (await knowsAgain(truth)) ? without : [];
  const identified = ([uid, { size, internalDate, descriptor }]: (typeof added)[number]): [string, Uid] => [
    identityOf({ size: size ?? 0, date: internalDate ?? descriptor.sent }, descriptor),
    uid,
  ];
  const pairs =
    waiting.length > 0 ? pairUp(await identities(truth, rows, waiting), added.map(identified)) : [];
  for (const [i, uid] of pairs) {
    const flags = fresh.get(uid)?.flags ?? flagsAt(rows, i);
    linked.push({ key: rows.keys[i] as MessageKey, uid, flags });
  }
  const known = new Set(linked.map(({ uid }) => uid));
  const strangers = added.filter(([uid]) => !known.has(uid));
  const again = await truth.justGone.knownAgain(
    truth.store,
    strangers.map(([uid, { size = 0, internalDate, descriptor }]) => ({
      uid,
      size,
      date: internalDate ?? descriptor.sent,
      descriptor,
    })),
  );
  const returned = [...again].map(([uid, key]) => ({ key, uid, flags: fresh.get(uid)?.flags ?? [] }));
  const unlinked = strangers.filter(([uid]) => !again.has(uid));
  if (unlinked.length === 0) return { linked, returned, messages: [] };
  // Ascending UIDs get ascending keys, so that neighbours in a list are neighbours in a chunk.
  const first = await truth.store.allocate(unlinked.length);
  const messages = unlinked.map(([uid, { flags, internalDate, size, descriptor }], i) => ({
    row: {
      key: (first + i) as MessageKey,
      uid,
      flags: flags ?? [],
      date: internalDate ?? descriptor.sent,
      size: size ?? 0,
    },
    descriptor,
  }));
  return { linked, returned, messages };
}
