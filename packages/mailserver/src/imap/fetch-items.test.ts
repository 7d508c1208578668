import { expect, test } from 'vitest';
import { accountWith, RawClient } from '../testing/raw-client.ts';

const message = [
  'Subject: two parts',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<style>p { color: red }</style><p>Gr=C3=BC=C3=9Fe   &amp; more</p>',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Transfer-Encoding: base64',
  '',
  'AAECAwQ=',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Transfer-Encoding: x-uuencode',
  '',
  'unknown',
  '--b--',
  '',
].join('\r\n');

function selected(): RawClient {
  const account = accountWith(0);
  account.get('INBOX').add({ content: Buffer.from(message) });
  const client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
  return client;
}

test('BINARY gives a part decoded, with a NUL as literal8, and sets \\Seen unless peeking (RFC 3516 §4)', () => {
  const client = selected();
  expect(client.run('FETCH 1 (BINARY.PEEK[2] BINARY.SIZE[2])')).toBe(
    '* 1 FETCH (BINARY[2] ~{5}\r\n\0\x01\x02\x03\x04 BINARY.SIZE[2] 5)\r\nOK Fetched\r\n',
  );
  expect(client.run('FETCH 1 BINARY[1]<3.6>')).toBe(
    '* 1 FETCH (BINARY[1]<3> {6}\r\nyle>p  FLAGS (\\Seen \\Recent))\r\nOK Fetched\r\n',
  );
  expect(client.run('FETCH 1 BINARY.PEEK[9]')).toBe('* 1 FETCH (BINARY[9] NIL)\r\nOK Fetched\r\n');
});

test('an unknown transfer encoding is UNKNOWN-CTE (RFC 3516 §4.3)', () => {
  const client = selected();
  for (const item of ['BINARY[3]', 'BINARY.SIZE[3]'])
    expect(client.run(`FETCH 1 ${item}`)).toMatch(/^NO \[UNKNOWN-CTE\]/);
  expect(client.run('FETCH 1 BINARY[0]')).toMatch(/^BAD/);
});

test('PREVIEW is the text without markup, in UTF-8; LAZY changes nothing here (RFC 8970)', () => {
  const client = selected();
  const preview = Buffer.from('Grüße & more').toString('latin1');
  for (const item of ['PREVIEW', '(PREVIEW (LAZY))'])
    expect(client.run(`FETCH 1 ${item}`)).toBe(`* 1 FETCH (PREVIEW {14}\r\n${preview})\r\nOK Fetched\r\n`);
});

test('EMAILID stays with a copy, MAILBOXID with a mailbox (RFC 8474 §4, §5)', () => {
  const client = selected();
  const id = client.lines('FETCH 1 (EMAILID THREADID)')[0]!;
  expect(id).toMatch(/^\* 1 FETCH \(EMAILID \(M[\w-]+\) THREADID NIL\)$/);
  client.run('COPY 1 Archive');
  client.run('SELECT Archive');
  expect(client.lines('FETCH 1 (EMAILID THREADID)')[0]).toBe(id);
  const created = client.lines('CREATE Boats')[0]!;
  expect(created).toMatch(/^OK \[MAILBOXID \(F\w+\)\]/);
  client.run('RENAME Boats Ships');
  const mailboxId = /\(F\w+\)/.exec(created)![0];
  expect(client.lines('STATUS Ships (MAILBOXID)')[0]).toBe(`* STATUS Ships (MAILBOXID ${mailboxId})`);
  expect(client.run('SELECT Ships')).toContain(`* OK [MAILBOXID ${mailboxId}]`);
});

test('SAVEDATE is when the message came into this mailbox (RFC 8514 §4.2)', () => {
  const client = selected();
  expect(client.lines('FETCH 1 SAVEDATE')[0]).toMatch(
    /^\* 1 FETCH \(SAVEDATE "[ \d]\d-\w{3}-\d{4} .* \+0000"\)$/,
  );
});

test('without the capabilities all of it is BAD', () => {
  const capabilities = { BINARY: false, PREVIEW: false, OBJECTID: false, SAVEDATE: false };
  const client = new RawClient([accountWith(1)], { name: 'less', capabilities }).signIn();
  expect(client.run('SELECT INBOX')).not.toContain('MAILBOXID');
  for (const item of ['BINARY[1]', 'BINARY.SIZE[1]', 'PREVIEW', 'EMAILID', 'THREADID', 'SAVEDATE', '()'])
    expect(client.run(`FETCH 1 ${item}`)).toMatch(/^BAD/);
  expect(client.run('STATUS INBOX (MAILBOXID)')).toMatch(/^BAD/);
});
