import { messageIds } from '../header.ts';
import { boundedReferences } from '../references.ts';

/** What threading needs to know of one copy of a message. */
export interface ThreadedMessage {
  /** Names this copy among all others of all mailboxes; any string. */
  readonly key: string;
  /** Message-ID with angle brackets; undefined where it has none. */
  readonly id: string | undefined;
  /** Its ancestors, the oldest first: see {@link ancestorsOf}. */
  readonly references: readonly string[];
  /** Decoded. */
  readonly subject: string;
  /** When it was sent (else received): milliseconds since 1970. */
  readonly date: number;
}

/**
 * The ancestors that the header names, RFC 5256 §3 REFERENCES (1): the identifiers of References, or, where it has none, the
 * first of In-Reply-To, which may hold other things too. At most 50: the root and the latest.
 * @param references @param inReplyTo the fields as they stand, unfolded.
 */
export function ancestorsOf(references: string | undefined, inReplyTo: string | undefined): string[] {
  const ids = messageIds(references ?? '');
  return boundedReferences(ids.length > 0 ? ids : messageIds(inReplyTo ?? '').slice(0, 1)).map(plainId);
}

/** `<"a.b"@c>` and `<a.b@c>` are one identifier (RFC 5256 §3). */
export function plainId(id: string): string {
  const quoted = /^<"((?:[^"\\]|\\.)*)"(@[^"]*>)$/.exec(id);
  if (quoted === null) return id;
  const local = quoted[1]!.replace(/\\(.)/g, '$1');
  return /^[^\s"(),:;<>@[\\\]]+$/.test(local) ? `<${local}${quoted[2]!}` : id;
}

/** A total order, so that nothing depends on who came first. */
export function byDate(a: ThreadedMessage, b: ThreadedMessage): number {
  return a.date - b.date || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
