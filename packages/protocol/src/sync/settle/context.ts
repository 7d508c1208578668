/** What carrying out an action needs, and the two lookups that every action shares. */
import { decodeText, encodeModifiedUtf7, encodeText } from '../../bytes/index.ts';
import { CommandError } from '../../error.ts';
import { create, list, setMetadata, status, subscribe, uidFetch } from '../../imap/index.ts';
import type { FetchedMessage, SelectedMailbox, Uid } from '../../imap/types.ts';
import type { MailboxName, SearchKey } from '../../imap/index.ts';
import type { Clock, Randomness, Transport } from '../../port.ts';
import type { Action, FailureReason, Noted, Refusal } from '../action.ts';
import type { Doubts } from '../doubts.ts';
import type { Lane } from '../lane.ts';
import { listMailboxes } from '../list-mailboxes.ts';
import type { Mailbox, MailboxKey, MailboxRole } from '../model.ts';
import { codeOf } from '../outbox.ts';
import { isMadeUp } from '../new-mailbox.ts';
import type { OtherAccounts } from '../other-accounts.ts';
import { LAST_UID } from '../plan.ts';
import { useOf } from '../roles.ts';
import { runFirstInSteps, runInSteps, searchInSteps } from '../steps.ts';
import { isReferred } from '../referral.ts';
import type { Servers } from '../servers.ts';
import { actionsQuery } from '../store.ts';
import type { Located, Truth } from '../truth.ts';
import { belowPrefix } from './below-prefix.ts';
import { isCalled } from './listed.ts';

export interface Settling {
  /** To the server where the mailbox at hand lives; the home server, where there is none in particular. */
  readonly lane: Lane;
  readonly servers: Servers;
  readonly accounts: OtherAccounts;
  readonly truth: Truth;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly doubts: Doubts;
  /** Opens a submission connection that is signed in. */
  connectSubmission(): Promise<Transport>;
  /** The mailbox has changed by our own doing: its truth is to be fetched. */
  stale(mailbox: MailboxKey): void;
}

/** The action cannot be carried out, ever: it is shown with the reason. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: FailureReason;
  readonly words: string;
  readonly uncertain: boolean;
  readonly refusals: readonly Refusal[];
  constructor(reason: FailureReason, words = '', uncertain = false, refusals: readonly Refusal[] = []) {
    super(reason);
    this.reason = reason;
    this.words = words;
    this.uncertain = uncertain;
    this.refusals = refusals;
  }
}

/**
 * Does something with a mailbox on the server where it lives, which may turn out to be another one: then it is done again there
 * (RFC 2193).
 */
export function at<T>(
  settling: Settling,
  mailbox: Mailbox,
  job: (there: Settling) => Promise<T>,
): Promise<T> {
  return settling.servers.at(mailbox, (lane) => job({ ...settling, lane }));
}

export async function mailboxFor({ servers, truth }: Settling, key: MailboxKey): Promise<Mailbox> {
  let mailbox = await truth.mailbox(key);
  // Before one is made on the server, it is asked whether it has one for that use under another name.
  if (mailbox && isMadeUp(mailbox)) {
    await listMailboxes(servers.home, truth);
    mailbox = await truth.mailbox(key);
    if (mailbox && isMadeUp(mailbox)) mailbox = await whereItBelongs(servers.home, truth, mailbox);
  }
  if (!mailbox) throw new Refused('no-mailbox');
  return mailbox;
}

/** One that is made up, under the name that the server will take it by. */
async function whereItBelongs(lane: Lane, truth: Truth, mailbox: Mailbox): Promise<Mailbox | undefined> {
  const name = await belowPrefix(lane, mailbox.name);
  if (name === undefined) return mailbox;
  const wireName = encodeModifiedUtf7(name);
  await truth.updateMailbox(mailbox.key, (now) => (isMadeUp(now) ? { ...now, name, wireName } : now));
  return truth.mailbox(mailbox.key);
}

/** The server has not said yet under which UID a message arrived where it was moved: the action has to wait for that. */
export class NotYet extends Error {
  override readonly name: string = 'NotYet';
}

/** What was asked for on a connection that is lost may still be carried out. */
export class TooSoon extends NotYet {
  override readonly name = 'TooSoon';
  /** Milliseconds since 1970. */
  readonly until: number;
  constructor(until: number) {
    super();
    this.until = until;
  }
}

/** What was expunged is still there, time and again. It is tried again for a while; then the person is told. */
export class StillThere extends NotYet {
  override readonly name = 'StillThere';
}

export async function needUids(settling: Settling, rows: readonly Located[]): Promise<void> {
  const waiting = rows.filter(({ uid }) => uid === 0);
  if (waiting.length === 0) return;
  // One that cannot be selected (any more) will never say. One that is selected may have gone, or have another name, since.
  for (const home of new Set(waiting.map((row) => row.home)))
    await at(settling, home, ({ lane }) => lane.select(home, { again: true }));
  for (const { mailbox } of waiting) settling.stale(mailbox);
  throw new NotYet();
}

/**
 * Where a mailbox's next message would go: noted before anything is put into it, to look there afterwards. A mailbox
 * that will not say (it may not exist yet) is looked through from its first message; one that was renamed is asked by its new name.
 */
export async function note({ lane, truth }: Settling, mailbox: Mailbox): Promise<Noted> {
  try {
    const answer = await lane.run(status(lane.nameOf(mailbox), ['UIDNEXT', 'UIDVALIDITY']));
    const newest = Math.max(...(await truth.mailboxes()).map(({ key }) => key)) as MailboxKey;
    return { uidValidity: answer?.uidValidity ?? 0, uidNext: answer?.uidNext ?? 1, newest };
  } catch (error) {
    if (!(error instanceof CommandError) || isReferred(error) || codeOf(error) === 'NEWNAME') throw error;
    return { uidValidity: 0, uidNext: 1 };
  }
}

/**
 * As `note`, before an action begins: rejects with NotYet where the mailbox was renamed, and another may have its name. Looked through
 * from its first message, it has older copies that would be taken for what was never put there; so of one that is there, and does not
 * say, it is what is known. May select another mailbox.
 */
export async function noteBefore(settling: Settling, mailbox: Mailbox): Promise<Noted> {
  const noted = await note(settling, mailbox);
  const known = mailbox.sync.uidValidity;
  if (known === 0 || noted.uidValidity === known) return noted;
  if (noted.uidValidity !== 0) {
    await settling.lane.select(mailbox, { again: true });
    const now = await settling.truth.mailbox(mailbox.key);
    if (now?.wireName !== mailbox.wireName || now.sync.uidValidity !== known) throw new NotYet();
    // STATUS and SELECT contradict each other, and would for ever.
    return noted;
  }
  await unlessRenamed(settling, mailbox, mailbox.sync);
  const { uidValidity, uidNext } = (await settling.truth.mailbox(mailbox.key))?.sync ?? noted;
  return { ...noted, uidValidity, uidNext };
}

/**
 * The UIDs at or above `from` in the selected mailbox whose Message-ID is `messageId`. Some servers refuse to search
 * headers, now and then or always; then the envelopes tell. An unanswered question must not pass for "it is not there".
 */
export async function findByMessageId(lane: Lane, messageId: string, from: number): Promise<Uid[]> {
  try {
    const search: SearchKey = { key: 'HEADER', field: 'Message-ID', text: messageId };
    const found = await searchInSteps(lane, [[from, LAST_UID]], search);
    return found.filter((uid) => uid >= from);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const candidates = await fetchSince(lane, from);
    return candidates.flatMap(({ uid, envelope }) =>
      uid !== undefined && envelope?.messageId?.includes(messageId) ? [uid] : [],
    );
  }
}

/** Newest messages of Sent among which a copy that the server filed just now has to be. */
export const FILED_LATELY = 50;
const ORIGINAL_ID = 'X-Microsoft-Original-Message-ID';

/**
 * Whether the selected mailbox has the copy of a sent message, which the server may have filed itself (Gmail, Coremail,
 * Exchange). Quirk: Exchange gives what is submitted another Message-ID, and keeps ours in a field of its own; that field no
 * server has an index of, so it is looked for in the newest messages only.
 */
export async function isFiled(
  lane: Lane,
  messageId: string,
  from: number,
  { uidNext }: Pick<SelectedMailbox, 'uidNext'>,
): Promise<boolean> {
  const lately = Math.max(from, (uidNext ?? 1) - FILED_LATELY);
  const search: SearchKey = { key: 'HEADER', field: ORIGINAL_ID, text: messageId };
  // In one flight, where answers say which search they are of.
  const [byId, byOriginalId] = await Promise.all([
    findByMessageId(lane, messageId, from),
    searchInSteps(lane, [[lately, LAST_UID]], search).catch(unlessRefused([])),
  ]);
  if (byId.length > 0) return true;
  const found = byOriginalId.filter((uid) => uid >= lately).slice(-FILED_LATELY);
  return found.length > 0 && hasOriginalId(lane, found, messageId).catch(unlessRefused(false));
}

function unlessRefused<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof CommandError) return answer;
    throw error;
  };
}

/** Of a field that few servers know, SEARCH alone is not believed. */
async function hasOriginalId(lane: Lane, uids: readonly Uid[], messageId: string): Promise<boolean> {
  let found = false;
  lane.onFetch = ({ sections = [] }) => {
    for (const { data } of sections) found ||= data !== null && decodeText(data).includes(messageId);
  };
  try {
    await runInSteps(lane, uids, (some) =>
      uidFetch(some, [{ section: 'HEADER.FIELDS', fields: [ORIGINAL_ID] }]),
    );
  } finally {
    lane.onFetch = undefined;
  }
  return found;
}

/**
 * Whether SELECT was refused because there is no such mailbox (yet). One that is there and refused may hold what is looked for:
 * then nobody knows.
 */
export async function isMissing(lane: Lane, mailbox: Mailbox, refusal: unknown): Promise<boolean> {
  if (!(refusal instanceof CommandError) || refusal.status !== 'NO' || isReferred(refusal)) return false;
  if (codeOf(refusal) === 'NONEXISTENT') return true;
  const name = lane.nameOf(mailbox);
  const listed = await lane.run(list('', '*'));
  return !listed.some((each) => isCalled(each, name));
}

/**
 * A mailbox that was there when something was begun, and is not any more under that name, may have been renamed with what was put
 * into it: rejects with NotYet when that is so, and its new name is known.
 */
export async function unlessRenamed(
  { servers, truth }: Settling,
  mailbox: Mailbox,
  noted: { readonly uidValidity: number } | undefined,
): Promise<void> {
  if (!noted || noted.uidValidity === 0) return;
  await listMailboxes(servers.home, truth);
  const now = await truth.mailbox(mailbox.key);
  if (now && (now.wireName !== mailbox.wireName || truth.undecided.has(now.key))) throw new NotYet();
}

/** The messages of the selected mailbox from UID `since` on, with what tells one from another. */
export async function fetchSince(lane: Lane, since: number): Promise<FetchedMessage[]> {
  const found: FetchedMessage[] = [];
  lane.onFetch = (message) => {
    if (message.uid !== undefined && message.uid >= since && message.size !== undefined) found.push(message);
  };
  try {
    await runFirstInSteps(lane, [[since, LAST_UID]], (uids) =>
      uidFetch(uids, ['INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE']),
    );
  } finally {
    lane.onFetch = undefined;
  }
  return found;
}

/** Subscribing makes a mailbox show up in other programs; a server that refuses it has made the mailbox all the same. */
export async function subscribed(lane: Lane, name: MailboxName): Promise<void> {
  await lane.run(subscribe(name)).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
  });
}

/**
 * CREATE for a `role` (RFC 6154 §3). Where the server makes none for that, what it is for is said afterwards, in the annotation that
 * other programs read it from (§5.4), if the server has annotations: it is made all the same where that is refused.
 */
export async function make(lane: Lane, name: MailboxName, role: MailboxRole | undefined): Promise<void> {
  const use = useOf(role);
  const { capabilities } = await lane.session();
  if (capabilities.has('CREATE-SPECIAL-USE')) {
    const refused = await lane.run(create(name, use)).then(() => undefined, unlessOfUse);
    if (!refused) return;
  }
  await lane.run(create(name));
  if (use.length === 0 || !capabilities.has('METADATA')) return;
  const entry = new Map([['/private/specialuse', encodeText(use.join(' '))]]);
  await lane.run(setMetadata(name, entry)).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
  });
}

function unlessOfUse(error: unknown): CommandError {
  if (error instanceof CommandError && codeOf(error) === 'USEATTR') return error;
  throw error;
}

/**
 * Runs a command that needs `mailbox` to exist; on [TRYCREATE] (RFC 3501 §7.1) makes it, and rejects with NotYet: the action begins
 * anew. One that was there, and goes by another name now, is not made a second time. Where the server says nothing of what was
 * made, the command is run again at once.
 */
export async function withTryCreate<R>(
  settling: Settling,
  mailbox: Mailbox,
  run: () => Promise<R>,
): Promise<R> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CommandError) || codeOf(error) !== 'TRYCREATE') throw error;
    const { lane, servers } = settling;
    const { selected } = servers.home;
    await unlessRenamed(settling, mailbox, mailbox.sync);
    await make(lane, lane.nameOf(mailbox), mailbox.role);
    await subscribed(lane, lane.nameOf(mailbox));
    // What was noted of a mailbox of that name would not find what is put into this one. And looking for it under another name
    // selects others: UIDs would be taken for theirs.
    const { uidValidity } = await note(settling, mailbox);
    if (uidValidity !== 0 || servers.home.selected !== selected) throw new NotYet();
    return run();
  }
}

/** The person took the action back before it began. */
export class Withdrawn extends Error {
  override readonly name = 'Withdrawn';
}

/** Commits the action as being carried out: from here on it is checked before it is done again. */
export async function begin<A extends Action>(
  settling: Settling,
  action: A,
  fields: Partial<A> = {},
): Promise<A> {
  const { truth, doubts } = settling;
  doubts.begun(action.id);
  const newestOf = async (): Promise<Action> => {
    const newest = (await truth.store.read(actionsQuery())).find(({ id }) => id === action.id);
    if (!newest) throw new Withdrawn();
    return newest;
  };
  const begun = await truth.change(async () => {
    // What became of it since it was read is kept.
    const newest = await newestOf();
    const running = { ...newest, ...fields, state: { name: 'running' } } as A;
    return { changes: [{ kind: 'action', action: running, onlyIfThere: true }], result: running };
  });
  // Another tab may have been quicker.
  await newestOf();
  return begun;
}
