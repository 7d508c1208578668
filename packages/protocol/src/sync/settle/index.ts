import type { Action } from '../action.ts';
import type { Settling } from './context.ts';
import { settleCarry } from './carry.ts';
import { settleCopy } from './copy.ts';
import { settleCreateMailbox } from './create-mailbox.ts';
import { settleDeleteMailbox } from './delete-mailbox.ts';
import { settleFlags } from './flag.ts';
import { unlessForbidden } from './forbidden.ts';
import { settleImport } from './import.ts';
import { settleMove } from './move.ts';
import { settleExpunge } from './remove.ts';
import { settleRenameMailbox } from './rename-mailbox.ts';
import { settleRemoveDraft, settleSaveDraft } from './save-draft.ts';
import { settleSend } from './send.ts';
import { settleSubscribe } from './subscribe.ts';
import { settleUpload } from './upload.ts';

/**
 * Carries one action out, as far as it has not happened yet, and removes it together with folding it into truth.
 * Rejects with Refused (set it aside), Withdrawn (forget it), CommandError, ConnectionLost or GatewayRefused.
 */
export async function settleAction(settling: Settling, action: Action): Promise<void> {
  await unlessForbidden(settling, action);
  return settleOf(settling, action);
}

function settleOf(settling: Settling, action: Action): Promise<void> {
  switch (action.kind) {
    case 'flag':
      return settleFlags(settling, action);
    case 'move':
      return settleMove(settling, action);
    case 'copy':
      return settleCopy(settling, action);
    case 'carry':
      return settleCarry(settling, action);
    case 'expunge':
      return settleExpunge(settling, action);
    case 'send':
      return settleSend(settling, action);
    case 'upload':
      return settleUpload(settling, action);
    case 'import':
      return settleImport(settling, action);
    case 'save-draft':
      return settleSaveDraft(settling, action);
    case 'remove-draft':
      return settleRemoveDraft(settling, action);
    case 'create-mailbox':
      return settleCreateMailbox(settling, action);
    case 'rename-mailbox':
      return settleRenameMailbox(settling, action);
    case 'delete-mailbox':
      return settleDeleteMailbox(settling, action);
    case 'subscribe':
      return settleSubscribe(settling, action);
  }
}
