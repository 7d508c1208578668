/**
 * Which of the messages that are known here are which of those that a server shows under other UIDs. Pure. RFC 4549 §4.1 voids
 * what is known when UIDVALIDITY changes; most often the mail is the same all the same (a restored backup, a mailbox that moved
 * to another server), and its texts need not be fetched again. What the server calls their octets (email-ids.ts) makes it certain.
 */
import type { Uid } from '../imap/types.ts';
import type { MessageKey } from './model.ts';

/** What tells a message from any other: none of it changes, and all three agree by chance never. */
interface Marks {
  /** Empty: it has none. */
  readonly messageId: string;
  /** RFC822.SIZE, octets. */
  readonly size: number;
  /** INTERNALDATE, milliseconds since 1970; compared by the second. */
  readonly date: number;
  /** What the server calls its octets. */
  readonly emailId?: string | undefined;
}

export interface KnownMessage extends Marks {
  readonly key: MessageKey;
}

export interface FoundMessage extends Marks {
  readonly uid: Uid;
}

/** So many that are the same are believed whatever became of the others; of few it has to be this share. */
const MANY = 20;
const SHARE = 0.8;

/**
 * The UIDs of those that are certainly the same. Where both sides have identifiers in common, they tell of all that have one; of the
 * others their marks are believed, for it is the same mail.
 */
export function relink(
  known: readonly KnownMessage[],
  found: readonly FoundMessage[],
): ReadonlyMap<MessageKey, Uid> | undefined {
  const links = byEmailId(known, found);
  const taken = new Set(links.values());
  const theirs = unique(found);
  let contradicted = 0;
  const nameless: (readonly [MessageKey, Uid])[] = [];
  for (const [marks, { key, emailId }] of unique(known)) {
    const same = theirs.get(marks);
    if (!same || links.has(key) || taken.has(same.uid)) continue;
    if (emailId === undefined) nameless.push([key, same.uid]);
    else contradicted++;
  }
  // The server has begun to call its mail otherwise, and some of it by chance as before.
  if (contradicted >= links.size) return relinkByMarks(known, found);
  return new Map([...links, ...nameless]);
}

/** Where a Message-ID or a size is another one, the identifier is not believed; nor where several have it. */
function byEmailId(known: readonly KnownMessage[], found: readonly FoundMessage[]): Map<MessageKey, Uid> {
  const links = new Map<MessageKey, Uid>();
  const theirs = only(found, ({ emailId }) => emailId);
  for (const [emailId, { key, messageId, size }] of only(known, (message) => message.emailId)) {
    const same = theirs.get(emailId);
    if (same?.messageId === messageId && same.size === size) links.set(key, same.uid);
  }
  return links;
}

/**
 * The UIDs of those that are certainly the same. undefined: too few are, or something speaks against it (a Message-ID that is
 * there on another message), so that it may be other mail altogether. What has no Message-ID, or is there more than once with
 * all its marks, is nobody's.
 */
function relinkByMarks(
  known: readonly KnownMessage[],
  found: readonly FoundMessage[],
): ReadonlyMap<MessageKey, Uid> | undefined {
  const ours = unique(known);
  const theirs = unique(found);
  const links = new Map<MessageKey, Uid>();
  const taken = new Set<Uid>();
  for (const [marks, { key }] of ours) {
    const same = theirs.get(marks);
    if (!same) continue;
    links.set(key, same.uid);
    taken.add(same.uid);
  }
  if (links.size === 0 || (links.size < MANY && links.size < ours.size * SHARE)) return undefined;
  const marks = new Set(found.map(marksOf));
  const others = new Set(found.filter(({ uid }) => !taken.has(uid)).map(({ messageId }) => messageId));
  for (const [mark, { messageId }] of ours) if (!marks.has(mark) && others.has(messageId)) return undefined;
  return links;
}

function marksOf({ size, date, messageId }: Marks): string {
  return `${size} ${Math.floor(date / 1000)} ${messageId}`;
}

/** By their marks; without those that several have, or that have no Message-ID. */
function unique<M extends Marks>(messages: readonly M[]): Map<string, M> {
  return only(messages, (message) => (message.messageId === '' ? undefined : marksOf(message)));
}

/** By their name; without those that have none, or the same. */
function only<M>(messages: readonly M[], nameOf: (message: M) => string | undefined): Map<string, M> {
  const seen = new Map<string, M | undefined>();
  for (const message of messages) {
    const name = nameOf(message);
    if (name !== undefined) seen.set(name, seen.has(name) ? undefined : message);
  }
  return new Map([...seen].filter((each): each is [string, M] => each[1] !== undefined));
}
