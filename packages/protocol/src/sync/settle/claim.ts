/**
 * Of several devices that are to send one draft within the same moment, one does. Looking into Sent and Drafts (`already-sent.ts`)
 * does not tell them apart: until the first of them has filed what it sent, there is nothing to be seen. So a device first claims
 * the version of the draft that is on the server, with the keywords of RFC 5788 §3.4.3 and §3.4.4: a message that has both is being
 * submitted. STORE with UNCHANGEDSINCE (RFC 7162 §3.1.3) lets one of them have it; the others hear [MODIFIED].
 *
 * Why that is safe, whatever is lost on the way:
 * - One's own claim is known again by a mark beside the keywords, which is in the store before it is on the wire. So a lost receipt,
 *   or a killed worker, holds up nothing: who finds its own mark goes on. The mark is drawn anew for every claim, and only who has
 *   noted one takes it for its own; two devices would have to draw the same within that second, and one of them lose its receipt.
 *   There are sixteen, since some servers keep no more than a hundred keywords to a mailbox.
 * - A device that has claimed and then vanished blocks nothing for ever: the others look again for a minute, and then ask
 *   their person, who can have it sent all the same. What was refused for good is let go of.
 * - A claim keeps nobody from sending but who reads it. Where there is no CONDSTORE, or the mailbox takes no keywords, or
 *   the server refuses, nothing is claimed, and all is as if this did not exist.
 *
 * It costs one round trip: what the version is marked with is asked for together with whether it is there.
 */
import { CommandError, ConnectionLost } from '../../error.ts';
import { noop, uidFetch, uidStore } from '../../imap/index.ts';
import type { FetchItem } from '../../imap/index.ts';
import type { Flag, ModSeq, Uid } from '../../imap/types.ts';
import type { SendAction } from '../action.ts';
import type { Lane } from '../lane.ts';
import type { DraftCopy } from '../model.ts';
import { actionsQuery } from '../store.ts';
import { at, NotYet, Withdrawn } from './context.ts';
import type { Settling } from './context.ts';

const SUBMITTING = ['$SubmitPending', '$Submitted'];
/** Milliseconds in which whoever has claimed a draft has sent and filed it, or given up; then the person is asked. */
const PATIENCE = 60_000;
/** Other changes of flags that may come in between. */
const TRIES = 3;

/** A version of a draft, as the server has it. */
export interface VersionThere {
  readonly uid: Uid;
  readonly flags: readonly Flag[];
  /** undefined: the server keeps none for the mailbox. */
  readonly modSeq: ModSeq | undefined;
}

/** In the selected mailbox; undefined: it is not there. `absorbed` has to follow. */
export async function versionThere(lane: Lane, uid: Uid): Promise<VersionThere | undefined> {
  const { capabilities } = await lane.session();
  const conditional = capabilities.has('CONDSTORE') || capabilities.has('QRESYNC');
  let found: VersionThere | undefined;
  lane.onFetch = ({ uid: at, flags = [], modSeq, internalDate }) => {
    // What is told of a change has no date: it may be of a message that is gone by now.
    if (at === uid && internalDate !== undefined) found = { uid, flags, modSeq };
  };
  try {
    const items: FetchItem[] = ['FLAGS', 'INTERNALDATE', ...(conditional ? (['MODSEQ'] as const) : [])];
    await lane.runFirst(uidFetch([uid], items));
  } finally {
    lane.onFetch = undefined;
  }
  return found;
}

/**
 * Claims the version for this device, as far as that can be done. Rejects with NotYet while another one has it, and with Withdrawn
 * when the person is to be asked; nothing was sent then.
 * @param there the version, as it was seen just now.
 */
export async function claim(
  settling: Settling,
  action: SendAction,
  there: VersionThere | undefined,
): Promise<SendAction> {
  const { copy } = action;
  if (!copy || !there || action.rival?.told) return action;
  const drafts = await settling.truth.mailbox(copy.mailbox);
  if (!drafts) return action;
  let claiming = action;
  const rival = await at(settling, drafts, async ({ lane }) => {
    try {
      const { uidValidity, permanentFlags, highestModSeq } = await lane.select(drafts);
      if (uidValidity !== copy.uidValidity || highestModSeq === undefined) return false;
      if (!permanentFlags.includes('\\*')) return false;
      let seen = there;
      // A mark that was never on the wire before is not there by this device, however alike.
      const fresh = copy.claim === undefined;
      for (let tries = 0; tries < TRIES; tries++) {
        const mark = claiming.copy?.claim;
        if (!fresh && mark !== undefined && has(seen, mark)) return false;
        if (SUBMITTING.some((flag) => has(seen, flag))) {
          if (fresh && mark !== undefined) claiming = await change(settling, claiming, { copy });
          return true;
        }
        if (seen.modSeq === undefined) return false;
        claiming = await noteMark(settling, claiming);
        const { done, now } = await store(lane, seen, claiming.copy?.claim ?? '');
        if (done && now) return false;
        if (!now) {
          // Sent or removed in between: looking again tells.
          if (fresh) await change(settling, claiming, { copy });
          throw new NotYet();
        }
        seen = now;
      }
      return false;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return false;
    } finally {
      if (lane.isOpen) await lane.absorbed();
    }
  });
  if (rival) await waitOrAsk(settling, claiming);
  return claiming;
}

/**
 * How the version is after that: claimed with `mark`, changed by others first, or gone. It is asked for in the same flight, since
 * STORE says nothing of a message that is gone, or speaks of one that this session was not told to be gone (RFC 2180 §4.2).
 */
async function store(
  lane: Lane,
  { uid, modSeq }: VersionThere,
  mark: Flag,
): Promise<{ readonly done: boolean; readonly now: VersionThere | undefined }> {
  const conditions = modSeq === undefined ? {} : { unchangedSince: modSeq };
  const flags = [...SUBMITTING, mark];
  const [{ modified }, , now] = await Promise.all([
    lane.runFirst(uidStore([uid], { mode: 'add', flags, silent: true, ...conditions })),
    lane.runFirst(noop()),
    versionThere(lane, uid),
  ]);
  return { done: !modified.includes(uid) && now !== undefined && has(now, mark), now };
}

/** The mark is the same in all tries of this device. */
async function noteMark(settling: Settling, action: SendAction): Promise<SendAction> {
  if (!action.copy || action.copy.claim !== undefined) return action;
  const digit = ((settling.random(1)[0] ?? 0) % 16).toString(16);
  return change(settling, action, { copy: { ...action.copy, claim: `$Submitting-${digit}` } });
}

async function waitOrAsk(settling: Settling, action: SendAction): Promise<never> {
  const { clock } = settling;
  const since = action.rival?.since ?? clock.now();
  if (clock.now() - since < PATIENCE) {
    if (!action.rival) await change(settling, action, { rival: { since } });
    throw new NotYet();
  }
  const state = { name: 'uncertain', reason: 'being-sent', words: '' } as const;
  await change(settling, action, { rival: { since, told: true }, state });
  throw new Withdrawn();
}

/** Rejects with Withdrawn when the person has taken it back. */
async function change(
  { truth }: Settling,
  { id }: SendAction,
  fields: Partial<SendAction>,
): Promise<SendAction> {
  return truth.change(async () => {
    const newest = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
    if (newest?.kind !== 'send') throw new Withdrawn();
    const changed = { ...newest, ...fields };
    return { changes: [{ kind: 'action', action: changed, onlyIfThere: true }], result: changed };
  });
}

/** What was refused for good is nobody's any more. That it could not be said costs others a question. */
export async function letGo(settling: Settling, { copy }: SendAction): Promise<void> {
  const drafts = copy && (await settling.truth.mailbox(copy.mailbox));
  const mark = copy?.claim;
  if (!drafts || mark === undefined) return;
  try {
    await at(settling, drafts, async ({ lane }) => {
      const { uidValidity } = await lane.select(drafts, { uids: [copy.uid] });
      if (uidValidity !== copy.uidValidity) return;
      await lane.run(uidStore([copy.uid], { mode: 'remove', flags: [...SUBMITTING, mark], silent: true }));
    });
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof ConnectionLost)) throw error;
  }
}

/** Whether a flag of a version says that this very device is sending it: the version in its place is not sent by that. */
export function isOwnClaim(flag: Flag, { claim: mark }: DraftCopy): boolean {
  return mark !== undefined && [...SUBMITTING, mark].some((each) => isSame(each, flag));
}

function has({ flags }: VersionThere, wanted: Flag): boolean {
  return flags.some((flag) => isSame(flag, wanted));
}

function isSame(one: Flag, other: Flag): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
