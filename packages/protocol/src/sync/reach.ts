/** Mailboxes on other servers: which of them cannot be used and why, and which have news. */
import { CommandError } from '../error.ts';
import { status } from '../imap/index.ts';
import { takeCounts } from './count-mailboxes.ts';
import type { Counts } from './count-mailboxes.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { Astray, OutOfReach } from './referral.ts';
import { isSelectable } from './roles.ts';
import type { Servers } from './servers.ts';
import type { Truth } from './truth.ts';
import type { Unreached } from './wishes.ts';

export class Reach {
  readonly #unreached = new Map<MailboxKey, Unreached>();
  /** Some mailboxes are on other servers: nobody tells of their news. */
  isFar = false;

  /** For the person: cached mail of these stays readable. */
  get unreached(): readonly Unreached[] {
    return [...this.#unreached.values()];
  }

  /** Does what has to do with a mailbox, and keeps whether it could be reached. Rejects as `work` does. */
  async noting<T>(mailbox: MailboxKey, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#unreached.delete(mailbox);
      return result;
    } catch (error) {
      if (error instanceof Astray)
        this.#unreached.set(mailbox, { mailbox, server: error.server, why: error.why });
      else if (error instanceof OutOfReach)
        this.#unreached.set(mailbox, { mailbox, server: error.server, why: 'unreachable' });
      else if (error instanceof CommandError) this.#unreached.delete(mailbox);
      throw error;
    }
  }

  /** Forgets mailboxes that are gone. */
  keep(keys: ReadonlySet<MailboxKey>): void {
    for (const key of this.#unreached.keys()) if (!keys.has(key)) this.#unreached.delete(key);
  }
}

export interface ReachPorts {
  readonly servers: Servers;
  readonly truth: Truth;
  readonly counts: Counts;
  readonly reach: Reach;
}

/** Asks the STATUS of the mailboxes that live on other servers, and returns those that have news. */
export async function countElsewhere({ servers, truth, counts, reach }: ReachPorts): Promise<MailboxKey[]> {
  const mailboxes = await truth.mailboxes();
  const elsewhere = mailboxes.filter((mailbox) => isSelectable(mailbox) && servers.isElsewhere(mailbox));
  reach.isFar = elsewhere.length > 0;
  reach.keep(new Set(mailboxes.map(({ key }) => key)));
  const news: MailboxKey[] = [];
  for (const mailbox of elsewhere) {
    try {
      const keys = await reach.noting(mailbox.key, () => countOne(servers, truth, counts, mailbox));
      news.push(...keys);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  return news;
}

function countOne(servers: Servers, truth: Truth, counts: Counts, mailbox: Mailbox): Promise<MailboxKey[]> {
  return servers.at(mailbox, async (lane) => {
    // A STATUS of the mailbox that is selected need not tell anything (RFC 3501 §6.3.10).
    if (lane.selected === mailbox.key) return [mailbox.key];
    const { capabilities } = await lane.session();
    const modSeq = capabilities.has('CONDSTORE') ? (['HIGHESTMODSEQ'] as const) : [];
    const items = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN', ...modSeq] as const;
    const answer = await lane.run(status(lane.nameOf(mailbox), items));
    if (!answer) return [];
    const there = new Map([[mailbox.wireName, answer]]);
    return takeCounts(truth, there, (known, said) => counts.news(known, said, lane.now()));
  });
}
