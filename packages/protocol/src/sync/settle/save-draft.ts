/**
 * Drafts on the server: the newest version is put into the mailbox, and only when it is certainly there goes the one before
 * (RFC 8508 does both at once). What is saved is made from the draft as it is when its turn comes, so that of many versions
 * saved without a network one travels. A version that somebody else has changed or removed meanwhile is not replaced: both stay.
 */
import { uidFetch } from '../../imap/index.ts';
import type { RemoveDraftAction, SaveDraftAction } from '../action.ts';
import type { Change } from '../change.ts';
import { isWholeAsMessage } from '../draft-message.ts';
import { DESCRIPTOR_ITEMS } from '../fetch-descriptors.ts';
import type { Draft, DraftCopy, Mailbox } from '../model.ts';
import { runInSteps } from '../steps.ts';
import { actionsQuery, draftsQuery } from '../store.ts';
import { at, begin, mailboxFor, NotYet } from './context.ts';
import type { Settling } from './context.ts';
import { endBefore, followedTo, removeVersion } from './draft-before.ts';
import { inherit } from './draft-heirs.ts';
import { findPut, whereIs } from './draft-there.ts';
import { anew, needAsMeant, putDraft } from './put-draft.ts';

export async function settleSaveDraft(settling: Settling, action: SaveDraftAction): Promise<void> {
  const mailbox = await mailboxFor(settling, action.mailbox);
  await at(settling, mailbox, (there) => save(there, action, mailbox));
  settling.stale(mailbox.key);
}

async function save(settling: Settling, action: SaveDraftAction, mailbox: Mailbox): Promise<void> {
  const { truth } = settling;
  let current = action.tried ? action : await takeOver(settling, action);
  let tookOver = current !== action;
  // Whatever became of an earlier try, its message is looked for first.
  let place = current.tried ? await findPut(settling, current, mailbox) : undefined;
  if (!place) {
    const draft = await draftNow(settling, action);
    if (!draft) return truth.commit([{ kind: 'action-removed', id: action.id }]);
    current = await putDraft(settling, current, mailbox, draft);
    tookOver = false;
    place = await findPut(settling, current, mailbox);
    if (!place) throw new NotYet();
  }
  await needAsMeant(settling, current, mailbox, place);
  const { replaced, flags } = current.tried ?? {};
  const isIt = replaced?.mailbox === place.mailbox && replaced.uid === place.uid;
  if (replaced && !isIt) await endBefore(settling, replaced, flags, mailbox, place);
  await finish(settling, current, mailbox, place, tookOver);
}

/** An earlier save that failed half way has put a version there of which the draft does not know: this one goes on from it. */
async function takeOver(settling: Settling, action: SaveDraftAction): Promise<SaveDraftAction> {
  const { truth } = settling;
  for (const each of await truth.store.read(actionsQuery())) {
    if (each.kind !== 'save-draft' || each.draft !== action.draft || each.mailbox !== action.mailbox)
      continue;
    if (each.id === action.id || each.state.name !== 'failed' || !each.tried) continue;
    // In one commit: tried again by the person, the earlier would undo what this one goes on to.
    await truth.commit([
      { kind: 'action', action: { ...action, tried: each.tried }, onlyIfThere: true, keepsState: true },
      { kind: 'action-removed', id: each.id, onlyIn: 'failed' },
    ]);
    return begin(settling, action);
  }
  return action;
}

async function draftNow({ truth }: Settling, action: SaveDraftAction): Promise<Draft | undefined> {
  return (await truth.store.read(draftsQuery())).find(({ id }) => id === action.draft);
}

async function finish(
  settling: Settling,
  action: SaveDraftAction,
  mailbox: Mailbox,
  place: DraftCopy,
  tookOver: boolean,
): Promise<void> {
  const { lane, truth } = settling;
  const wanted = (await draftNow(settling, action)) !== undefined;
  const inherited = wanted || (await inherit(settling, action, place)).length > 0;
  // Discarded meanwhile, or sent already: then nobody wants it.
  if (!inherited) await removeVersion(settling, mailbox, place);
  // Its row is here before the draft goes, so that nothing flickers.
  else if (mailbox.sync.at > 0 && (await whereIs(settling, mailbox, place)))
    await runInSteps(lane, [place.uid], (uids) => uidFetch(uids, DESCRIPTOR_ITEMS));
  await truth.change(async () => {
    const draft = await draftNow(settling, action);
    if (!draft) {
      const heirs = await inherit(settling, action, place);
      // Whoever had it has gone in between: then it is to be removed, and is when this is done again.
      if (inherited && heirs.length === 0) throw new NotYet();
      return { changes: [{ kind: 'action-removed', id: action.id }, ...heirs], result: undefined };
    }
    const { id, changed, editing } = draft;
    const newest = changed === action.tried?.version;
    // A mailbox that is to be deleted takes its versions along; one that was written since the person said so stays here.
    const ends = (await truth.store.read(actionsQuery())).some(
      (each) => each.kind === 'delete-mailbox' && each.mailbox === place.mailbox,
    );
    const changes: Change[] = [
      ...(await followedTo(settling, action.tried?.message, place)),
      { kind: 'draft-copy', id, copy: place },
    ];
    const done: Change = { kind: 'action-removed', id: action.id };
    const isNext = tookOver && !newest;
    if (!isNext && (editing || (newest && (ends || !isWholeAsMessage(draft))))) changes.push(done);
    else {
      // A window may write it on before this is committed: then it stays, and what is written is saved next.
      if (newest) changes.push({ kind: 'draft-removed', id, changed });
      changes.push({ ...done, onlyWithout: id }, { kind: 'action', action: anew(action), onlyIfThere: true });
    }
    return { changes, result: undefined };
  });
}

/** Of a draft that was sent or discarded. Doing it twice is doing it once. */
export async function settleRemoveDraft(settling: Settling, action: RemoveDraftAction): Promise<void> {
  const { truth } = settling;
  const mailbox = await truth.mailbox(action.mailbox);
  if (mailbox) {
    await begin(settling, action);
    await at(settling, mailbox, (there) => removeVersion(there, mailbox, action.copy));
  }
  await truth.commit([{ kind: 'action-removed', id: action.id }]);
  if (mailbox) settling.stale(mailbox.key);
}
