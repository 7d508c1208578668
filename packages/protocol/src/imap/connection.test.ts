import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { UsageError } from '../error.ts';
import {
  append,
  type Command,
  close,
  Connection,
  type ConnectionEvent,
  enable,
  idle,
  type ModSeq,
  noop,
  select,
  uidFetch,
  uidMove,
  uidSearch,
} from './index.ts';

/** What happens in a conversation: a command is sent, or the server says something. */
type Turn = Command<unknown> | string;

/** Plays the server's lines cut into pieces of `size` octets; gives all that came of it. */
function play(turns: readonly Turn[], size = Infinity): { events: ConnectionEvent[]; sent: string } {
  const connection = new Connection();
  const events: ConnectionEvent[] = [];
  let sent = '';
  const drain = (): void => {
    for (let event = connection.next(); event; event = connection.next()) events.push(event);
    for (let out = connection.output(); out; out = connection.output()) sent += decodeLatin1(out);
  };
  for (const turn of turns) {
    if (typeof turn !== 'string') {
      connection.send(turn);
      drain();
      continue;
    }
    const bytes = encodeText(turn);
    for (let at = 0; at < bytes.length; at += size) {
      connection.receive(bytes.slice(at, at + size));
      drain();
    }
  }
  connection.end();
  drain();
  return { events, sent };
}

const message = encodeText('Subject: x\r\n\r\n* 9 EXPUNGE\r\n');

const conversation: readonly Turn[] = [
  '* PREAUTH [CAPABILITY IMAP4rev1 MOVE ESEARCH CONDSTORE] in\r\n',
  select('INBOX', { condstore: true }),
  '* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 9] v\r\n* OK [UIDNEXT 30] n\r\n' +
    '* OK [HIGHESTMODSEQ 7] m\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] p\r\nP1 OK [READ-WRITE] done\r\n',
  uidFetch([[1, 0xffff_ffff]], ['FLAGS', { section: '1' }]),
  uidFetch([20], ['ENVELOPE']),
  '* 1 FETCH (UID 10 FLAGS () BODY[1] {14}\r\nP2 OK {3}\r\n\r\n \r\n)\r\n* 2 FETCH (UID 20 FLAGS (a) BODY[1] "x")\r\n* 3 FETCH (UID 21 BODY[1] NIL)\r\n' +
    'P2 OK\r\n* 2 FETCH (FLAGS (b))\r\n* 2 FETCH (ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL))\r\nP3 OK\r\n',
  uidMove([10, 21], 'Archive'),
  '* OK [COPYUID 5 10,21 1:2] moved\r\n* 1 EXPUNGE\r\n* 2 EXPUNGE\r\n* 1 FETCH (FLAGS (c))\r\n* 2 EXISTS\r\nP4 OK done\r\n',
  uidSearch({ key: 'ALL' }),
  '* ESEARCH (TAG "P5") UID ALL 20,31\r\nP5 OK\r\n',
  append('Sent', { message }),
  '+ go\r\n* 3 EXISTS\r\nP6 OK [APPENDUID 4 8] x\r\n',
  noop(),
  '* VANISHED 20\r\nP7 NO [UNAVAILABLE] not now\r\n',
  close(),
  'P8 OK closed\r\n* BYE enough\r\n',
];

describe('a conversation', () => {
  const { events, sent } = play(conversation);

  it('sends what the commands say', () => {
    expect(sent.split('\r\n')).toEqual([
      'P1 SELECT "INBOX" (CONDSTORE)',
      'P2 UID FETCH 1:* (UID FLAGS BODY.PEEK[1])',
      'P3 UID FETCH 20 (UID ENVELOPE)',
      'P4 UID MOVE 10,21 "Archive"',
      'P5 UID SEARCH RETURN (ALL) ALL',
      `P6 APPEND "Sent" {${message.length}}`,
      'Subject: x',
      '',
      '* 9 EXPUNGE',
      '',
      'P7 NOOP',
      'P8 CLOSE',
      '',
    ]);
  });

  it('gives news with UIDs, and receipts with results', () => {
    const selected = {
      exists: 3,
      uidValidity: 9,
      uidNext: 30,
      highestModSeq: 7n as ModSeq,
      flags: ['\\Seen'],
      permanentFlags: ['\\Seen', '\\*'],
      readOnly: false,
    };
    const section = (data: string | null): unknown => [
      { section: '1', origin: undefined, data: data === null ? null : encodeText(data) },
    ];
    const fetched = (message_: unknown): unknown => ({
      type: 'news',
      news: { type: 'fetch', message: message_ },
    });
    const receipt = (tag: string, value?: unknown): unknown => ({ type: 'receipt', tag, ok: true, value });
    expect(events).toEqual([
      { type: 'greeting', status: 'PREAUTH', text: expect.objectContaining({ text: 'in' }) },
      receipt('P1', selected),
      fetched({ uid: 10, flags: [], sections: section('P2 OK {3}\r\n\r\n ') }),
      fetched({ uid: 20, flags: ['a'], sections: section('x') }),
      fetched({ uid: 21, sections: section(null) }),
      receipt('P2', 3),
      fetched({ uid: 20, flags: ['b'] }),
      fetched({ uid: 20, envelope: expect.objectContaining({ subject: 's' }) }),
      receipt('P3', 1),
      { type: 'news', news: { type: 'expunge', uid: 10 } },
      { type: 'news', news: { type: 'expunge', uid: 21 } },
      fetched({ uid: 20, flags: ['c'] }),
      { type: 'news', news: { type: 'exists', count: 2 } },
      receipt('P4', expect.objectContaining({ source: [10, 21], destination: [1, 2] })),
      receipt('P5', [20, 31]),
      { type: 'news', news: { type: 'exists', count: 3 } },
      receipt('P6', { uidValidity: 4, uid: 8 }),
      { type: 'news', news: { type: 'vanished', earlier: false, uids: [[20, 20]] } },
      {
        type: 'receipt',
        tag: 'P7',
        ok: false,
        error: expect.objectContaining({ command: 'NOOP', status: 'NO' }),
      },
      receipt('P8'),
      { type: 'news', news: { type: 'bye', status: { code: undefined, text: 'enough' } } },
      { type: 'closed', unanswered: [] },
    ]);
  });

  it('is the same however its octets arrive', () => {
    for (let size = 1; size < 80; size++) {
      const again = play(conversation, size);
      expect(again.sent).toBe(sent);
      expect(again.events).toEqual(events);
    }
  });
});

it('counts answers for the command that asked', () => {
  const { events } = play([
    '* PREAUTH x\r\n',
    select('A'),
    '* 3 EXISTS\r\nP1 OK\r\n',
    uidFetch([1], ['FLAGS']),
    uidFetch([2, 3], ['FLAGS', 'RFC822.SIZE']),
    '* 1 FETCH (UID 1 FLAGS ())\r\nP2 OK\r\n* 2 FETCH (UID 2 RFC822.SIZE 5)\r\n* 3 FETCH (UID 3 FLAGS (unasked))\r\nP3 OK\r\n',
  ]);
  const counts = events.flatMap((event) => (event.type === 'receipt' && event.ok ? [event.value] : []));
  expect(counts.slice(1)).toEqual([1, 1]);
});

describe('SELECT', () => {
  it('does not take the old mailbox’s last words for the new one’s', () => {
    const { events } = play([
      '* PREAUTH x\r\n',
      select('A'),
      '* 3 EXISTS\r\nP1 OK\r\n* 2 FETCH (UID 5)\r\n',
      select('B'),
      '* 1 EXPUNGE\r\n* 2 FETCH (FLAGS ())\r\n* OK [CLOSED] old one\r\n* 1 EXISTS\r\n* 1 FETCH (FLAGS (new))\r\nP2 OK\r\n',
    ]);
    expect(events.slice(3)).toEqual([
      { type: 'news', news: { type: 'fetch', message: { uid: undefined, flags: ['new'] } } },
      expect.objectContaining({ type: 'receipt', value: expect.objectContaining({ exists: 1 }) }),
      { type: 'closed', unanswered: [] },
    ]);
  });

  it('does not take them for news of the new one even where a new keyword comes with them', () => {
    const { events } = play([
      '* PREAUTH x\r\n',
      select('A'),
      '* 3 EXISTS\r\nP1 OK\r\n',
      select('B'),
      '* FLAGS (\\Seen new)\r\n* 1 FETCH (UID 1 FLAGS (new))\r\n',
      '* OK [CLOSED] old one\r\n* FLAGS (\\Seen)\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nP2 OK\r\n',
    ]);
    expect(events.slice(2)).toEqual([
      expect.objectContaining({ type: 'receipt', value: expect.objectContaining({ flags: ['\\Seen'] }) }),
      { type: 'closed', unanswered: [] },
    ]);
  });

  it('that fails leaves no mailbox selected', () => {
    const connection = new Connection();
    connection.receive(encodeText('* PREAUTH x\r\nP1 OK\r\nP2 NO no\r\n'));
    connection.next();
    connection.send(select('A'));
    connection.next();
    expect([connection.state, connection.selected]).toEqual(['selected', { name: 'A', readOnly: false }]);
    connection.send(select('B'));
    connection.next();
    expect([connection.state, connection.selected]).toEqual(['authenticated', undefined]);
  });

  it('lives with what is missing', () => {
    const { events } = play(['* PREAUTH x\r\n', select('A'), '* OK [UIDNEXT 0] x\r\nP1 OK [READ-ONLY]\r\n']);
    expect(events[1]).toMatchObject({
      value: { exists: 0, uidValidity: 0, uidNext: undefined, highestModSeq: undefined, readOnly: true },
    });
  });
});

describe('a connection', () => {
  it('refuses what would be ambiguous', () => {
    const connection = new Connection();
    expect(connection.canSend(noop())).toBe(false);
    expect(() => connection.send(noop())).toThrow(UsageError);
    connection.receive(encodeText('* PREAUTH x\r\nP1 OK\r\n'));
    connection.next();
    connection.send(select('A'));
    expect(connection.canSend(noop())).toBe(false);
    expect(() => connection.send(noop())).toThrow(UsageError);
    connection.next();
    connection.send(uidSearch({ key: 'ALL' }));
    expect(connection.canSend(uidSearch({ key: 'ALL' }))).toBe(false);
    expect(connection.canSend(uidFetch([1], ['FLAGS']))).toBe(true);
    expect(connection.canSend(idle())).toBe(false);
  });

  it('lets searches overlap whose answers say whose they are, and gives each its own', () => {
    const { events, sent } = play([
      '* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH] x\r\n',
      select('A'),
      'P1 OK\r\n',
      uidSearch({ key: 'SEEN' }),
      uidSearch({ key: 'UNSEEN' }),
      '* ESEARCH (TAG "P3") UID ALL 7\r\n* ESEARCH (TAG "P2") UID ALL 5:6\r\nP3 OK\r\nP2 OK\r\n',
    ]);
    expect(sent).toContain('P2 UID SEARCH RETURN (ALL) SEEN\r\nP3 UID SEARCH RETURN (ALL) UNSEEN\r\n');
    expect(events.slice(2)).toMatchObject([{ value: [7] }, { value: [5, 6] }, { type: 'closed' }]);
  });

  it('lets nothing go before a search by number, and only a FETCH by UID behind it', () => {
    const connection = new Connection();
    connection.receive(encodeText('* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH] x\r\nP1 OK\r\n'));
    connection.next();
    connection.send(select('A'));
    connection.next();
    const byNumber = uidSearch({ key: 'NOT', not: { key: 'NUMBER', numbers: [[2, 3]] } });
    connection.send(uidFetch([1], ['FLAGS']));
    expect(connection.canSend(byNumber)).toBe(false);
    connection.receive(encodeText('P2 OK\r\n'));
    connection.next();
    connection.send(byNumber);
    expect(connection.canSend(uidFetch([1], ['FLAGS']))).toBe(true);
    expect(connection.canSend(noop())).toBe(false);
    expect(connection.canSend(uidSearch({ key: 'ALL' }))).toBe(false);
  });

  it('lets SELECT follow ENABLE in one flight, and nothing follow SELECT', () => {
    const connection = new Connection();
    connection.receive(encodeText('* PREAUTH [CAPABILITY IMAP4rev1 ENABLE] x\r\n'));
    connection.next();
    connection.send(enable(['QRESYNC']));
    expect(connection.canSend(select('A'))).toBe(true);
    connection.send(noop());
    expect(connection.canSend(select('A'))).toBe(false);
  });

  it.each([
    ['a receipt for nobody', 'X9 OK\r\n'],
    ['a continuation for nobody', '+ go\r\n'],
    ['EXPUNGE of what is not there', '* 5 EXPUNGE\r\n'],
    ['EXISTS beyond belief', '* 4294967295 EXISTS\r\n'],
    ['a response nobody knows', '* XYZZY 5\r\n'],
  ])('survives %s', (_, wire) => {
    const { events } = play(['* PREAUTH x\r\n', wire, noop(), 'P1 OK\r\n']);
    expect(events.map(({ type }) => type)).toEqual(['greeting', 'defect', 'receipt', 'closed']);
  });

  it('forgets its numbers where EXISTS falls, and tells the new count', () => {
    const { events } = play([
      '* PREAUTH x\r\n',
      select('A'),
      '* 2 EXISTS\r\nP1 OK\r\n* 1 FETCH (UID 5)\r\n* 1 EXISTS\r\n* 1 FETCH (FLAGS ())\r\n',
    ]);
    expect(events.slice(3)).toEqual([
      expect.objectContaining({ type: 'defect' }),
      { type: 'news', news: { type: 'exists', count: 1 } },
      { type: 'news', news: { type: 'fetch', message: { uid: undefined, flags: [] } } },
      { type: 'closed', unanswered: [] },
    ]);
  });

  it('takes nothing that was cut off for a response', () => {
    const { events } = play(['* PREAUTH x\r\n', noop(), '* 1 EXISTS\r\nP1 OK']);
    expect(events.slice(1)).toEqual([
      { type: 'news', news: { type: 'exists', count: 1 } },
      { type: 'closed', unanswered: ['NOOP'] },
    ]);
  });

  it('bears a server that says + again and again while idle', () => {
    const { events } = play([
      '* PREAUTH [CAPABILITY IDLE] x\r\n',
      idle(),
      '+ idling\r\n+ still\r\n+ still\r\n* 1 EXISTS\r\n',
    ]);
    expect(events.map(({ type }) => type)).toEqual(['greeting', 'idling', 'news', 'closed']);
  });
});
