import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { CommandError, ConnectionLost, UsageError } from '../error.ts';
import { openSession, selectedSession, signedInSession } from '../testing/session.ts';
import { failure, settle } from '../testing/wire.ts';
import {
  capability,
  list,
  login,
  type ModSeq,
  noop,
  select,
  startTls,
  status,
  uidCopy,
  uidFetch,
  uidMove,
  uidSearch,
  uidStore,
} from './index.ts';

describe('greeting', () => {
  it('is OK or PREAUTH', async () => {
    expect(await openSession('* OK hello').session.ready).toEqual({ greeting: 'OK', text: 'hello' });
    const { session } = openSession('* PREAUTH [CAPABILITY IMAP4rev1 MOVE] in');
    expect(await session.ready).toEqual({ greeting: 'PREAUTH', text: 'in' });
    expect(session.state).toBe('authenticated');
    expect(session.capabilities.has('MOVE')).toBe(true);
  });

  it('is BYE: ready and everything else is refused, with the server’s words', async () => {
    const { session, wire } = openSession('* BYE [UNAVAILABLE] overloaded');
    const error = await failure(session.ready);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ text: 'overloaded', code: { code: 'UNAVAILABLE' } });
    expect(await session.closed).toBe(error);
    expect(await failure(session.run(noop()))).toBe(error);
    expect(wire.closed).toBe(true);
  });

  it('never comes', async () => {
    const { session, clock } = openSession(undefined, { silenceLimit: 1000 });
    await clock.pass(1001);
    expect(await failure(session.ready)).toBeInstanceOf(ConnectionLost);
  });
});

it('traces nothing that is secret', async () => {
  const trace: string[] = [];
  const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1] hello', {
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
    const { session, wire, news } = await selectedSession();
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

  it('tells how long the way is, about: as long as the quickest of its commands took', async () => {
    const { session, wire, clock } = await signedInSession();
    expect(session.roundTrip).toBe(Number.POSITIVE_INFINITY);
    for (const [i, took] of [300, 80, 120].entries()) {
      const done = session.run(noop());
      await wire.heard();
      clock.time += took;
      wire.say(`P${i + 1} OK`);
      await done;
    }
    expect(session.roundTrip).toBe(80);
  });

  it('holds back what would be ambiguous: two searches, and anything beside SELECT', async () => {
    const { session, wire } = await selectedSession();
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
    const { session, wire, log } = await selectedSession();
    const done = session.run(noop()).then(() => log.push('receipt'));
    await settle();
    wire.say('* 4 EXISTS', '* 1 EXPUNGE', 'P2 OK');
    await done;
    expect(log).toEqual(['exists', 'expunge', 'receipt']);
  });

  it('rejects what the state forbids, and only that', async () => {
    const { session, wire } = await signedInSession();
    expect(await failure(session.run(uidFetch([1], ['FLAGS'])))).toBeInstanceOf(UsageError);
    const done = session.run(noop());
    wire.say('P1 OK');
    await done;
  });

  it('gives NO and BAD as CommandError with code and text', async () => {
    const { session, wire } = await selectedSession();
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
    const { session, wire, news } = await selectedSession(undefined, 'IMAP4rev1 MOVE UIDPLUS');
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
    const { session, wire } = await selectedSession();
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
    const { session, wire } = await signedInSession('IMAP4rev1 LIST-STATUS SPECIAL-USE LIST-EXTENDED');
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

it('forgets capabilities at STARTTLS', async () => {
  const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 STARTTLS] hello');
  const done = session.run(startTls());
  await settle();
  wire.say('P1 OK begin');
  await done;
  expect(session.capabilities.size).toBe(0);
  expect(session.detach().length).toBe(0);
});

it('asks for capabilities again after they are known', async () => {
  const { session, wire, news } = await signedInSession('IMAP4rev1 MOVE');
  const done = session.run(capability());
  await settle();
  wire.say('* CAPABILITY IMAP4rev1 LITERAL + ', 'P1 OK');
  expect([...(await done)]).toEqual(['IMAP4REV1', 'LITERAL+']);
  expect(news).toHaveLength(1);
});

it('keeps 63-bit mod-sequences exact', async () => {
  const { session, wire, news } = await selectedSession(undefined, 'IMAP4rev1 CONDSTORE');
  const modSeq = 90060115205545359n as ModSeq;
  const done = session.run(uidFetch([[1, 0xffff_ffff]], ['FLAGS', 'MODSEQ'], { changedSince: modSeq }));
  expect(await wire.heard()).toBe('P2 UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 90060115205545359)\r\n');
  wire.say('* 2 FETCH (UID 9 FLAGS () MODSEQ (90060115205545360))', 'P2 OK');
  await done;
  expect(news).toEqual([{ type: 'fetch', message: { uid: 9, flags: [], modSeq: 90060115205545360n } }]);
});
