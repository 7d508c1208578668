/**
 * Which of the messages that are known here are which of those that a server shows under other UIDs. Pure. RFC 4549 §4.1 voids
 * what is known when UIDVALIDITY changes; most often the mail is the same all the same (a restored backup, a mailbox that moved
 * to another server), and its texts need not be fetched again.
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
 * The UIDs of those that are certainly the same. undefined: too few are, or something speaks against it (a Message-ID that is
 * there on another message), so that it may be other mail altogether. What has no Message-ID, or is there more than once with
 * all its marks, is nobody's.
 */
export function relink(
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
  const seen = new Map<string, M | undefined>();
  for (const message of messages) {
    const marks = marksOf(message);
    if (message.messageId !== '') seen.set(marks, seen.has(marks) ? undefined : message);
  }
  return new Map([...seen].filter((each): each is [string, M] => each[1] !== undefined));
}
