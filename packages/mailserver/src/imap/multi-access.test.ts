import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { MultiAccess } from '../profile.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

let account: Account;

beforeEach(() => {
  account = accountWith(7);
});

function session(multiAccess: MultiAccess = {}): RawClient {
  return new RawClient([account], { name: 'choices', multiAccess }).signIn();
}

/** Two sessions that have FOO selected, and a third that has not (RFC 2180 §3). */
function three(multiAccess: MultiAccess): [RawClient, RawClient, RawClient] {
  account.create('FOO').add({ content: Buffer.from('Subject: in FOO\r\n\r\n') });
  const sessions = [session(multiAccess), session(multiAccess), session(multiAccess)] as const;
  sessions[0].run('SELECT FOO');
  sessions[1].run('SELECT FOO');
  return [...sessions];
}

/** A session that has not heard that messages 4 to 7 are expunged (RFC 2180 §4.1). */
function unaware(multiAccess: MultiAccess): RawClient {
  const client = session(multiAccess);
  client.run('SELECT INBOX');
  const inbox = account.get('INBOX');
  inbox.expunge(inbox.messages.slice(3));
  return client;
}

const FOUR_EXPUNGES = ['* 4 EXPUNGE', '* 4 EXPUNGE', '* 4 EXPUNGE', '* 4 EXPUNGE'];
const GONE = 'NO [EXPUNGEISSUED] Some of these messages no longer exist';

test.each([
  ['code', GONE],
  ['words', 'NO Some of these messages no longer exist'],
] as const)('that messages are gone is said by %s', (reason, said) => {
  const choices: MultiAccess[] = [{ fetch: 'no' }, { storeSilent: 'no' }, { copy: 'refuse' }];
  const clients = choices.map((choice) => session({ ...choice, reason }));
  for (const client of clients) client.run('SELECT INBOX');
  const inbox = account.get('INBOX');
  inbox.expunge(inbox.messages.slice(3));
  const commands = ['FETCH 1:7 FLAGS', 'STORE 1:7 +FLAGS (\\Seen)', 'COPY 1:7 Trash'];
  expect(clients.map((client, i) => client.lines(commands[i]!).at(-1))).toEqual([said, said, said]);
});

test('§3.1: DELETE and RENAME of a mailbox in use are refused, for the one who uses it alone they are not', () => {
  const [one, two] = three({ delete: 'refuse', rename: 'refuse' });
  expect(one.run('DELETE FOO')).toMatch(/^NO \[INUSE\]/);
  expect(one.run('RENAME FOO BAR')).toMatch(/^NO \[INUSE\]/);
  two.run('CLOSE');
  expect(one.run('RENAME FOO BAR')).toMatch(/^OK/);
  expect(one.run('DELETE BAR')).toMatch(/^OK/);
});

test('§3.2: a ghost is used until it is left, and holds its name so long', () => {
  const [one, two, other] = three({ delete: 'ghost' });
  expect(one.run('DELETE FOO')).toMatch(/^OK/);
  expect(two.lines('STORE 1 +FLAGS (\\Seen)')).toEqual(['* 1 FETCH (FLAGS (\\Seen))', 'OK Stored']);
  expect(two.run('FETCH 1 BODY[HEADER]')).toContain('Subject: in FOO');
  expect(other.run('STATUS FOO (MESSAGES)')).toMatch(/^NO \[NONEXISTENT\]/);
  expect(other.run('LIST "" FOO')).not.toContain('FOO');
  expect(other.run('CREATE FOO')).toMatch(/^NO \[INUSE\]/);
  expect(other.run('RENAME Trash FOO')).toMatch(/^NO \[INUSE\]/);
  two.run('CLOSE');
  expect(other.run('CREATE FOO')).toMatch(/^OK/);
});

test('§3.3: the others are disconnected', () => {
  const [one, two] = three({ delete: 'disconnect' });
  expect(one.run('DELETE FOO')).toMatch(/^OK/);
  expect(two.read()).toBe('* BYE The selected mailbox was deleted\r\n');
  account.create('FOO');
  const [third, fourth] = [session({ rename: 'disconnect' }), session({ rename: 'disconnect' })];
  fourth.run('SELECT FOO');
  expect(third.run('RENAME FOO BAR')).toMatch(/^OK/);
  expect(fourth.read()).toBe('* BYE The selected mailbox was renamed\r\n');
});

test('§3.4: renamed under those who use it; the old name is answered by NEWNAME where that is done', () => {
  const [one, two] = three({ rename: 'newname' });
  expect(one.run('RENAME FOO "BAR BAZ"')).toMatch(/^OK/);
  expect(two.lines('FETCH 1 FLAGS')[0]).toBe('* 1 FETCH (FLAGS ())');
  const refusal = /NO \[NEWNAME FOO "BAR BAZ"\]/;
  for (const command of ['STATUS FOO (MESSAGES)', 'COPY 1 FOO', 'DELETE FOO', 'SELECT FOO'])
    expect(two.run(command)).toMatch(refusal);
  expect(one.send('x APPEND FOO {300}\r\n')).toMatch(refusal);
  account.create('FOO');
  expect(one.run('STATUS FOO (MESSAGES)')).toContain('MESSAGES 0');
});

test('§4.1.1: expunged messages are there until the session is told', () => {
  const client = unaware({ fetch: 'ghost' });
  expect(client.lines('FETCH 4:7 UID').length).toBe(5);
  expect(client.lines('NOOP')).toEqual([...FOUR_EXPUNGES, 'OK Done']);
});

test('§4.1.2: nothing of the expunged ones, and NO', () => {
  const client = unaware({ fetch: 'no' });
  expect(client.lines('FETCH 3:5 UID')).toEqual(['* 3 FETCH (UID 3)', GONE]);
  expect(client.lines('NOOP')).toEqual([...FOUR_EXPUNGES, 'OK Done']);
});

test('§4.1.3: empty data for the expunged ones; NO when there are no others', () => {
  const client = unaware({ fetch: 'nil' });
  const items = '(ENVELOPE FLAGS RFC822.SIZE BODYSTRUCTURE BODY.PEEK[TEXT]<2.3>)';
  expect(client.lines(`FETCH 3:4 ${items}`).slice(-2)).toEqual([
    '* 4 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) FLAGS () RFC822.SIZE 0 ' +
      'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 0 0) BODY[TEXT]<2> "")',
    'OK Fetched',
  ]);
  expect(client.lines('FETCH 4:7 FLAGS')).toEqual([GONE]);
});

test('a FETCH of expunged messages can end the connection', () => {
  expect(unaware({ fetch: 'bye' }).run('FETCH 4:7 FLAGS')).toMatch(/^\* BYE .*\r\nNO /);
});

test('§4.1.4: no EXPUNGE, CLOSE or MOVE takes messages away while others look', () => {
  const client = session({ expunge: 'refuse' });
  const other = session({ expunge: 'refuse' });
  client.run('SELECT INBOX');
  other.run('SELECT INBOX');
  client.run('STORE 1 +FLAGS.SILENT (\\Deleted)');
  for (const command of ['EXPUNGE', 'UID EXPUNGE 1', 'MOVE 1 Trash'])
    expect(client.run(command)).toMatch(/NO \[INUSE\]/);
  expect(client.run('CLOSE')).toMatch(/^OK/);
  expect(account.get('INBOX').messages.length).toBe(7);
  expect(other.run('EXPUNGE')).toMatch(/\* 1 EXPUNGE\r\n/);
});

test('§4.2: STORE by .SILENT is OK; else it is done for the others and NO, or not done', () => {
  const others = unaware({});
  expect(others.lines('STORE 1:7 +FLAGS.SILENT (\\Seen)')).toEqual(['OK Stored']);
  expect(others.lines('STORE 5:7 +FLAGS (\\Flagged)')).toEqual([GONE]);
  expect(others.lines('STORE 3:5 +FLAGS (\\Flagged)')).toEqual([
    '* 3 FETCH (FLAGS (\\Flagged \\Seen \\Recent))',
    GONE,
  ]);
  account = accountWith(7);
  const none = unaware({ store: 'none', storeSilent: 'no' });
  for (const silent of ['', '.SILENT'])
    expect(none.lines(`STORE 3:5 +FLAGS${silent} (\\Flagged)`)).toEqual([GONE]);
  expect(account.get('INBOX').messages[2]!.flags.size).toBe(0);
});

test('§4.3: SEARCH does not find what is expunged', () => {
  expect(unaware({}).lines('SEARCH ALL')[0]).toBe('* SEARCH 1 2 3');
});

test('§4.4: COPY is refused, done, or done for the others, and tells of the expunges', () => {
  const refusing = unaware({ copy: 'refuse' });
  expect(refusing.lines('COPY 2,4,6 Trash')).toEqual([...FOUR_EXPUNGES, GONE]);
  expect(account.get('Trash').messages.length).toBe(0);
  account = accountWith(7);
  expect(unaware({ copy: 'ghost' }).lines('COPY 2,4,6 Trash').slice(-2)).toEqual([
    '* 4 EXPUNGE',
    'OK [COPYUID 1700000006 2,4,6 1:3] Copied',
  ]);
  account = accountWith(7);
  expect(unaware({ copy: 'others' }).lines('COPY 2,4,6 Trash').at(-1)).toMatch(
    /^OK \[COPYUID 1700000006 2 1\]/,
  );
});
