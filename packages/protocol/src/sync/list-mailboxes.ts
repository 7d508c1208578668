/** Which mailboxes there are: LIST and LSUB into truth. */
import { CommandError } from '../error.ts';
import { list, rlist, rlsub, status } from '../imap/index.ts';
import type { ListedMailbox, SelectedMailbox } from '../imap/types.ts';
import type { Action } from './action.ts';
import type { Change } from './change.ts';
import { mayBeDisplaced } from './displaced.ts';
import type { Displaced } from './displaced.ts';
import type { Lane } from './lane.ts';
import { losing } from './lost.ts';
import { askIds, giveWay, knowById, movedById } from './mailbox-ids.ts';
import type { MailboxIds } from './mailbox-ids.ts';
import type { Mailbox, MailboxKey, MailboxRole, MessageKey } from './model.ts';
import { isMadeUp, newMailbox } from './new-mailbox.ts';
import { mailboxesOf } from './named-in.ts';
import { codeOf, verdictOn } from './outbox.ts';
import { projectMailboxes } from './project-mailboxes.ts';
import { isReferred } from './referral.ts';
import { findRenamed } from './renamed.ts';
import type { Lost } from './renamed.ts';
import { isInbox, isNonExistent, isRemote, rolesOf } from './roles.ts';
import { actionsQuery } from './store.ts';
import type { Truth } from './truth.ts';

/**
 * Brings the list of mailboxes up to date. Mailboxes are known again by their name on the wire, or by their MAILBOXID; one that is gone is
 * removed with its cached mail (its pending uploads stay in the outbox). False: it is to be asked again soon, for one that is gone
 * stays, since something waits to be done with it, or others came or went meanwhile.
 */
export async function listMailboxes(lane: Lane, truth: Truth): Promise<boolean> {
  // One that is added here while the server answers cannot be in its answer, and is not gone for that.
  const before = await truth.mailboxes();
  await lane.compressed();
  const answer = await askList(lane, before);
  const { unique } = answer;
  const unseen = await unlisted(lane, before, new Set(unique.map(({ wireName }) => wireName)));
  const { ids, others } = await askIds(lane, truth, before, unique);
  const { lost, displaced, doubtful } = await findRenamed(
    lane,
    truth,
    before,
    unique,
    new Map([...unseen, ...newNames(unseen, before, ids)]),
  );
  const certain = unique.filter(({ wireName }) => !doubtful.has(wireName));
  const isWhole = await take(truth, { ...answer, unique: certain }, ids, lost, displaced);
  return isWhole && !others && doubtful.size === 0;
}

/**
 * As `listMailboxes`, while other commands on the connection are being answered. False: nothing was taken, since more has to be asked to
 * know what became of mailboxes that are known here, or where there are others.
 */
export async function listBeside(lane: Lane, truth: Truth): Promise<boolean> {
  const before = await truth.mailboxes();
  const { capabilities } = await lane.session();
  const hasIds = before.some(({ name, mailboxId }) => mailboxId !== undefined && !isInbox(name));
  if (hasIds || capabilities.has('MAILBOX-REFERRALS')) return false;
  const answer = await askList(lane, before);
  const listed = new Set(answer.unique.map(({ wireName }) => wireName));
  if (before.some(({ wireName }) => !listed.has(wireName))) return false;
  if (mayBeDisplaced(truth, before, answer.unique)) return false;
  return take(truth, answer, new Map(), new Map(), []);
}

/** What LIST and LSUB told. */
interface Listing {
  readonly unique: readonly ListedMailbox[];
  /** Names on the wire. */
  readonly subscribed: ReadonlySet<string>;
  readonly roles: ReadonlyMap<string, MailboxRole>;
}

async function askList(lane: Lane, before: readonly Mailbox[]): Promise<Listing> {
  const listed = withoutGone(await listAll(lane, before));
  const unique = [...new Map(listed.map((mailbox) => [mailbox.wireName, mailbox])).values()];
  const { capabilities } = await lane.session();
  const told = unique.filter(({ attributes }) => attributes.some(isSubscribed));
  // Where the list says nothing of it, it may be that the server cannot say it there.
  const isTold = told.length > 0 && !capabilities.has('MAILBOX-REFERRALS');
  const subscribed = isTold ? told : await lane.run(rlsub('', '*')).catch(withoutCommandErrors([]));
  return {
    unique: unique.map((each) => ({
      ...each,
      attributes: each.attributes.filter((attribute) => !isSubscribed(attribute)),
    })),
    subscribed: new Set(subscribed.map(({ wireName }) => wireName)),
    roles: rolesOf(listed),
  };
}

function isSubscribed(attribute: string): boolean {
  return attribute.toLowerCase() === '\\subscribed';
}

function take(
  truth: Truth,
  { unique, subscribed, roles }: Listing,
  ids: MailboxIds,
  lost: Lost,
  displaced: readonly Displaced[],
): Promise<boolean> {
  return truth.change(async () => {
    const here = await truth.mailboxes();
    const actions = await truth.store.read(actionsQuery());
    const known = new Map(here.map((mailbox) => [mailbox.wireName, mailbox]));
    const outdone = knowById(known, here, ids);
    knowDisplaced(known, displaced);
    knowWanted(known, here, actions, unique);
    knowRenamed(known, lost);
    knowByRole(known, unique, roles);
    const added = unique.filter(({ wireName }) => !known.has(wireName));
    let key = added.length > 0 ? await truth.store.allocate(added.length) : 0;
    const changes: Change[] = [];
    for (const item of unique) {
      const before = known.get(item.wireName);
      const mailboxId = ids.get(item.wireName) ?? before?.mailboxId;
      const after: Mailbox = {
        ...(before ?? newMailbox(key++ as MailboxKey)),
        name: isInbox(item.name) ? 'INBOX' : item.name,
        wireName: item.wireName,
        ...(mailboxId === undefined ? {} : { mailboxId }),
        delimiter: item.delimiter,
        attributes: item.attributes,
        role: roles.get(item.wireName),
        subscribed: subscribed.has(item.wireName) || isInbox(item.name),
      };
      if (!before || !here.includes(before) || !sameListing(before, after))
        changes.push({ kind: 'mailbox', mailbox: after });
      known.delete(item.wireName);
      if (before && known.get(before.wireName) === before) known.delete(before.wireName);
    }
    for (const { gone, stays } of outdone) changes.push(...(await giveWay(truth, gone, stays)));
    // A mailbox that actions wait for may be one that they are about to make: it stays until they have said.
    const needed = new Set(actions.flatMap(mailboxesOf));
    // Not one whose new name is another one's here already: what waits for it would wait for ever.
    const removed = [...known.values()].filter(
      ({ key, wireName }) => lost.has(wireName) && (!needed.has(key) || lost.get(wireName) !== undefined),
    );
    const keys = new Set<MessageKey>();
    for (const { key } of removed)
      for (const each of (await truth.rows(key)).keys) keys.add(each as MessageKey);
    changes.push(...(await losing(truth, keys, 'no-mailbox')));
    for (const gone of removed) changes.push({ kind: 'mailbox-removed', mailbox: gone.key });
    const waiting = new Set(actions.filter(({ state }) => !('reason' in state)).flatMap(mailboxesOf));
    const stays = [...known.values()].some(
      (each) => lost.has(each.wireName) && !removed.includes(each) && waiting.has(each.key),
    );
    return { changes, result: !stays };
  });
}

/** The name that such a one had is that of a mailbox which is not known yet. */
function knowDisplaced(known: Map<string, Mailbox>, displaced: readonly Displaced[]): void {
  for (const { mailbox, wireName } of displaced) {
    const now = known.get(mailbox.wireName);
    // Told of by the other connection already, it has its name.
    if (now?.key !== mailbox.key || known.has(wireName)) continue;
    known.delete(mailbox.wireName);
    known.set(wireName, now);
  }
}

/** A name that actions of ours have just made, or given to a mailbox, is that mailbox's: it keeps its key and its mail. */
function knowWanted(
  known: Map<string, Mailbox>,
  here: readonly Mailbox[],
  actions: readonly Action[],
  listed: readonly ListedMailbox[],
): void {
  const names = new Set(listed.map(({ wireName }) => wireName));
  const before = new Map(here.map((mailbox) => [mailbox.key, mailbox]));
  const wanted = new Map(
    projectMailboxes(here, actions)
      .filter(({ key }) => !names.has(before.get(key)?.wireName ?? ''))
      .map(({ name, key }) => [name, key]),
  );
  for (const { name, wireName } of listed) {
    const key = known.has(wireName) ? undefined : wanted.get(name);
    if (key !== undefined) known.set(wireName, before.get(key) ?? newMailbox(key));
  }
}

/** What was renamed, as the server says (RFC 2180 §3.4) or as its mail tells, keeps its key and its mail. */
function knowRenamed(known: Map<string, Mailbox>, lost: Lost): void {
  for (const [wireName, after] of lost) {
    const mailbox = known.get(wireName);
    if (mailbox && after !== undefined && !known.has(after)) known.set(after, mailbox);
  }
}

/** One that was made up here for a use turns out to be the one that the server has for it. */
function knowByRole(
  known: Map<string, Mailbox>,
  listed: readonly ListedMailbox[],
  roles: ReadonlyMap<string, MailboxRole>,
): void {
  const names = new Set(listed.map(({ wireName }) => wireName));
  const madeUp = [...known.values()].filter((mailbox) => isMadeUp(mailbox) && !names.has(mailbox.wireName));
  for (const { wireName } of listed) {
    const role = roles.get(wireName);
    const mailbox = role && madeUp.find((each) => each.role === role);
    if (mailbox && !known.has(wireName)) known.set(wireName, mailbox);
  }
}

/**
 * `mailbox` was selected, and by its MAILBOXID the server has another one under its name: the list tells which has which name now.
 * Where nothing has its id any more it is gone, and the one in its place is looked at as one that was numbered anew.
 */
export async function nameAnew(
  lane: Lane,
  truth: Truth,
  { key, wireName }: Mailbox,
  { mailboxId }: Pick<SelectedMailbox, 'mailboxId'>,
): Promise<void> {
  truth.misnamed.add(key);
  await listMailboxes(lane, truth);
  await truth.updateMailbox(key, (now) =>
    now.wireName === wireName && mailboxId !== undefined ? { ...now, mailboxId } : now,
  );
}

/**
 * Whether `mailbox`, as it was selected under its name, is that one, numbered anew, and selected still. Under another UIDVALIDITY it may be
 * one that was given its name: the list tells. Rejects with CommandError where the server will not say for now.
 */
export async function isNumberedAnewHere(
  lane: Lane,
  truth: Truth,
  { key, wireName, sync }: Mailbox,
  { uidValidity }: Pick<SelectedMailbox, 'uidValidity'>,
): Promise<boolean> {
  const { renumbered, undecided } = truth;
  // Under the same one, UIDs alone are others (numbered-anew.ts).
  if (!lane.isHome || uidValidity === sync.uidValidity || renumbered.get(key) === uidValidity) return true;
  const { selection } = lane;
  await listMailboxes(lane, truth);
  if ((await truth.mailbox(key))?.wireName !== wireName) return false;
  if (undecided.has(key)) throw new CommandError('STATUS', 'NO', '', { name: 'UNAVAILABLE' });
  renumbered.set(key, uidValidity);
  return lane.selection === selection;
}

/** Of those that are gone, the names that they have by their ids. */
function newNames(unseen: Lost, before: readonly Mailbox[], ids: MailboxIds): Lost {
  const moved = [...movedById(before, ids)].map(
    ([wireName, mailbox]) => [mailbox.wireName, wireName] as const,
  );
  return new Map(moved.filter(([wireName]) => unseen.has(wireName)));
}

/** Refused, LIST says nothing. */
const refused = withoutCommandErrors<readonly ListedMailbox[]>([]);

/** INBOX is always there (RFC 3501 §5.1), listed or not. */
const INBOX: ListedMailbox = { name: 'INBOX', wireName: 'INBOX', delimiter: null, attributes: [] };

async function listAll(lane: Lane, known: readonly Mailbox[]): Promise<readonly ListedMailbox[]> {
  const { capabilities } = await lane.session();
  const here = await listHere(lane);
  const listed = capabilities.has('MAILBOX-REFERRALS') ? await withRemote(lane, here, known) : here;
  return listed.some(({ name }) => isInbox(name)) ? listed : [INBOX, ...listed];
}

/** Quirks: the extended form is refused (Proton Bridge), or answered with nothing (strato). */
async function listHere(lane: Lane): Promise<readonly ListedMailbox[]> {
  const { capabilities } = await lane.session();
  let listed: readonly ListedMailbox[] = [];
  if (capabilities.has('LIST-EXTENDED') && capabilities.has('SPECIAL-USE'))
    listed = await lane.run(list('', '*', { returnSpecialUse: true, returnSubscribed: true })).catch(refused);
  return listed.length > 0 ? listed : lane.run(list('', '*')).catch(refused);
}

/**
 * A name that does not exist is listed as a level above others only (RFC 5258 §3). Any other is that of a mailbox which went while
 * the server was answering: NOTIFY told so in between (RFC 5465 §5.4).
 */
function withoutGone(listed: readonly ListedMailbox[]): readonly ListedMailbox[] {
  const latest = new Map(listed.map((mailbox) => [mailbox.wireName, mailbox]));
  const [missing, there] = [new Set<string>(), [] as ListedMailbox[]];
  for (const mailbox of latest.values()) {
    if (isNonExistent(mailbox)) missing.add(mailbox.wireName);
    else there.push(mailbox);
  }
  return listed.filter(
    ({ name, wireName, delimiter }) =>
      !missing.has(wireName) ||
      (delimiter !== null && there.some((each) => each.name.startsWith(name + delimiter))),
  );
}

/**
 * With the mailboxes on other servers, to which this one refers (RFC 2193 §5.1): what RLIST tells and LIST does not. What somebody
 * makes here between the two would pass for one of those: so LIST is asked again where RLIST tells what nobody knew.
 */
async function withRemote(
  lane: Lane,
  here: readonly ListedMailbox[],
  known: readonly Mailbox[],
): Promise<readonly ListedMailbox[]> {
  const all = await lane.run(rlist('', '*')).catch(refused);
  const remote = (mailbox: ListedMailbox): ListedMailbox => ({
    ...mailbox,
    attributes: [...mailbox.attributes, '\\Remote'],
  });
  const others = without(all, here);
  if (without(others, known.filter(isRemote)).length === 0) {
    // What NOTIFY tells is gone, while RLIST is answered, was there for LIST.
    const gone = all.filter((mailbox) => isNonExistent(mailbox) && !others.includes(mailbox));
    return [...here, ...gone, ...others.map(remote)];
  }
  const now = await listHere(lane);
  return [...now, ...without(others, now).map(remote)];
}

function without(
  listed: readonly ListedMailbox[],
  those: readonly { readonly wireName: string }[],
): readonly ListedMailbox[] {
  const names = new Set(those.map(({ wireName }) => wireName));
  return listed.filter(({ wireName }) => !names.has(wireName));
}

/**
 * Mailboxes known here that LIST leaves out, and that are really gone: their mail is thrown away only when STATUS is
 * refused too, and not for now alone. A list that was cut short elsewhere must not empty the cache.
 */
async function unlisted(lane: Lane, before: readonly Mailbox[], listed: ReadonlySet<string>): Promise<Lost> {
  const lost = new Map<string, string | undefined>();
  const missing = before.filter(({ wireName }) => !listed.has(wireName));
  await Promise.all(
    missing.map(async ({ wireName }) => {
      try {
        // Of one that cannot be selected, too, the refusal tells the new name.
        await lane.run(status({ wire: wireName }, ['MESSAGES']));
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        if (!isReferred(error) && !isAway(error)) lost.set(wireName, newName(error, listed));
      }
    }),
  );
  return lost;
}

/** The server says that it cannot tell now (RFC 5530 §3), not that there is no such mailbox. */
function isAway(error: CommandError): boolean {
  return codeOf(error) !== 'NEWNAME' && verdictOn(error).verdict === 'later';
}

function newName({ code }: CommandError, listed: ReadonlySet<string>): string | undefined {
  const after = code?.name === 'NEWNAME' && 'after' in code ? String(code.after) : undefined;
  return after !== undefined && listed.has(after) ? after : undefined;
}

function sameListing(a: Mailbox, b: Mailbox): boolean {
  return (
    a.name === b.name &&
    a.delimiter === b.delimiter &&
    a.role === b.role &&
    a.subscribed === b.subscribed &&
    a.mailboxId === b.mailboxId &&
    a.attributes.join(' ') === b.attributes.join(' ')
  );
}

/** Turns a refusal into `instead`. */
export function withoutCommandErrors<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof CommandError) return instead;
    throw error;
  };
}
