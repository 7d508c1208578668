/** Older mail that is not on this device yet: how much there is of it, and whether the person has stopped it. */
import { keepsList, settingQuery, STOPPED_SETTING, stoppedOf } from '@postern/protocol/sync';
import type { MailboxKey } from '@postern/protocol/sync';
import { connection } from './connection.svelte.ts';
import { commit, follow } from './device.ts';
import { mailboxes } from './mailboxes.svelte.ts';
import { truth } from './truth.svelte.ts';

export interface OlderView {
  readonly mailbox: MailboxKey;
  readonly state: 'coming' | 'stopped' | 'waiting';
  /** Messages that are here, of all as far as is known. */
  readonly done: number;
  readonly total: number;
}

class Older {
  #stopped: ReadonlySet<MailboxKey> = $state.raw(new Set());

  constructor() {
    follow(settingQuery<unknown>(STOPPED_SETTING), (setting) => (this.#stopped = stoppedOf(setting)));
  }

  /** undefined: all of the mailbox is here, or nothing is known of it. */
  of(mailbox: MailboxKey | undefined): OlderView | undefined {
    const sync = truth.mailbox(mailbox)?.sync;
    if (mailbox === undefined || !sync || sync.from <= 1) return undefined;
    const done = truth.rowsIn(mailbox)?.length ?? 0;
    const coming = connection.progress?.mailbox === mailbox ? connection.progress : undefined;
    const total = Math.max(mailboxes.get(mailbox)?.total ?? 0, coming?.total ?? 0);
    const isStopped = this.isStopped(mailbox) && !isOnline(mailbox);
    const state = isStopped ? 'stopped' : coming ? 'coming' : 'waiting';
    return { mailbox, state, done: Math.min(done, total), total };
  }

  /** What comes now, of any mailbox. */
  get coming(): OlderView | undefined {
    const { progress } = connection;
    if (!progress || progress.done >= progress.total || this.isStopped(progress.mailbox)) return undefined;
    return { ...progress, state: 'coming' };
  }

  /** Nothing older comes by itself. */
  isStopped(mailbox: MailboxKey): boolean {
    return this.#stopped.has(mailbox) || isOnline(mailbox);
  }
  stop(mailbox: MailboxKey): Promise<void> {
    return this.#set(new Set([...this.#stopped, mailbox]));
  }
  goOn(mailbox: MailboxKey): Promise<void> {
    return this.#set(new Set([...this.#stopped].filter((key) => key !== mailbox)));
  }

  /** Mailboxes that are gone are left out. */
  #set(stopped: ReadonlySet<MailboxKey>): Promise<void> {
    const value = truth.mailboxes.flatMap(({ key }) => (stopped.has(key) ? [key] : []));
    return commit([{ kind: 'setting', name: STOPPED_SETTING, value }]);
  }
}

/** Nothing is fetched of it that nobody looks at, whatever was stopped. */
function isOnline(key: MailboxKey): boolean {
  const mailbox = truth.mailbox(key);
  return mailbox !== undefined && !keepsList(mailbox);
}

export const older = new Older();
