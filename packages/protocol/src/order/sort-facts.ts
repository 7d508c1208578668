/** What SORT compares of a message (RFC 5256 §3, RFC 5957 §3), and what has to be fetched to know it. */
import type { Address, Envelope, FetchedMessage, FetchItem, SortCriterion } from '../imap/index.ts';
import { decodeWords } from '../mime/encoded-word.ts';
import { baseSubject } from './base-subject.ts';
import { casemapped } from './collation.ts';
import { sentDate } from './sent-date.ts';

export type SortKey = Exclude<SortCriterion['by'], 'RELEVANCY'>;

/** What is known of one message so far; of its envelope only what it is sorted by is kept. */
export interface SortFacts {
  internalDate: number;
  size: number;
  date: string | null;
  readonly texts: Partial<Record<SortKey, string>>;
}

const OF_ENVELOPE: Readonly<Partial<Record<SortKey, (envelope: Envelope) => string>>> = {
  SUBJECT: ({ subject }) => baseSubject(decodeWords(subject ?? '')).text,
  FROM: ({ from }) => from[0]?.mailbox ?? '',
  TO: ({ to }) => to[0]?.mailbox ?? '',
  CC: ({ cc }) => cc[0]?.mailbox ?? '',
  DISPLAYFROM: ({ from }) => shownName(from[0]),
  DISPLAYTO: ({ to }) => shownName(to[0]),
};

/** RFC 5957 §3: the name, else the address, else nothing; a group goes by its own name. */
function shownName(address: Address | undefined): string {
  if (!address) return '';
  const { name, mailbox, host } = address;
  if (name) return decodeWords(name);
  return host === null ? decodeWords(mailbox ?? '') : `${mailbox ?? ''}@${host}`;
}

export function itemsOf(keys: readonly SortKey[]): readonly FetchItem[] {
  const items = new Set<FetchItem>();
  for (const key of keys) {
    if (key === 'ARRIVAL' || key === 'DATE') items.add('INTERNALDATE');
    if (key === 'SIZE') items.add('RFC822.SIZE');
    else if (key !== 'ARRIVAL') items.add('ENVELOPE');
  }
  return [...items];
}

export function noFacts(): SortFacts {
  return { internalDate: 0, size: 0, date: null, texts: {} };
}

/** Adds what one response says. */
export function learn(facts: SortFacts, message: FetchedMessage, keys: readonly SortKey[]): void {
  const { internalDate, size, envelope } = message;
  if (internalDate !== undefined) facts.internalDate = internalDate;
  if (size !== undefined) facts.size = size;
  if (!envelope) return;
  facts.date = envelope.date;
  for (const key of keys) {
    const text = OF_ENVELOPE[key]?.(envelope);
    if (text !== undefined) facts.texts[key] = casemapped(text);
  }
}

/** A number, or a text as it is compared. */
export function valueOf(facts: SortFacts, key: SortKey): number | string {
  if (key === 'ARRIVAL') return facts.internalDate;
  if (key === 'SIZE') return facts.size;
  if (key === 'DATE') return sentDate(facts.date, facts.internalDate);
  return facts.texts[key] ?? '';
}
