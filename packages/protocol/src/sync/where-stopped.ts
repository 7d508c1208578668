import { hereIn } from './around.ts';
import { keepsList } from './keep.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { STOPPED_SETTING, stoppedOf } from './stopped.ts';
import { settingQuery } from './store.ts';
import type { Truth } from './truth.ts';
import type { Around } from './wishes.ts';

interface ScrolledTo {
  readonly mailbox: MailboxKey;
  readonly around: Around;
}

/** Of which mailboxes the person has stopped the older mail, or chosen that nothing is kept, and where somebody wants what comes next all the same. */
export class Stopped {
  readonly #truth: Truth;
  #keys: ReadonlySet<MailboxKey> | undefined;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /** False until it was read once. */
  get isKnown(): boolean {
    return this.#keys !== undefined;
  }

  has(mailbox: MailboxKey): boolean {
    return this.#keys?.has(mailbox) ?? false;
  }

  /** Gives the mailboxes whose older mail is wanted again. */
  async read(): Promise<readonly MailboxKey[]> {
    const stopped = stoppedOf(await this.#truth.store.read(settingQuery<unknown>(STOPPED_SETTING)));
    const online = (await this.#truth.mailboxes()).filter((mailbox) => !keepsList(mailbox));
    const keys = new Set([...stopped, ...online.map(({ key }) => key)]);
    const before = this.#keys ?? keys;
    this.#keys = keys;
    return [...before].filter((key) => !keys.has(key));
  }

  /** Somebody has come to the end of what is here without a gap: what comes next is fetched in order, as it would be otherwise. */
  isOfNext({ mailbox, around }: ScrolledTo): boolean {
    return 'position' in around && this.has(mailbox);
  }

  /** The first of those of which what comes next is wished for and is not here. */
  async ended(wishes: readonly ScrolledTo[], mailboxes: readonly Mailbox[]): Promise<Mailbox | undefined> {
    for (const wish of wishes) {
      const mailbox = mailboxes.find(({ key, sync }) => key === wish.mailbox && sync.from > 1);
      if (!mailbox || !this.isOfNext(wish) || !('position' in wish.around)) continue;
      const { uids } = await this.#truth.rows(mailbox.key);
      if (wish.around.position >= hereIn(uids, mailbox.sync.from)) return mailbox;
    }
    return undefined;
  }
}
