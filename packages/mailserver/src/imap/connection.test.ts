import { beforeEach, expect, test } from 'vitest';
import { Account } from '../account/account.ts';
import { profiles } from '../profiles.ts';
import { RawClient } from '../testing/raw-client.ts';

let account: Account;

function fill(count: number): void {
  const inbox = account.get('INBOX');
  for (let i = 1; i <= count; i++) {
    inbox.add({
      content: Buffer.from(`From: Ada <ada@postern.example>\r\nSubject: Message ${i}\r\n\r\nText ${i}\r\n`),
      internalDate: Date.UTC(2026, 0, i),
    });
  }
}

beforeEach(() => {
  account = new Account({ user: 'ada@postern.example', password: 'postern' });
  fill(3);
});

test('the greeting and CAPABILITY name what is on', () => {
  const client = new RawClient([account]);
  expect(client.greeting).toMatch(/^\* OK \[CAPABILITY IMAP4rev1 .*CONDSTORE.*AUTH=PLAIN\] .*\r\n$/);
  expect(client.lines('CAPABILITY')[0]).toContain(' IDLE ');
});

test('signing in by LOGIN, by literals, and by AUTHENTICATE with and without initial response', () => {
  const secret = Buffer.from('\0ada@postern.example\0postern').toString('base64');
  expect(new RawClient([account]).run('LOGIN ada@postern.example "postern"')).toMatch(/^OK \[CAPABILITY/);
  expect(new RawClient([account]).run('LOGIN ada@postern.example wrong')).toMatch(
    /^NO \[AUTHENTICATIONFAILED\]/,
  );
  expect(new RawClient([account]).run(`AUTHENTICATE PLAIN ${secret}`)).toMatch(/^OK/);
  const asked = new RawClient([account]);
  expect(asked.run('AUTHENTICATE PLAIN')).toBe('+ \r\n');
  expect(asked.send(`${secret}\r\n`)).toMatch(/^a1 OK/);
  const literal = new RawClient([account]);
  expect(literal.send('x LOGIN {19}\r\n')).toBe('+ Go ahead\r\n');
  expect(literal.send('ada@postern.example {7}\r\n')).toBe('+ Go ahead\r\n');
  expect(literal.send('postern\r\n')).toMatch(/^x OK/);
});

test('no password reaches the log, however it is sent', () => {
  const secret = Buffer.from('\0ada@postern.example\0canary').toString('base64');
  const client = new RawClient([account]);
  client.run('LOGIN ada@postern.example canary');
  client.run('LOGN ada@postern.example canary');
  client.run(`AUTHENTICATE PLAIN ${secret}`);
  client.run('AUTHENTICATE PLAIN');
  client.send(`${secret}\r\n`);
  client.signIn();
  client.run('LOGIN ada@postern.example canary');
  expect(client.log.join('\n')).not.toContain('canary');
  expect(client.log.join('\n')).not.toContain(secret);
  expect(client.log.filter((line) => line.startsWith('C: ')).length).toBeGreaterThan(4);
});

test('commands answer the same however the octets are cut', () => {
  const script =
    'a LOGIN ada@postern.example {7+}\r\npostern\r\nb SELECT INBOX\r\nc FETCH 1:3 (UID BODY[TEXT])\r\n';
  const whole = new RawClient([account]).send(script);
  account = new Account({ user: 'ada@postern.example', password: 'postern' });
  fill(3);
  const cut = new RawClient([account]);
  let answer = '';
  for (const octet of script) answer += cut.send(octet);
  expect(whole).toContain('c OK');
  expect(answer).toBe(whole);
});

test('what the state forbids, and what is unknown, is BAD', () => {
  const client = new RawClient([account]);
  expect(client.run('SELECT INBOX')).toMatch(/^BAD/);
  client.signIn();
  expect(client.run('FETCH 1 FLAGS')).toMatch(/^BAD/);
  expect(client.run('CONSTRUCTOR')).toMatch(/^BAD/);
  expect(client.run('NOOP extra')).toMatch(/^BAD/);
  expect(client.run('LOGIN a b')).toMatch(/^BAD/);
});

test('a capability that is off is refused', () => {
  const client = new RawClient([account], profiles.rev1).signIn();
  expect(client.lines('CAPABILITY')[0]).toBe('* CAPABILITY IMAP4rev1');
  for (const command of [
    'ENABLE CONDSTORE',
    'IDLE',
    'NAMESPACE',
    'ID NIL',
    'LIST "" "*" RETURN (SPECIAL-USE)',
  ])
    expect(client.run(command)).toMatch(/^BAD/);
  const selected = client.run('SELECT INBOX');
  expect(selected).not.toContain('HIGHESTMODSEQ');
  for (const command of [
    'MOVE 1 Trash',
    'UID EXPUNGE 1',
    'UNSELECT',
    'FETCH 1 MODSEQ',
    'FETCH 1 FLAGS (CHANGEDSINCE 1)',
  ])
    expect(client.run(command)).toMatch(/^BAD/);
  expect(client.run('COPY 1 Trash')).toBe('OK Copied\r\n');
  expect(client.lines('LIST "" Sent')[0]).toBe('* LIST () "/" Sent');
  expect(client.send('z LOGIN {3+}\r\n')).toMatch(/^z BAD/);
});

test('SELECT tells all there is to know', () => {
  const client = new RawClient([account]).signIn();
  account.get('INBOX').setFlags(account.get('INBOX').messages[0]!, new Set(['\\Seen', '$Work']));
  expect(client.lines('SELECT inbox')).toEqual([
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)',
    '* 3 EXISTS',
    '* 3 RECENT',
    '* OK [UNSEEN 2] First unseen',
    '* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work \\*)] Limited',
    '* OK [UIDVALIDITY 1700000001] UIDs valid',
    '* OK [UIDNEXT 4] Next UID',
    '* OK [MAILBOXID (F1700000001)] Stays the same',
    '* OK [HIGHESTMODSEQ 5] Highest',
    'OK [READ-WRITE] Selected',
  ]);
  expect(client.lines('EXAMINE Nowhere').at(-1)).toMatch(/^NO \[NONEXISTENT\]/);
  expect(client.run('CHECK')).toMatch(/^BAD/);
});

test('IDLE says at once what happens, and ends with DONE', () => {
  const client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
  expect(client.run('IDLE')).toBe('+ idling\r\n');
  const inbox = account.get('INBOX');
  inbox.add({ content: Buffer.from('Subject: new\r\n\r\n') });
  expect(client.wakes).toBe(1);
  expect(client.read()).toBe('* 4 EXISTS\r\n* 4 RECENT\r\n');
  inbox.expunge([inbox.messages[1]!]);
  expect(client.read()).toBe('* 2 EXPUNGE\r\n');
  expect(client.send('done\r\n')).toBe('a3 OK Idle ended\r\n');
});

test('expunges are told only where the RFC allows, and numbers hold until then', () => {
  const one = new RawClient([account]).signIn();
  const two = new RawClient([account]).signIn();
  one.run('SELECT INBOX');
  two.run('SELECT INBOX');
  one.run('STORE 1 +FLAGS.SILENT (\\Deleted)');
  expect(one.lines('EXPUNGE')).toEqual(['* 1 EXPUNGE', 'OK Expunged']);
  expect(two.lines('FETCH 1:3 UID')).toEqual([
    '* 1 FETCH (UID 1)',
    '* 2 FETCH (UID 2)',
    '* 3 FETCH (UID 3)',
    'OK Fetched',
  ]);
  expect(two.lines('STORE 1 +FLAGS (\\Seen)').at(-1)).toMatch(/^NO \[EXPUNGEISSUED\]/);
  expect(two.lines('SEARCH ALL')[0]).toBe('* SEARCH 2 3');
  expect(two.lines('UID FETCH 2 UID')).toEqual(['* 2 FETCH (UID 2)', '* 1 EXPUNGE', 'OK Fetched']);
  expect(two.lines('FETCH 1 UID')[0]).toBe('* 1 FETCH (UID 2)');
});

test("flags another session sets are told, one's own silent ones are not", () => {
  const one = new RawClient([account]).signIn();
  const two = new RawClient([account]).signIn();
  one.run('SELECT INBOX');
  two.run('SELECT INBOX');
  expect(one.lines('STORE 2 +FLAGS.SILENT (\\Flagged $Later)')).toEqual([
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Later)',
    'OK Stored',
  ]);
  expect(one.lines('NOOP')).toEqual(['OK Done']);
  expect(two.lines('NOOP')).toEqual([
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Later)',
    '* 2 FETCH (FLAGS ($Later \\Flagged))',
    'OK Done',
  ]);
});

test('CONDSTORE: conditional stores, changes since, and MODSEQ in what is told', () => {
  const client = new RawClient([account]).signIn();
  expect(client.lines('ENABLE CONDSTORE X-NONSENSE')[0]).toBe('* ENABLED CONDSTORE');
  client.run('SELECT INBOX');
  expect(client.lines('FETCH 1:3 MODSEQ')[2]).toBe('* 3 FETCH (MODSEQ (4))');
  expect(client.lines('UID STORE 1 (UNCHANGEDSINCE 2) +FLAGS.SILENT (\\Seen)')).toEqual([
    '* 1 FETCH (UID 1 MODSEQ (5))',
    'OK Stored',
  ]);
  expect(client.lines('STORE 1:2 (UNCHANGEDSINCE 4) +FLAGS.SILENT (\\Flagged)')).toEqual([
    '* 2 FETCH (UID 2 MODSEQ (6))',
    'OK [MODIFIED 1] Conditional store failed for some',
  ]);
  expect(client.lines('UID FETCH 1:* (FLAGS) (CHANGEDSINCE 5)')).toEqual([
    '* 2 FETCH (UID 2 FLAGS (\\Flagged \\Recent) MODSEQ (6))',
    'OK Fetched',
  ]);
  expect(client.lines('SEARCH MODSEQ 5')[0]).toBe('* SEARCH 1 2 (MODSEQ 6)');
});

test('APPEND takes flags and a date, answers APPENDUID, and refuses before the literal where there is no mailbox', () => {
  const client = new RawClient([account]).signIn();
  const message = 'Subject: draft\r\n\r\nHi\r\n';
  expect(
    client.send(`x APPEND Drafts (\\Draft \\Seen) "01-Feb-2026 10:00:00 +0100" {${message.length}}\r\n`),
  ).toBe('+ Go ahead\r\n');
  expect(client.send(`${message}\r\n`)).toBe('x OK [APPENDUID 1700000003 1] Appended\r\n');
  const [appended] = account.get('Drafts').messages;
  expect([...appended!.flags]).toEqual(['\\Draft', '\\Seen']);
  expect(appended!.internalDate).toBe(Date.UTC(2026, 1, 1, 9));
  expect(client.send('y APPEND Nowhere {5}\r\n')).toMatch(/^y NO \[TRYCREATE\]/);
  expect(client.send('z APPEND Nowhere {5+}\r\nabc\r\n\r\nn NOOP\r\n')).toMatch(
    /^z NO \[TRYCREATE\].*\r\nn OK/,
  );
});

test('MOVE gives COPYUID before the EXPUNGE responses', () => {
  const client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
  expect(client.lines('UID MOVE 1,3 Archive')).toEqual([
    '* OK [COPYUID 1700000002 1,3 1:2] Moved',
    '* 1 EXPUNGE',
    '* 2 EXPUNGE',
    'OK Done',
  ]);
  expect(client.lines('UID COPY 2 Nowhere')[0]).toMatch(/^NO \[TRYCREATE\]/);
});

test('a literal is cut where the fault says, and the connection with it', () => {
  const client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
  client.faults.closeInLiteralAfter = 10;
  expect(client.run('FETCH 1 BODY[]')).toMatch(/\{\d+\}\r\nFrom: Ada $/);
  expect(client.connection.state).toBe('aborted');
  expect(client.faults.closeInLiteralAfter).toBeUndefined();
});

test('a command can be refused instead of carried out', () => {
  const client = new RawClient([account]).signIn();
  client.run('SELECT INBOX');
  client.faults.refuse = (command) =>
    command === 'UID STORE' ? { status: 'NO', code: 'SERVERBUG', text: 'Not today' } : undefined;
  expect(client.run('UID STORE 1 +FLAGS (\\Seen)')).toBe('NO [SERVERBUG] Not today\r\n');
  expect(account.get('INBOX').messages[0]!.flags.size).toBe(0);
  expect(client.run('STORE 1 +FLAGS (\\Seen)')).toMatch(/OK Stored/);
});

test('a delayed command waits for the clock', () => {
  const client = new RawClient([account]).signIn();
  client.faults.delay = (command) => (command === 'NOOP' ? 500 : 0);
  expect(client.run('NOOP')).toBe('');
  expect(client.connection.wakeAt).toBe(client.clock + 500);
  client.clock += 500;
  expect(client.read()).toBe('a2 OK Done\r\n');
});
