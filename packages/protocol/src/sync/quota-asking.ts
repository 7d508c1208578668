/** Asks how full the account is on its server (RFC 9208). `quota.ts` says what follows from the answer. */
import { CommandError } from '../error.ts';
import { getQuotaRoot } from '../imap/index.ts';
import type { Lane } from './lane.ts';
import { fullestOf, fullness, QUOTA_SETTING, TIGHT } from './quota.ts';
import type { AccountQuota } from './quota.ts';
import { settingQuery } from './store.ts';
import type { Truth } from './truth.ts';

/** Milliseconds after which it is asked for again; where little room is left, sooner: somebody may be making some. */
const EVERY = 10 * 60_000;
const EVERY_WHEN_TIGHT = 2 * 60_000;
/** After a refusal. */
const SELDOM = 60 * 60_000;

/** Asks for it now and then. */
export class QuotaAsking {
  /** When it is next to be asked for, milliseconds since 1970. */
  #due = Number.NEGATIVE_INFINITY;
  #tight = false;

  /** As `#due`; Infinity where it was never asked for, so that nobody waits for it. */
  get due(): number {
    return Number.isFinite(this.#due) ? this.#due : Infinity;
  }

  /** Something was refused for want of room: what is known is old. */
  refused(): void {
    this.#due = Number.NEGATIVE_INFINITY;
  }

  /** Something went from the server. */
  freed(): void {
    if (this.#tight) this.#due = Number.NEGATIVE_INFINITY;
  }

  /** Asks, should it be time to. */
  async ask(lane: Lane, truth: Truth): Promise<void> {
    const now = lane.now();
    if (now < this.#due) return;
    const { capabilities } = await lane.session();
    if (!capabilities.has('QUOTA')) {
      this.#due = now + SELDOM;
      return keep(truth, undefined);
    }
    this.#due = now + EVERY;
    try {
      const found = fullestOf(await lane.run(getQuotaRoot('INBOX')));
      this.#tight = fullness(found) >= TIGHT;
      if (this.#tight) this.#due = now + EVERY_WHEN_TIGHT;
      await keep(truth, found.storage || found.messages ? { ...found, at: now } : undefined);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#due = now + SELDOM;
    }
  }
}

async function keep(truth: Truth, value: AccountQuota | undefined): Promise<void> {
  await truth.change(async () => {
    const before = await truth.store.read(settingQuery<unknown>(QUOTA_SETTING));
    const same = value === undefined && before === undefined;
    return { changes: same ? [] : [{ kind: 'setting', name: QUOTA_SETTING, value }], result: undefined };
  });
}
