/** What a person does to mailboxes themselves: each call appends one action to the store. */
import { forbidden } from '@postern/protocol/sync';
import type { Action, MailboxKey } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { commit, theStore } from './device.ts';
import { begun } from './intent.ts';
import { nameOf, problemWith } from './mailbox-name.ts';
import type { MailboxNameProblem } from './mailbox-name.ts';
import { truth } from './truth.svelte.ts';

/**
 * Why nothing was done: the name cannot be one, there is one of that name, INBOX stays what it is, the person has no right
 * to it, or this device cannot keep what was asked.
 */
export type MailboxProblem = MailboxNameProblem | 'inbox' | 'forbidden' | 'storage';

class MailboxActs {
  /**
   * It is there at once, to be moved and filed into.
   * @param label its own name, without those above it.
   */
  async create(
    label: string,
    parent?: MailboxKey,
  ): Promise<{ readonly key: MailboxKey } | { readonly problem: MailboxProblem }> {
    const { name, delimiter } = nameOf(label, truth.mailbox(parent), truth.mailboxes);
    const problem = problemWith(label, name, delimiter, truth.mailboxes);
    if (problem) return { problem };
    try {
      const key = (await (await theStore()).allocate(1)) as number as MailboxKey;
      const wanted = { mailbox: key, name, delimiter, role: undefined };
      const refused = await this.#act({ ...begun(Date.now()), kind: 'create-mailbox', ...wanted });
      return refused ? { problem: refused } : { key };
    } catch {
      return { problem: 'storage' };
    }
  }

  /** @param parent undefined: it stays below what it is below; null: below none. */
  async rename(
    key: MailboxKey,
    label: string,
    parent?: MailboxKey | null,
  ): Promise<MailboxProblem | undefined> {
    const mailbox = truth.mailbox(key);
    if (!mailbox || mailbox.role === 'inbox') return 'inbox';
    const above = mailbox.name.slice(0, mailbox.name.lastIndexOf(mailbox.delimiter ?? '\0') + 1);
    const chosen = parent === null ? undefined : truth.mailbox(parent);
    const made = nameOf(label, chosen, truth.mailboxes);
    const name = parent === undefined ? above + label.trim().normalize() : made.name;
    if (name === mailbox.name) return undefined;
    const problem = problemWith(label, name, mailbox.delimiter, truth.mailboxes);
    // Below itself it cannot be.
    if (problem ?? name.startsWith(`${mailbox.name}${mailbox.delimiter}`)) return problem ?? 'name';
    return this.#act({ ...begun(Date.now()), kind: 'rename-mailbox', mailbox: key, name });
  }

  /** With all mail in it, for good: the screen asks first. What is below it stays. */
  async remove(key: MailboxKey): Promise<MailboxProblem | undefined> {
    const mailbox = truth.mailbox(key);
    if (!mailbox || mailbox.role === 'inbox') return 'inbox';
    return this.#act({ ...begun(Date.now()), kind: 'delete-mailbox', mailbox: key });
  }

  /** Whether other programs that show only some mailboxes show this one. */
  subscribe(key: MailboxKey, on: boolean): Promise<MailboxProblem | undefined> {
    return this.#act({ ...begun(Date.now()), kind: 'subscribe', mailbox: key, on });
  }

  async #act(action: Action): Promise<MailboxProblem | undefined> {
    if (forbidden(action, truth.mailboxes)) return 'forbidden';
    try {
      await append(action);
      return undefined;
    } catch {
      return 'storage';
    }
  }
}

async function append(action: Action): Promise<void> {
  await commit([{ kind: 'action', action }]);
  engine.wake('action');
}

export const mailboxActs = new MailboxActs();
