import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { CommandError, ConnectionLost, GatewayRefused, UsageError } from '../error.ts';
import type { Compression, Transport } from '../port.ts';
import { failure, settle, TestClock, Wire } from '../testing/wire.ts';
import { compress, type News, noop, select, Session } from './index.ts';

const veil = (bytes: Uint8Array): Uint8Array => bytes.map((octet) => octet ^ 0x55);
const veiled = (...lines: string[]): Uint8Array =>
  veil(encodeText(lines.map((line) => `${line}\r\n`).join('')));

/** Stands for DEFLATE where it matters which octets go through it, not what becomes of them. */
const veiling: Compression = {
  async *inflate(bytes) {
    for await (const chunk of bytes) yield veil(chunk);
  },
  deflate: () => (bytes) => Promise.resolve(veil(bytes)),
};

/** Signed in to a server that has COMPRESS. */
async function opened(
  bytes: (wire: Wire) => AsyncIterable<Uint8Array> = (wire) => wire.bytes,
): Promise<{ wire: Wire; session: Session; news: News[] }> {
  const wire = new Wire();
  const transport: Transport = {
    bytes: bytes(wire),
    write: (octets) => wire.write(octets),
    close: () => wire.close(),
  };
  const news: News[] = [];
  const session = new Session(transport, { clock: new TestClock(), onNews: (item) => news.push(item) });
  wire.say('* PREAUTH [CAPABILITY IMAP4rev1 IDLE COMPRESS=DEFLATE] hello');
  await session.ready;
  return { wire, session, news };
}

async function compressing(compression = veiling): ReturnType<typeof opened> {
  const lab = await opened();
  const done = lab.session.run(compress(compression));
  expect(await lab.wire.heard()).toBe('P1 COMPRESS DEFLATE\r\n');
  lab.wire.say('P1 OK active');
  await done;
  return lab;
}

const heardVeiled = async (wire: Wire): Promise<string> =>
  decodeLatin1(veil(Uint8Array.from(await wire.heard(), (letter) => letter.charCodeAt(0))));

describe('after COMPRESS’s OK', () => {
  it('goes out behind a SELECT whose answer nobody has yet, and what follows waits for both', async () => {
    const { wire, session } = await opened();
    const selected = session.run(select('INBOX'));
    const compressed = session.run(compress(veiling));
    const after = session.run(noop());
    expect(await wire.heard()).toBe('P1 SELECT "INBOX"\r\nP2 COMPRESS DEFLATE\r\n');
    wire.say('* 1 EXISTS', 'P1 OK [READ-WRITE] selected');
    await selected;
    expect(await wire.heard()).toBe('');
    wire.say('P2 OK active');
    await compressed;
    expect(await heardVeiled(wire)).toBe('P3 NOOP\r\n');
    wire.raw(veiled('P3 OK'));
    await after;
  });

  it('both ways are compressed, and nothing was sent behind COMPRESS', async () => {
    const { wire, session } = await opened();
    const compressed = session.run(compress(veiling));
    const one = session.run(noop());
    const two = session.run(noop());
    expect(await wire.heard()).toBe('P1 COMPRESS DEFLATE\r\n');
    wire.say('P1 OK active');
    await compressed;
    expect(await heardVeiled(wire)).toBe('P2 NOOP\r\nP3 NOOP\r\n');
    wire.raw(veiled('P3 OK'));
    wire.raw(veiled('P2 OK'));
    await Promise.all([one, two]);
  });

  it('the very next octet is, wherever chunks are cut', async () => {
    const plain = encodeText('* OK still plain\r\nP1 OK active\r\n');
    const whole = new Uint8Array([...plain, ...veiled('* 7 EXISTS', '* LIST () "/" {3}', 'abc')]);
    for (let cut = 1; cut <= whole.length; cut++) {
      const { wire, session, news } = await opened();
      const done = session.run(compress(veiling));
      await settle();
      wire.raw(whole.slice(0, cut));
      if (cut % 2 === 0) await settle();
      wire.raw(whole.slice(cut));
      await done;
      await settle();
      expect(news.map(({ type }) => type)).toEqual(['ok', 'exists', 'list']);
      session.close();
    }
  });

  it('so is what is left of a chunk that is larger than what is taken at a time', async () => {
    const { wire, session, news } = await opened();
    const done = session.run(compress(veiling));
    await settle();
    const counts = Array.from({ length: 20_000 }, (_, n) => n + 1);
    const tail = veiled(...counts.map((count) => `* ${count} EXISTS`));
    wire.raw(new Uint8Array([...encodeText('P1 OK active\r\n'), ...tail]));
    await done;
    await settle();
    expect(news).toEqual(counts.map((count) => ({ type: 'exists', count })));
  });

  it('IDLE works', async () => {
    const { wire, session, news } = await compressing();
    const idling = session.idle();
    expect(await heardVeiled(wire)).toBe('P2 IDLE\r\n');
    wire.raw(veiled('+ idling', '* 3 EXISTS'));
    await settle();
    expect(news).toEqual([{ type: 'exists', count: 3 }]);
    const done = idling.done();
    expect(await heardVeiled(wire)).toBe('DONE\r\n');
    wire.raw(veiled('P2 OK'));
    await done;
  });

  it('nobody can take the stream over', async () => {
    const { session } = await compressing();
    expect(() => session.detach()).toThrow(UsageError);
  });

  it('an end is an end, and what was asked is lost', async () => {
    const { wire, session } = await compressing();
    const asked = failure(session.run(noop()));
    await settle();
    wire.say(undefined);
    expect(await asked).toMatchObject({ message: 'the server closed the connection', unanswered: ['NOOP'] });
  });
});

describe('the stream breaks', () => {
  it.each<[name: string, inflate: Compression['inflate'], message: string]>([
    [
      'where it is not DEFLATE',
      async function* (bytes) {
        for await (const chunk of bytes) if (chunk.length > 0) throw new TypeError('invalid block type');
      },
      'what the server compressed cannot be read',
    ],
    [
      'where DEFLATE ends and the server goes on',
      async function* (bytes) {
        for await (const chunk of bytes) return void chunk;
      },
      'the server ended its compressed stream and went on',
    ],
  ])('%s', async (_, inflate, message) => {
    const { wire, session } = await compressing({ ...veiling, inflate });
    const asked = failure(session.run(noop()));
    await settle();
    wire.say('whatever');
    expect(await asked).toBeInstanceOf(ConnectionLost);
    expect(await asked).toMatchObject({ message, unanswered: ['NOOP'] });
    expect(await session.closed).toBe(await asked);
  });

  it('and the transport’s own reason is told, not DEFLATE’s', async () => {
    const reason = new GatewayRefused(4401, 'expired');
    const { wire, session } = await opened(async function* (from) {
      for await (const chunk of from.bytes) {
        if (decodeLatin1(chunk).includes('break')) throw reason;
        yield chunk;
      }
    });
    const done = session.run(compress(veiling));
    await settle();
    wire.say('P1 OK active');
    await done;
    wire.say('break');
    expect(await session.closed).toBe(reason);
  });

  it('where a command cannot be compressed', async () => {
    const deflate: Compression['deflate'] = () => () => Promise.reject(new TypeError('closed'));
    const { session } = await compressing({ ...veiling, deflate });
    expect(await failure(session.run(noop()))).toBeInstanceOf(Error);
    expect(session.state).toBe('closed');
  });
});

describe('COMPRESS', () => {
  it('that is refused leaves all as it was', async () => {
    const { wire, session } = await opened();
    const done = failure(session.run(compress(veiling)));
    await settle();
    wire.say('P1 NO [COMPRESSIONACTIVE] TLS does it', '* 2 EXISTS');
    expect(await done).toBeInstanceOf(CommandError);
    const next = session.run(noop());
    await settle();
    wire.say('P2 OK');
    await next;
    expect(await wire.heard()).toContain('P2 NOOP\r\n');
  });

  it('is not asked of a server that does not have it', async () => {
    const wire = new Wire();
    const session = new Session(wire, { clock: new TestClock(), onNews: () => undefined });
    wire.say('* PREAUTH [CAPABILITY IMAP4rev1] hello');
    await session.ready;
    expect(await failure(session.run(compress(veiling)))).toBeInstanceOf(UsageError);
    expect(await wire.heard()).toBe('');
  });
});
