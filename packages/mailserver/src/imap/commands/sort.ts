import type { Message } from '../../account/mailbox.ts';
import { parseAddresses } from '../../message/address.ts';
import { headerValue } from '../../message/header.ts';
import { baseSubject } from '../base-subject.ts';
import { collated } from '../collated.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { readSearchKeys } from '../search-key.ts';
import { readReturnOptions } from '../search-result.ts';
import type { Numbered } from '../selected.ts';
import { sentDate } from '../sent-date.ts';
import type { Session } from '../session.ts';
import { has, selectedOf } from '../session.ts';
import { searchResponse } from './search.ts';

/** What messages are put in order by: numbers, or text in Unicode order, regardless of case. */
const CRITERIA: Readonly<Record<string, (message: Message) => number | string>> = {
  ARRIVAL: (message) => message.internalDate,
  DATE: sentDate,
  SIZE: (message) => message.content.size,
  SUBJECT: (message) => baseSubject(headerValue(message.content.structure().header, 'subject') ?? '').text,
  CC: (message) => firstMailbox(message, 'cc'),
  FROM: (message) => firstMailbox(message, 'from'),
  TO: (message) => firstMailbox(message, 'to'),
};

/** addr-mailbox of the first address of a field. */
function firstMailbox(message: Message, field: string): string {
  const value = headerValue(message.content.structure().header, field) ?? '';
  return collated(parseAddresses(value)[0]?.mailbox ?? '');
}

/** SORT and UID SORT (RFC 5256 §3), with result options where ESORT is there (RFC 5267 §3). */
export function* sort(session: Session, scanner: Scanner, byUid: boolean): Execution {
  scanner.space();
  const options = has(session, 'ESORT') ? readReturnOptions(session, scanner) : undefined;
  const criteria = scanner.list(() => {
    const reverse = scanner.accept('REVERSE ');
    const name = scanner.keyword();
    const key = Object.hasOwn(CRITERIA, name) ? CRITERIA[name] : undefined;
    if (key === undefined) throw new GrammarError(`Nothing can be sorted by ${name}`);
    return { key, sign: reverse ? -1 : 1 };
  });
  if (criteria.length === 0) throw new GrammarError('Nothing to sort by');
  const { found, usesModSeq } = findMessages(session, scanner);
  const keyed = found.map((numbered) => ({ numbered, keys: criteria.map(({ key }) => key(numbered[1])) }));
  keyed.sort((a, b) => {
    for (const [index, { sign }] of criteria.entries()) {
      const [x, y] = [a.keys[index]!, b.keys[index]!];
      if (x !== y) return x < y ? -sign : sign;
    }
    return a.numbered[0] - b.numbered[0];
  });
  const sorted = keyed.map(({ numbered }) => numbered);
  yield* searchResponse(session, sorted, { options, usesModSeq, byUid, name: 'SORT' });
  return ok('Sorted');
}

/** ` charset keys`, as SORT and THREAD end; what they find, in the order of the mailbox. */
export function findMessages(session: Session, scanner: Scanner): { found: Numbered[]; usesModSeq: boolean } {
  scanner.space();
  const { matches, usesModSeq } = readSearchKeys(session, scanner);
  if (usesModSeq) session.condstore = true;
  const numbered = selectedOf(session).messages.map((message, index): Numbered => [index + 1, message]);
  return {
    found: numbered.filter(([number, message]) => !message.expunged && matches(message, number)),
    usesModSeq,
  };
}
