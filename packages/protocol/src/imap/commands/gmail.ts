/** Labels of Gmail (X-GM-EXT-1): only with that capability. Fetched by `X-GM-LABELS`, searched for by the key of that name. */
import { UsageError } from '../../error.ts';
import { type Command, joinPieces, SELECTED, settled } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { UidSet } from '../sets.ts';
import { writeSet } from './message-set.ts';
import { labelPiece } from './search-key.ts';

/** `UID STORE set ±X-GM-LABELS (…)`. Labels by name, or `\Inbox`, `\Sent`, `\Important`, `\Starred` … as Gmail spells its own. */
export function uidStoreLabels(
  set: UidSet,
  options: {
    readonly mode: 'add' | 'remove';
    readonly labels: readonly MailboxName[];
    readonly silent?: boolean;
  },
): Command<void> {
  const { mode, labels, silent } = options;
  if (labels.length === 0) throw new UsageError('STORE of no label');
  const uids = writeSet(set);
  return {
    name: 'UID STORE',
    states: SELECTED,
    write(capabilities, enabled) {
      demand(capabilities, 'UID STORE X-GM-LABELS', 'X-GM-EXT-1');
      const item = `${mode === 'add' ? '+' : '-'}X-GM-LABELS${silent ? '.SILENT' : ''}`;
      const pieces = labels.map((label) => labelPiece(label, enabled));
      return [`UID STORE ${uids} ${item} (`, ...joinPieces(...pieces), ')'];
    },
    collect: () => settled,
  };
}
