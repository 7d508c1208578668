/** RFC 4549 §4.1: a new UIDVALIDITY voids every UID that was learnt under the old one. */
import type { SelectedMailbox } from '../imap/types.ts';
import type { Change } from './change.ts';
import { losing } from './lost.ts';
import type { Mailbox, MailboxKey, MessageKey } from './model.ts';
import { actionsQuery } from './store.ts';
import type { Truth } from './truth.ts';

/**
 * Empties the cache of `mailbox` and sets aside, visibly, the actions that named its messages, and those that were to delete it with
 * all of them. Uploads and mail to be sent name no UID and stay as they are.
 */
export function voidMailbox(
  truth: Truth,
  mailbox: Mailbox,
  selected: Pick<SelectedMailbox, 'uidValidity' | 'exists'>,
): Promise<void> {
  return truth.change(async () => {
    // It may have gone meanwhile, or have another name or mode.
    const now = await truth.mailbox(mailbox.key);
    if (!now) return { changes: [], result: undefined };
    const rows = await truth.rows(mailbox.key);
    const changes = await losing(truth, new Set(rows.keys as Iterable<MessageKey>), 'uidvalidity');
    changes.push(...(await sparing(truth, mailbox.key)));
    changes.push(
      { kind: 'mailbox-removed', mailbox: mailbox.key },
      {
        kind: 'mailbox',
        mailbox: {
          ...now,
          messages: selected.exists,
          sync: {
            uidValidity: selected.uidValidity,
            from: 1,
            uidNext: 1,
            highestModSeq: 0n,
            exists: 0,
            at: 0,
          },
        },
      },
    );
    return { changes, result: undefined };
  });
}

/** The mail that is there now is not what was to be deleted. One that was begun knows that by itself. */
async function sparing(truth: Truth, mailbox: MailboxKey): Promise<Change[]> {
  const actions = await truth.store.read(actionsQuery());
  return actions.flatMap((action): Change[] => {
    if (action.kind !== 'delete-mailbox' || action.mailbox !== mailbox || action.noted) return [];
    const state = { name: 'failed', reason: 'uidvalidity', words: '' } as const;
    return [{ kind: 'action-state', id: action.id, state, onlyIn: 'waiting' }];
  });
}
