import { format, words } from '../i18n/index.ts';
import type { RowView } from '../state/views.ts';
import { namesOf } from './people.ts';

/** Whom a row names: who wrote its message, or to whom it goes. `me`: the person's own address. */
export function peopleIn(row: RowView, me: string): string {
  const names = namesOf(row.people, me, words.reader.me);
  if (row.peopleAre === 'recipients') return names === '' ? words.list.noRecipients : words.list.to(names);
  return names === '' ? words.list.noSender : names;
}

export function subjectOf(row: RowView): string {
  return row.subject === '' ? words.list.noSubject : row.subject;
}

/** The first of the person's own keywords. */
export function tagsOf(row: RowView): string[] {
  return row.keywords.filter((keyword) => !/^[$\\]/.test(keyword)).slice(0, 2);
}

/** A row in one sentence after the other, for what reads aloud. */
export function aloud(row: RowView, me: string, now: number): string {
  if (row.absent) return words.list.absentAloud(format.when(row.date, now));
  if (!row.known) return words.list.unknown;
  const parts = [
    row.unread && words.list.unread,
    peopleIn(row, me),
    subjectOf(row),
    format.when(row.date, now),
    row.flagged && words.list.flagged,
    row.answered && words.list.answered,
    row.hasAttachments && words.list.attachments,
    row.pending === 'waiting' && words.list.waiting,
    row.pending === 'failed' && words.list.failed,
    ...tagsOf(row),
  ];
  return parts.filter((part) => typeof part === 'string').join('. ');
}
