import { expect, test } from 'vitest';
import { Account } from '../account/account.ts';
import { baseSubject } from './base-subject.ts';
import { RawClient } from '../testing/raw-client.ts';

const NOON = Date.UTC(2026, 0, 15, 12);

function selected(): RawClient {
  const account = new Account({
    user: 'ada@postern.example',
    password: 'postern',
    now: () => NOON - 86_400_000,
  });
  const add = (subject: string, date: string, from: string, hoursAgo: number): void => {
    account.get('INBOX').add({
      content: Buffer.from(`Subject: ${subject}\r\nDate: ${date}\r\nFrom: ${from}\r\n\r\n${subject}\r\n`),
      internalDate: NOON - hoursAgo * 3_600_000,
    });
  };
  add('Zebra', 'Thu, 1 Jan 2026 10:00:00 +0000', 'Z <carol@example.org>', 1);
  add('Re: apple', 'Thu, 1 Jan 2026 11:00:00 +0200', 'bob@example.org', 2);
  add('Apple (fwd)', 'Thu, 1 Jan 2026 08:00:00 +0000', 'dave@example.org', 3);
  add('[list] Re: zebra', 'nonsense', 'Al <alice@example.org>', 500);
  const client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
  return client;
}

test('SORT orders by every criterion, the number decides between equals (RFC 5256 §3)', () => {
  const client = selected();
  const sorted = (criteria: string, keys = 'ALL'): string =>
    client.lines(`SORT (${criteria}) UTF-8 ${keys}`)[0]!;
  expect(sorted('DATE')).toBe('* SORT 4 3 2 1');
  expect(sorted('SUBJECT')).toBe('* SORT 2 3 1 4');
  expect(sorted('REVERSE SUBJECT')).toBe('* SORT 1 4 2 3');
  expect(sorted('SUBJECT REVERSE DATE')).toBe('* SORT 2 3 1 4');
  expect(sorted('FROM')).toBe('* SORT 4 2 1 3');
  expect(sorted('REVERSE ARRIVAL', '1:3')).toBe('* SORT 1 2 3');
  expect(sorted('SIZE', 'SUBJECT nothing')).toBe('* SORT');
  expect(client.lines('UID SORT (SIZE) US-ASCII MODSEQ 1')[0]).toMatch(/^\* SORT( \d){4} \(MODSEQ 5\)$/);
  expect(client.run('SORT (DATE) KOI8-R ALL')).toMatch(/^NO \[BADCHARSET/);
  for (const wrong of ['SORT () UTF-8 ALL', 'SORT (COLOUR) UTF-8 ALL', 'SORT (DATE) ALL'])
    expect(client.run(wrong)).toMatch(/^(BAD|NO)/);
});

test('SORT RETURN gives the first, the last and a window of the order (RFC 5267 §3)', () => {
  const client = selected();
  const sorted = (options: string): string =>
    client.lines(`SORT RETURN (${options}) (REVERSE ARRIVAL) UTF-8 ALL`)[0]!.replace(/\(TAG "[^"]*"\) /, '');
  expect(sorted('ALL')).toBe('* ESEARCH ALL 1:4');
  expect(sorted('MIN MAX COUNT')).toBe('* ESEARCH MIN 1 MAX 4 COUNT 4');
  expect(sorted('PARTIAL -1:-2')).toBe('* ESEARCH PARTIAL (-1:-2 3:4)');
});

test('THREAD=ORDEREDSUBJECT: base subjects together, the earliest is the parent (RFC 5256 §3)', () => {
  const client = selected();
  expect(client.lines('THREAD ORDEREDSUBJECT UTF-8 ALL')[0]).toBe('* THREAD (4 1)(3 2)');
  expect(client.lines('UID THREAD ORDEREDSUBJECT UTF-8 SUBJECT nothing')[0]).toBe('* THREAD');
  expect(client.run('THREAD NONSENSE UTF-8 ALL')).toMatch(/^NO/);
});

test('the base subject, step by step (RFC 5256 §2.1)', () => {
  for (const [subject, base, isReply] of [
    ['Re: Re[2]: hello', 'HELLO', true],
    ['[blob] fw: [other] hello (fwd) ', 'HELLO', true],
    ['[fwd: Re: hello]', 'HELLO', true],
    ['[only a blob]', '[ONLY A BLOB]', false],
    ['[a] [b]', '[B]', false],
    ['=?utf-8?q?Re:_gr=C3=BC=C3=9Fe?=', 'GRU\u0308ßE', true],
    ['record: kept', 'RECORD: KEPT', false],
  ] as const)
    expect(baseSubject(subject)).toEqual({ text: base, isReply });
});

test('OLDER and YOUNGER count seconds (RFC 5032), SAVED… the day it came in (RFC 8514), EMAILID the message', () => {
  const client = selected();
  const found = (keys: string): string => client.lines(`SEARCH ${keys}`)[0]!;
  expect(found('YOUNGER 7200')).toBe('* SEARCH 1 2');
  expect(found('OLDER 7200')).toBe('* SEARCH 2 3 4');
  expect(found('SAVEDON 14-Jan-2026')).toBe('* SEARCH 1 2 3 4');
  expect(found('SAVEDSINCE 15-Jan-2026')).toBe('* SEARCH');
  expect(found('SAVEDATESUPPORTED')).toBe('* SEARCH 1 2 3 4');
  const id = /\((M[\w-]+)\)/.exec(client.run('FETCH 2 EMAILID'))![1];
  expect(found(`EMAILID ${id}`)).toBe('* SEARCH 2');
  expect(client.run('SEARCH OLDER 0')).toMatch(/^BAD/);
});

test('CATENATE puts a message together from text and parts that are there (RFC 4469 §3)', () => {
  const client = selected();
  const url = '/INBOX;UIDVALIDITY=1700000001/;UID=1/;section=';
  expect(
    client.run(`APPEND Drafts (\\Draft) CATENATE (TEXT {13+}\r\nSubject: new\n URL "${url}TEXT")`),
  ).toMatch(/^OK/);
  expect(client.run('APPEND Drafts CATENATE (URL ";UID=2" URL ";UID=1/;section=TEXT/;partial=1.3")')).toMatch(
    /^OK/,
  );
  for (const wrong of ['/INBOX/;UID=99', '/Nowhere/;UID=1', 'imap://other/INBOX/;UID=1', `${url}7`])
    expect(client.run(`APPEND Drafts CATENATE (URL "${wrong}")`)).toBe(
      `NO [BADURL ${wrong}] That URL names no message or part here\r\n`,
    );
  client.run('SELECT Drafts');
  expect(client.run('FETCH 1 BODY[]')).toContain('BODY[] {20}\r\nSubject: new\nZebra\r\n');
  expect(client.run('FETCH 2 BODY.PEEK[TEXT]')).toContain('Re: apple\r\nebr');
});
