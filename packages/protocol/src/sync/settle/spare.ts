/**
 * What other clients have marked \Deleted, where a plain EXPUNGE is the only way to remove something (RFC 4549 §4.2.4): the marks
 * are cleared, and set again afterwards. Which they are is in the store before the first is cleared, so that whatever
 * interrupts this, the marks come back.
 */
import { CommandError } from '../../error.ts';
import { splitSet, uidStore } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import { MailboxVoided } from '../lane.ts';
import type { Mailbox, MailboxKey } from '../model.ts';
import { runFirstInSteps } from '../steps.ts';
import { settingQuery } from '../store.ts';
import { at, isMissing, TooSoon, unlessRenamed } from './context.ts';
import type { Settling } from './context.ts';

const SETTING = 'spared';

/** Marks that are to be set again, in one mailbox. */
interface Spared {
  readonly mailbox: MailboxKey;
  readonly uidValidity: number;
  readonly uids: readonly number[];
}

/** Clears the marks of `uids` in `mailbox`, which is selected. `restore` has to follow. */
export async function spare(settling: Settling, mailbox: Mailbox, uids: readonly Uid[]): Promise<void> {
  const { truth, lane } = settling;
  const { uidValidity } = await lane.select(mailbox, { uids });
  await truth.change(async () => {
    const before = (await truth.store.read(settingQuery<readonly Spared[]>(SETTING))) ?? [];
    const value = [...before, { mailbox: mailbox.key, uidValidity, uids }];
    return { changes: [{ kind: 'setting', name: SETTING, value }], result: undefined };
  });
  await mark(settling, uids, 'remove');
}

/**
 * Sets all marks again that were cleared, now or by an engine before this one. Rejects as commands do, and with NotYet; then they are
 * still to be set: an EXPUNGE of a connection that is lost would take along what is marked before it comes.
 */
export async function restore(settling: Settling): Promise<void> {
  const { truth, clock, doubts } = settling;
  for (;;) {
    const [next] = (await truth.store.read(settingQuery<readonly Spared[]>(SETTING))) ?? [];
    if (!next) return;
    if (clock.now() < doubts.calmFrom) throw new TooSoon(doubts.calmFrom);
    const mailbox = await truth.mailbox(next.mailbox);
    if (mailbox) await at(settling, mailbox, (there) => restoreIn(there, mailbox, next));
    await truth.change(async () => {
      const left = ((await truth.store.read(settingQuery<readonly Spared[]>(SETTING))) ?? []).slice(1);
      const value = left.length > 0 ? left : undefined;
      return { changes: [{ kind: 'setting', name: SETTING, value }], result: undefined };
    });
  }
}

/** In a mailbox that is gone, or numbered anew, there is nothing to be marked. Rejects with NotYet where it was renamed. */
async function restoreIn(settling: Settling, mailbox: Mailbox, { uidValidity, uids }: Spared): Promise<void> {
  const { lane } = settling;
  try {
    const selected = await lane.select(mailbox, { uids });
    if (selected.uidValidity !== uidValidity) return;
  } catch (error) {
    if (error instanceof MailboxVoided) return;
    if (!(error instanceof CommandError) || !(await isMissing(lane, mailbox, error))) throw error;
    return unlessRenamed(settling, mailbox, { uidValidity });
  }
  await mark(settling, uids as readonly Uid[], 'add');
}

/** The other connection may have heard that the marks were cleared: so the server is to say that they are set again. */
async function mark({ lane }: Settling, uids: readonly Uid[], mode: 'add' | 'remove'): Promise<void> {
  const storing = { mode, flags: ['\\Deleted'], silent: mode === 'remove' };
  for (const set of splitSet(uids)) await runFirstInSteps(lane, set, (some) => uidStore(some, storing));
  await lane.absorbed();
}
