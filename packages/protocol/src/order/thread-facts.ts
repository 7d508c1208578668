import { type FetchItem, fetchMessages, type Searcher, type Uid } from '../imap/index.ts';
import { type HeaderFields, parseHeaders } from '../mime/header.ts';
import { boundedReferences } from '../mime/references.ts';
import { plainId } from '../mime/thread/message.ts';
import { type BaseSubject, baseSubject } from './base-subject.ts';
import { casemapped } from './collation.ts';
import { sentDate } from './sent-date.ts';

/** What THREAD looks at of a message (RFC 5256 §3). */
export interface ThreadFacts {
  readonly uid: Uid;
  /** Sent: milliseconds since 1970. */
  readonly date: number;
  /** `text` as it is compared. */
  readonly subject: BaseSubject;
  /** Message-ID, its quoting undone; undefined where it has none. */
  readonly id: string | undefined;
  /** The oldest first, at most 50: the root and the latest. */
  readonly references: readonly string[];
}

const FIELDS = ['DATE', 'SUBJECT', 'MESSAGE-ID', 'REFERENCES', 'IN-REPLY-TO'];

const ITEMS: readonly FetchItem[] = ['INTERNALDATE', { section: 'HEADER.FIELDS', fields: FIELDS }];

/** Characters of a field that are looked at. */
const MAX_FIELD = 100_000;

/** Fetches it of these messages. In the order of the mailbox; those that are gone are not among them. */
export async function threadFacts(session: Searcher, uids: readonly Uid[]): Promise<readonly ThreadFacts[]> {
  const arrivals = new Map<Uid, number>();
  const headers = new Map<Uid, Omit<ThreadFacts, 'date'> & { readonly sent: string | undefined }>();
  await fetchMessages(session, uids, ITEMS, ({ uid, internalDate, sections }) => {
    if (internalDate !== undefined) arrivals.set(uid, internalDate);
    const data = sections?.find(({ section }) => section.startsWith('HEADER.FIELDS'))?.data;
    if (data) headers.set(uid, read(uid, parseHeaders(data)));
  });
  return [...headers.values()]
    .toSorted((a, b) => a.uid - b.uid)
    .map(({ sent, ...facts }) => ({ ...facts, date: sentDate(sent, arrivals.get(facts.uid) ?? 0) }));
}

function read(uid: Uid, fields: HeaderFields) {
  const { text, isReply } = baseSubject(fields.get('subject') ?? '');
  const references = idsIn(fields.raw('references'));
  const ancestors = references.length > 0 ? references : idsIn(fields.raw('in-reply-to')).slice(0, 1);
  return {
    uid,
    sent: fields.raw('date'),
    subject: { text: casemapped(text), isReply },
    id: idsIn(fields.raw('message-id'))[0],
    references: boundedReferences(ancestors),
  };
}

/** Message-IDs as they stand, one that is there twice twice: the last is the parent, wherever else it is. */
function idsIn(field = ''): string[] {
  const ids = [...field.slice(0, MAX_FIELD).matchAll(/<[^<>]{1,998}>/g)];
  return ids.map(([id]) => plainId(id.replace(/\s/g, ''))).filter((id) => id.includes('@'));
}
