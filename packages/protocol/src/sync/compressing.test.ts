import { expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { ConnectionLost } from '../error.ts';
import { noop, Session } from '../imap/index.ts';
import type { Compression, Transport } from '../port.ts';
import { failure, settle, TestClock, Wire } from '../testing/wire.ts';
import { Compressing } from './compressing.ts';
import { Lane } from './lane.ts';
import { MemoryStore } from './memory-store.ts';
import type { MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { Truth } from './truth.ts';

/** Leaves octets as they are, and cannot read what says that it is broken. */
const compression: Compression = {
  async *inflate(bytes) {
    for await (const chunk of bytes) {
      if (chunk[0] === 0x21 /* ! */) throw new TypeError('invalid block type');
      yield chunk;
    }
  },
  deflate: () => (bytes) => Promise.resolve(bytes),
};

interface Line {
  readonly wire: Wire;
  readonly session: Session;
  readonly begun: Promise<void>;
}

function connect(compressing: Compressing, port: { compression?: Compression } = { compression }): Line {
  const wire = new Wire();
  const transport: Transport = {
    bytes: wire.bytes,
    write: (bytes) => wire.write(bytes),
    close: () => wire.close(),
    ...port,
  };
  const session = new Session(transport, { clock: new TestClock(), onNews: () => undefined });
  wire.say('* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hello');
  return { wire, session, begun: session.ready.then(() => compressing.begin(session, transport)) };
}

/** Compressed, and read something. */
async function works(compressing: Compressing): Promise<void> {
  const { wire, session, begun } = connect(compressing);
  expect(await wire.heard()).toBe('P1 COMPRESS DEFLATE\r\n');
  wire.say('P1 OK active');
  await begun;
  const done = session.run(noop());
  await settle();
  wire.say('P2 OK');
  await done;
  session.close();
}

it('compresses each connection, as long as that works', async () => {
  const compressing = new Compressing();
  await works(compressing);
  await works(compressing);
});

it('does without where the transport cannot, and where the server refuses', async () => {
  const compressing = new Compressing();
  const plain = connect(compressing, {});
  await plain.begun;
  expect(await plain.wire.heard()).toBe('');
  const refused = connect(compressing);
  await settle();
  refused.wire.say('P1 NO [COMPRESSIONACTIVE] TLS does');
  await refused.begun;
  expect(refused.session.state).toBe('authenticated');
});

it.each<[name: string, breaks: (line: Line) => Promise<unknown>]>([
  [
    'hangs up at COMPRESS',
    async ({ wire, begun }) => {
      wire.say(undefined);
      return failure(begun);
    },
  ],
  [
    'sends what is not DEFLATE',
    async ({ wire, session, begun }) => {
      wire.say('P1 OK active');
      await begun;
      wire.raw(encodeText('!'));
      return session.closed;
    },
  ],
])('does without on the connection after one that %s, then tries again', async (_, breaks) => {
  const compressing = new Compressing();
  const line = connect(compressing);
  await settle();
  expect(await breaks(line)).toBeInstanceOf(ConnectionLost);
  const next = connect(compressing);
  await next.begun;
  expect(await next.wire.heard()).toBe('');
  await works(compressing);
});

it('costs no round trip behind a SELECT', async () => {
  const wire = new Wire();
  const lane = new Lane({
    truth: new Truth(new MemoryStore()),
    clock: new TestClock(),
    connect: async () => ({
      bytes: wire.bytes,
      write: (bytes) => wire.write(bytes),
      close: () => wire.close(),
      compression,
    }),
    onWake: () => undefined,
    onUidValidity: async () => undefined,
  });
  wire.say('* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hello');
  const mailbox = { ...newMailbox(1 as MailboxKey), wireName: 'INBOX' };
  const selected = lane.select(mailbox, { compress: true });
  expect(await wire.heard()).toBe('P1 SELECT "INBOX"\r\nP2 COMPRESS DEFLATE\r\n');
  wire.say('* 3 EXISTS', '* OK [UIDVALIDITY 1] ok', 'P1 OK [READ-WRITE] selected', 'P2 OK active');
  expect((await selected).exists).toBe(3);
  await lane.compressed();
  lane.close();
});
