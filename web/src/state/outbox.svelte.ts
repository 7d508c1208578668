/** What waits for the server, or failed there. */
import { canTakeBack } from '@postern/protocol/sync';
import type { Action, MailboxKey, MessageKey } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { connection } from './connection.svelte.ts';
import { commit } from './device.ts';
import { lateIn } from './late.ts';
import type { Late } from './late.ts';
import { truth } from './truth.svelte.ts';
import type { OutboxEntryView } from './views.ts';

class Outbox {
  readonly #entries: readonly OutboxEntryView[] = $derived(truth.actions.map(entryOf));
  /** When it was last looked what has come to be late. */
  #now = $state(Date.now());
  readonly #late: Late = $derived(lateIn(truth.actions, this.#now));

  constructor() {
    $effect.root(() => {
      $effect(() => {
        const { next } = this.#late;
        if (next === undefined) return;
        const timer = setTimeout(() => (this.#now = Date.now()), next - Date.now());
        return () => clearTimeout(timer);
      });
    });
  }

  /** In the person's order. */
  get entries(): readonly OutboxEntryView[] {
    return this.#entries;
  }

  /** How many need the person: failed, or uncertain. */
  get failed(): number {
    return this.#entries.filter(({ state }) => state === 'failed' || state === 'uncertain').length;
  }

  /** Flags and moves go out in a moment; only what stays is worth a line. */
  get isWorthALine(): boolean {
    const stays = this.#entries.some(({ kind }) => kind === 'send' || kind === 'import' || kind === 'carry');
    const long = this.#entries.some(({ id }) => id === connection.working?.action);
    if (this.#late.actions.size > 0) return true;
    return this.failed > 0 || stays || long || (connection.state === 'waiting' && this.#entries.length > 0);
  }

  /**
   * What is to come into the mailbox and is no message there yet: from files or, into the one for what was sent, what is being sent. Not
   * what is there in a moment.
   */
  waitingFor(mailbox: MailboxKey, isSent: boolean): readonly OutboxEntryView[] {
    return this.#entries.filter(
      ({ id, kind, to, state }) =>
        (kind === 'import' ? to === mailbox : kind === 'send' && isSent) &&
        (connection.state === 'waiting' ||
          this.#late.actions.has(id) ||
          state === 'failed' ||
          state === 'uncertain'),
    );
  }

  /** Something that was wanted of the message waits for longer than a moment. */
  isLate(key: MessageKey): boolean {
    return this.#late.messages.has(key);
  }

  /** Begins a failed action again. One that is uncertain may happen twice: the screen has said so. */
  async retry(id: string): Promise<void> {
    const action = truth.actions.find((each) => each.id === id);
    const state = action?.state.name;
    if (!action || (state !== 'failed' && state !== 'uncertain')) return;
    await commit([{ kind: 'action-state', id, state: { name: 'waiting' }, onlyIn: state }]);
    engine.wake('action');
  }

  /**
   * Gives up what failed, or takes back what has not begun: what has begun meanwhile, or again, goes on. What was to be sent is gone with it:
   * the screen asks first.
   */
  async discard(id: string): Promise<void> {
    const state = truth.actions.find((each) => each.id === id)?.state.name;
    if (state === undefined || state === 'running') return;
    await commit([{ kind: 'action-removed', id, onlyIn: state }]);
    engine.wake('action');
  }
}

function entryOf(action: Action): OutboxEntryView {
  const { id, kind, state } = action;
  const problem = state.name === 'failed' || state.name === 'uncertain' ? state : undefined;
  return {
    id,
    kind,
    count: countIn(action),
    messages: 'messages' in action ? action.messages : [],
    to: targetOf(action),
    abroad: abroadOf(action),
    held: action.kind === 'carry' ? action.held : undefined,
    rival: action.kind === 'send' && action.rival !== undefined && !action.rival.told,
    removes: action.kind === 'carry' && action.remove,
    isSent: action.kind === 'send' && action.step === 'file',
    copied: action.kind === 'carry' && action.copied !== undefined,
    mark: markIn(action),
    mailbox: mailboxIn(action),
    emptied: action.kind === 'delete-mailbox' && action.into !== undefined,
    subject: action.kind === 'send' ? action.subject : undefined,
    progress: progressOf(action),
    refused: refusedIn(action),
    editable: canTakeBack(action),
    state: state.name,
    reason: problem?.reason,
    refusals: problem?.refusals ?? [],
    delivered: action.kind === 'send' ? (action.delivered?.length ?? 0) : 0,
    words: problem?.words,
  };
}

function targetOf(action: Action): MailboxKey | undefined {
  if (action.kind === 'import') return action.mailbox;
  return action.kind === 'move' || action.kind === 'copy' ? action.to : undefined;
}

function abroadOf(action: Action): OutboxEntryView['abroad'] {
  if (action.kind !== 'carry') return undefined;
  const { name, delimiter, address } = action.to;
  return { mailbox: (delimiter ? name.split(delimiter).at(-1) : undefined) ?? name, address };
}

const marks: Readonly<Record<string, readonly [on: OutboxEntryView['mark'], off: OutboxEntryView['mark']]>> =
  {
    '\\Seen': ['read', 'unread'],
    '\\Flagged': ['flagged', 'unflagged'],
  };

function markIn(action: Action): OutboxEntryView['mark'] {
  if (action.kind !== 'flag') return undefined;
  const { add, remove } = action;
  if (add.includes('$Junk') || remove.includes('$NotJunk')) return 'junk';
  if (add.includes('$NotJunk') || remove.includes('$Junk')) return 'notJunk';
  const [flag] = [...add, ...remove];
  if (flag === undefined || add.length + remove.length !== 1) return undefined;
  return marks[flag]?.[add.length === 1 ? 0 : 1];
}

function countIn(action: Action): number {
  if (action.kind === 'import') return action.files.length + (action.done ?? 0);
  // What is there is no part of what failed.
  if (action.kind === 'carry' && !('reason' in action.state))
    return action.messages.length + (action.done ?? 0);
  return 'messages' in action ? action.messages.length : 1;
}

function progressOf(action: Action): OutboxEntryView['progress'] {
  const counted = action.kind === 'import' || (action.kind === 'carry' && !('reason' in action.state));
  return counted ? { done: action.done ?? 0, total: countIn(action) } : undefined;
}

function refusedIn(action: Action): OutboxEntryView['refused'] {
  if (action.kind !== 'import') return [];
  return action.files.flatMap(({ name, state }) => (typeof state === 'object' ? [{ name, ...state }] : []));
}

/** Last level of the name of the mailbox that is made, renamed or deleted. */
function mailboxIn(action: Action): string | undefined {
  if (!('mailbox' in action)) return undefined;
  const there = truth.known(action.mailbox);
  const name = 'name' in action ? action.name : there?.name;
  const delimiter = 'delimiter' in action ? action.delimiter : there?.delimiter;
  return delimiter ? name?.split(delimiter).at(-1) : name;
}

export const outbox = new Outbox();
