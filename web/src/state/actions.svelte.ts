/** What a person does to messages: each call appends actions to the store in one commit. */
import type { MailboxKey, MessageKey } from '@postern/protocol/sync';
import type { UndoView } from './views.ts';

class Actions {
  /** What was done last and can still be taken back. */
  get undoable(): UndoView | undefined {
    return undefined;
  }
  async markSeen(_keys: readonly MessageKey[], _on: boolean): Promise<void> {}
  async flag(_keys: readonly MessageKey[], _on: boolean): Promise<void> {}
  async archive(_keys: readonly MessageKey[]): Promise<void> {}
  async trash(_keys: readonly MessageKey[]): Promise<void> {}
  async junk(_keys: readonly MessageKey[]): Promise<void> {}
  async move(_keys: readonly MessageKey[], _to: MailboxKey): Promise<void> {}
  /** For good: the screen asks first. */
  async deleteForever(_keys: readonly MessageKey[]): Promise<void> {}
  /** Settles with the draft to open again when a sending was taken back. */
  async undo(): Promise<string | undefined> {
    return undefined;
  }
  /** The person waved the offer away. */
  dismiss(): void {}
}

export const actions = new Actions();
