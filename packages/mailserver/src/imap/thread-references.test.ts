import { expect, test } from 'vitest';
import { Account } from '../account/account.ts';
import { RawClient } from '../testing/raw-client.ts';

/** What THREAD REFERENCES makes of messages given as header lines; the first is the oldest. */
function threads(...headers: string[]): string {
  const account = new Account({ user: 'ada@postern.example', password: 'postern' });
  for (const [index, header] of headers.entries())
    account.get('INBOX').add({ content: Buffer.from(`${header}\r\n\r\n`), internalDate: index * 1000 });
  const client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
  return client.lines('THREAD REFERENCES UTF-8 ALL')[0]!.replace('* THREAD ', '');
}

test('replies hang below what they answer, also when that is not there (RFC 5256 §3, steps 1–3)', () => {
  expect(
    threads(
      'Message-ID: <1@x>\r\nSubject: one',
      'Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: two',
      'Message-ID: <3@x>\r\nReferences: <1@x> <2@x>\r\nSubject: three',
      'Message-ID: <4@x>\r\nReferences: <1@x>\r\nSubject: four',
    ),
  ).toBe('(1 (2 3)(4))');
  expect(
    threads(
      'References: <gone@x>\r\nSubject: a',
      'References: <gone@x>\r\nSubject: b',
      'References: <lost@x>\r\nSubject: c',
    ),
  ).toBe('((1)(2))(3)');
});

test('no loops, and one message for one Message-ID, however it is quoted', () => {
  expect(
    threads(
      'Message-ID: <1@x>\r\nReferences: <2@x>\r\nSubject: a',
      'Message-ID: <2@x>\r\nReferences: <1@x>\r\nSubject: b',
    ),
  ).toMatch(/^\((1 2|2 1)\)$/);
  expect(
    threads(
      'Message-ID: <"1"@x>\r\nSubject: a',
      'Message-ID: <1@x>\r\nSubject: b',
      'Message-ID: <3@x>\r\nReferences: <1@x>\r\nSubject: c',
    ),
  ).toBe('(1 3)(2)');
});

test('threads of one base subject become one: a reply below the first, others side by side (step 5)', () => {
  expect(threads('Subject: boats', 'Subject: Re: boats', 'Subject: fish')).toBe('(1 2)(3)');
  expect(threads('Subject: boats', 'Subject: boats')).toBe('((1)(2))');
  expect(threads('Subject: Re: boats', 'Subject: boats')).toBe('(2 1)');
  expect(threads('X: no subject', 'X: none either')).toBe('(1)(2)');
});
