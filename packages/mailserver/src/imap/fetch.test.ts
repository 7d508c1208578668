import { beforeEach, expect, test } from 'vitest';
import { Account } from '../account/account.ts';
import { RawClient } from '../testing/raw-client.ts';

/** The example of RFC 3501 §6.4.5 in small: text, picture, message (text), multipart (message (multipart (…))). */
const MESSAGE = [
  'From: "Ada, of the Light" <ada@postern.example>',
  'To: Friends: Grace <grace@postern.example>, owen@lightkeepers.example;, =?utf-8?Q?No=C3=ABl?= <noel@x.example>',
  'Cc: (Harbour) nell@harbourkitchen.example',
  'Subject: Folded',
  ' subject',
  'Date: Thu, 15 Jan 2026 12:00:00 +0000',
  'Message-ID: <whole@postern.example>',
  'Content-Type: multipart/mixed; boundary=out',
  '',
  'preamble',
  '--out',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Part one',
  '--out',
  'Content-Type: image/png',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--out',
  'Content-Type: message/rfc822',
  '',
  'Subject: Inner plain',
  'X-Note: kept',
  '',
  'Inner text',
  '--out',
  'Content-Type: multipart/mixed; boundary=in',
  '',
  '--in',
  'Content-Type: message/rfc822',
  '',
  'Subject: Inner multipart',
  'Content-Type: multipart/alternative; boundary=deep',
  '',
  '--deep',
  '',
  'Deep plain',
  '--deep',
  'Content-Type: text/html',
  '',
  '<p>Deep</p>',
  '--deep--',
  '--in--',
  '--out--',
  'epilogue',
  '',
].join('\r\n');

let account: Account;
let client: RawClient;

beforeEach(() => {
  account = new Account({ user: 'ada@postern.example', password: 'postern' });
  account.get('INBOX').add({ content: Buffer.from(MESSAGE), internalDate: Date.UTC(2026, 0, 5, 7, 8, 9) });
  client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
});

/** The value of one item of message 1, or what stands instead. */
function fetched(item: string): string {
  const answer = client.run(`FETCH 1 (${item})`);
  return /^\* 1 FETCH \(([^]*)\)\r\n(?:OK|BAD|NO)/.exec(answer)?.[1] ?? answer;
}

const sections: ReadonlyArray<readonly [section: string, content: string | undefined]> = [
  ['1', 'Part one'],
  ['1.MIME', 'Content-Type: text/plain; charset=utf-8\r\n\r\n'],
  ['2', 'iVBORw0KGgo='],
  ['3', 'Subject: Inner plain\r\nX-Note: kept\r\n\r\nInner text'],
  ['3.HEADER', 'Subject: Inner plain\r\nX-Note: kept\r\n\r\n'],
  ['3.TEXT', 'Inner text'],
  ['3.MIME', 'Content-Type: message/rfc822\r\n\r\n'],
  ['3.1', 'Inner text'],
  ['3.1.MIME', 'Subject: Inner plain\r\nX-Note: kept\r\n\r\n'],
  ['3.HEADER.FIELDS (X-NOTE)', 'X-Note: kept\r\n\r\n'],
  ['3.HEADER.FIELDS.NOT (X-NOTE)', 'Subject: Inner plain\r\n\r\n'],
  ['4.1.HEADER.FIELDS (Subject)', 'Subject: Inner multipart\r\n\r\n'],
  ['4.1.1', 'Deep plain'],
  ['4.1.2', '<p>Deep</p>'],
  ['4.1.2.MIME', 'Content-Type: text/html\r\n\r\n'],
  [
    'HEADER.FIELDS (subject DATE)',
    'Subject: Folded\r\n subject\r\nDate: Thu, 15 Jan 2026 12:00:00 +0000\r\n\r\n',
  ],
  ['HEADER', MESSAGE.slice(0, MESSAGE.indexOf('\r\n\r\n') + 4)],
  ['TEXT', MESSAGE.slice(MESSAGE.indexOf('\r\n\r\n') + 4)],
  ['', MESSAGE],
  ['5', undefined],
  ['1.1', undefined],
  ['2.HEADER', undefined],
  ['4.1.3', undefined],
];

test.each(sections)('BODY.PEEK[%s]', (section, content) => {
  const value = content === undefined ? 'NIL' : `{${content.length}}\r\n${content}`;
  expect(fetched(`BODY.PEEK[${section}]`)).toBe(`BODY[${section}] ${value}`);
});

test('partial fetches are cut to what there is', () => {
  expect(fetched('BODY.PEEK[1]<0.4>')).toBe('BODY[1]<0> {4}\r\nPart');
  expect(fetched('BODY.PEEK[1]<5.100>')).toBe('BODY[1]<5> {3}\r\none');
  expect(fetched('BODY.PEEK[1]<100.5>')).toBe('BODY[1]<100> {0}\r\n');
  expect(client.run('FETCH 1 BODY[1]<0.0>')).toMatch(/^BAD/);
});

test('the envelope has groups, quoted names, comments, encoded words and folds', () => {
  const ada = '(("Ada, of the Light" NIL "ada" "postern.example"))';
  expect(fetched('ENVELOPE')).toBe(
    `ENVELOPE ("Thu, 15 Jan 2026 12:00:00 +0000" "Folded subject" ${ada} ${ada} ${ada} ` +
      '((NIL NIL "Friends" NIL)("Grace" NIL "grace" "postern.example")(NIL NIL "owen" "lightkeepers.example")' +
      '(NIL NIL NIL NIL)("=?utf-8?Q?No=C3=ABl?=" NIL "noel" "x.example")) ' +
      '(("Harbour" NIL "nell" "harbourkitchen.example")) NIL NIL "<whole@postern.example>")',
  );
});

test('sizes in BODYSTRUCTURE are those of the sections', () => {
  const structure = fetched('BODYSTRUCTURE');
  for (const [type, section] of [
    ['"TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT"', '1'],
    ['"IMAGE" "PNG" NIL NIL NIL "BASE64"', '2'],
    ['"MESSAGE" "RFC822" NIL NIL NIL "7BIT"', '3'],
    ['"TEXT" "HTML" NIL NIL NIL "7BIT"', '4.1.2'],
  ] as const) {
    const size = sections.find(([name]) => name === section)![1]!.length;
    expect(structure).toContain(`${type} ${size}`);
  }
  expect(fetched('BODY')).not.toContain('"BOUNDARY"');
});

test('macros, the old names, and the other items', () => {
  expect(fetched('RFC822.SIZE INTERNALDATE UID')).toBe(
    `RFC822.SIZE ${MESSAGE.length} INTERNALDATE " 5-Jan-2026 07:08:09 +0000" UID 1`,
  );
  expect(client.run('FETCH 1 FAST')).toMatch(
    /^\* 1 FETCH \(FLAGS \(\\Recent\) INTERNALDATE "[^"]*" RFC822\.SIZE \d+\)/,
  );
  expect(client.run('FETCH 1 FULL')).toMatch(/ENVELOPE .* BODY \(/);
  expect(client.run('FETCH 1 (FAST)')).toMatch(/^BAD/);
  expect(fetched('RFC822.HEADER')).toMatch(/^RFC822\.HEADER \{/);
  expect(client.run('FETCH 2 UID')).toMatch(/^BAD/);
  expect(client.run('UID FETCH 99 UID')).toBe('OK Fetched\r\n');
});

test('reading sets \\Seen and says so; peeking and EXAMINE do not', () => {
  fetched('BODY.PEEK[1]');
  fetched('RFC822.HEADER');
  expect([...account.get('INBOX').messages[0]!.flags]).toEqual([]);
  expect(fetched('BODY[1]')).toBe('BODY[1] {8}\r\nPart one FLAGS (\\Seen \\Recent)');
  expect(fetched('BODY[1]')).toBe('BODY[1] {8}\r\nPart one');
  account.get('INBOX').setFlags(account.get('INBOX').messages[0]!, new Set());
  client.run('EXAMINE INBOX');
  fetched('RFC822.TEXT');
  expect([...account.get('INBOX').messages[0]!.flags]).toEqual([]);
});

test('`*` is the last message even in n:*', () => {
  for (let i = 0; i < 3; i++) account.get('INBOX').add({ content: Buffer.from('\r\n') });
  client.run('NOOP');
  expect(client.lines('UID FETCH 100:* UID')).toEqual(['* 4 FETCH (UID 4)', 'OK Fetched']);
  expect(client.lines('FETCH *,2,1:2 UID')).toEqual([
    '* 1 FETCH (UID 1)',
    '* 2 FETCH (UID 2)',
    '* 4 FETCH (UID 4)',
    'OK Fetched',
  ]);
});
