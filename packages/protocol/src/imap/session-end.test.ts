import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { CommandError, ConnectionLost, UsageError } from '../error.ts';
import { openSession, selectedSession, signedInSession } from '../testing/session.ts';
import { failure, settle } from '../testing/wire.ts';
import { login, logout, noop, uidStore } from './index.ts';

describe('idle', () => {
  it('ends before the next command', async () => {
    const { session, wire, news } = await selectedSession(undefined, 'IMAP4rev1 IDLE');
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
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 IDLE');
    const idling = session.idle();
    const done = idling.done();
    expect(await wire.heard()).toBe('P2 IDLE\r\n');
    wire.say('+');
    expect(await wire.heard()).toBe('DONE\r\n');
    wire.say('P2 OK');
    await done;
  });

  it('may be silent for ever, but not once it is to end', async () => {
    const { session, wire, clock } = await selectedSession(undefined, 'IMAP4rev1 IDLE', {
      silenceLimit: 1000,
    });
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
    const { session, wire, clock } = await selectedSession(undefined, 'IMAP4rev1 IDLE', {
      silenceLimit: 1000,
    });
    const done = failure(session.idle().done());
    await settle();
    wire.say('+');
    expect(await wire.heard()).toContain('DONE');
    await clock.pass(1001);
    expect(await done).toBeInstanceOf(ConnectionLost);
  });

  it('is refused: ended says so, and the session goes on', async () => {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 IDLE');
    const idling = session.idle();
    await settle();
    wire.say('P2 BAD no');
    expect(await failure(idling.ended)).toBeInstanceOf(CommandError);
    const next = session.run(noop());
    wire.say('P3 OK');
    await next;
  });

  it('needs the capability', async () => {
    const { session } = await signedInSession();
    expect(() => session.idle()).toThrow(UsageError);
  });
});

describe('the end', () => {
  it('names the commands without a receipt', async () => {
    const { session, wire } = await selectedSession();
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
    const { session, clock, wire } = await selectedSession(undefined, 'IMAP4rev1', { silenceLimit: 1000 });
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
    const { session, wire } = await signedInSession();
    const done = session.run(logout());
    await settle();
    wire.say('* BYE see you', 'P1 OK');
    await done;
    expect(await session.closed).toBeUndefined();
    expect(wire.closed).toBe(true);
  });

  it('costs a malformed response no more than itself', async () => {
    const { session, wire, log } = await selectedSession();
    const done = session.run(noop());
    await settle();
    wire.say('* 1 FETCH (UID 7 FLAGS (\\Seen', '* 4 EXISTS', 'Server Unavailable.', 'P2 OK');
    await done;
    expect(log.filter((entry) => entry.startsWith('defect'))).toHaveLength(2);
    expect(log).toContain('exists');
  });

  it('is a handover: unread octets come back, and what follows goes to rest', async () => {
    const { session, wire } = await signedInSession();
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
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1] hello');
    const done = session.run(login('ada', 'x'));
    await settle();
    wire.say('P1 OK [CAPABILITY IMAP4rev1] in', '* 1 one', '* 2 two', '* 3 three');
    await done;
    // Taken from the transport, or still in it: nothing in between.
    expect(decodeLatin1(session.detach()) + wire.left).toBe('* 1 one\r\n* 2 two\r\n* 3 three\r\n');
  });

  it('is no handover while a command is outstanding', async () => {
    const { session } = await signedInSession();
    void session.run(noop()).catch(() => undefined);
    expect(() => session.detach()).toThrow(UsageError);
  });
});
