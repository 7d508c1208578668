/** Making a mailbox (RFC 3501 §6.3.3). One that is there is as good as made, so that nothing is asked of the person. */
import { CommandError } from '../../error.ts';
import type { ListedMailbox } from '../../imap/types.ts';
import type { CreateMailboxAction } from '../action.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox } from '../model.ts';
import { newMailbox } from '../new-mailbox.ts';
import type { Truth } from '../truth.ts';
import { belowPrefix } from './below-prefix.ts';
import { at, begin, make, subscribed } from './context.ts';
import type { Settling } from './context.ts';
import { listedAs, mergeMailboxes, spelledAs } from './listed.ts';

export async function settleCreateMailbox(settling: Settling, action: CreateMailboxAction): Promise<void> {
  const { truth } = settling;
  const { mailbox: key, name } = action;
  const wanted = { ...newMailbox(key), name, wireName: spelledAs(name, undefined) };
  const listed = await at(settling, wanted, (there) => makeOnce(there, action, wanted));
  const remote = settling.servers.isElsewhere(wanted);
  // What another server calls it is of no concern here.
  const made = remote || !listed ? action : { ...action, name: listed.name };
  await adopt(truth, made, remote && listed ? { ...listed, wireName: wanted.wireName } : listed);
}

/** On the server where it belongs. Gives what that lists. */
async function makeOnce(
  settling: Settling,
  action: CreateMailboxAction,
  wanted: Mailbox,
): Promise<ListedMailbox | undefined> {
  const { lane, servers } = settling;
  const name = servers.isElsewhere(wanted) ? lane.nameOf(wanted) : action.name;
  const tried = action.state.name === 'running';
  let there = tried ? await listedAs(lane, name) : undefined;
  if (!there) {
    await begin(settling, action);
    const refused = await make(lane, name, action.role).then(() => undefined, refusal);
    there = await listedAs(lane, name);
    const below = refused && !there && typeof name === 'string' ? await belowPrefix(lane, name) : undefined;
    if (below !== undefined) return makeBelow(lane, below, action);
    if (refused && !there) throw refused;
  }
  await subscribed(lane, name);
  return there;
}

/** Where the server keeps a person's mailboxes; a lost receipt shows there, too. */
async function makeBelow(
  lane: Lane,
  name: string,
  { role }: CreateMailboxAction,
): Promise<ListedMailbox | undefined> {
  const refused = await make(lane, name, role).then(() => undefined, refusal);
  const there = await listedAs(lane, name);
  if (refused && !there) throw refused;
  await subscribed(lane, name);
  return there;
}

function refusal(error: unknown): CommandError {
  if (error instanceof CommandError && error.status === 'NO') return error;
  throw error;
}

/** Takes it into truth under the key that it has here, unless LIST has brought it under another one meanwhile. */
function adopt(truth: Truth, action: CreateMailboxAction, listed: ListedMailbox | undefined): Promise<void> {
  return truth.change(async () => {
    const { mailbox: key, name, role, mode } = action;
    const mailboxes = await truth.mailboxes();
    const wireName = spelledAs(name, listed);
    const twin = mailboxes.find((each) => each.wireName === wireName && each.key !== key);
    const before = mailboxes.find((each) => each.key === key) ?? newMailbox(key);
    const delimiter = listed ? listed.delimiter : action.delimiter;
    const attributes = listed?.attributes ?? [];
    const kept = mode === undefined ? before : { ...before, mode };
    const made = { ...kept, name, wireName, delimiter, attributes, role, subscribed: true };
    const done = { kind: 'action-removed', id: action.id } as const;
    // The action goes first: its own key is not to be merged.
    const changes = twin
      ? [done, ...(await mergeMailboxes(truth, key, twin))]
      : [{ kind: 'mailbox', mailbox: made } as const, done];
    return { changes, result: undefined };
  });
}
