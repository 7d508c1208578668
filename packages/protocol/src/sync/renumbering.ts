/**
 * RFC 4549 §4.1: a mailbox whose UIDVALIDITY is another one. What is known is linked to the new UIDs where it is certain which
 * is which, and voided otherwise.
 *
 * A linked message keeps its key, descriptor and texts, and what the person wants of it goes on: actions name keys, not UIDs, so
 * that none can meet another message. Of all others they are shown as failed, as the RFC says. Until the one commit at the end
 * the store is as it was: whatever interrupts this, it begins again.
 */
import { decodeText } from '../bytes/index.ts';
import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import type { FetchItem } from '../imap/index.ts';
import type { FetchedMessage, SelectedMailbox, Uid } from '../imap/types.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import { losing } from './lost.ts';
import type { Mailbox, MailboxKey, MessageKey } from './model.ts';
import { LAST_UID } from './plan.ts';
import { emailIdOf } from './email-ids.ts';
import { relink } from './relink.ts';
import type { FoundMessage, KnownMessage } from './relink.ts';
import { rowAt } from './rows.ts';
import { runInSteps } from './steps.ts';
import { descriptorsQuery } from './store.ts';
import type { Truth } from './truth.ts';
import { voidMailbox } from './uid-validity.ts';

/** About 170 octets a message, where a descriptor has 800. */
const ITEMS: readonly FetchItem[] = [
  'INTERNALDATE',
  'RFC822.SIZE',
  { section: 'HEADER.FIELDS', fields: ['MESSAGE-ID'] },
];
/** UIDs in the first step, and messages in any, so that each takes a second at most. */
const FIRST_STEP = 200;
const PER_STEP = 2000;

/** What was seen of a mailbox under its new UIDs. */
interface Look {
  readonly uidValidity: number;
  readonly found: Map<Uid, FoundMessage>;
  /** All from here up was looked at. */
  from: number;
  /** UIDs of the next step. */
  width: number;
}

export class Renumbering {
  readonly #truth: Truth;
  readonly #running = new Map<MailboxKey, Promise<void>>();
  /** Looks that a lost connection interrupted: the next one goes on with them. */
  readonly #looks = new Map<MailboxKey, Look>();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /**
   * Settles when the store has none of the old UIDs of `mailbox`, which is selected on `lane`; or when another lane is done with
   * it, well or badly. Rejects when the connection is lost.
   */
  resolve(lane: Lane, mailbox: Mailbox, selected: SelectedMailbox): Promise<void> {
    const running = this.#running.get(mailbox.key);
    if (running) return running.catch(() => undefined);
    const mine = this.#resolve(lane, mailbox, selected).finally(() => this.#running.delete(mailbox.key));
    this.#running.set(mailbox.key, mine);
    return mine;
  }

  async #resolve(lane: Lane, mailbox: Mailbox, selected: SelectedMailbox): Promise<void> {
    const known = selected.exists > 0 ? await knownIn(this.#truth, mailbox.key) : [];
    if (known.length > 0) {
      try {
        const look = await this.#look(lane, mailbox, selected, known);
        const links = relink(known, [...look.found.values()]);
        if (links) return await link(this.#truth, mailbox, selected, look.from, links);
      } catch (error) {
        // What the server does not tell of its messages nobody can compare.
        if (!(error instanceof CommandError)) throw error;
      }
    }
    await voidMailbox(this.#truth, mailbox, selected);
  }

  /** Looks through the mailbox, the newest first, until all that is known is found. */
  async #look(
    lane: Lane,
    { key, sync }: Mailbox,
    { uidValidity, uidNext }: SelectedMailbox,
    known: readonly KnownMessage[],
  ): Promise<Look> {
    const before = this.#looks.get(key);
    const goesOn = before?.uidValidity === uidValidity && uidValidity !== sync.uidValidity;
    const look: Look = goesOn
      ? before
      : {
          uidValidity,
          found: new Map(),
          from: uidNext ?? LAST_UID + 1,
          width: uidNext === undefined ? LAST_UID : FIRST_STEP,
        };
    this.#looks.set(key, look);
    const id = known.some(({ emailId }) => emailId !== undefined);
    const missing = new Set(known.map(({ messageId }) => messageId));
    for (const { messageId } of look.found.values()) missing.delete(messageId);
    while (look.from > 1 && missing.size > 0) {
      const first = Math.max(1, look.from - look.width);
      const seen = await this.#marks(lane, first, look.from - 1, id);
      for (const message of seen) look.found.set(message.uid, message);
      const left = missing.size;
      for (const { messageId } of seen) missing.delete(messageId);
      look.from = first;
      // What is known of a mailbox in part are its newest messages: below those there is nothing to be found.
      if (sync.from > 1 && seen.length > 0 && missing.size === left && left < known.length) break;
      const wanted = Math.round((look.width * PER_STEP) / (seen.length || 1));
      look.width = Math.min(look.width * 8, Math.max(FIRST_STEP, wanted));
    }
    this.#looks.delete(key);
    return look;
  }

  /** `id`: with what the server calls their octets, where it says so. */
  async #marks(lane: Lane, first: number, last: number, id: boolean): Promise<FoundMessage[]> {
    const { emailIds } = this.#truth;
    const item = id ? await emailIds.item(lane) : undefined;
    if (item) {
      try {
        return await fetchMarks(lane, [...ITEMS, item], first, last);
      } catch (error) {
        emailIds.refused(error);
      }
    }
    return fetchMarks(lane, ITEMS, first, last);
  }
}

/** Messages without a Message-ID, and those whose descriptor is not here, cannot be known again. */
async function knownIn(truth: Truth, mailbox: MailboxKey): Promise<KnownMessage[]> {
  const rows = await truth.rows(mailbox);
  const descriptors = await truth.store.read(descriptorsQuery([...rows.keys] as MessageKey[]));
  const known: KnownMessage[] = [];
  for (let i = 0; i < rows.length; i++) {
    const { key, size, date } = rowAt(rows, i);
    const { messageId = '', emailId } = descriptors.get(key) ?? {};
    if (messageId !== '') known.push({ key, size, date, messageId, emailId });
  }
  return known;
}

async function fetchMarks(
  lane: Lane,
  items: readonly FetchItem[],
  first: number,
  last: number,
): Promise<FoundMessage[]> {
  const found = new Map<Uid, FoundMessage>();
  const { onFetch } = lane;
  lane.onFetch = (message: FetchedMessage) => {
    const { uid = 0 as Uid, size, internalDate: date, sections } = message;
    if (uid < first || uid > last || size === undefined || date === undefined || !sections) return;
    const header = sections.find(({ section }) => section.startsWith('HEADER.FIELDS'))?.data;
    const messageId = /<[^<>\s]+>/.exec(header ? decodeText(header) : '')?.[0] ?? '';
    found.set(uid, { uid, size, date, messageId, emailId: emailIdOf(message) });
  };
  try {
    await lane.compressed();
    await runInSteps(lane, [[first, last]], (uids) => uidFetch(uids, items));
  } finally {
    lane.onFetch = onFetch;
  }
  return [...found.values()];
}

/** From here on the mailbox is one of which the newest messages have to be fetched, and all that is known be compared. */
function link(
  truth: Truth,
  mailbox: Mailbox,
  selected: SelectedMailbox,
  from: number,
  links: ReadonlyMap<MessageKey, Uid>,
): Promise<void> {
  const { key, sync } = mailbox;
  return truth.change(async () => {
    const now = await truth.mailbox(key);
    if (now?.sync.uidValidity !== sync.uidValidity) return { changes: [], result: undefined };
    const keys = [...(await truth.rows(key)).keys] as MessageKey[];
    const rows = keys.flatMap((each) => {
      const uid = links.get(each);
      return uid === undefined ? [] : [{ key: each, uid }];
    });
    const gone = keys.filter((each) => !links.has(each));
    const highest = rows.reduce((most, { uid }) => Math.max(most, uid), 0);
    const { uidValidity, exists } = selected;
    const after = { uidValidity, from, uidNext: highest + 1, highestModSeq: 0n, exists, at: 0 };
    const changes: Change[] = [
      ...(await losing(truth, new Set(gone), 'uidvalidity')),
      { kind: 'expunged', mailbox: key, keys: gone },
      { kind: 'moved', from: key, to: key, rows },
      { kind: 'mailbox', mailbox: { ...now, messages: exists, sync: after } },
    ];
    return { changes, result: undefined };
  });
}
