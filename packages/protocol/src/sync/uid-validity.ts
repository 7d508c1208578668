/** RFC 4549 §4.1: a new UIDVALIDITY voids every UID that was learnt under the old one. */
import type { SelectedMailbox } from '../imap/types.ts';
import { losing } from './lost.ts';
import type { Mailbox, MessageKey } from './model.ts';
import type { Truth } from './truth.ts';

/**
 * Empties the cache of `mailbox` and sets aside, visibly, the actions that named its messages. Uploads and mail to be sent
 * name no UID and stay as they are.
 */
export function voidMailbox(
  truth: Truth,
  mailbox: Mailbox,
  selected: Pick<SelectedMailbox, 'uidValidity' | 'exists'>,
): Promise<void> {
  return truth.change(async () => {
    const rows = await truth.rows(mailbox.key);
    const changes = await losing(truth, new Set(rows.keys as Iterable<MessageKey>), 'uidvalidity');
    changes.push(
      { kind: 'mailbox-removed', mailbox: mailbox.key },
      {
        kind: 'mailbox',
        mailbox: {
          ...mailbox,
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
