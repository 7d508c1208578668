import type { Message } from '../../account/mailbox.ts';
import { headerValue } from '../../message/header.ts';
import { baseSubject } from '../base-subject.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Numbered } from '../selected.ts';
import { sentDate } from '../sent-date.ts';
import type { Session } from '../session.ts';
import { findMessages } from './sort.ts';

/** THREAD and UID THREAD (RFC 5256 §3) by ORDEREDSUBJECT. */
export function* thread(session: Session, scanner: Scanner, byUid: boolean): Execution {
  scanner.space();
  const algorithm = scanner.keyword();
  if (algorithm !== 'ORDEREDSUBJECT') return no('That algorithm is not supported');
  const { found } = findMessages(session, scanner);
  const threads = orderedSubject(found).map((messages) => {
    const [first, ...rest] = messages.map(([number, message]) => (byUid ? message.uid : number));
    if (rest.length === 0) return `(${first})`;
    return rest.length === 1
      ? `(${first} ${rest[0]})`
      : `(${first} ${rest.map((each) => `(${each})`).join('')})`;
  });
  yield `* THREAD${threads.length === 0 ? '' : ` ${threads.join('')}`}\r\n`;
  return ok('Threaded');
}

/** Messages of one base subject together, by sent date; the first one is the parent of the others. */
function orderedSubject(found: readonly Numbered[]): Numbered[][] {
  const dated = found.map((numbered) => ({ numbered, date: sentDate(numbered[1]) }));
  dated.sort((a, b) => a.date - b.date || a.numbered[0] - b.numbered[0]);
  const threads = new Map<string, Numbered[]>();
  for (const { numbered } of dated) {
    const subject = subjectOf(numbered[1]);
    const thread = threads.get(subject);
    if (thread === undefined) threads.set(subject, [numbered]);
    else thread.push(numbered);
  }
  return [...threads.values()];
}

function subjectOf(message: Message): string {
  return baseSubject(headerValue(message.content.structure().header, 'subject') ?? '').text;
}
