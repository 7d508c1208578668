import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { ConnectionLost, UsageError } from '../error.ts';
import { selectedSession, signedInSession } from '../testing/session.ts';
import { failure, settle, TestClock, Wire } from '../testing/wire.ts';
import { append, noop, Session, uidFetch } from './index.ts';

describe('literals', () => {
  const message = encodeText('Subject: x\r\n\r\nbody\r\n');

  it('wait for the server to ask, and nothing overtakes them', async () => {
    const { session, wire } = await signedInSession();
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
    const { session, wire } = await signedInSession();
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
    const { session, wire } = await signedInSession(`IMAP4rev1 ${capabilityName}`);
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
    const { session, wire } = await signedInSession();
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
    const { session, wire } = await signedInSession();
    const done = failure(session.run(append('Sent', { message: { octets: 6, chunks: pieces(...texts) } })));
    await settle();
    wire.say('+ go');
    expect(await done).toBeInstanceOf(UsageError);
    expect(await session.closed).toBeInstanceOf(ConnectionLost);
    expect(wire.written).not.toContain('abcdefg');
  });

  it('above 8 MiB go to whoever fetches them, in pieces', async () => {
    const { session, wire, news } = await selectedSession();
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
