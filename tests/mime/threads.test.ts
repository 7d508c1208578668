/** Mailboxes and subjects from other projects' tests of threading. */
import { ancestorsOf, baseSubject, messageIds, parseHeaders, Threads } from '@postern/protocol/mime';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CORPUS = new URL('../../../shared/corpus/', import.meta.url).pathname;
const present = existsSync(join(CORPUS, 'threading'));
if (!present) console.warn(`No threads at ${CORPUS}: the tests that read them are skipped.`);

function threadsIn(mailbox: string): string {
  const threads = new Threads();
  const messages = mailbox.split(/^From .*\r?\n/m).slice(1);
  const received = [...mailbox.matchAll(/^From \S+ +(.*)$/gm)].map(([, date]) => Date.parse(`${date!} UTC`));
  for (const [index, text] of messages.entries()) {
    const headers = parseHeaders(Buffer.from(text));
    threads.add({
      key: String(index + 1),
      id: messageIds(headers.raw('message-id') ?? '')[0],
      references: ancestorsOf(headers.raw('references'), headers.raw('in-reply-to')),
      subject: headers.get('subject') ?? '',
      date: received[index]!,
    });
  }
  return threads
    .all()
    .map(({ rows }) => {
      const below = (parent: number): string => {
        const texts = rows.flatMap((row, index) =>
          row.parent === parent ? [`${row.keys.join('=')}${below(index)}`] : [],
        );
        return texts.length === 1 && parent >= 0 ? ` ${texts[0]!}` : texts.map((one) => `(${one})`).join('');
      };
      return below(-1);
    })
    .join('');
}

describe.skipIf(!present)('of the corpus', () => {
  /** RFC 5256 would nest roots of one thread in a thread of their own; here they stand side by side. */
  it.each([
    // A loop: the older message's word counts, and then what it says of the other.
    ['thread.mbox', '(1 3 2)'],
    // Two messages with one Message-ID are copies of one.
    ['thread2.mbox', '(1=2)'],
    ['thread3.mbox', '(1=2)'],
    ['thread4.mbox', '(1 2)'],
    ['thread6.mbox', '(1)(2)'],
    ['thread7.mbox', '(1 2=4 3)'],
  ])('%s', (name, expected) => {
    expect(threadsIn(readFileSync(join(CORPUS, 'imap/imaptest', name), 'utf8'))).toBe(expected);
  });

  it('base subjects', () => {
    const { base_subject: cases } = JSON.parse(
      readFileSync(join(CORPUS, 'threading/base-subject.json'), 'utf8'),
    ) as { base_subject: { subject: string; base: string; source: string }[] };
    const wrong = cases.filter(({ subject, base }) => baseSubject(subject) !== base);
    // A list's tag before a subject that is itself in brackets goes (RFC 5256 §2.1 (4)); that library keeps it.
    expect(wrong.map(({ subject }) => subject)).toEqual([' [hello] [world] ']);
  });
});
