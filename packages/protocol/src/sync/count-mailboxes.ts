/** Which mailboxes have news: STATUS of all of them (RFC 3501 §6.3.10, RFC 5819). */
import { list, status } from '../imap/index.ts';
import type { ListedWithStatus, StatusItem } from '../imap/index.ts';
import type { ListedMailbox, MailboxStatus } from '../imap/types.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import { withoutCommandErrors } from './list-mailboxes.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { isMadeUp } from './new-mailbox.ts';
import { isInbox, isRemote, isSelectable } from './roles.ts';
import type { Truth } from './truth.ts';

/** STATUS commands on the wire at once. */
const AT_ONCE = 32;
/**
 * How often a mailbox is looked at whose STATUS says too little to tell whether it has news, that would not be looked at, or where
 * what was found was not what the server counts.
 */
export const LOOK_EVERY = 15 * 60_000;

interface Looked {
  readonly said: string | undefined;
  readonly at: number;
  readonly refused: boolean;
}

/**
 * What STATUS said when a mailbox was last looked at. Some servers' STATUS never agrees with what is found in the
 * mailbox; as long as it says the same as before, there is nothing to look for.
 */
export class Counts {
  readonly #said = new Map<MailboxKey, string>();
  readonly #looked = new Map<MailboxKey, Looked>();

  /** The mailbox was caught up with. */
  looked(key: MailboxKey, now: number): void {
    this.#looked.set(key, { said: this.#said.get(key), at: now, refused: false });
  }

  /** What was found when it was last looked at is not what the server counts, and that was long ago. */
  isDoubtful({ key, sync }: Mailbox, now: number): boolean {
    const looked = this.#looked.get(key);
    const disagrees = sync.exists < 0 && sync.from <= 1;
    return disagrees && looked !== undefined && now - looked.at >= LOOK_EVERY;
  }

  /** It refused to be. */
  refused(key: MailboxKey, now: number): void {
    this.#looked.set(key, { said: this.#said.get(key), at: now, refused: true });
  }

  /** Keeps what was answered; true when it gives reason to look. */
  news(mailbox: Mailbox, answer: MailboxStatus, now: number): boolean {
    const { messages, uidNext, uidValidity, unseen, highestModSeq } = answer;
    const said = [messages, uidNext, uidValidity, unseen, highestModSeq].join(' ');
    this.#said.set(mailbox.key, said);
    const looked = this.#looked.get(mailbox.key);
    const tells = messages !== undefined && uidNext !== undefined && mailbox.sync.at > 0;
    if (!looked || (looked.said !== undefined && looked.said !== said))
      return !tells || differs(mailbox, answer);
    if (looked.said === undefined) {
      this.#looked.set(mailbox.key, { ...looked, said });
      // It may have changed between the look and the first answer.
      if (tells) return differs(mailbox, answer);
    }
    if (now - looked.at < LOOK_EVERY) return false;
    return !tells || this.isDoubtful(mailbox, now) || (looked.refused && differs(mailbox, answer));
  }

  /** Forgets mailboxes that are gone. */
  keep(keys: ReadonlySet<MailboxKey>): void {
    for (const key of this.#said.keys()) if (!keys.has(key)) this.#said.delete(key);
    for (const key of this.#looked.keys()) if (!keys.has(key)) this.#looked.delete(key);
  }
}

export interface Counted {
  /** Their cached mail cannot be whole any more. */
  readonly news: readonly MailboxKey[];
  /** The answer, a list, told of mailboxes that nobody knows here, or not of one that is known. */
  readonly others: boolean;
}

/** Asks the STATUS of all mailboxes, or of some, but not of the selected one. */
export async function mailboxesWithNews(
  lane: Lane,
  truth: Truth,
  counts: Counts,
  some?: ReadonlySet<MailboxKey>,
): Promise<Counted> {
  const { capabilities } = await lane.session();
  const items: StatusItem[] = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN'];
  if (capabilities.has('CONDSTORE')) items.push('HIGHESTMODSEQ');
  const all = await truth.mailboxes();
  counts.keep(new Set(all.map(({ key }) => key)));
  // Of the selected mailbox the news comes by itself; its STATUS may be old (RFC 3501 §6.3.10).
  const mailboxes = all.filter(
    (mailbox) =>
      isSelectable(mailbox) &&
      !isRemote(mailbox) &&
      mailbox.key !== lane.selected &&
      (some === undefined || some.has(mailbox.key)),
  );
  const listed = some ? [] : await listWithStatus(lane, items);
  const answers = listed.length > 0 ? statusOf(listed) : await eachStatus(lane, mailboxes, items);
  const asked = new Set(mailboxes.map(({ wireName }) => wireName));
  const news = await takeCounts(
    truth,
    new Map([...answers].filter(([wireName]) => asked.has(wireName))),
    (mailbox, answer) => counts.news(mailbox, answer, lane.now()),
  );
  const selected = all.find(({ key }) => key === lane.selected);
  const doubtful = selected && counts.isDoubtful(selected, lane.now()) ? [selected.key] : [];
  return { news: [...news, ...doubtful], others: tellsOthers(listed, await truth.mailboxes(), mailboxes) };
}

/** Takes over counts, by wire name, and returns the mailboxes of which `isNews` says that they have news. */
export function takeCounts(
  truth: Truth,
  answers: ReadonlyMap<string, MailboxStatus>,
  isNews: (mailbox: Mailbox, answer: MailboxStatus) => boolean = differs,
): Promise<MailboxKey[]> {
  return truth.change(async () => {
    const changes: Change[] = [];
    const news: MailboxKey[] = [];
    for (const mailbox of await truth.mailboxes()) {
      const answer = answers.get(mailbox.wireName);
      if (!answer || !isSelectable(mailbox)) continue;
      const { messages = mailbox.messages, unseen = mailbox.unseen } = answer;
      let { sync } = mailbox;
      if (isNews(mailbox, answer)) {
        news.push(mailbox.key);
        // Whoever is to look may die before, or be refused: then no count agrees with what is known.
        if (sync.exists >= 0) sync = { ...sync, exists: -1 };
      }
      if (messages !== mailbox.messages || unseen !== mailbox.unseen || sync !== mailbox.sync)
        changes.push({ kind: 'mailbox', mailbox: { ...mailbox, messages, unseen, sync } });
    }
    return { changes, result: news };
  });
}

/** All in one round trip, where the server has LIST-STATUS; none where it does not, or does not answer it. */
async function listWithStatus(
  lane: Lane,
  items: readonly StatusItem[],
): Promise<readonly ListedWithStatus[]> {
  const { capabilities } = await lane.session();
  if (!capabilities.has('LIST-STATUS')) return [];
  const listed = await lane
    .run(list('', '*', { returnStatus: items }))
    .catch(withoutCommandErrors<readonly ListedWithStatus[]>([]));
  return listed.some(({ status: answer }) => answer) ? listed : [];
}

function statusOf(listed: readonly ListedWithStatus[]): ReadonlyMap<string, MailboxStatus> {
  return new Map(
    listed.flatMap(({ wireName, status: answer }) => (answer ? [[wireName, answer] as const] : [])),
  );
}

/**
 * Mailboxes that nobody knows here, or not one that was `asked` for. What NOTIFY tells in the middle of the answer is taken for a
 * part of it (RFC 5465 §5.4): the latest counts.
 */
export function tellsOthers(
  listed: readonly ListedMailbox[],
  known: readonly Mailbox[],
  asked: readonly Mailbox[],
): boolean {
  if (listed.length === 0) return false;
  const latest = new Map(listed.map((mailbox) => [mailbox.wireName, mailbox]));
  const there = new Set([...latest.values()].filter(isSelectable).map(({ wireName }) => wireName));
  const here = new Map(known.map((mailbox) => [mailbox.wireName, mailbox]));
  // INBOX may be left out (RFC 3501 §5.1), and what is made up here is not there yet.
  const gone = ({ wireName, name }: Mailbox): boolean => {
    const mailbox = here.get(wireName);
    return mailbox !== undefined && !there.has(wireName) && !isInbox(name) && !isMadeUp(mailbox);
  };
  return [...there].some((wireName) => !here.has(wireName)) || asked.some(gone);
}

/** By wire name; those that refuse are absent: they are asked again at the next round. */
async function eachStatus(
  lane: Lane,
  mailboxes: readonly Mailbox[],
  items: readonly StatusItem[],
): Promise<ReadonlyMap<string, MailboxStatus>> {
  const found = new Map<string, MailboxStatus>();
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

/** What was not said says nothing: NOTIFY tells only what changed (RFC 5465 §5.2). */
function differs({ sync, unseen }: Mailbox, answer: MailboxStatus): boolean {
  const pairs: readonly (readonly [said: number | bigint | undefined, known: number | bigint])[] = [
    [answer.uidValidity, sync.uidValidity],
    [answer.messages, sync.exists],
    [answer.uidNext, sync.uidNext],
    [answer.unseen, unseen],
    [answer.highestModSeq, sync.highestModSeq],
  ];
  return (
    sync.at === 0 || sync.from > 1 || pairs.some(([said, known]) => said !== undefined && said !== known)
  );
}
