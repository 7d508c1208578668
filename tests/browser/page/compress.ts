/** What runs inside the browser: the app's own transport and inflation under a session with a real server. */
import { append, compress, select, Session, uidFetch } from '@postern/protocol/imap';
import type { Compression, Transport } from '@postern/protocol/port';
import { connect } from '../../../web/src/engine/transport.ts';

export interface Outcome {
  /** Octets that the WebSocket brought until the INBOX was listed, and what became of them. */
  readonly came: number;
  readonly inflated: number;
  /** Octets that went up, the message included. */
  readonly went: number;
  readonly subjects: string[];
  /** Octets of the message that was sent up and read back, and whether they are the same. */
  readonly roundTrip: number;
  readonly same: boolean;
  /** Milliseconds until IDLE told of it. */
  readonly told: number;
}

async function* counting(bytes: AsyncIterable<Uint8Array>, count: (octets: number) => void) {
  for await (const chunk of bytes) {
    count(chunk.length);
    yield chunk;
  }
}

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Reads the INBOX, puts a large message into it while it idles elsewhere, and reads that back. */
async function compressed(account: string): Promise<Outcome> {
  const counts = { came: 0, inflated: 0, went: 0 };
  const open = async (onExists: () => void = () => undefined) => {
    const line = await connect(location.origin, 'imap', { account });
    const port = line.compression;
    if (!port) throw new Error('this browser cannot inflate');
    const counted: Compression = {
      inflate: (bytes) =>
        counting(port.inflate(counting(bytes, (octets) => (counts.came += octets))), (octets) => {
          counts.inflated += octets;
        }),
      deflate: port.deflate,
    };
    const transport: Transport = {
      bytes: line.bytes,
      write: (bytes) => ((counts.went += bytes.length), line.write(bytes)),
      close: () => line.close(),
    };
    const messages: { subject: string; body: Uint8Array | null }[] = [];
    const session = new Session(transport, {
      clock,
      onNews: (news) => {
        if (news.type === 'exists') onExists();
        if (news.type !== 'fetch') return;
        const [body] = news.message.sections ?? [];
        messages.push({ subject: news.message.envelope?.subject ?? '', body: body?.data ?? null });
      },
    });
    await session.ready;
    await session.run(compress(counted));
    const { exists } = await session.run(select('INBOX'));
    return { session, messages, exists };
  };

  let told: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => (told = resolve));
  const listener = await open(() => told());
  const idling = listener.session.idle();
  const worker = await open();
  await worker.session.run(uidFetch([[1, worker.exists]], ['ENVELOPE', 'BODYSTRUCTURE', 'FLAGS']));
  const subjects = worker.messages.splice(0).map(({ subject }) => subject);

  const { came, inflated } = counts;

  const noise = crypto.getRandomValues(new Uint8Array(48_000));
  const lines = Array.from({ length: 4000 }, (_, n) => noise.subarray(n * 12, n * 12 + 12).join(' '));
  const text = new TextEncoder().encode(`Subject: up\r\n\r\n${lines.join('\r\n')}\r\n`);
  const began = performance.now();
  const filed = await worker.session.run(append('INBOX', { message: text }));
  await arrival;
  const took = performance.now() - began;
  await idling.done();
  if (!filed) throw new Error('no APPENDUID');
  await worker.session.run(uidFetch([filed.uid], [{ section: '' }]));
  const back = worker.messages.find(({ body }) => body)?.body;
  listener.session.close();
  worker.session.close();
  return {
    came,
    inflated,
    went: counts.went,
    subjects,
    roundTrip: back?.length ?? 0,
    same: back?.length === text.length && back.every((octet, i) => octet === text[i]),
    told: took,
  };
}

export const page = { compressed };

Object.assign(globalThis, { page });
