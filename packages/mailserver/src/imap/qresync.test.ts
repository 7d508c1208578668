import { expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { flagSet } from '../account/mailbox.ts';
import type { Profile } from '../profile.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

const VALIDITY = 1_700_000_001;

function enabled(account: Account, profile?: Profile): RawClient {
  const client = new RawClient([account], profile).signIn();
  expect(client.lines('ENABLE QRESYNC')[0]).toBe('* ENABLED QRESYNC');
  return client;
}

function expunge(account: Account, ...uids: number[]): void {
  const inbox = account.get('INBOX');
  inbox.expunge(inbox.messages.filter(({ uid }) => uids.includes(uid)));
}

function setFlags(account: Account, uid: number, ...flags: string[]): void {
  const inbox = account.get('INBOX');
  inbox.setFlags(
    inbox.messages.find((message) => message.uid === uid)!,
    flagSet(flags),
  );
}

/** What SELECT says between the usual responses and the tagged one. */
function resync(client: RawClient, parameter: string): string[] {
  return client
    .lines(`SELECT INBOX (QRESYNC ${parameter})`)
    .filter((line) => line.includes('VANISHED') || line.includes('FETCH') || /^(NO|BAD)/.test(line));
}

test('SELECT tells expunges and changed flags since a mod-sequence, within the known UIDs (RFC 7162 §3.2.5.1)', () => {
  const account = accountWith(9);
  const inbox = account.get('INBOX');
  const before = inbox.highestModSeq;
  expunge(account, 2, 3);
  expunge(account, 8);
  setFlags(account, 5, '\\Seen');
  setFlags(account, 9, '\\Flagged');
  const client = enabled(account);
  expect(resync(client, `(${VALIDITY} ${before})`)).toEqual([
    '* VANISHED (EARLIER) 2:3,8',
    `* 3 FETCH (UID 5 FLAGS (\\Seen \\Recent) MODSEQ (${before + 3n}))`,
    `* 6 FETCH (UID 9 FLAGS (\\Flagged \\Recent) MODSEQ (${before + 4n}))`,
  ]);
  expect(resync(client, `(${VALIDITY} ${before + 1n} 3:8)`)).toEqual([
    '* VANISHED (EARLIER) 8',
    `* 3 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (${before + 3n}))`,
  ]);
  expect(resync(client, `(${VALIDITY} ${inbox.highestModSeq})`)).toEqual([]);
  expect(resync(client, `(${VALIDITY + 1} 1)`)).toEqual([]);
});

test('sequence match data saves what the client knows, however old its mod-sequence (RFC 7162 §3.2.5.2)', () => {
  const account = accountWith(30);
  expunge(account, ...Array.from({ length: 30 }, (_, i) => i + 1).filter((uid) => uid % 3 !== 0));
  const client = enabled(account, { name: 'forgetful', expungeLog: 0 });
  expect(resync(client, `(${VALIDITY} 1 1:12)`)[0]).toBe('* VANISHED (EARLIER) 1:2,4:5,7:8,10:11');
  expect(resync(client, `(${VALIDITY} 1 1:30 (2,4 6,12))`)[0]).toMatch(/^\* VANISHED \(EARLIER\) 13:14,/);
  expect(resync(client, `(${VALIDITY} 1 1:30 (2,5 6,16))`)[0]).toMatch(/^\* VANISHED \(EARLIER\) 7:8,/);
  expect(resync(client, `(${VALIDITY} 1 (2,10 6,30))`)[0]).toMatch(/^\* 1 FETCH/);
});

test('a log that was trimmed answers as far as it reaches, and names every absent UID beyond (RFC 7162 §3.2.6)', () => {
  const account = accountWith(9);
  const before = account.get('INBOX').highestModSeq;
  for (const uid of [1, 2, 3, 4]) expunge(account, uid);
  const client = enabled(account, { name: 'trimming', expungeLog: 2 });
  expect(resync(client, `(${VALIDITY} ${before + 3n} 1:9)`)).toEqual(['* VANISHED (EARLIER) 4']);
  expect(resync(client, `(${VALIDITY} ${before + 2n} 1:9)`)).toEqual(['* VANISHED (EARLIER) 3:4']);
  expect(resync(client, `(${VALIDITY} ${before + 1n} 1:9)`)).toEqual(['* VANISHED (EARLIER) 1:4']);
  expect(resync(client, `(${VALIDITY} 1 3:20)`)[0]).toBe('* VANISHED (EARLIER) 3:4');
  const remembering = enabled(account);
  expect(resync(remembering, `(${VALIDITY} ${before + 1n} 1:9)`)).toEqual(['* VANISHED (EARLIER) 2:4']);
});

test('parameters are checked before the mailbox is opened (RFC 7162 §3.2.5)', () => {
  const account = accountWith(3);
  const client = enabled(account);
  for (const wrong of [
    '()',
    '(0 1)',
    `(${VALIDITY} 0)`,
    '(1 1 1:*)',
    '(1 1 1:2 (1,2 5))',
    '(1 1 1:2 (1 2) 3)',
  ])
    expect(client.run(`SELECT INBOX (QRESYNC ${wrong})`)).toMatch(/^BAD/);
  expect(client.run('CHECK')).toMatch(/^BAD/);
  const without = new RawClient([account]).signIn();
  expect(without.run(`SELECT INBOX (QRESYNC (${VALIDITY} 1))`)).toMatch(/^BAD/);
  expect(without.run('SELECT INBOX (CONDSTORE)')).toMatch(/OK \[READ-WRITE\]/);
});

test('VANISHED takes the place of EXPUNGE, and the tagged OK has HIGHESTMODSEQ (RFC 7162 §3.2.7, §3.2.10)', () => {
  const account = accountWith(9);
  const client = enabled(account);
  client.run('SELECT INBOX');
  client.run('STORE 2,4,5 +FLAGS.SILENT (\\Deleted)');
  expect(client.lines('UID EXPUNGE 4:9')).toEqual(['* VANISHED 4:5', 'OK [HIGHESTMODSEQ 14] Expunged']);
  expect(client.lines('EXPUNGE')).toEqual(['* VANISHED 2', 'OK [HIGHESTMODSEQ 15] Expunged']);
  expect(client.lines('EXPUNGE')).toEqual(['OK Expunged']);
  expect(client.lines('MOVE 1 Archive')).toEqual([
    '* OK [COPYUID 1700000002 1 1] Moved',
    '* VANISHED 1',
    'OK [HIGHESTMODSEQ 16] Done',
  ]);
  client.run('STORE 1 +FLAGS.SILENT (\\Deleted)');
  expect(client.lines('CLOSE')).toEqual(['OK Closed']);
});

test('a message that came and went unheard is not in VANISHED (RFC 7162 §3.2.10.2)', () => {
  const account = accountWith(2);
  const client = enabled(account);
  client.run('SELECT INBOX');
  const inbox = account.get('INBOX');
  inbox.expunge([inbox.add({ content: Buffer.from('Subject: brief\r\n\r\n') })]);
  expect(client.lines('NOOP')).toEqual(['OK Done']);
  expect(resync(client, `(${VALIDITY} 1)`)[0]).toBe('* VANISHED (EARLIER) 3');
});

test('news newer than an expunge that waits is told with a lower HIGHESTMODSEQ (RFC 7162 §3.2)', () => {
  const account = accountWith(3);
  const client = enabled(account);
  client.run('SELECT INBOX');
  const before = account.get('INBOX').highestModSeq;
  expunge(account, 1);
  setFlags(account, 3, '\\Seen');
  expect(client.lines('FETCH 2 UID')).toEqual([
    '* 2 FETCH (UID 2)',
    `* 3 FETCH (UID 3 FLAGS (\\Seen \\Recent) MODSEQ (${before + 2n}))`,
    `* OK [HIGHESTMODSEQ ${before}] An expunge will follow`,
    'OK Fetched',
  ]);
  expect(client.lines('NOOP')).toEqual(['* VANISHED 1', 'OK Done']);
});

test('an expunge that NOTIFY holds back is not spoken of until there is something newer to tell', () => {
  const account = accountWith(3);
  const client = enabled(account);
  client.run('SELECT INBOX');
  client.run('NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))');
  const before = account.get('INBOX').highestModSeq;
  expunge(account, 1);
  expect(client.read()).toBe('');
  setFlags(account, 3, '\\Seen');
  expect(client.read()).toMatch(new RegExp(`FETCH .*\\r\\n\\* OK \\[HIGHESTMODSEQ ${before}\\][^*]*$`));
  expect(client.lines('NOOP')).toEqual(['* VANISHED 1', 'OK Done']);
});

test('UID FETCH … (CHANGEDSINCE n VANISHED): VANISHED comes first; alone or in FETCH it is BAD (RFC 7162 §3.2.6)', () => {
  const account = accountWith(5);
  const before = account.get('INBOX').highestModSeq;
  expunge(account, 1, 4);
  setFlags(account, 5, '\\Seen');
  const client = enabled(account);
  client.run('EXAMINE INBOX');
  expect(client.lines(`UID FETCH 2:5 (FLAGS) (VANISHED CHANGEDSINCE ${before})`)).toEqual([
    '* VANISHED (EARLIER) 4',
    `* 3 FETCH (UID 5 FLAGS (\\Seen \\Recent) MODSEQ (${before + 2n}))`,
    'OK Fetched',
  ]);
  expect(client.run(`FETCH 1:3 (FLAGS) (CHANGEDSINCE ${before} VANISHED)`)).toMatch(/^BAD/);
  expect(client.run('UID FETCH 1:3 (FLAGS) (VANISHED)')).toMatch(/^BAD/);
  const unasked = new RawClient([account]).signIn();
  unasked.run('SELECT INBOX');
  expect(unasked.run('UID FETCH 1:3 (FLAGS) (CHANGEDSINCE 1 VANISHED)')).toMatch(/^BAD/);
});

test('PARTIAL takes the range first, CHANGEDSINCE what changed of it (RFC 9394 §3.3, §3.4)', () => {
  const account = accountWith(6);
  const client = enabled(account);
  client.run('SELECT INBOX');
  expect(client.lines('UID FETCH 2:6 (UID) (PARTIAL -1:-2)').slice(0, -1)).toEqual([
    '* 5 FETCH (UID 5)',
    '* 6 FETCH (UID 6)',
  ]);
  expect(client.lines('UID FETCH 1:* (UID) (CHANGEDSINCE 6 PARTIAL -1:-3)').slice(0, -1)).toEqual([
    '* 6 FETCH (UID 6 MODSEQ (7))',
  ]);
  expect(client.run('FETCH 1:* (UID) (PARTIAL 1:2)')).toMatch(/^BAD/);
});

test('CLOSED stands between two mailboxes (RFC 7162 §3.2.11), also when the second is not there', () => {
  const client = new RawClient([accountWith(1)]).signIn();
  expect(client.run('SELECT INBOX')).not.toContain('CLOSED');
  expect(client.lines('SELECT Sent')[0]).toBe('* OK [CLOSED] Closed');
  expect(client.lines('SELECT Nowhere')).toEqual([
    '* OK [CLOSED] Closed',
    'NO [NONEXISTENT] There is no such mailbox',
  ]);
});

test('without mod-sequences: NOMODSEQ, status 0, EXPUNGE in spite of QRESYNC, and BAD for what needs them (§3.1.2.2)', () => {
  const account = accountWith(2);
  const client = enabled(account, { name: 'nomodseq', noModSeq: true });
  expect(client.lines('SELECT INBOX (QRESYNC (1 1))')).toContain('* OK [NOMODSEQ] No mod-sequences here');
  expect(client.lines('STATUS INBOX (HIGHESTMODSEQ)')[0]).toBe('* STATUS INBOX (HIGHESTMODSEQ 0)');
  for (const command of ['FETCH 1 MODSEQ', 'FETCH 1 UID (CHANGEDSINCE 1)', 'SEARCH MODSEQ 1'])
    expect(client.run(command)).toMatch(/^BAD/);
  expect(client.run('STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)')).toMatch(/^BAD/);
  client.run('STORE 1 +FLAGS (\\Deleted)');
  expect(client.lines('EXPUNGE')).toEqual(['* 1 EXPUNGE', 'OK Expunged']);
});

test('a mailbox renumbered has a new UIDVALIDITY, the same id, and nothing to say of what was before', () => {
  const account = accountWith(3);
  const inbox = account.get('INBOX');
  expunge(account, 1);
  const { id } = inbox;
  const witness = new RawClient([account]).signIn();
  witness.run('SELECT INBOX');
  inbox.renumber(VALIDITY + 99);
  expect(witness.read()).toMatch(/^\* BYE/);
  expect(inbox.messages.map(({ uid }) => uid)).toEqual([1, 2]);
  expect(inbox.id).toBe(id);
  expect(
    resync(enabled(account), `(${VALIDITY + 99} 1)`).filter((line) => line.includes('VANISHED')),
  ).toEqual([]);
});
