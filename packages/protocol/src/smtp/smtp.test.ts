import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeLatin1, encodeText } from '../bytes/index.ts';
import { CommandError, ConnectionLost, ProtocolError, UsageError } from '../error.ts';
import { failure, settle } from '../testing/wire.ts';
import { greeted, type Lab, lab } from '../testing/submission.ts';
import { DotStuffer, type Submission, submit } from './index.ts';
import { ReplyReader } from './reply.ts';

describe('replies', () => {
  const wire =
    '220 hello\r\n250-one\r\n250-2.1.5 two\n250 \r\n250\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n';
  const replies = [
    { code: 220, enhanced: undefined, lines: ['hello'] },
    { code: 250, enhanced: '2.1.5', lines: ['one', 'two', ''] },
    { code: 250, enhanced: undefined, lines: [''] },
    { code: 550, enhanced: '5.1.1', lines: ['no', 'such user'] },
  ];

  it('are the same however they are cut', () => {
    const bytes = encodeText(wire);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new ReplyReader();
      const read = [];
      for (let at = 0; at < bytes.length; at += size) {
        reader.push(bytes.slice(at, at + size));
        for (let reply = reader.next(); reply; reply = reader.next()) read.push(reply);
      }
      expect(read).toEqual(replies);
    }
  });

  it.each(['hello\r\n', '25 x\r\n', '250x\r\n', '650 x\r\n', 'x'.repeat(9000)])(
    'are nothing else: %s',
    (text) => {
      const reader = new ReplyReader();
      reader.push(encodeText(text));
      expect(() => reader.next()).toThrow(ProtocolError);
    },
  );

  it('end somewhere', () => {
    const reader = new ReplyReader();
    reader.push(encodeText('250-x\r\n'.repeat(501)));
    expect(() => reader.next()).toThrow(ProtocolError);
  });
});

describe('dot-stuffing', () => {
  it.each([
    ['a\r\n.b\r\n..\r\n', 'a\r\n..b\r\n...\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['', '.\r\n'],
    ['no end', 'no end\r\n.\r\n'],
    ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r.\rb\r', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\r\n.x', 'a\r\n\r\n..x\r\n.\r\n'],
  ])('%j', (text, expected) => {
    const bytes = encodeText(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const stuffer = new DotStuffer();
      const out = [stuffer.push(bytes.slice(0, cut)), stuffer.push(bytes.slice(cut)), stuffer.finish()];
      expect(decodeLatin1(concatBytes(out))).toBe(expected);
    }
  });

  it('hides no end of data, and comes off again', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(10, 13, 46, 65), { maxLength: 30 }), (octets) => {
        const stuffer = new DotStuffer();
        const wire = decodeLatin1(concatBytes([stuffer.push(Uint8Array.from(octets)), stuffer.finish()]));
        expect(wire.indexOf('\r\n.\r\n') === -1 || wire.indexOf('\r\n.\r\n') === wire.length - 5).toBe(true);
        expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        const lines = wire.slice(0, -3).split('\r\n');
        const plain = lines.map((line) => (line.startsWith('.') ? line.slice(1) : line)).join('\r\n');
        const canonical = String.fromCharCode(...octets).replace(/\r\n|\r|\n/g, '\r\n');
        expect(plain.replace(/\r\n$/, '')).toBe(canonical.replace(/\r\n$/, ''));
      }),
    );
  });
});

function message(...texts: string[]): Submission['message'] {
  const chunks = texts.map((text) => encodeText(text));
  return {
    octets: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    async *chunks() {
      yield* chunks;
    },
  };
}

const simple: Submission = {
  from: 'ada@example.org',
  recipients: ['bob@example.org'],
  message: message('x\r\n'),
};

describe('greeting', () => {
  it('may refuse', async () => {
    const { session } = lab('554 5.7.1 go away');
    const error = await failure(session.ready);
    expect(error).toMatchObject({ kind: 'CommandError', status: 'PERMANENT', reply: 554, text: 'go away' });
    expect(await failure(submit(session, simple))).toBe(error);
  });

  it('falls back to HELO', async () => {
    const { session, wire } = lab('220 old');
    const done = session.hello();
    await wire.heard();
    wire.say('502 what?');
    expect(await wire.heard()).toBe('HELO [127.0.0.1]\r\n');
    wire.say('250 hi');
    expect((await done).size).toBe(0);
  });
});

describe('submit', () => {
  it('sends the envelope, then the message, and tells who was refused', async () => {
    const { session, wire } = await greeted('PIPELINING', 'SIZE 1000', '8BITMIME', 'SMTPUTF8');
    const progress: number[] = [];
    const done = submit(session, {
      from: 'ada@example.org',
      recipients: ['bob@example.org', 'no@example.org', 'not an address', 'späť@example.org'],
      message: message('Subject: x\r\n\r\n', '.dot\r\n'),
      onProgress: (sent) => progress.push(sent),
      beforeData: async () => void progress.push(-1),
    });
    expect(await wire.heard()).toBe(
      'MAIL FROM:<ada@example.org> SIZE=20 BODY=8BITMIME SMTPUTF8\r\n' +
        'RCPT TO:<bob@example.org>\r\nRCPT TO:<no@example.org>\r\n' +
        decodeLatin1(encodeText('RCPT TO:<späť@example.org>\r\n')),
    );
    wire.say('250 ok', '250 2.1.5 ok', '550 5.1.1 nobody', '251 will forward');
    expect(await wire.heard()).toBe('DATA\r\n');
    expect(progress).toEqual([-1]);
    wire.say('354 go');
    expect(await wire.heard()).toBe('Subject: x\r\n\r\n..dot\r\n.\r\n');
    wire.say('250 2.0.0 queued as 7');
    expect(await done).toEqual({
      accepted: ['bob@example.org', 'späť@example.org'],
      refused: [
        { address: 'no@example.org', reply: 550, status: '5.1.1', reason: 'no-such-address', text: 'nobody' },
        {
          address: 'not an address',
          reply: 553,
          status: '5.1.3',
          reason: 'bad-address',
          text: 'not an address',
        },
      ],
      reply: { code: 250, enhanced: '2.0.0', lines: ['queued as 7'] },
    });
    expect(progress).toEqual([-1, 14, 20]);
  });

  it('asks one thing at a time without PIPELINING', async () => {
    const { session, wire } = await greeted();
    const done = failure(submit(session, { ...simple, recipients: ['a@b', 'c@d'] }));
    expect(await wire.heard()).toBe('MAIL FROM:<ada@example.org>\r\n');
    wire.say('250 ok');
    expect(await wire.heard()).toBe('RCPT TO:<a@b>\r\n');
    wire.say('550 no');
    expect(await wire.heard()).toBe('RCPT TO:<c@d>\r\n');
    wire.say('451 later');
    expect(await wire.heard()).toBe('RSET\r\n');
    wire.say('250 ok');
    expect(await done).toMatchObject({
      command: 'RCPT',
      status: 'TEMPORARY',
      reply: 451,
      text: 'a@b: no\nc@d: later',
    });
  });

  it('takes a refused sender as the end, and can be used again', async () => {
    const { session, wire } = await greeted('PIPELINING');
    const done = failure(submit(session, simple));
    await wire.heard();
    wire.say('550 not you', '503 no sender');
    expect(await done).toMatchObject({ command: 'MAIL', reply: 550, text: 'not you' });
    const again = submit(session, simple);
    await wire.heard();
    wire.say('250 ok', '250 ok');
    await wire.heard();
    wire.say('354 go');
    expect(await wire.heard()).toBe('x\r\n.\r\n');
    wire.say('250 ok');
    expect((await again).accepted).toEqual(['bob@example.org']);
  });

  it('sends nothing that cannot be taken: size, or addresses beyond ASCII', async () => {
    const { session, wire } = await greeted('SIZE 2');
    expect(await failure(submit(session, simple))).toMatchObject({ reply: 552, status: 'PERMANENT' });
    const other = await greeted();
    expect(await failure(submit(other.session, { ...simple, from: 'ä@b' }))).toMatchObject({ reply: 553 });
    expect((await wire.heard()) + (await other.wire.heard())).toBe('');
  });

  it.each(['a@b>\r\nRCPT TO:<c@d', 'a b@c', '', 'a@b>c', '<a@b>'])('never sends %j', async (address) => {
    const { session, wire } = await greeted();
    expect(await failure(submit(session, { ...simple, from: address }))).toBeInstanceOf(UsageError);
    expect(await wire.heard()).toBe('');
  });

  async function atData(more: Partial<Submission> = {}): Promise<Lab & { done: Promise<unknown> }> {
    const made = await greeted('PIPELINING');
    const done = failure(submit(made.session, { ...simple, ...more }));
    await settle();
    made.wire.say('250 ok', '250 ok');
    expect(await made.wire.heard()).toContain('DATA\r\n');
    return { ...made, done };
  }

  it('is uncertain only when the whole message was written and no reply came', async () => {
    const { wire, done } = await atData();
    wire.say('354 go');
    expect(await wire.heard()).toBe('x\r\n.\r\n');
    wire.say(undefined);
    expect(await done).toMatchObject({ kind: 'ConnectionLost', unanswered: ['DATA'] });
  });

  it('waits longer for that reply than for any other', async () => {
    const { wire, done, clock } = await atData();
    wire.say('354 go');
    await wire.heard();
    await clock.pass(500_000);
    expect(wire.closed).toBe(false);
    await clock.pass(200_000);
    expect(await done).toMatchObject({ kind: 'ConnectionLost', unanswered: ['DATA'] });
  });

  it('is certainly not sent when the connection goes before that', async () => {
    const { wire, done } = await atData();
    wire.say(undefined);
    expect(await done).toMatchObject({ kind: 'ConnectionLost', unanswered: [] });
  });

  it('is certainly not sent when the server refuses it', async () => {
    const { wire, done } = await atData();
    wire.say('354 go');
    await wire.heard();
    wire.say('554 5.7.1 spam');
    expect(await done).toMatchObject({ command: 'DATA', reply: 554, code: { name: '5.7.1' } });
  });

  it('is cancelled in the middle by ending the connection, without the dot', async () => {
    const controller = new AbortController();
    const { wire, done, session } = await atData({
      signal: controller.signal,
      message: {
        octets: 4,
        async *chunks() {
          yield encodeText('x\r\n');
          controller.abort(new Error('changed my mind'));
          yield encodeText('y');
        },
      },
    });
    wire.say('354 go');
    expect(await done).toMatchObject({ message: 'changed my mind' });
    expect(wire.written).toBe('x\r\n');
    expect(wire.closed).toBe(true);
    expect(await session.closed).toBeUndefined();
  });

  it.each([
    ['short', 'x'],
    ['long', 'x\r\ny'],
  ])('is not sent when the message is too %s', async (_, text) => {
    const { wire, done } = await atData({ message: { ...message(text), octets: 3 } });
    wire.say('354 go');
    expect(await done).toBeInstanceOf(UsageError);
    expect(wire.written).not.toContain('\r\n.\r\n');
    expect(wire.closed).toBe(true);
  });

  it('can be stopped before the message goes out', async () => {
    const { session, wire } = await greeted('PIPELINING');
    const stop = async (): Promise<void> => {
      throw new Error('stop');
    };
    const done = failure(submit(session, { ...simple, beforeData: stop }));
    await wire.heard();
    wire.say('250 ok', '250 ok');
    expect(await wire.heard()).toBe('RSET\r\n');
    wire.say('250 ok');
    expect(await done).toMatchObject({ message: 'stop' });
  });

  it('ends with 421, whoever it answers', async () => {
    const { session, wire } = await greeted('PIPELINING');
    const done = failure(submit(session, simple));
    await wire.heard();
    wire.say('421 4.3.2 shutting down');
    expect(await done).toMatchObject({ status: 'TEMPORARY', reply: 421 });
    expect(await failure(session.command('NOOP', 'NOOP'))).toBeInstanceOf(CommandError);
  });

  it('ends with 421 that answers nothing', async () => {
    const { session, wire } = await greeted();
    wire.say('421 idle for too long');
    expect(await session.closed).toMatchObject({ command: 'connection', reply: 421 });
    expect(wire.closed).toBe(true);
  });

  it('gives up on a stream that is not SMTP', async () => {
    const { session, wire } = await greeted();
    const done = failure(submit(session, simple));
    await wire.heard();
    wire.say('HTTP/1.1 400 Bad Request');
    expect(await done).toBeInstanceOf(ProtocolError);
    expect(await session.closed).toBeInstanceOf(ProtocolError);
  });
});

it('hands the stream over', async () => {
  const { session, wire } = await greeted();
  expect(session.detach().length).toBe(0);
  wire.say('220 x');
  const read = await session.rest[Symbol.asyncIterator]().next();
  expect(decodeLatin1(read.value)).toBe('220 x\r\n');
});

it('is lost when nothing comes', async () => {
  const { session, clock } = lab();
  await clock.pass(1001);
  expect(await failure(session.ready)).toBeInstanceOf(ConnectionLost);
});
