/** What a person does to messages: each call appends actions to the store in one commit. */
import { forbidden, indexOfKey, mailboxForRole, project, rowAt } from '@postern/protocol/sync';
import type {
  Action,
  Change,
  Forbidden,
  ImportFile,
  Mailbox,
  MailboxKey,
  MailboxRole,
  MessageKey,
  MessageRow,
  OtherMailbox,
} from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { commit, theStore } from './device.ts';
import {
  begun,
  carryActions,
  copyActions,
  expungeActions,
  flagActions,
  junkActions,
  moveActions,
} from './intent.ts';
import { mailboxes } from './mailboxes.svelte.ts';
import { truth } from './truth.svelte.ts';
import { offered, undo } from './undo.svelte.ts';
import type { UndoView } from './views.ts';

/**
 * Why nothing was done: the account has no mailbox of that kind, this device cannot keep what was asked, or the person has no right
 * to it.
 */
export type ActionProblem = 'no-mailbox' | 'storage' | Forbidden;

export type Imported =
  | { readonly count: number; readonly strange: readonly string[] }
  | { readonly problem: 'storage' | 'not-loaded' };

type Outcome = Promise<ActionProblem | undefined>;

class Actions {
  /** What was done last and can still be taken back. */
  get undoable(): UndoView | undefined {
    return undo.offer;
  }

  markSeen(keys: readonly MessageKey[], on: boolean): Outcome {
    const made = flagActions(shown(keys), '\\Seen', on, Date.now());
    // Reading a message marks it: not worth offering to take back.
    const offer = keys.length > 1 || !on;
    return append(made, offer ? { what: on ? 'read' : 'unread', to: undefined } : undefined);
  }

  flag(keys: readonly MessageKey[], on: boolean): Outcome {
    const made = flagActions(shown(keys), '\\Flagged', on, Date.now());
    return append(made, keys.length > 1 ? { what: on ? 'flagged' : 'unflagged', to: undefined } : undefined);
  }

  archive(keys: readonly MessageKey[]): Outcome {
    return this.#moveTo(keys, 'archive', 'archived');
  }

  trash(keys: readonly MessageKey[]): Outcome {
    return this.#moveTo(keys, 'trash', 'deleted');
  }

  junk(keys: readonly MessageKey[]): Outcome {
    return this.#moveTo(keys, 'junk', 'junked');
  }

  /** Back to the INBOX. */
  notJunk(keys: readonly MessageKey[]): Outcome {
    return this.#moveTo(keys, 'inbox', 'not-junked');
  }

  move(keys: readonly MessageKey[], to: MailboxKey): Outcome {
    const label = mailboxes.get(to)?.label;
    return append(moveActions(shown(keys), to, Date.now()), { what: 'moved', to: label });
  }

  /** Copies are there at once, as messages of their own. */
  async copy(keys: readonly MessageKey[], to: MailboxKey): Outcome {
    const rows = shown(keys);
    let first: number;
    try {
      first = await (await theStore()).allocate(rows.length);
    } catch {
      return 'storage';
    }
    return append(copyActions(rows, to, first, Date.now()), { what: 'copied', to: mailboxes.get(to)?.label });
  }

  /** Into another account of the person's; a move where `remove`. */
  carry(keys: readonly MessageKey[], to: OtherMailbox, remove: boolean): Outcome {
    const made = carryActions(shown(keys), to, remove, offered, Date.now());
    return append(made, { what: remove ? 'moved' : 'copied', to: to.address });
  }

  /**
   * Puts messages from files (.eml) into a mailbox. Settles when they are kept here: how many, and the names of files that hold no
   * message. Each is read and kept by itself, so that one at a time is in memory.
   */
  async importFiles(files: readonly File[], to: MailboxKey): Promise<Imported> {
    const reading = await import('./importing.ts').catch(() => undefined);
    if (!reading) return { problem: 'not-loaded' };
    const { id, at, state } = begun(Date.now());
    const messages: ImportFile[] = [];
    const strange: string[] = [];
    try {
      for (const [i, file] of files.entries()) {
        const content = new Uint8Array(await file.arrayBuffer());
        const outgoing = `${id}/${i}`;
        const read = reading.readFile(file.name, content, outgoing, file.lastModified);
        if (!read) {
          strange.push(file.name);
          continue;
        }
        await commit([{ kind: 'outgoing', outgoing: { id: outgoing, bytes: read.bytes } }]);
        messages.push(read.file);
      }
      if (messages.length > 0) {
        const action: Action = { id, at, state, kind: 'import', mailbox: to, files: messages };
        await commit([{ kind: 'action', action }]);
        engine.wake('action');
      }
      return { count: messages.length, strange };
    } catch {
      await commit([{ kind: 'action-removed', id }]).catch(() => undefined);
      return { problem: 'storage' };
    }
  }

  /** For good: the screen asks first. */
  deleteForever(keys: readonly MessageKey[]): Outcome {
    return append(expungeActions(shown(keys), Date.now()), undefined);
  }

  /** Settles with the draft to open again when a sending was taken back. */
  async undo(): Promise<string | undefined> {
    const draft = await undo.take();
    engine.wake('action');
    return draft;
  }

  /** The person waved the offer away. */
  dismiss(): void {
    undo.dismiss();
  }

  async #moveTo(keys: readonly MessageKey[], role: MailboxRole, what: UndoView['what']): Outcome {
    const moves = (to: MailboxKey): Action[] =>
      what === 'junked' || what === 'not-junked'
        ? junkActions(shown(keys), what === 'junked', to, Date.now())
        : moveActions(shown(keys), to, Date.now());
    const there = mailboxes.byRole(role)?.key;
    if (there !== undefined) return append(moves(there), { what, to: undefined });
    // An account without, say, an Archive gets one with the first message that is put there.
    let made: Mailbox | undefined;
    try {
      const key: number = await (await theStore()).allocate(1);
      made = mailboxForRole(role, truth.mailboxes, key as MailboxKey);
    } catch {
      return 'storage';
    }
    if (!made) return 'no-mailbox';
    return append(moves(made.key), { what, to: undefined }, made);
  }
}

/** The messages as the person sees them: where earlier actions have put them, with the flags those gave them. */
function shown(keys: readonly MessageKey[]): MessageRow[] {
  const rows: MessageRow[] = [];
  for (const key of keys) {
    const at = truth.locate(key);
    const row = at && project(rowAt(at, indexOfKey(at, key)), truth.overlays.get(key));
    if (row) rows.push(row);
  }
  return rows;
}

async function append(
  made: readonly Action[],
  offer: { readonly what: UndoView['what']; readonly to: string | undefined } | undefined,
  newMailbox?: Mailbox,
): Outcome {
  if (made.length === 0) return undefined;
  for (const action of made) {
    const refused = forbidden(action, truth.mailboxes);
    if (refused) return refused;
  }
  try {
    const mailbox: Change[] = newMailbox ? [{ kind: 'mailbox', mailbox: newMailbox }] : [];
    await commit([...mailbox, ...made.map((action) => ({ kind: 'action' as const, action }))]);
  } catch {
    return 'storage';
  }
  engine.wake('action');
  // What is marked and moved in one gesture is counted once.
  const count = new Set(made.flatMap((action) => ('messages' in action ? action.messages : []))).size;
  if (offer) undo.make(made, { ...offer, count });
  return undefined;
}

export const actions = new Actions();
