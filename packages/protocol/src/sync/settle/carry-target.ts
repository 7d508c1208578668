/**
 * The mailbox of another account that messages go to. No engine here keeps the list of that account's mailboxes: what it was
 * called when it was chosen, and how it was numbered, is all that is known of it.
 */
import { CommandError } from '../../error.ts';
import { list, status } from '../../imap/index.ts';
import type { ListedMailbox } from '../../imap/types.ts';
import type { CarryAction, OtherMailbox } from '../action.ts';
import type { Change } from '../change.ts';
import { withoutCommandErrors } from '../list-mailboxes.ts';
import type { Mailbox } from '../model.ts';
import { isReferred } from '../referral.ts';
import { newNameOf } from '../renamed.ts';
import { actionsQuery } from '../store.ts';
import type { Truth } from '../truth.ts';
import { NotYet, Refused } from './context.ts';
import type { Settling } from './context.ts';

type Noted = NonNullable<CarryAction['noted']>;

/** It would not say. */
const UNKNOWN: Noted = { uidValidity: 0, uidNext: 1 };

/**
 * Where its next message would go. One that was renamed meanwhile is followed, where it can be known again: rejects with NotYet then,
 * and the action has its new name. With Refused where there is none of that name: none is made for what comes from another account.
 */
export async function noteTarget(
  { truth }: Settling,
  { lane, servers }: Settling,
  action: CarryAction,
  to: Mailbox,
): Promise<Noted> {
  let refusal: CommandError | undefined;
  let now = UNKNOWN;
  try {
    const said = await lane.run(status(lane.nameOf(to), ['UIDNEXT', 'UIDVALIDITY']));
    now = { uidValidity: said?.uidValidity ?? 0, uidNext: said?.uidNext ?? 1 };
  } catch (error) {
    if (!(error instanceof CommandError) || isReferred(error)) throw error;
    refusal = error;
  }
  const before = action.noted?.uidValidity || (action.to.known?.uidValidity ?? 0);
  const another = before !== 0 && now.uidValidity !== 0 && before !== now.uidValidity;
  // On the server that a referral leads to it has another name than here.
  if ((!refusal && !another) || lane !== servers.home) return now;
  const listed = await lane.run(list('', '*')).catch(withoutCommandErrors<readonly ListedMailbox[]>([]));
  const stands = listed.some(({ wireName }) => wireName === to.wireName);
  if (refusal && (stands || listed.length === 0)) return now;
  const name = toldBy(refusal) ?? (await newNameOf(lane, listed, knownOf(action)));
  const found = listed.find(({ wireName }) => wireName === name);
  if (found) {
    await rename(truth, action.to, found, listed);
    throw new NotYet();
  }
  if (refusal) throw new Refused('no-mailbox', refusal.text);
  return now;
}

/** RFC 2180 §3.4. */
function toldBy(refusal: CommandError | undefined): string | undefined {
  const code = refusal?.code;
  return code?.name === 'NEWNAME' && 'after' in code ? String(code.after) : undefined;
}

/** undefined: there is nothing by which it could be known again for certain. */
function knownOf({ to, noted }: CarryAction): OtherMailbox['known'] {
  if (!to.known) return undefined;
  const uidValidity = noted?.uidValidity || to.known.uidValidity;
  const same = uidValidity === to.known.uidValidity ? to.known.uidNext : 1;
  return { ...to.known, uidValidity, uidNext: Math.max(same, noted?.uidNext ?? 1) };
}

/** All that goes there knows it under its new name, together: what one has put there, another must not take for its own. */
function rename(
  truth: Truth,
  { account, wireName: before }: OtherMailbox,
  { name, wireName, delimiter }: ListedMailbox,
  listed: readonly ListedMailbox[],
): Promise<void> {
  const names = listed.map((each) => each.wireName);
  return truth.change(async () => {
    const changes: Change[] = [];
    for (const action of await truth.store.read(actionsQuery())) {
      if (action.kind !== 'carry' || action.to.account !== account || action.to.wireName !== before) continue;
      const { known } = action.to;
      const to = { ...action.to, name, wireName, delimiter, ...(known && { known: { ...known, names } }) };
      changes.push({ kind: 'action', action: { ...action, to }, keepsState: true });
    }
    return { changes, result: undefined };
  });
}
