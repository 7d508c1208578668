import type { SelectedMailbox } from '../imap/types.ts';
import { LOOK_EVERY } from './count-mailboxes.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import { tellsChanges } from './plan.ts';
import type { Progress } from './progress.ts';

/**
 * EXISTS differs from what is known: first the new mail is asked for again (its UIDNEXT may be old), then which UIDs there
 * are, or all that is known is compared. Each once for one EXISTS, and seldom after that: a server whose count is wrong must not be
 * asked for ever. Of what came as others went the count says nothing: new mail is asked for once more, for each time that some came.
 */
export function seekAgreement(
  lane: Lane,
  mailbox: Mailbox,
  selected: SelectedMailbox,
  known: number,
  progress: Progress,
): void {
  const { sync } = mailbox;
  const { exists, arrived } = lane.noticed;
  const now = lane.now();
  if (exists === known || now - progress.soughtAt >= LOOK_EVERY) {
    // The same count is news again once it was left: one message may have gone before the next came.
    progress.grownAt = -1;
    progress.disagreedAt = -1;
  }
  if (sync.from > 1) return progress.counted(arrived);
  if (exists === known && !lane.noticed.nameless) return;
  // Where all that is known has gone, and what came for it is not, no answer agrees with EXISTS: then nobody is believed.
  progress.cameAsOthersWent(arrived);
  if (exists === known) {
    // One has gone, nobody knows which, and another has come for it.
    askWhich(lane, mailbox, selected, progress);
  } else if (exists > known && progress.grownAt !== exists) {
    progress.grownAt = exists;
    progress.soughtAt = now;
    progress.newAsked = false;
  } else if (progress.newAsked && progress.disagreedAt !== exists) {
    progress.disagreedAt = exists;
    progress.soughtAt = now;
    askWhich(lane, mailbox, selected, progress);
  }
}

/** Which of those that are known are there, and what became of them, is asked again. */
export function askWhich(lane: Lane, { sync }: Mailbox, selected: SelectedMailbox, progress: Progress): void {
  lane.noticed.nameless = false;
  progress.uidsAsked = false;
  if (!tellsChanges(sync, selected, progress)) progress.flagsAsked = false;
}
