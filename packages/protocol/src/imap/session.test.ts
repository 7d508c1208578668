import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { CommandError, ConnectionLost, UsageError } from '../error.ts';
import { failure, settle, TestClock, Wire } from '../testing/wire.ts';
import {
  append,
  capability,
  list,
  login,
  logout,
  type ModSeq,
  type News,
  noop,
  select,
  Session,
  type SessionOptions,
  startTls,
  status,
  uidCopy,
  uidFetch,
  uidMove,
  uidSearch,
  uidStore,
} from './index.ts';

interface Lab {
  wire: Wire;
  clock: TestClock;
  session: Session;
  news: News[];
  log: string[];
}

function lab(greeting: string | undefined, options: Partial<SessionOptions> = {}): Lab {
  const wire = new Wire();
  const clock = new TestClock();
  const news: News[] = [];
  const log: string[] = [];
  const session = new Session(wire, {
    clock,
    onNews: (item) => {
      news.push(item);
      log.push(item.type);
    },
    onDefect: (error) => log.push(`defect: ${error.message}`),
    ...options,
  });
  if (greeting !== undefined) wire.say(greeting);
  return { wire, clock, session, news, log };
}

/** Signed in, with these capabilities. */
async function signedIn(capabilities = 'IMAP4rev1', options: Partial<SessionOptions> = {}): Promise<Lab> {
  const made = lab(`* PREAUTH [CAPABILITY ${capabilities}] hello`, options);
  await made.session.ready;
  return made;
}

async function selected(capabilities = 'IMAP4rev1', options: Partial<SessionOptions> = {}): Promise<Lab> {
  const made = await signedIn(capabilities, options);
  const promise = made.session.run(select('INBOX'));
  made.wire.say('* 3 EXISTS', '* OK [UIDVALIDITY 9] v', '* OK [UIDNEXT 14] n', 'P1 OK [READ-WRITE] done');
  await promise;
  await made.wire.heard();
  return made;
}

describe('greeting', () => {
  it('is OK or PREAUTH', async () => {
    expect(await lab('* OK hello').session.ready).toEqual({ greeting: 'OK', text: 'hello' });
    const { session } = lab('* PREAUTH [CAPABILITY IMAP4rev1 MOVE] in');
    expect(await session.ready).toEqual({ greeting: 'PREAUTH', text: 'in' });
    expect(session.state).toBe('authenticated');
    expect(session.capabilities.has('MOVE')).toBe(true);
  });

  it('is BYE: ready and everything else is refused, with the server’s words', async () => {
    const { session, wire } = lab('* BYE [UNAVAILABLE] overloaded');
    const error = await failure(session.ready);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ text: 'overloaded', code: { code: 'UNAVAILABLE' } });
    expect(await session.closed).toBe(error);
    expect(await failure(session.run(noop()))).toBe(error);
    expect(wire.closed).toBe(true);
  });

  it('never comes', async () => {
    const { session, clock } = lab(undefined, { silenceLimit: 1000 });
    await clock.pass(1001);
    expect(await failure(session.ready)).toBeInstanceOf(ConnectionLost);
  });
});

it('traces nothing that is secret', async () => {
  const trace: string[] = [];
  const { session, wire } = lab('* OK [CAPABILITY IMAP4rev1] hello', {
    onTrace: (direction, text) => trace.push(`${direction}: ${text}`),
  });
  const done = session.run(login('ada', 'fetch!7'));
  await settle();
  wire.say('P1 OK welcome ada');
  await done;
  expect(trace.join('')).not.toMatch(/ada|fetch|!|7/);
  expect(trace.join('')).toContain('S: x0 OK xxxxxxx xxx');
});

describe('run', () => {
  it('pipelines what is unambiguous and settles by tag', async () => {
    const { session, wire, news } = await selected();
    const first = session.run(uidFetch([10], ['FLAGS']));
    const second = session.run(uidStore([11], { mode: 'add', flags: ['\\Seen'], silent: true }));
    const third = session.run(noop());
    expect(await wire.heard()).toBe(
      'P2 UID FETCH 10 (UID FLAGS)\r\nP3 UID STORE 11 +FLAGS.SILENT (\\Seen)\r\nP4 NOOP\r\n',
    );
    wire.say('* 1 FETCH (UID 10 FLAGS (\\seen kw))', 'P2 OK', 'P4 OK', 'P3 OK [MODIFIED 11] some');
    expect(await first).toBe(1);
    expect(await second).toEqual({ modified: [11] });
    await third;
    expect(news).toEqual([{ type: 'fetch', message: { uid: 10, flags: ['\\Seen', 'kw'] } }]);
  });

  it('holds back what would be ambiguous: two searches, and anything beside SELECT', async () => {
    const { session, wire } = await selected();
    const one = session.run(uidSearch({ key: 'UNSEEN' }));
    const two = session.run(uidSearch({ key: 'FROM', text: 'Größe' }));
    const three = session.run(select('Sent', { readOnly: true }));
    const four = session.run(status('INBOX', ['MESSAGES', 'UNSEEN']));
    expect(await wire.heard()).toBe('P2 UID SEARCH UNSEEN\r\n');
    wire.say('* SEARCH 7 0 3 7', 'P2 OK');
    expect(await one).toEqual([3, 7]);
    expect(await wire.heard()).toBe('P3 UID SEARCH CHARSET UTF-8 FROM {7}\r\n');
    wire.say('+ go');
    expect(await wire.heard()).toBe(`${decodeLatin1(encodeText('Größe'))}\r\n`);
    wire.say('* SEARCH', 'P3 OK');
    expect(await two).toEqual([]);
    expect(await wire.heard()).toBe('P4 EXAMINE "Sent"\r\n');
    expect(session.selected).toBeUndefined();
    wire.say('* 0 EXISTS', '* FLAGS (\\Answered)', '* OK [UIDVALIDITY 4] x', 'P4 OK [READ-ONLY] x');
    expect(await three).toEqual({
      exists: 0,
      uidValidity: 4,
      uidNext: undefined,
      highestModSeq: undefined,
      flags: ['\\Answered'],
      permanentFlags: ['\\Answered'],
      readOnly: true,
    });
    expect(session.selected).toEqual({ name: 'Sent', readOnly: true });
    expect(await wire.heard()).toBe('P5 STATUS "INBOX" (MESSAGES UNSEEN)\r\n');
    wire.say('* STATUS INBOX (MESSAGES 5 UNSEEN 2)', 'P5 OK');
    expect(await four).toEqual({ wireName: 'INBOX', messages: 5, unseen: 2 });
  });

  it('gives the news before the receipt it comes with', async () => {
    const { session, wire, log } = await selected();
    const done = session.run(noop()).then(() => log.push('receipt'));
    await settle();
    wire.say('* 4 EXISTS', '* 1 EXPUNGE', 'P2 OK');
    await done;
    expect(log).toEqual(['exists', 'expunge', 'receipt']);
  });

  it('rejects what the state forbids, and only that', async () => {
    const { session, wire } = await signedIn();
    expect(await failure(session.run(uidFetch([1], ['FLAGS'])))).toBeInstanceOf(UsageError);
    const done = session.run(noop());
    wire.say('P1 OK');
    await done;
  });

  it('gives NO and BAD as CommandError with code and text', async () => {
    const { session, wire } = await selected();
    const done = failure(session.run(uidCopy([1], 'Entwürfe')));
    expect(await wire.heard()).toBe('P2 UID COPY 1 "Entw&APw-rfe"\r\n');
    wire.say('P2 NO [TRYCREATE] no such mailbox');
    expect(await done).toMatchObject({
      command: 'UID COPY',
      status: 'NO',
      code: { name: 'ATOM', code: 'TRYCREATE' },
      text: 'no such mailbox',
    });
  });

  it('takes COPYUID from the receipt or from an untagged OK', async () => {
    const { session, wire, news } = await selected('IMAP4rev1 MOVE UIDPLUS');
    const copy = session.run(uidCopy([1, 2, 3], 'A'));
    const move = session.run(uidMove([[5, 6]], { wire: 'B&-' }));
    expect(await wire.heard()).toBe('P2 UID COPY 1:3 "A"\r\n');
    wire.say('P2 OK [COPYUID 7 1:3 11:13] x');
    expect(await copy).toMatchObject({ uidValidity: 7, source: [1, 2, 3], destination: [11, 12, 13] });
    expect(await wire.heard()).toBe('P3 UID MOVE 5:6 "B&-"\r\n');
    wire.say('* OK [COPYUID 8 5,6 1:2] x', '* 1 EXPUNGE', 'P3 OK x');
    expect(await move).toMatchObject({ uidValidity: 8, source: [5, 6], destination: [1, 2] });
    expect(news).toEqual([{ type: 'expunge', uid: undefined }]);
  });

  it('withdraws a command that is aborted before it is sent', async () => {
    const { session, wire } = await selected();
    const controller = new AbortController();
    const first = session.run(uidSearch({ key: 'ALL' }));
    const second = session.run(uidSearch({ key: 'SEEN' }), { signal: controller.signal });
    await wire.heard();
    controller.abort(new Error('not any more'));
    expect(await failure(second)).toMatchObject({ message: 'not any more' });
    wire.say('* SEARCH 1', 'P2 OK');
    await first;
    expect(await wire.heard()).toBe('');
  });

  it('lists with status, keeping wire names', async () => {
    const { session, wire } = await signedIn('IMAP4rev1 LIST-STATUS SPECIAL-USE LIST-EXTENDED');
    const done = session.run(list('', '*', { returnSpecialUse: true, returnStatus: ['MESSAGES'] }));
    expect(await wire.heard()).toBe('P1 LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES))\r\n');
    wire.say(
      '* LIST (\\hasnochildren \\sent) "/" "Gesendet&APw-"',
      '* STATUS "Gesendet&APw-" (MESSAGES 7)',
      '* LIST (\\Noselect) NIL {3}\r\na b',
      'P1 OK',
    );
    expect(await done).toEqual([
      {
        name: 'Gesendetü',
        wireName: 'Gesendet&APw-',
        delimiter: '/',
        attributes: ['\\HasNoChildren', '\\Sent'],
        status: { wireName: 'Gesendet&APw-', messages: 7 },
      },
      { name: 'a b', wireName: 'a b', delimiter: null, attributes: ['\\Noselect'] },
    ]);
  });
});

describe('literals', () => {
  const message = encodeText('Subject: x\r\n\r\nbody\r\n');

  it('wait for the server to ask, and nothing overtakes them', async () => {
    const { session, wire } = await signedIn();
    const done = session.run(append('Sent', { flags: ['\\Seen'], internalDate: 0, message }));
    const other = session.run(noop());
    expect(await wire.heard()).toBe('P1 APPEND "Sent" (\\Seen) " 1-Jan-1970 00:00:00 +0000" {20}\r\n');
    wire.say('+');
    expect(await wire.heard()).toBe('Subject: x\r\n\r\nbody\r\n\r\nP2 NOOP\r\n');
    wire.say('P1 OK [APPENDUID 38505 3955] done', 'P2 OK');
    expect(await done).toEqual({ uidValidity: 38505, uid: 3955 });
    await other;
  });

  it('are dropped when the server refuses before it asks', async () => {
    const { session, wire } = await signedIn();
    const done = failure(session.run(append('Sent', { message })));
    await wire.heard();
    wire.say('P1 NO [OVERQUOTA] full');
    expect(await done).toMatchObject({ code: { code: 'OVERQUOTA' } });
    const next = session.run(noop());
    expect(await wire.heard()).toBe('P2 NOOP\r\n');
    wire.say('P2 OK');
    await next;
  });

  it.each([
    ['LITERAL+', 5000, true],
    ['LITERAL+', 70_000, false],
    ['LITERAL-', 4096, true],
    ['LITERAL-', 4097, false],
  ])('with %s, %i octets go unasked: %s', async (capabilityName, octets, unasked) => {
    const { session, wire } = await signedIn(`IMAP4rev1 ${capabilityName}`);
    const done = session.run(append('Sent', { message: new Uint8Array(octets).fill(65) }));
    const heard = await wire.heard();
    expect(heard.startsWith(`P1 APPEND "Sent" {${octets}${unasked ? '+' : ''}}\r\n`)).toBe(true);
    expect(heard.length > octets).toBe(unasked);
    wire.say(...(unasked ? [] : ['+ go']), 'P1 OK');
    expect(await done).toBeUndefined();
  });

  async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
    for (const text of texts) yield encodeText(text);
  }

  it('are streamed from their source', async () => {
    const { session, wire } = await signedIn();
    const done = session.run(append('Sent', { message: { octets: 6, chunks: pieces('ab', '', 'cdef') } }));
    expect(await wire.heard()).toBe('P1 APPEND "Sent" {6}\r\n');
    wire.say('+ go');
    expect(await wire.heard()).toBe('abcdef\r\n');
    wire.say('P1 OK');
    await done;
  });

  it.each([
    ['short', ['ab']],
    ['long', ['abcdefg']],
  ])('that are too %s end the connection, for nothing can follow them', async (_, texts) => {
    const { session, wire } = await signedIn();
    const done = failure(session.run(append('Sent', { message: { octets: 6, chunks: pieces(...texts) } })));
    await settle();
    wire.say('+ go');
    expect(await done).toBeInstanceOf(UsageError);
    expect(await session.closed).toBeInstanceOf(ConnectionLost);
    expect(wire.written).not.toContain('abcdefg');
  });

  it('above 8 MiB go to whoever fetches them, in pieces', async () => {
    const { session, wire, news } = await selected();
    const octets = 9 * 1024 * 1024;
    let received = 0;
    let uid = 0;
    const done = session.run(
      uidFetch([12], [{ section: '2' }, 'FLAGS'], {
        onSection: (piece) => {
          expect(piece).toMatchObject({ section: '2', origin: undefined, octets, offset: received });
          received += piece.data.length;
          uid = piece.uid ?? 0;
        },
      }),
    );
    expect(await wire.heard()).toBe('P2 UID FETCH 12 (UID BODY.PEEK[2] FLAGS)\r\n');
    wire.say(`* 3 FETCH (UID 12 BODY[2] {${octets}}`);
    for (let sent = 0; sent < octets; sent += 65_536) wire.raw(new Uint8Array(65_536).fill(10));
    wire.say(' FLAGS (\\Seen))', 'P2 OK');
    expect(await done).toBe(1);
    expect(received).toBe(octets);
    expect(uid).toBe(12);
    expect(news).toEqual([{ type: 'fetch', message: { uid: 12, flags: ['\\Seen'] } }]);
  });
});

describe('idle', () => {
  it('ends before the next command', async () => {
    const { session, wire, news } = await selected('IMAP4rev1 IDLE');
    const idling = session.idle();
    expect(await wire.heard()).toBe('P2 IDLE\r\n');
    wire.say('+ idling', '* 4 EXISTS');
    expect(await wire.heard()).toBe('');
    expect(news).toEqual([{ type: 'exists', count: 4 }]);
    const next = session.run(noop());
    expect(await wire.heard()).toBe('DONE\r\n');
    wire.say('P2 OK');
    await idling.ended;
    expect(await wire.heard()).toBe('P3 NOOP\r\n');
    wire.say('P3 OK');
    await next;
  });

  it('says DONE only after the server took it up', async () => {
    const { session, wire } = await selected('IMAP4rev1 IDLE');
    const idling = session.idle();
    const done = idling.done();
    expect(await wire.heard()).toBe('P2 IDLE\r\n');
    wire.say('+');
    expect(await wire.heard()).toBe('DONE\r\n');
    wire.say('P2 OK');
    await done;
  });

  it('may be silent for ever, but not once it is to end', async () => {
    const { session, wire, clock } = await selected('IMAP4rev1 IDLE', { silenceLimit: 1000 });
    const idling = session.idle();
    await settle();
    wire.say('+');
    await settle();
    await clock.pass(100_000);
    expect(session.state).toBe('selected');
    const done = failure(idling.done());
    await settle();
    await clock.pass(1001);
    expect(await done).toMatchObject({ kind: 'ConnectionLost', unanswered: ['IDLE'] });
  });

  it('that is to end before it began is not waited for in silence either', async () => {
    const { session, wire, clock } = await selected('IMAP4rev1 IDLE', { silenceLimit: 1000 });
    const done = failure(session.idle().done());
    await settle();
    wire.say('+');
    expect(await wire.heard()).toContain('DONE');
    await clock.pass(1001);
    expect(await done).toBeInstanceOf(ConnectionLost);
  });

  it('is refused: ended says so, and the session goes on', async () => {
    const { session, wire } = await selected('IMAP4rev1 IDLE');
    const idling = session.idle();
    await settle();
    wire.say('P2 BAD no');
    expect(await failure(idling.ended)).toBeInstanceOf(CommandError);
    const next = session.run(noop());
    wire.say('P3 OK');
    await next;
  });

  it('needs the capability', async () => {
    const { session } = await signedIn();
    expect(() => session.idle()).toThrow(UsageError);
  });
});

describe('the end', () => {
  it('names the commands without a receipt', async () => {
    const { session, wire } = await selected();
    const one = failure(session.run(uidStore([1], { mode: 'add', flags: ['\\Seen'] })));
    const two = failure(session.run(noop()));
    await settle();
    wire.say(undefined);
    expect(await one).toMatchObject({ kind: 'ConnectionLost', unanswered: ['UID STORE', 'NOOP'] });
    expect(await two).toBeInstanceOf(ConnectionLost);
    expect(await session.closed).toBeInstanceOf(ConnectionLost);
    expect(await failure(session.run(noop()))).toBeInstanceOf(ConnectionLost);
    expect(session.state).toBe('closed');
  });

  it('comes by silence while a command waits, but not while none does', async () => {
    const { session, clock, wire } = await selected('IMAP4rev1', { silenceLimit: 1000 });
    await clock.pass(100_000);
    const done = failure(session.run(noop()));
    await clock.pass(999);
    wire.say('* 4 EXISTS');
    await settle();
    await clock.pass(999);
    expect(session.state).toBe('selected');
    await clock.pass(2);
    expect(await done).toMatchObject({ kind: 'ConnectionLost', unanswered: ['NOOP'] });
  });

  it('is asked for with LOGOUT', async () => {
    const { session, wire } = await signedIn();
    const done = session.run(logout());
    await settle();
    wire.say('* BYE see you', 'P1 OK');
    await done;
    expect(await session.closed).toBeUndefined();
    expect(wire.closed).toBe(true);
  });

  it('costs a malformed response no more than itself', async () => {
    const { session, wire, log } = await selected();
    const done = session.run(noop());
    await settle();
    wire.say('* 1 FETCH (UID 7 FLAGS (\\Seen', '* 4 EXISTS', 'Server Unavailable.', 'P2 OK');
    await done;
    expect(log.filter((entry) => entry.startsWith('defect'))).toHaveLength(2);
    expect(log).toContain('exists');
  });

  it('is a handover: unread octets come back, and what follows goes to rest', async () => {
    const { session, wire } = await signedIn();
    wire.raw(encodeText('* OK half a li'));
    await settle();
    expect(decodeLatin1(session.detach())).toBe('* OK half a li');
    wire.say('ne');
    const read = await session.rest[Symbol.asyncIterator]().next();
    expect(decodeLatin1(read.value)).toBe('ne\r\n');
    expect(wire.closed).toBe(false);
    expect(await failure(session.run(noop()))).toBeInstanceOf(Error);
  });

  it('is a handover that loses nothing of what is already there', async () => {
    const { session, wire } = lab('* OK [CAPABILITY IMAP4rev1] hello');
    const done = session.run(login('ada', 'x'));
    await settle();
    wire.say('P1 OK [CAPABILITY IMAP4rev1] in', '* 1 one', '* 2 two', '* 3 three');
    await done;
    // Taken from the transport, or still in it: nothing in between.
    expect(decodeLatin1(session.detach()) + wire.left).toBe('* 1 one\r\n* 2 two\r\n* 3 three\r\n');
  });

  it('is no handover while a command is outstanding', async () => {
    const { session } = await signedIn();
    void session.run(noop()).catch(() => undefined);
    expect(() => session.detach()).toThrow(UsageError);
  });
});

describe('a large chunk', () => {
  /** Time goes by with every look at the clock. */
  class BusyClock extends TestClock {
    breaths: (() => void)[] = [];
    override now(): number {
      return (this.time += 5);
    }
    breathe(): Promise<void> {
      return new Promise((resolve) => this.breaths.push(resolve));
    }
  }

  async function busy(): Promise<{ wire: Wire; clock: BusyClock; session: Session; counts: number[] }> {
    const [wire, clock, counts] = [new Wire(), new BusyClock(), [] as number[]];
    const session = new Session(wire, {
      clock,
      onNews: (news) => news.type === 'exists' && counts.push(news.count),
    });
    wire.say('* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hello');
    await session.ready;
    await settle();
    clock.breaths.shift()?.();
    await settle();
    return { wire, clock, session, counts };
  }

  const lines = Array.from({ length: 20_000 }, (_, n) => `* ${n + 1} EXISTS\r\n`).join('');

  it('lets others have the thread in between, and loses nothing by it', async () => {
    const { wire, clock, counts } = await busy();
    wire.raw(encodeText(lines));
    await settle();
    expect(counts.length).toBeGreaterThan(0);
    expect(counts.length).toBeLessThan(10_000);
    for (let breath = clock.breaths.shift(); breath; breath = clock.breaths.shift()) {
      const before = counts.length;
      breath();
      await settle();
      // Not more than a slice: 5 ms are over by then.
      expect(counts.length - before).toBeLessThan(3000);
    }
    expect(counts).toEqual(Array.from({ length: 20_000 }, (_, n) => n + 1));
  });

  it('that was read in part comes back when the stream is taken over', async () => {
    const { wire, session, counts } = await busy();
    wire.raw(encodeText(lines));
    await settle();
    const back = decodeLatin1(session.detach());
    expect(lines.endsWith(back)).toBe(true);
    expect(back.split('\r\n').length - 1).toBe(20_000 - counts.length);
  });

  it('is not read on after the end', async () => {
    const { wire, clock, session, counts } = await busy();
    wire.raw(encodeText(lines));
    await settle();
    session.close();
    const before = counts.length;
    clock.breaths.shift()?.();
    await settle();
    expect(counts.length).toBe(before);
  });
});

it('forgets capabilities at STARTTLS', async () => {
  const { session, wire } = lab('* OK [CAPABILITY IMAP4rev1 STARTTLS] hello');
  const done = session.run(startTls());
  await settle();
  wire.say('P1 OK begin');
  await done;
  expect(session.capabilities.size).toBe(0);
  expect(session.detach().length).toBe(0);
});

it('asks for capabilities again after they are known', async () => {
  const { session, wire, news } = await signedIn('IMAP4rev1 MOVE');
  const done = session.run(capability());
  await settle();
  wire.say('* CAPABILITY IMAP4rev1 LITERAL + ', 'P1 OK');
  expect([...(await done)]).toEqual(['IMAP4REV1', 'LITERAL+']);
  expect(news).toHaveLength(1);
});

it('keeps 63-bit mod-sequences exact', async () => {
  const { session, wire, news } = await selected('IMAP4rev1 CONDSTORE');
  const modSeq = 90060115205545359n as ModSeq;
  const done = session.run(uidFetch([[1, 0xffff_ffff]], ['FLAGS', 'MODSEQ'], { changedSince: modSeq }));
  expect(await wire.heard()).toBe('P2 UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 90060115205545359)\r\n');
  wire.say('* 2 FETCH (UID 9 FLAGS () MODSEQ (90060115205545360))', 'P2 OK');
  await done;
  expect(news).toEqual([{ type: 'fetch', message: { uid: 9, flags: [], modSeq: 90060115205545360n } }]);
});
