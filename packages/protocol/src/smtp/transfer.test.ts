import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { CommandError, ConnectionLost, ProtocolError, UsageError } from '../error.ts';
import { greeted, type Lab } from '../testing/submission.ts';
import { failure, settle, type Wire } from '../testing/wire.ts';
import { isUncertain, type Submission, submit } from './index.ts';

type Message = Submission['message'];

function message(chunks: readonly Uint8Array[], more: Partial<Message> = {}): Message {
  return {
    octets: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    async *chunks() {
      yield* chunks;
    },
    ...more,
  };
}

/** Past RCPT, with the message on its way. */
async function underWay(
  extensions: readonly string[],
  sent: Message,
  more: Partial<Submission> = {},
): Promise<Lab & { done: Promise<unknown> }> {
  const made = await greeted('PIPELINING', ...extensions);
  const done = submit(made.session, {
    from: 'ada@example.org',
    recipients: ['bob@example.org'],
    message: sent,
    ...more,
  });
  done.catch(() => undefined);
  await made.wire.heard();
  made.wire.say('250 ok', '250 ok');
  return { ...made, done };
}

/** What many turns write, until nothing more comes. */
async function heardAll(wire: Wire): Promise<string> {
  let all = '';
  for (let heard = await wire.heard(); heard !== ''; heard = await wire.heard()) all += heard;
  return all;
}

const large = (octets: number): Uint8Array => encodeText(`${'x'.repeat(98)}\r\n`.repeat(octets / 100));

describe('BDAT', () => {
  it('carries a small message in one chunk, dots as they are', async () => {
    const sent = message([encodeText('Subject: x\r\n\r\n'), encodeText('.\r\n..')]);
    const { wire, done } = await underWay(['CHUNKING'], sent);
    expect(await wire.heard()).toBe('BDAT 21 LAST\r\nSubject: x\r\n\r\n.\r\n..\r\n');
    wire.say('250 2.0.0 queued');
    expect(await done).toMatchObject({ accepted: ['bob@example.org'], reply: { code: 250 } });
  });

  it('carries nothing at all', async () => {
    const { wire, done } = await underWay(['CHUNKING'], message([]));
    expect(await wire.heard()).toBe('BDAT 0 LAST\r\n');
    wire.say('250 ok');
    await done;
  });

  it('mends line ends, but none of a binary message', async () => {
    const octets = encodeText('a\nb\rc\0');
    const text = await underWay(['CHUNKING', 'BINARYMIME'], message([octets]));
    expect(await text.wire.heard()).toBe('BDAT 10 LAST\r\na\r\nb\r\nc\0\r\n');
    const binary = await underWay(['CHUNKING', 'BINARYMIME'], message([octets], { content: 'binary' }));
    expect(await binary.wire.heard()).toBe('BDAT 6 LAST\r\na\nb\rc\0');
  });

  /** Sizes and markers of the chunks in what was written; throws where they do not add up. */
  function chunksIn(written: string): string[] {
    const chunks: string[] = [];
    for (let at = 0; at < written.length;) {
      const head = /^BDAT (\d+)( LAST)?\r\n/.exec(written.slice(at, at + 40));
      if (!head) throw new Error(`no chunk at ${at}`);
      chunks.push(`${head[1]}${head[2] ?? ''}`);
      at += head[0].length + Number(head[1]);
      if (at > written.length) throw new Error('an incomplete chunk');
    }
    return chunks;
  }

  it('pipelines the chunks, but sends the last only when all others are accepted', async () => {
    const octets = large(600_000);
    const progress: number[] = [];
    const { wire, done } = await underWay(['CHUNKING'], message([octets]), {
      onProgress: (sent, of) => {
        expect(of).toBe(600_000);
        progress.push(sent);
      },
    });
    let written = await heardAll(wire);
    expect(chunksIn(written)).toEqual(['262144', '262144']);
    wire.say('250 ok');
    expect(await heardAll(wire)).toBe('');
    wire.say('250 ok');
    written += await heardAll(wire);
    expect(chunksIn(written)).toEqual(['262144', '262144', '75712 LAST']);
    expect(written.replaceAll(/BDAT \d+(?: LAST)?\r\n/g, '').length).toBe(600_000);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(600_000);
    wire.say('250 ok');
    await done;
  });

  it('waits for each chunk where the server does not pipeline', async () => {
    const made = await greeted('CHUNKING');
    const done = submit(made.session, {
      from: 'a@b',
      recipients: ['c@d'],
      message: message([large(600_000)]),
    });
    for (let i = 0; i < 2; i++) {
      await heardAll(made.wire);
      made.wire.say('250 ok');
    }
    for (const expected of ['262144', '262144', '75712 LAST']) {
      expect(chunksIn(await heardAll(made.wire))).toEqual([expected]);
      made.wire.say('250 ok');
    }
    await done;
  });

  it('stops at a chunk that is refused, and can be used again', async () => {
    const { wire, done, session } = await underWay(['CHUNKING'], message([large(600_000)]));
    await heardAll(wire);
    wire.say('452 4.3.1 disk full', '503 5.5.1 bad sequence');
    expect(await heardAll(wire)).toBe('RSET\r\n');
    wire.say('250 ok');
    const error = await failure(done);
    expect(error).toMatchObject({
      command: 'DATA',
      reply: 452,
      status: 'TEMPORARY',
      code: { name: '4.3.1' },
    });
    expect(isUncertain(error)).toBe(false);
    const noop = session.command('NOOP', 'NOOP');
    expect(await heardAll(wire)).toBe('NOOP\r\n');
    wire.say('250 ok');
    expect((await noop).code).toBe(250);
  });

  it('gives up on a line that takes nothing any more, although a chunk before was just accepted', async () => {
    const { wire, clock, done } = await underWay(['CHUNKING'], message([large(700_000)]));
    let writes = 0;
    wire.write = () => (++writes > 5 ? new Promise(() => undefined) : Promise.resolve());
    await heardAll(wire);
    wire.say('250 ok');
    await settle();
    await clock.pass(200_000);
    expect(wire.closed).toBe(true);
    done.catch(() => undefined);
  });

  it('never completes a message with a hole in it', async () => {
    const { wire, done } = await underWay(['CHUNKING'], message([large(600_000)]));
    await heardAll(wire);
    // The second chunk was accepted although the first was not.
    wire.say('452 no', '250 ok');
    expect(await heardAll(wire)).toBe('RSET\r\n');
    wire.say('250 ok');
    expect(await failure(done)).toBeInstanceOf(CommandError);
  });
});

describe.each([
  ['DATA', []],
  ['BDAT', ['CHUNKING']],
])('a message by %s', (_, extensions) => {
  const isData = extensions.length === 0;
  const text = message([encodeText('a\r\n'), encodeText('.b\r\n')]);
  const complete = isData ? 'a\r\n..b\r\n.\r\n' : 'BDAT 7 LAST\r\na\r\n.b\r\n';

  /** The recipients are taken and, where it takes asking, the message may come. */
  async function going(sent: Message, more?: Partial<Submission>): ReturnType<typeof underWay> {
    const begun = await underWay(extensions, sent, more);
    if (isData) {
      await begun.wire.heard();
      begun.wire.say('354 go');
    }
    return begun;
  }

  it('leaves it open whether it was sent only when it was written whole, wherever the connection breaks', async () => {
    // What the server says, and after how many of its octets it is gone.
    const says = ['250 ok\r\n250 ok\r\n', ...(isData ? ['354 go\r\n'] : []), '250-well\r\n250 done\r\n'];
    const total = says.join('').length;
    for (let budget = 0; budget <= total; budget++) {
      const { wire, session } = await greeted('PIPELINING', ...extensions);
      const done = submit(session, { from: 'a@b', recipients: ['c@d'], message: text });
      done.catch(() => undefined);
      let left = budget;
      let written = '';
      for (const words of says) {
        written += await wire.heard();
        wire.raw(encodeText(words.slice(0, left)));
        if (left < words.length) wire.say(undefined);
        left = Math.max(0, left - words.length);
      }
      if (budget === total) {
        expect(await done).toMatchObject({ accepted: ['c@d'] });
        continue;
      }
      const error = await failure(done);
      expect(error).toBeInstanceOf(ConnectionLost);
      expect(isUncertain(error)).toBe(written.endsWith(complete));
    }
  });

  it('is the same when the server stutters', async () => {
    const { wire, session } = await greeted('PIPELINING', ...extensions);
    const done = submit(session, { from: 'a@b', recipients: ['c@d'], message: text });
    const stutter = async (words: string): Promise<void> => {
      for (const octet of encodeText(words)) {
        wire.raw(Uint8Array.of(octet));
        await settle();
      }
    };
    await wire.heard();
    await stutter('250 ok\r\n250 ok\r\n');
    if (isData) {
      await wire.heard();
      await stutter('354 go\r\n');
    }
    expect(await wire.heard()).toBe(complete);
    await stutter('250-2.0.0 well\r\n250 2.0.0 done\r\n');
    expect(await done).toMatchObject({ reply: { code: 250, enhanced: '2.0.0', lines: ['well', 'done'] } });
  });

  it.each(['399 what?', 'nonsense', undefined])('is uncertain after %j', async (words) => {
    const { wire, done } = await going(text);
    await wire.heard();
    wire.say(words);
    expect(isUncertain(await failure(done))).toBe(true);
    expect(wire.closed).toBe(true);
  });

  it.each(['421 4.3.2 going down', '554 5.7.1 spam', '452 4.2.2 full'])(
    'was not sent after %j',
    async (words) => {
      const { wire, done } = await going(text);
      await wire.heard();
      wire.say(words);
      const error = await failure(done);
      expect(error).toMatchObject({ command: 'DATA', reply: Number(words.slice(0, 3)) });
      expect(isUncertain(error)).toBe(false);
    },
  );

  /** A message whose second half waits for the test. */
  function inHalves(): { sent: Message; half: () => void } {
    let half = (): void => {};
    const pause = new Promise<void>((resolve) => (half = resolve));
    const first = large(70_000);
    const sent: Message = {
      octets: first.length + 3,
      async *chunks() {
        yield first;
        await pause;
        yield encodeText('z\r\n');
      },
    };
    return { sent, half };
  }

  it('is not completed when the server refuses in the middle', async () => {
    const { sent, half } = inHalves();
    const { wire, done } = await going(sent);
    await wire.heard();
    wire.say('552 5.3.4 too large');
    await settle();
    half();
    const error = await failure(done);
    expect(error).toMatchObject({ kind: 'CommandError', reply: 552, code: { name: '5.3.4' } });
    expect(isUncertain(error)).toBe(false);
    expect(wire.closed).toBe(true);
    expect(wire.written).not.toContain('z');
  });

  it('is not completed when a reply comes out of turn', async () => {
    const { sent, half } = inHalves();
    const { wire, done } = await going(sent);
    await wire.heard();
    wire.say('250 thank you');
    await settle();
    half();
    expect(await failure(done)).toBeInstanceOf(ProtocolError);
    expect(wire.closed).toBe(true);
  });

  it('ends with the connection when it is cancelled, and is not sent', async () => {
    const controller = new AbortController();
    const { sent, half } = inHalves();
    const { wire, done } = await going(sent, { signal: controller.signal });
    await wire.heard();
    controller.abort(new Error('changed my mind'));
    await settle();
    half();
    expect(await failure(done)).toMatchObject({ message: 'changed my mind' });
    expect(wire.closed).toBe(true);
    expect(wire.written).toBe('');
  });

  it('cannot be cancelled once it is written', async () => {
    const controller = new AbortController();
    const { wire, done } = await going(text, { signal: controller.signal });
    expect(await wire.heard()).toBe(complete);
    controller.abort(new Error('too late'));
    wire.say('250 ok');
    expect(await done).toMatchObject({ accepted: ['bob@example.org'] });
    expect(wire.closed).toBe(false);
  });

  it.each([
    ['shorter', 6],
    ['longer', 8],
  ])('is not completed when it was announced %s than it is', async (__, octets) => {
    const { wire, done } = await going({ ...text, octets });
    expect(await failure(done)).toBeInstanceOf(UsageError);
    expect(wire.closed).toBe(true);
    expect(wire.written).not.toMatch(/LAST|\r\n\.\r\n/);
  });

  it('gives up on a line that takes nothing any more', async () => {
    const made = await greeted('PIPELINING', ...extensions);
    const done = submit(made.session, {
      from: 'a@b',
      recipients: ['c@d'],
      message: message([large(700_000)]),
    });
    done.catch(() => undefined);
    await made.wire.heard();
    made.wire.say('250 ok', '250 ok');
    made.wire.write = (bytes) => (bytes.length > 60_000 ? new Promise(() => undefined) : Promise.resolve());
    await settle();
    if (isData) made.wire.say('354 go');
    await settle();
    await made.clock.pass(100_000);
    expect(made.wire.closed).toBe(false);
    await made.clock.pass(100_000);
    expect(made.wire.closed).toBe(true);
  });
});

it('takes yes for DATA as no permission to send', async () => {
  const { wire, done } = await underWay([], message([encodeText('a')]));
  await wire.heard();
  wire.say('250 fine');
  expect(await failure(done)).toBeInstanceOf(ProtocolError);
  expect(wire.closed).toBe(true);
  expect(wire.written).toBe('');
});

it.each(['MAIL', 'RCPT'])('takes no 354 for an answer to %s', async (command) => {
  const { wire, session } = await greeted('PIPELINING');
  const done = failure(
    submit(session, { from: 'a@b', recipients: ['c@d'], message: message([encodeText('a')]) }),
  );
  await wire.heard();
  wire.say(command === 'MAIL' ? '354 go' : '250 ok', '354 go');
  expect(await done).toBeInstanceOf(ProtocolError);
  expect(wire.closed).toBe(true);
});

it('is cancelled while the server thinks about a recipient', async () => {
  const controller = new AbortController();
  const { wire, session } = await greeted('PIPELINING');
  const done = failure(
    submit(session, {
      from: 'a@b',
      recipients: ['c@d'],
      message: message([encodeText('a')]),
      signal: controller.signal,
    }),
  );
  await wire.heard();
  wire.say('250 ok');
  await settle();
  controller.abort(new Error('enough'));
  expect(await done).toMatchObject({ message: 'enough' });
  expect(wire.closed).toBe(true);
});
