/**
 * What a person sees: truth with the pending actions laid over it, in order. Pure; the same function serves one message
 * and a whole list, so that a row and the reader can never disagree.
 */
import type { Flag } from '../imap/types.ts';
import type { Action } from './action.ts';
import type { MailboxKey, MessageKey, MessageRow } from './model.ts';

/** What all pending actions together do to one message. */
export interface Overlay {
  readonly add: ReadonlySet<Flag>;
  readonly remove: ReadonlySet<Flag>;
  /** Where it is shown; undefined: where truth has it. `null`: nowhere, it is being expunged. */
  readonly mailbox: MailboxKey | null | undefined;
  readonly pending: 'waiting' | 'failed' | undefined;
}

interface Building {
  add: Set<Flag>;
  remove: Set<Flag>;
  mailbox: MailboxKey | null | undefined;
  pending: 'waiting' | 'failed' | undefined;
}

/**
 * One overlay per message that any action touches. A failed action has no effect on what is shown (the message stays
 * as the server has it) but marks the message; an uncertain or waiting one has.
 */
export function overlays(actions: readonly Action[]): ReadonlyMap<MessageKey, Overlay> {
  const built = new Map<MessageKey, Building>();
  const at = (key: MessageKey): Building => {
    let overlay = built.get(key);
    if (!overlay) {
      overlay = { add: new Set(), remove: new Set(), mailbox: undefined, pending: undefined };
      built.set(key, overlay);
    }
    return overlay;
  };
  const mark = (overlay: Building, action: Action): boolean => {
    const failed = action.state.name === 'failed';
    if (failed) overlay.pending = 'failed';
    else overlay.pending ??= 'waiting';
    return !failed;
  };
  for (const action of actions) {
    switch (action.kind) {
      case 'flag':
        for (const key of action.messages) {
          const overlay = at(key);
          if (mark(overlay, action)) setFlags(overlay, action.add, action.remove);
        }
        break;
      case 'move':
        for (const key of action.messages) {
          const overlay = at(key);
          if (mark(overlay, action)) overlay.mailbox = action.to;
        }
        break;
      case 'carry':
        // A copy changes nothing here; what is not here any more is not shown as soon as that is wanted.
        if (!action.remove) break;
        for (const key of action.messages) {
          const overlay = at(key);
          if (mark(overlay, action)) overlay.mailbox = null;
        }
        break;
      case 'expunge':
        for (const key of action.messages) {
          const overlay = at(key);
          if (mark(overlay, action)) overlay.mailbox = null;
        }
        break;
      case 'send':
        if (action.answers && action.state.name !== 'failed') {
          setFlags(at(action.answers.key), [action.answers.flag], []);
        }
        break;
      case 'copy':
        for (const key of action.copies) mark(at(key), action);
        break;
      case 'upload':
      case 'import':
      case 'save-draft':
      case 'remove-draft':
      case 'create-mailbox':
      case 'rename-mailbox':
      case 'delete-mailbox':
      case 'subscribe':
        break;
    }
  }
  return built;
}

/**
 * The messages that only actions have made so far, as rows where they are going: copies, as what they are copied from is shown
 * when they are made. Later actions are still to be laid over them.
 * @param locate the row of a message, as truth has it.
 */
export function projectCopies(
  actions: readonly Action[],
  locate: (key: MessageKey) => MessageRow | undefined,
): readonly MadeRow[] {
  const made = new Map<MessageKey, MadeRow>();
  for (const [i, action] of actions.entries()) {
    if (action.kind !== 'copy' || action.state.name === 'failed') continue;
    const before = overlays(actions.slice(0, i));
    // Those that are made, and not there, somebody has taken away.
    const gone = new Set(action.made);
    for (const [j, key] of action.copies.entries()) {
      const original = action.messages[j];
      if (original === undefined || locate(key) || gone.has(key)) continue;
      const copied = made.get(original);
      const truth = copied ?? locate(original);
      const row = truth && project(truth, before.get(original));
      if (!row) continue;
      made.set(key, { ...row, key, mailbox: action.to, uid: 0, original: copied?.original ?? original });
    }
  }
  return [...made.values()];
}

/** A row that truth does not have. */
export interface MadeRow extends MessageRow {
  /** The message in truth whose descriptor and parts it has. */
  readonly original: MessageKey;
}

function setFlags(overlay: Building, add: readonly Flag[], remove: readonly Flag[]): void {
  for (const flag of add) {
    overlay.add.add(flag);
    overlay.remove.delete(flag);
  }
  for (const flag of remove) {
    overlay.remove.add(flag);
    overlay.add.delete(flag);
  }
}

/** A row as it is shown; undefined when it is being expunged. */
export function project<R extends MessageRow>(truth: R, overlay: Overlay | undefined): R | undefined {
  if (!overlay) return truth;
  if (overlay.mailbox === null) return undefined;
  const flags = new Set(truth.flags);
  for (const flag of overlay.add) flags.add(flag);
  for (const flag of overlay.remove) flags.delete(flag);
  return { ...truth, flags: [...flags], mailbox: overlay.mailbox ?? truth.mailbox };
}
