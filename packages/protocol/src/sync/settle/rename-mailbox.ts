/** Another name for a mailbox and all below it (RFC 3501 §6.3.5): their keys and their cached mail stay. */
import { CommandError } from '../../error.ts';
import { rename, unsubscribe } from '../../imap/index.ts';
import type { RenameMailboxAction } from '../action.ts';
import type { Change } from '../change.ts';
import type { Mailbox } from '../model.ts';
import { renamed } from '../project-mailboxes.ts';
import { isReferred } from '../referral.ts';
import { isInbox } from '../roles.ts';
import type { Truth } from '../truth.ts';
import { begin, mailboxFor, Refused, subscribed } from './context.ts';
import type { Settling } from './context.ts';
import { listedAs, mergeMailboxes, spelledAs } from './listed.ts';
import { replaceAcross } from './replace-mailbox.ts';

export async function settleRenameMailbox(settling: Settling, action: RenameMailboxAction): Promise<void> {
  const { lane, truth } = settling;
  const mailbox = await mailboxFor(settling, action.mailbox);
  // INBOX would stay, empty, and its mail would go (RFC 3501 §6.3.5): nobody means that.
  if (isInbox(mailbox.name)) throw new Refused('refused');
  let current = action;
  // LIST may have told of the new name already: then it has happened.
  if (mailbox.name !== action.name) {
    // Of a mailbox on another server LIST does not tell.
    const tried = action.subscriptions !== undefined && !settling.servers.isElsewhere(mailbox);
    if (!tried || !(await hasHappened(settling, mailbox, action.name))) {
      current = await begin(settling, action, { subscriptions: await subscriptions(truth, mailbox, action) });
      const across = await lane
        .run(rename({ wire: mailbox.wireName }, action.name))
        .then(() => undefined)
        .catch((error: unknown) => {
          if (!isReferred(error)) throw error;
          return settling.servers.rename(mailbox, error);
        });
      if (across) return replaceAcross(settling, current, mailbox, across);
    }
  }
  for (const { from, to } of current.subscriptions ?? []) {
    await subscribed(lane, to);
    await lane.run(unsubscribe(from)).catch(unlessRefused);
  }
  await fold(settling, current);
}

async function hasHappened({ lane }: Settling, { wireName }: Mailbox, to: string): Promise<boolean> {
  const before = await listedAs(lane, { wire: wireName });
  const after = await listedAs(lane, to);
  if (before && after) throw new Refused('exists');
  if (!before && !after) throw new Refused('no-mailbox');
  return after !== undefined;
}

async function subscriptions(
  truth: Truth,
  above: Mailbox,
  { name }: RenameMailboxAction,
): Promise<{ from: string; to: string }[]> {
  return (await truth.mailboxes()).flatMap((mailbox) => {
    const to = renamed(mailbox, above, name);
    return to !== undefined && mailbox.subscribed ? [{ from: mailbox.name, to }] : [];
  });
}

async function fold({ lane, truth }: Settling, action: RenameMailboxAction): Promise<void> {
  const wireName = spelledAs(action.name, await listedAs(lane, action.name));
  await truth.change(async () => {
    const mailboxes = await truth.mailboxes();
    const above = mailboxes.find(({ key }) => key === action.mailbox);
    const changes: Change[] = [{ kind: 'action-removed', id: action.id }];
    for (const mailbox of above ? mailboxes : []) {
      const name = above && renamed(mailbox, above, action.name);
      if (!above || name === undefined || name === mailbox.name) continue;
      const wire = wireName + mailbox.wireName.slice(above.wireName.length);
      const twin = mailboxes.find((each) => each.wireName === wire && each.key !== mailbox.key);
      // What LIST has brought under the new name before this was known: nothing of it is ours.
      if (twin) changes.push(...(await mergeMailboxes(truth, twin.key, mailbox)));
      changes.push({ kind: 'mailbox', mailbox: { ...mailbox, name, wireName: wire } });
    }
    return { changes, result: undefined };
  });
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}
