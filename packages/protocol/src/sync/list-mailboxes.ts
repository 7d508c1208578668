/** Which mailboxes there are, and which of them have news: LIST, LSUB and STATUS into truth. */
import { CommandError } from '../error.ts';
import { list, lsub, status } from '../imap/index.ts';
import type { StatusItem } from '../imap/index.ts';
import type { MailboxStatus } from '../imap/types.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { mailboxesOf } from './outbox.ts';
import { isInbox, isSelectable, rolesOf } from './roles.ts';
import { actionsQuery } from './store.ts';
import type { Truth } from './truth.ts';

/**
 * Brings the list of mailboxes up to date. Mailboxes are known again by their name on the wire; one that is gone is
 * removed with its cached mail (its pending uploads stay in the outbox).
 */
export async function listMailboxes(lane: Lane, truth: Truth): Promise<void> {
  const session = await lane.session();
  const extended = session.capabilities.has('LIST-EXTENDED') && session.capabilities.has('SPECIAL-USE');
  const [plain, subscribed] = await Promise.all([
    lane.run(list('', '*', { returnSpecialUse: extended })),
    lane.run(lsub('', '*')).catch(withoutCommandErrors([])),
  ]);
  // Seen on strato: the extended form answers with nothing; no account is without an INBOX.
  const listed = plain.length === 0 && extended ? await lane.run(list('', '*')) : plain;
  const names = new Set(subscribed.map(({ wireName }) => wireName));
  const roles = rolesOf(listed);
  const unique = [...new Map(listed.map((mailbox) => [mailbox.wireName, mailbox])).values()];
  if (unique.length === 0) return;
  await truth.change(async () => {
    const known = new Map((await truth.mailboxes()).map((mailbox) => [mailbox.wireName, mailbox]));
    const added = unique.filter(({ wireName }) => !known.has(wireName));
    let key = added.length > 0 ? await truth.store.allocate(added.length) : 0;
    const changes: Change[] = [];
    for (const item of unique) {
      const before = known.get(item.wireName);
      const after: Mailbox = {
        ...(before ?? newMailbox(key++ as MailboxKey)),
        name: isInbox(item.name) ? 'INBOX' : item.name,
        wireName: item.wireName,
        delimiter: item.delimiter,
        attributes: item.attributes,
        role: roles.get(item.wireName),
        subscribed: names.has(item.wireName) || isInbox(item.name),
      };
      if (!before || !sameListing(before, after)) changes.push({ kind: 'mailbox', mailbox: after });
      known.delete(item.wireName);
    }
    // A mailbox that actions wait for may be one that they are about to make: it stays until they have said.
    const needed = new Set((await truth.store.read(actionsQuery())).flatMap(mailboxesOf));
    for (const gone of known.values()) {
      if (!needed.has(gone.key)) changes.push({ kind: 'mailbox-removed', mailbox: gone.key });
    }
    return { changes, result: undefined };
  });
}

function sameListing(a: Mailbox, b: Mailbox): boolean {
  return (
    a.name === b.name &&
    a.delimiter === b.delimiter &&
    a.role === b.role &&
    a.subscribed === b.subscribed &&
    a.attributes.join(' ') === b.attributes.join(' ')
  );
}

/**
 * Asks the STATUS of all mailboxes and returns those whose cached mail cannot be whole any more.
 * A mailbox that refuses (no rights, in use) is passed over: it is asked again at the next round.
 */
export async function mailboxesWithNews(lane: Lane, truth: Truth): Promise<MailboxKey[]> {
  const session = await lane.session();
  const condstore = session.capabilities.has('CONDSTORE');
  const items: StatusItem[] = [
    'MESSAGES',
    'UIDNEXT',
    'UIDVALIDITY',
    'UNSEEN',
    ...(condstore ? (['HIGHESTMODSEQ'] as const) : []),
  ];
  const mailboxes = (await truth.mailboxes()).filter(isSelectable);
  const news: MailboxKey[] = [];
  const answers = await statuses(lane, mailboxes, items);
  for (const mailbox of mailboxes) {
    const answer = answers.get(mailbox.wireName);
    if (!answer) continue;
    if (differs(mailbox, answer)) news.push(mailbox.key);
    await keepCounts(truth, mailbox.key, answer);
  }
  return news;
}

/** By wire name; those that refuse are absent. One round trip where the server has LIST-STATUS (RFC 5819). */
async function statuses(
  lane: Lane,
  mailboxes: readonly Mailbox[],
  items: readonly StatusItem[],
): Promise<ReadonlyMap<string, MailboxStatus>> {
  const found = new Map<string, MailboxStatus>();
  const { capabilities } = await lane.session();
  if (capabilities.has('LIST-STATUS')) {
    for (const { wireName, status } of await lane.run(list('', '*', { returnStatus: items }))) {
      if (status) found.set(wireName, status);
    }
    return found;
  }
  for (const { wireName } of mailboxes) {
    const answer = await lane
      .run(status({ wire: wireName }, items))
      .catch(withoutCommandErrors<MailboxStatus | undefined>(undefined));
    if (answer) found.set(wireName, answer);
  }
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

async function keepCounts(truth: Truth, key: MailboxKey, answer: MailboxStatus): Promise<void> {
  await truth.change(async () => {
    const mailbox = await truth.mailbox(key);
    if (!mailbox) return { changes: [], result: undefined };
    const messages = answer.messages ?? mailbox.messages;
    const unseen = answer.unseen ?? mailbox.unseen;
    if (messages === mailbox.messages && unseen === mailbox.unseen) return { changes: [], result: undefined };
    return { changes: [{ kind: 'mailbox', mailbox: { ...mailbox, messages, unseen } }], result: undefined };
  });
}

function withoutCommandErrors<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof CommandError) return instead;
    throw error;
  };
}
