import type { Message } from '@postern/mailserver';
import { outgoingQuery } from '@postern/protocol/sync';
import type { Action } from '@postern/protocol/sync';
import { brokenText } from './agreement.ts';
import type { Device } from './device.ts';
import { hasItsFiles, wordsOf } from './draft.ts';
import { Failure } from './failure.ts';
import type { Deed, Entry } from './ledger.ts';
import { numberIn, numberOf } from './letters.ts';
import type { Step } from './steps.ts';
import type { World } from './world.ts';

/** What became of an action: nothing of it is left in the outbox, it is shown with the reason, or its person took it back. */
type Outcome = 'settled' | 'failed' | 'uncertain' | 'withdrawn';
type OutcomeOf = (by: string, action: string | undefined) => Outcome;
/** A message wherever it is. */
interface Copy {
  readonly mailbox: string;
  /** What it may be called in the ledger. */
  readonly names: readonly string[];
  readonly message: Message;
}

/** Throws a Failure if anything was lost, doubled or changed that should not have been. */
export async function judge(world: World): Promise<void> {
  if (world.bugs.length > 0) throw new Failure('a bug was reported', wordsOn(world.bugs[0]));
  const [invalid] = world.servers.flatMap((server) => server.invalid);
  if (invalid) throw new Failure('a command was not valid', invalid);
  const [wrong] = world.wrongs;
  if (wrong) throw new Failure('a message was forgotten', wrong);
  const outcomeOf = await outcomes(world);
  const copies = allCopies(world);
  for (const [number, there] of copies)
    if (!there.every(hasFiles)) throw new Failure('a file was changed', `letter ${number}`);
  for (const each of world.ledger.entries) {
    const entry = withoutWithdrawn(each, outcomeOf);
    const there = copies.get(entry.number) ?? [];
    judgeCount(world, entry, there, outcomeOf);
    judgeRelay(world, entry, outcomeOf);
    judgePlace(world, entry, there, outcomeOf);
    judgeFlags(world, entry, there, outcomeOf);
    judgeUntouched(entry, there, outcomeOf);
  }
  judgeMade(world, outcomeOf);
  for (const device of world.devices) {
    const text = await brokenText(world, device);
    if (text) throw new Failure('a text is not what was written', text);
    const draft = await device.draftHere();
    if (draft ? wordsOf(draft) !== wordsOf(device.draft) : !isSaved(world, device, copies, outcomeOf))
      throw new Failure('a draft was changed', `${device.name}: ${draft ? wordsOf(draft) : 'it is gone'}`);
  }
}

/** It is on the server as it was written last, as far as that is up to us. */
function isSaved(
  world: World,
  { draft }: Device,
  copies: ReadonlyMap<number, readonly Copy[]>,
  outcomeOf: OutcomeOf,
): boolean {
  const number = numberIn(draft.subject) ?? 0;
  const entry = world.ledger.get(number);
  if (draft.editing || entry?.born.how !== 'draft') return false;
  // Whichever action put it there: an earlier one takes along what was written since, and the later may be taken back.
  if ((copies.get(number) ?? []).some((copy) => holds(copy, draft.text))) return true;
  // A version that somebody has moved away, or removed, is not the one that is here.
  const isTaken = entry.deeds.some(({ what }) => what !== 'flag');
  const { by, action } = entry.born;
  const outcome = outcomeOf(by, action);
  if (outcome === 'settled') return isTaken;
  // Its own save was taken back; the one before, which took it along, was not, and then its person removed what is shown of it.
  const since = entry.deeds.slice(entry.toEarlier ?? 0);
  return outcome === 'withdrawn' && since.some((deed) => deed.what === 'expunge' && deed.by === by);
}

function holds(copy: Copy, text: string): boolean {
  return textOf(copy).includes(text);
}

function hasFiles(copy: Copy): boolean {
  return hasItsFiles(textOf(copy));
}

function textOf({ message: { content } }: Copy): string {
  return Buffer.from(content.read(0, content.size)).toString('latin1');
}

/** Actions that are neither settled nor shown as failed, in words. */
export async function unsettled(world: World): Promise<string | undefined> {
  for (const device of world.devices) {
    const open = (await device.actions()).find(({ state }) => !('reason' in state));
    if (open) return `${open.kind} ${open.id} on ${device.name} is ${open.state.name}`;
  }
  return undefined;
}

async function outcomes(world: World): Promise<OutcomeOf> {
  const left = new Map<string, Action>();
  for (const device of world.devices) {
    for (const action of await device.actions()) {
      left.set(`${device.name} ${action.id}`, action);
      for (const id of outgoingOf(action)) {
        if (!(await device.disk.read(outgoingQuery(id))))
          throw new Failure('unsent mail was lost', `${id} of ${action.kind} on ${device.name}`);
      }
    }
  }
  return (by, action) => {
    const dropped = world.ledger.dropped(by, action);
    if (dropped) return dropped;
    const state = left.get(`${by} ${action}`)?.state;
    if (!state) return 'settled';
    return state.name === 'uncertain' ? 'uncertain' : 'failed';
  };
}

/** Rows of octets that it still needs. */
function outgoingOf(action: Action): readonly string[] {
  if (action.kind === 'send' || action.kind === 'upload') return [action.id];
  if (action.kind !== 'import') return [];
  return action.files.flatMap(({ state, outgoing }) => (state === 'done' ? [] : [outgoing]));
}

/** What was taken back before it was begun was never done: nor did one of its copies go. */
function withoutWithdrawn(entry: Entry, outcomeOf: OutcomeOf): Entry {
  const done = entry.deeds.filter(
    (deed) => !('action' in deed) || outcomeOf(deed.by, deed.action) !== 'withdrawn',
  );
  const copied = done.some(({ what }) => what === 'copy');
  const deeds = done.filter((deed) => copied || deed.what !== 'expunge' || !deed.ofSeveral);
  const earlier = entry.deeds.slice(0, entry.toEarlier ?? 0);
  return { ...entry, deeds, toEarlier: deeds.filter((deed) => earlier.includes(deed)).length };
}

function allCopies(world: World): Map<number, Copy[]> {
  const all = new Map<number, Copy[]>();
  for (const server of world.servers) {
    for (const { name, messages } of server.inOrder()) {
      const names = world.labelsOf(server, name);
      for (const message of messages) {
        const number = numberOf(message.content);
        all.set(number, [...(all.get(number) ?? []), { mailbox: names[0]!, names, message }]);
      }
    }
  }
  return all;
}

/** How often the message may be there, given what was done to it. */
function bounds(world: World, entry: Entry, outcomeOf: OutcomeOf): Bounds {
  const { least, most } = boundsOfOne(world, entry, outcomeOf);
  const made = entry.deeds.filter(({ what }) => what === 'copy');
  const copies = made.length;
  if (copies === 0) return { least, most };
  const settled = (deed: Deed): boolean =>
    !('action' in deed) || outcomeOf(deed.by, deed.action) === 'settled';
  const sure =
    entry.born.how === 'delivered' &&
    entry.deeds.every((deed) => (deed.what === 'copy' || deed.what === 'flag') && settled(deed));
  // Taken away before the receipt came: it was looked for, not found, and made again.
  const taken = entry.deeds.some(({ what }) => what === 'move' || what === 'expunge');
  const again = taken ? made.filter(({ by }) => by !== 'other').length : 0;
  return { least: sure ? 1 + certainCopies(world, made) : least, most: (most || 1) + copies + again };
}

/**
 * Of several that copy it into one mailbox, one whose command was refused for a while, or its receipt lost, finds another's copy when it
 * looks for its own: they are just alike, and came since. Where mailboxes are renamed, two targets may be one.
 */
function certainCopies({ history }: World, made: readonly Deed[]): number {
  const isCertain = !history.steps.some(({ kind }) => RENAMING.has(kind));
  const byTarget = new Map<string, Map<string, number>>();
  for (const deed of made) {
    if (deed.what !== 'copy' || deed.perhaps) continue;
    const target = isCertain ? deed.to : '';
    const makers = byTarget.get(target) ?? new Map<string, number>();
    byTarget.set(target, makers.set(deed.by, (makers.get(deed.by) ?? 0) + 1));
  }
  return [...byTarget.values()].reduce((sum, makers) => sum + Math.max(...makers.values()), 0);
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * Moves are one command there, done or not (RFC 6851 §3.3): nobody comes in between. But a server that copies what has gone for whoever
 * has not heard of it (RFC 2180 §4.4.2) moves it once more for each of them.
 */
function movesAtOnce({ servers }: World): boolean {
  return (
    servers.length === 1 &&
    servers.every((server) => server.has('MOVE') && server.profile.multiAccess?.copy !== 'ghost')
  );
}

/** What a device asked for may have been done without its hearing of it. */
const LOSING: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'cut',
  'lose-receipt',
  'slow',
  'offline',
  'kill',
  'restart',
  'fill',
]);

function mayLoseReceipts({ history }: World): boolean {
  return history.steps.some(({ kind }) => LOSING.has(kind));
}

function filesSent({ servers }: World): boolean {
  return servers.some(({ profile }) => profile.traits?.includes('files-sent'));
}

/** As if it had never been copied. */
function boundsOfOne(world: World, entry: Entry, outcomeOf: OutcomeOf): Bounds {
  const { born, deeds } = entry;
  if (born.how === 'draft') return boundsOfDraft(world, born, entry, outcomeOf);
  const placing = deeds.filter(({ what }) => what !== 'flag' && what !== 'copy');
  const actors = new Set(placing.filter(({ what }) => what !== 'renumbered').map(({ by }) => by));
  const moves = deeds.filter((deed) => deed.what === 'move');
  const isOpen = (deed: Deed): boolean => 'action' in deed && outcomeOf(deed.by, deed.action) !== 'settled';
  // COPY and expunge are two commands.
  const inTwo = movesAtOnce(world) ? [] : moves.filter(({ by }) => by !== 'other');
  const failed = placing.some(isOpen);
  const hadFailed = (deed: Deed): boolean =>
    deed.what === 'move' && inTwo.includes(deed) && world.ledger.wasRetried(deed.by, deed.action);
  const removed = placing.some(({ what }) => what === 'expunge' || what === 'deleted');
  let least = removed ? 0 : 1;
  let most = 1;
  if (born.how !== 'delivered') {
    if (outcomeOf(born.by, born.action) === 'withdrawn') return { least: 0, most: 0 };
    if (outcomeOf(born.by, born.action) !== 'settled') least = 0;
    // Somebody took it away before the receipt came, or what the server had filed by itself: it was looked for, not found, and put there.
    const isUnheard = mayLoseReceipts(world) || (born.how === 'send' && filesSent(world));
    if (isUnheard && [...actors].some((actor) => actor !== born.by)) most++;
  }
  // Whoever comes in between makes two of one.
  if (actors.size > 1) most += inTwo.length;
  // A move that failed half way shows as failed, and its copy is there.
  most += inTwo.filter(isOpen).length;
  // UIDs that are void by the time of the expunge leave the message where it was, too.
  if (placing.some(({ what }) => what === 'renumbered')) most += inTwo.length;
  const away = moves.some((deed) => deed.away);
  const alone = actors.size === 1 || moves.length === 0;
  // It stood in both mailboxes, and the one that was to go was taken away by hand: the other is all there is.
  const byHand = placing.some(({ what }, i) => what === 'expunge' && placing.slice(0, i).some(hadFailed));
  if (removed && !failed && !away && alone && most === 1 && !byHand) most = 0;
  return { least, most };
}

/**
 * One version of it, at most; one more for each that somebody did something to, which is then not replaced, and for each whose save
 * failed, perhaps half way, and was let go of by its person.
 */
function boundsOfDraft(
  { ledger, history }: World,
  { by, action }: { readonly by: string; readonly action: string },
  { deeds, saves = [] }: Entry,
  outcomeOf: OutcomeOf,
): Bounds {
  const saved = action !== '' && outcomeOf(by, action) === 'settled';
  const isTaken = deeds.some(({ what }) => what !== 'flag');
  // A mailbox that its person deletes as somebody else renames it stays under its new name, with the version in it, as another one.
  const happens = (kind: Step['kind']): boolean => history.steps.some((step) => step.kind === kind);
  const survives = happens('end-mailbox') && (happens('rename') || happens('name-mailbox')) ? 1 : 0;
  const dropped = saves.filter((each) => ledger.dropped(by, each) === 'failed').length;
  return { least: saved && !isTaken ? 1 : 0, most: (saved ? 1 : 2) + deeds.length + dropped + survives };
}

/**
 * Without UIDPLUS there is a moment between SEARCH DELETED and EXPUNGE, in which another program may mark a message, or a device may
 * put a copy there of one that is marked. No client can help that (RFC 4549 §4.2.4).
 */
function mayBeTaken({ ledger, servers }: World, { number }: Entry): boolean {
  return servers.some((server) => !server.has('UIDPLUS')) && ledger.wasExposed(number);
}

function judgeCount(world: World, entry: Entry, copies: readonly Copy[], outcomeOf: OutcomeOf): void {
  const { least: sure, most } = bounds(world, entry, outcomeOf);
  const least = mayBeTaken(world, entry) ? 0 : sure;
  const what = `letter ${entry.number} (${entry.born.how})`;
  const where = copies.map(({ mailbox, message }) => `${mailbox} UID ${message.uid}`).join(', ') || 'nowhere';
  const told = `${what} is ${where}; done to it: ${words(entry.deeds, outcomeOf)}`;
  if (copies.length < least) throw new Failure('a message was lost', told);
  if (copies.length > most)
    throw new Failure(most === 0 ? 'a message came back' : 'a message was doubled', told);
}

/** What was sent was received once, or the person was asked. */
function judgeRelay(world: World, { number, born }: Entry, outcomeOf: OutcomeOf): void {
  if (born.how !== 'send') return;
  const relayed = world.servers.flatMap((server) => server.relayed);
  const times = relayed.filter(({ content }) =>
    Buffer.from(content).toString('latin1').includes(`letter ${number} of all`),
  ).length;
  const outcome = outcomeOf(born.by, born.action);
  const told = `letter ${number} went out ${times} times; its action is ${outcome}`;
  if (times > 1) throw new Failure('a message was sent twice', told);
  if (times > 0 && outcome === 'withdrawn')
    throw new Failure('a message was sent though it was taken back', told);
  if (times === 0 && outcome === 'settled') throw new Failure('a message was not sent', told);
}

/** After them nobody can tell a mailbox by its name. */
const RENAMING: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'rename',
  'delete',
  'name-mailbox',
  'end-mailbox',
]);

/** A mailbox that was made is there. */
function judgeMade(world: World, outcomeOf: OutcomeOf): void {
  if (world.history.steps.some(({ kind }) => RENAMING.has(kind))) return;
  for (const { by, action, name } of world.ledger.made) {
    const isMade = world.servers.some(({ account }) => account.find(name));
    if (outcomeOf(by, action) === 'settled' && !isMade)
      throw new Failure('a mailbox was not made', `${name} by ${by} (action ${action}, settled)`);
  }
}

/** What only one device moved, and nothing went wrong with, is where it was moved to. */
function judgePlace(world: World, entry: Entry, copies: readonly Copy[], outcomeOf: OutcomeOf): void {
  const { deeds, number, born } = entry;
  if (world.history.steps.some(({ kind }) => RENAMING.has(kind))) return;
  const placing = deeds.filter(({ what }) => what !== 'flag');
  if (placing.some(({ what }) => what === 'copy')) return;
  // How often it is there was judged: what is shown twice for a moment may be removed as the one, and moved as the other.
  if (copies.length === 0) return;
  // A version that somebody else has moved is not where the writer's next one is put.
  if (born.how === 'draft' && placing.some(({ by }) => by !== born.by)) return;
  const last = placing.at(-1);
  if (last?.what !== 'move' || new Set(placing.map(({ by }) => by)).size !== 1) return;
  const all = placing.every((deed) => 'action' in deed && outcomeOf(deed.by, deed.action) === 'settled');
  if (!all && last.by !== 'other') return;
  if (copies.some(({ names }) => names.includes(last.to))) return;
  const where = copies.map(({ mailbox }) => mailbox).join(', ');
  throw new Failure(
    'a message is not where it was moved',
    `letter ${number} is in ${where}, not in ${last.to}`,
  );
}

/**
 * A flag that only one of all touched is what that one wanted last. What is there although it was removed was put there anew, as
 * an upload whose receipt was lost or as another version of a draft: as it was made, not as the one before was marked. And no
 * version of a draft is marked \Deleted because the one before was; nor a copy that was made while we had to clear the mark, for
 * an EXPUNGE without UIDPLUS. A version that was moved keeps its marks, and is not replaced: what is written next is another message.
 */
function judgeFlags(world: World, entry: Entry, copies: readonly Copy[], outcomeOf: OutcomeOf): void {
  const [only] = copies;
  if (!only || copies.length > 1) return;
  const { deeds, born } = entry;
  const draft = born.how === 'draft';
  const isExact = world.servers.every((server) => server.has('UIDPLUS'));
  const removed = deeds.findLastIndex(({ what }) => what === 'expunge' || what === 'deleted');
  const left = deeds.slice(0, entry.toEarlier ?? 0).findLastIndex(({ what }) => what === 'move');
  const changes = deeds.slice(Math.max(removed, left) + 1).filter((deed) => deed.what === 'flag');
  const placed = deeds.filter(({ what }) => what !== 'flag');
  // Which of several was marked nobody tells once only one of them is left.
  if (placed.some(({ what }) => what === 'copy')) return;
  for (const flag of new Set(changes.map((deed) => deed.flag))) {
    if (flag === '\\Deleted' && (draft || (placed.length > 0 && !isExact))) continue;
    const touching = changes.filter((deed) => deed.flag === flag);
    const retried = touching.some(
      (deed) => 'action' in deed && world.ledger.wasRetried(deed.by, deed.action),
    );
    // Tried again before or behind another wish that was still to be done: either may be the last.
    if (retried && new Set(touching.map(({ add }) => add)).size > 1) continue;
    const [{ by } = { by: '' }] = touching;
    // A device cannot know that the version that it marks has just been replaced by another device's.
    if (born.how === 'draft' && by !== 'other' && by !== born.by) continue;
    // What another program marks at once is marked wherever it is moved to in one command, or had been.
    const follows = by === 'other' && born.how === 'delivered' && movesAtOnce(world);
    // Of two that mark it, or one that marks and one that moves it, nobody knows who was the last: a store has no time in it.
    if ((follows ? touching : [...touching, ...placed]).some((deed) => deed.by !== by)) continue;
    const involved = [...touching, ...placed].filter((deed) => 'action' in deed);
    if (involved.some((deed) => outcomeOf(deed.by, 'action' in deed ? deed.action : '') !== 'settled'))
      continue;
    if (only.message.flags.has(flag) === touching.at(-1)!.add) continue;
    throw new Failure(
      'a flag is not what was wanted',
      `letter ${entry.number} in ${only.mailbox} has (${[...only.message.flags].join(' ')}); done to it: ${words(entry.deeds, outcomeOf)}`,
    );
  }
}

const MARKS = ['\\Seen', '\\Flagged', '$Label1', '$Forwarded'];

/** A flag that nobody touched is what it was, on each of them. What is sent is filed by whom it may concern. */
function judgeUntouched(entry: Entry, copies: readonly Copy[], outcomeOf: OutcomeOf): void {
  const { born, deeds, flags, number } = entry;
  if (born.how === 'draft' || born.how === 'send') return;
  const touched = new Set(deeds.flatMap((deed) => (deed.what === 'flag' ? [deed.flag] : [])));
  for (const { mailbox, message } of copies) {
    const wrong = MARKS.filter(
      (flag) => !touched.has(flag) && message.flags.has(flag) !== flags.includes(flag),
    );
    if (wrong.length === 0) continue;
    throw new Failure(
      'a flag was changed that nobody touched',
      `letter ${number} in ${mailbox} has (${[...message.flags].join(' ')}) and had (${flags.join(' ')}); done to it: ${words(deeds, outcomeOf)}`,
    );
  }
}

function words(deeds: readonly Deed[], outcomeOf: OutcomeOf): string {
  const each = deeds.map((deed) => {
    const how = deed.what === 'flag' ? ` ${deed.add ? '+' : '-'}${deed.flag}` : '';
    const to = 'to' in deed ? ` to ${deed.to}` : '';
    const outcome = 'action' in deed ? ` (action ${deed.action}, ${outcomeOf(deed.by, deed.action)})` : '';
    return `${deed.by} ${deed.what}${how}${to}${outcome}`;
  });
  return each.join(', ') || 'nothing';
}

function wordsOn(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? String(bug)) : String(bug);
}
