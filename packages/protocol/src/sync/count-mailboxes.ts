/** Which mailboxes have news: STATUS of all of them (RFC 3501 §6.3.10, RFC 5819). */
import { list, status } from '../imap/index.ts';
import type { ListedWithStatus, StatusItem } from '../imap/index.ts';
import type { MailboxStatus } from '../imap/types.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import { withoutCommandErrors } from './list-mailboxes.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { isSelectable } from './roles.ts';
import type { Truth } from './truth.ts';

/** STATUS commands on the wire at once. */
const AT_ONCE = 32;
/** How often a mailbox is looked at whose STATUS says too little to tell whether it has news. */
const LOOK_EVERY = 15 * 60_000;

/**
 * What STATUS said when a mailbox was last looked at. Some servers' STATUS never agrees with what is found in the
 * mailbox; as long as it says the same as before, there is nothing to look for.
 */
export class Counts {
  readonly #said = new Map<MailboxKey, string>();
  readonly #looked = new Map<MailboxKey, { readonly said: string | undefined; readonly at: number }>();

  /** The mailbox was caught up with, or refused to be. */
  looked(key: MailboxKey, now: number): void {
    this.#looked.set(key, { said: this.#said.get(key), at: now });
  }

  /** Keeps what was said; true when it gives reason to look. */
  news(mailbox: Mailbox, answer: MailboxStatus, now: number): boolean {
    const { messages, uidNext, uidValidity, unseen, highestModSeq } = answer;
    const said = [messages, uidNext, uidValidity, unseen, highestModSeq].join(' ');
    this.#said.set(mailbox.key, said);
    const looked = this.#looked.get(mailbox.key);
    if (!looked || (looked.said !== undefined && looked.said !== said)) return differs(mailbox, answer);
    if (looked.said === undefined) this.#looked.set(mailbox.key, { said, at: looked.at });
    const tells = messages !== undefined && uidNext !== undefined && mailbox.sync.at > 0;
    return !tells && now - looked.at >= LOOK_EVERY;
  }

  /** Forgets mailboxes that are gone. */
  keep(keys: ReadonlySet<MailboxKey>): void {
    for (const key of this.#said.keys()) if (!keys.has(key)) this.#said.delete(key);
    for (const key of this.#looked.keys()) if (!keys.has(key)) this.#looked.delete(key);
  }
}

/** Asks the STATUS of all mailboxes but the selected one, and returns those whose cached mail cannot be whole any more. */
export async function mailboxesWithNews(lane: Lane, truth: Truth, counts: Counts): Promise<MailboxKey[]> {
  const { capabilities } = await lane.session();
  const items: StatusItem[] = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN'];
  if (capabilities.has('CONDSTORE')) items.push('HIGHESTMODSEQ');
  const all = await truth.mailboxes();
  counts.keep(new Set(all.map(({ key }) => key)));
  // Of the selected mailbox the news comes by itself; its STATUS may be old (RFC 3501 §6.3.10).
  const mailboxes = all.filter((mailbox) => isSelectable(mailbox) && mailbox.key !== lane.selected);
  const answers = await statuses(lane, mailboxes, items);
  return truth.change(async () => {
    const changes: Change[] = [];
    const news: MailboxKey[] = [];
    const now = new Set(mailboxes.map(({ key }) => key));
    for (const mailbox of await truth.mailboxes()) {
      const answer = answers.get(mailbox.wireName);
      if (!answer || !now.has(mailbox.key)) continue;
      if (counts.news(mailbox, answer, lane.now())) news.push(mailbox.key);
      const { messages = mailbox.messages, unseen = mailbox.unseen } = answer;
      if (messages !== mailbox.messages || unseen !== mailbox.unseen)
        changes.push({ kind: 'mailbox', mailbox: { ...mailbox, messages, unseen } });
    }
    return { changes, result: news };
  });
}

/** By wire name; those that refuse are absent: they are asked again at the next round. One round trip with LIST-STATUS. */
async function statuses(
  lane: Lane,
  mailboxes: readonly Mailbox[],
  items: readonly StatusItem[],
): Promise<ReadonlyMap<string, MailboxStatus>> {
  const found = new Map<string, MailboxStatus>();
  const { capabilities } = await lane.session();
  if (capabilities.has('LIST-STATUS')) {
    const listed = await lane
      .run(list('', '*', { returnStatus: items }))
      .catch(withoutCommandErrors<readonly ListedWithStatus[]>([]));
    for (const { wireName, status: answer } of listed) if (answer) found.set(wireName, answer);
    if (found.size > 0) return found;
  }
  const names = new Set(mailboxes.map(({ wireName }) => wireName));
  const waiting = [...mailboxes];
  const ask = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { wireName } = next;
      const answer = await lane
        .run(status({ wire: wireName }, items))
        .catch(withoutCommandErrors<MailboxStatus | undefined>(undefined));
      // An answer in another mailbox's name is that mailbox's, and came while this one's was awaited.
      if (answer && (answer.wireName === wireName || !names.has(answer.wireName)))
        found.set(wireName, answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return found;
}

function differs({ sync, ...mailbox }: Mailbox, answer: MailboxStatus): boolean {
  return (
    sync.at === 0 ||
    sync.from > 1 ||
    answer.uidValidity !== sync.uidValidity ||
    answer.messages !== sync.exists ||
    answer.uidNext !== sync.uidNext ||
    answer.unseen !== mailbox.unseen ||
    (answer.highestModSeq !== undefined && answer.highestModSeq !== sync.highestModSeq)
  );
}
