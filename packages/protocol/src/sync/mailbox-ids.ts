/**
 * Mailboxes known again by their MAILBOXID (RFC 8474 §4), which stays when somebody renames them: also those that were empty, were
 * never looked into, were numbered anew at the same time, or whose name another mailbox has taken.
 */
import { CommandError } from '../error.ts';
import { list, status } from '../imap/index.ts';
import type { ListedWithStatus } from '../imap/index.ts';
import type { ListedMailbox } from '../imap/types.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import { losing } from './lost.ts';
import type { Mailbox, MessageKey } from './model.ts';
import { withMailbox } from './named-in.ts';
import { isInbox, isRemote, isSelectable } from './roles.ts';
import { actionsQuery } from './store.ts';
import type { Truth } from './truth.ts';

/** What the server says of its mailboxes, by wire name; of those that were asked about. */
export type MailboxIds = ReadonlyMap<string, string>;

export interface AskedIds {
  readonly ids: MailboxIds;
  /** With them it was told that a mailbox came or went since they were listed. */
  readonly others: boolean;
}

/** Names that were never heard of, more than which are hardly renamed mailboxes. */
const MOST_STRANGE = 50;

/**
 * The ids of names that were never heard of; and of all, where one that is known by its id has another name, or may have: it is gone, or
 * its name is another's. None where there is nobody to be known again, as when mailboxes are listed for the first time.
 */
export async function askIds(
  lane: Lane,
  truth: Truth,
  before: readonly Mailbox[],
  listed: readonly ListedMailbox[],
): Promise<AskedIds> {
  const asked = await idsWanted(lane, truth, before, listed);
  truth.misnamed.settle(movedById(before, asked.ids).size > 0);
  return asked;
}

async function idsWanted(
  lane: Lane,
  truth: Truth,
  before: readonly Mailbox[],
  listed: readonly ListedMailbox[],
): Promise<AskedIds> {
  const { capabilities } = await lane.session();
  const alone = (ids: MailboxIds): AskedIds => ({ ids, others: false });
  const known = before.filter((mailbox) => mailbox.mailboxId !== undefined && !isRemote(mailbox));
  const there = new Set(listed.map(({ wireName }) => wireName));
  const doubted = known.some(({ key, wireName }) => truth.misnamed.has(key) || !there.has(wireName));
  const isOffered = capabilities.has('OBJECTID') && truth.misnamed.isBelieved;
  if (!isOffered || known.every(({ name }) => isInbox(name))) return alone(new Map());
  const here = listed.filter((mailbox) => isSelectable(mailbox) && !isRemote(mailbox));
  const names = new Set(before.map(({ wireName }) => wireName));
  const strange = here.filter(({ wireName }) => !names.has(wireName));
  if (!doubted) {
    const ids = await eachId(lane, strange.length > MOST_STRANGE ? [] : strange);
    const told = new Set(ids.values());
    if (!known.some(({ mailboxId = '' }) => told.has(mailboxId))) return alone(ids);
  }
  if (!capabilities.has('LIST-STATUS')) return alone(await eachId(lane, here));
  const told = await listIds(lane);
  const ids = idsIn(told);
  const silent = here.filter(({ wireName }) => !ids.has(wireName));
  return { ids: new Map([...ids, ...(await eachId(lane, silent))]), others: tellsOthers(told, listed) };
}

/** What NOTIFY tells in the middle of the answer is taken for a part of it (RFC 5465 §5.4). */
function tellsOthers(told: readonly ListedMailbox[], listed: readonly ListedMailbox[]): boolean {
  const there = new Set(listed.filter(isSelectable).map(({ wireName }) => wireName));
  return told.some((mailbox) => isSelectable(mailbox) !== there.has(mailbox.wireName));
}

/**
 * MAILBOXID is asked for alone, and not with the counts. Quirk: asked for with other items, Cyrus 3.6 says what its memory holds by then.
 */
async function listIds(lane: Lane): Promise<readonly ListedWithStatus[]> {
  return (await lane.run(list('', '*', { returnStatus: ['MAILBOXID'] })).catch(unlessRefused)) ?? [];
}

function idsIn(listed: readonly ListedWithStatus[]): MailboxIds {
  return new Map(
    listed.flatMap(({ wireName, status: answer }) =>
      answer?.mailboxId === undefined ? [] : [[wireName, answer.mailboxId] as const],
    ),
  );
}

async function eachId(lane: Lane, mailboxes: readonly ListedMailbox[]): Promise<MailboxIds> {
  const ids = new Map<string, string>();
  await Promise.all(
    mailboxes.map(async ({ wireName }) => {
      const answer = await lane.run(status({ wire: wireName }, ['MAILBOXID'])).catch(unlessRefused);
      if (answer?.wireName === wireName && answer.mailboxId !== undefined)
        ids.set(wireName, answer.mailboxId);
    }),
  );
  return ids;
}

/** Mailboxes that have another name than they are known by, by that name. One that is listed twice has none. */
export function movedById(here: readonly Mailbox[], ids: MailboxIds): ReadonlyMap<string, Mailbox> {
  const names = new Map<string, string | undefined>();
  for (const [wireName, id] of ids) names.set(id, names.has(id) ? undefined : wireName);
  const moved = new Map<string, Mailbox>();
  for (const mailbox of here) {
    if (mailbox.mailboxId === undefined || isRemote(mailbox)) continue;
    if (ids.get(mailbox.wireName) === mailbox.mailboxId) continue;
    const wireName = names.get(mailbox.mailboxId);
    if (wireName !== undefined && !moved.has(wireName)) moved.set(wireName, mailbox);
  }
  return moved;
}

/** Gives them their names in `known`. The result: those whose name they have, and that have none any more. */
export function knowById(
  known: Map<string, Mailbox>,
  here: readonly Mailbox[],
  ids: MailboxIds,
): readonly { readonly gone: Mailbox; readonly stays: Mailbox }[] {
  const moved = movedById(here, ids);
  for (const mailbox of moved.values())
    if (known.get(mailbox.wireName) === mailbox) known.delete(mailbox.wireName);
  return [...moved].flatMap(([wireName, stays]) => {
    const gone = known.get(wireName);
    known.set(wireName, stays);
    return gone ? [{ gone, stays }] : [];
  });
}

/** `gone` is no mailbox any more, and its name is that of `stays`: what was to go there goes there. */
export async function giveWay(truth: Truth, gone: Mailbox, stays: Mailbox): Promise<Change[]> {
  const keys = new Set([...(await truth.rows(gone.key)).keys] as MessageKey[]);
  const changes = await losing(truth, keys, 'no-mailbox');
  const lost = new Map(changes.flatMap((each) => (each.kind === 'action' ? [[each.action.id, each]] : [])));
  const instead = (await truth.store.read(actionsQuery())).flatMap((each): Change[] => {
    const action = withMailbox(lost.get(each.id)?.action ?? each, gone.key, stays.key);
    return action ? [{ kind: 'action', action, onlyIfThere: true }] : [];
  });
  return [...changes, ...instead, { kind: 'mailbox-removed', mailbox: gone.key }];
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof CommandError)) throw error;
}
