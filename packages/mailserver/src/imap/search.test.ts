import { beforeAll, expect, test } from 'vitest';
import { Account } from '../account/account.ts';
import { RawClient } from '../testing/raw-client.ts';

let client: RawClient;

beforeAll(() => {
  const account = new Account({ user: 'ada@postern.example', password: 'postern' });
  const inbox = account.get('INBOX');
  const add = (day: number, flags: string[], text: string): void => {
    inbox.add({
      content: Buffer.from(text.replace(/\n/g, '\r\n')),
      flags,
      internalDate: Date.UTC(2026, 0, day, 23, 59),
    });
  };
  add(
    1,
    ['\\Seen'],
    'From: Grace <grace@postern.example>\nTo: ada@postern.example\nSubject: Lens\nDate: Wed, 31 Dec 2025 12:00:00 +0000\n\nThe lens is ours\n',
  );
  add(
    2,
    ['\\Flagged', '$Work'],
    'From: =?utf-8?B?WmXDqQ==?= <zoe@x.example>\nCc: grace@postern.example\nSubject: =?iso-8859-1?Q?Z=FCrich?=\n =?iso-8859-1?Q?_im_Herbst?=\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nR3LDvMOfZSBhdXMgWsO8cmljaA==\n',
  );
  add(
    3,
    ['\\Answered', '\\Seen', '\\Draft'],
    `From: owen@x.example\nBcc: secret@x.example\nX-Tower: Head light\nSubject: 灯台\n\n${'long '.repeat(300)}`,
  );
  inbox.expunge([inbox.add({ content: Buffer.from('\r\n') })]);
  add(
    5,
    ['\\Deleted'],
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<p>caf=E9 =\nau lait</p>\n--b--\n',
  );
  client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
});

const table: ReadonlyArray<readonly [keys: string, found: string]> = [
  ['ALL', '1 2 3 4'],
  ['1:2,4', '1 2 4'],
  ['UID 3:*', '3 4'],
  ['SEEN', '1 3'],
  ['UNSEEN', '2 4'],
  ['ANSWERED', '3'],
  ['UNANSWERED UNFLAGGED', '1 4'],
  ['DELETED', '4'],
  ['UNDELETED', '1 2 3'],
  ['DRAFT', '3'],
  ['UNDRAFT', '1 2 4'],
  ['FLAGGED', '2'],
  ['KEYWORD $work', '2'],
  ['UNKEYWORD $Work', '1 3 4'],
  ['NEW', '2 4'],
  ['RECENT', '1 2 3 4'],
  ['OLD', ''],
  ['FROM grace', '1'],
  ['FROM "Zeé"', ''],
  ['CC GRACE', '2'],
  ['BCC secret', '3'],
  ['TO ada', '1'],
  ['SUBJECT lens', '1'],
  ['SUBJECT "im herbst"', '2'],
  ['HEADER X-Tower "head"', '3'],
  ['HEADER X-Tower ""', '3'],
  ['HEADER X-Absent ""', ''],
  ['BODY lens', '1'],
  ['BODY subject', ''],
  ['TEXT subject', '1 2 3'],
  ['SINCE 2-Jan-2026', '2 3 4'],
  ['BEFORE 2-Jan-2026', '1'],
  ['ON 3-jan-2026', '3'],
  ['SENTBEFORE 1-Jan-2026', '1'],
  ['SENTON 31-Dec-2025', '1'],
  ['SENTSINCE 1-Jan-2026', '2 3 4'],
  ['LARGER 1000', '3'],
  ['SMALLER 1000', '1 2 4'],
  ['NOT SEEN', '2 4'],
  ['OR SEEN DELETED', '1 3 4'],
  ['OR (SEEN ANSWERED) FROM zoe', '2 3'],
  ['NOT (SEEN NOT ANSWERED)', '2 3 4'],
  ['SEEN SINCE 2-Jan-2026', '3'],
];

test.each(table)('SEARCH %s', (keys, found) => {
  expect(client.lines(`SEARCH ${keys}`)[0]).toBe(`* SEARCH${found === '' ? '' : ` ${found}`}`);
});

/** Sends a search for UTF-8 text by literal. */
function searchText(key: string, text: string): string {
  const octets = Buffer.from(text, 'utf8');
  return client
    .run(`SEARCH CHARSET UTF-8 ${key} {${octets.length}+}\r\n${octets.toString('latin1')}`)
    .split('\r\n')[0]!;
}

test('text is found in whatever charset it was written', () => {
  expect(searchText('SUBJECT', 'ZÜRICH im')).toBe('* SEARCH 2');
  expect(searchText('BODY', 'grüße')).toBe('* SEARCH 2');
  expect(searchText('FROM', 'zeé')).toBe('* SEARCH 2');
  expect(searchText('SUBJECT', '灯台')).toBe('* SEARCH 3');
  expect(searchText('BODY', 'café au')).toBe('* SEARCH 4');
});

test('UID SEARCH gives UIDs; nonsense is refused', () => {
  expect(client.lines('UID SEARCH DELETED')[0]).toBe('* SEARCH 5');
  expect(client.run('SEARCH CHARSET KLINGON ALL')).toMatch(/^NO \[BADCHARSET \(US-ASCII UTF-8\)\]/);
  for (const bad of ['', ' FROM', ' SINCE yesterday', ' FLYING', ' ()', ' OR SEEN', ' 0', ' ALL )'])
    expect(client.run(`SEARCH${bad}`)).toMatch(/^BAD/);
});
