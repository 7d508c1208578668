import { openSync, readSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { select, Session, uidFetch } from '@postern/protocol/imap';
import type { Transport } from '@postern/protocol/port';
import type { Race } from '../alone.ts';
import type { Figure } from '../figures.ts';
import { Generated } from './generated.ts';
import { AsObjects, InChunks } from './keeping.ts';
import type { Keeping } from './keeping.ts';

const COUNT = 100_000;
const CHUNK = 64 * 1024;
/** Milliseconds that a screen has for a picture: who holds the thread longer makes it miss one. */
const HELD_LIMIT = 16;

/** How the answer arrives, and what becomes of the messages. */
const WAYS = {
  'in chunks of 64 KiB, let go': { chunk: CHUNK },
  'in chunks of 64 KiB, all kept as the app keeps them': { chunk: CHUNK, keep: () => new InChunks() },
  'in chunks of 64 KiB, all kept as objects': { chunk: CHUNK, keep: () => new AsObjects() },
  'in one chunk, let go': { chunk: Infinity },
} satisfies Record<string, { readonly chunk: number; readonly keep?: () => Keeping }>;
type Way = keyof typeof WAYS;

interface Taken {
  /** Octets of the answer. */
  readonly octets: number;
  /**
   * Time from one turn of another task to the next, in milliseconds: the longest, and the one that 99 of 100 stay below. By the
   * clock, less the time in which the thread was ready and the machine gave its core to another program.
   */
  readonly held: number;
  readonly usual: number;
  /** What of the longest turn were the collector's pauses, by the clock, in milliseconds. */
  readonly collected: number;
  /** The longest time that a turn took without the collector's pauses in it, and the longest pause of all, in milliseconds. */
  readonly own: number;
  readonly pause: number;
  /** Octets that values and buffers took at most, garbage included, over what the answer itself takes. */
  readonly grown: number;
  /** Octets that a kept message takes when all garbage is gone; 0 where none was kept. */
  readonly each: number;
}

/** From one turn of another task to the next; `begin` and `end` by the clock, in milliseconds. */
interface Turn {
  readonly begin: number;
  readonly end: number;
  readonly held: number;
}

/** A server that has its answer ready, and gives it without waiting for anybody. */
function server(answer: Uint8Array, chunk: number): Transport {
  const written: string[] = [];
  let wake: (() => void) | undefined;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n');
    for (;;) {
      const command = written.shift();
      const tag = command?.split(' ')[0];
      if (command === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
      } else if (command.includes('SELECT')) {
        yield Buffer.from(`* ${COUNT} EXISTS\r\n* OK [UIDVALIDITY 1]\r\n${tag} OK\r\n`);
      } else {
        // Whole, it is handed over as it is: copying it is nothing that the session does.
        if (chunk >= answer.length) yield answer;
        else for (let at = 0; at < answer.length; at += chunk) yield answer.slice(at, at + chunk);
        yield Buffer.from(`${tag} OK\r\n`);
      }
    }
  };
  return {
    bytes: bytes(),
    write(line) {
      written.push(Buffer.from(line).toString());
      wake?.();
      return Promise.resolve();
    },
    close: () => undefined,
  };
}

/**
 * How long this thread has been ready without a core, in milliseconds; it is the second figure that Linux keeps of each thread.
 * Elsewhere 0: what the machine does besides counts as ours then.
 */
const passedOver = ((): (() => number) => {
  if (process.platform !== 'linux') return () => 0;
  const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  const text = Buffer.alloc(64);
  return () =>
    Number(text.toString('latin1', 0, readSync(file, text, 0, text.length, 0)).split(' ')[1]) / 1e6;
})();

/** Octets of values and buffers. */
function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure(way: Way): Promise<Taken> {
  const { chunk, keep }: { readonly chunk: number; readonly keep?: () => Keeping } = WAYS[way];
  const kept = keep?.();
  const answer = new Uint8Array(new Generated(5).described(COUNT));
  const session = new Session(server(answer, chunk), {
    clock: {
      now: () => performance.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    },
    onNews: (news) => {
      if (news.type === 'fetch') kept?.take(news.message);
    },
  });
  await session.ready;
  await session.run(select('INBOX'));
  // Twice: buffers that the first finds unused are let go behind its back, and would seem to have made room for what comes.
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc?.();
  const before = held();
  let grown = 0;
  const turns: Turn[] = [];
  const pauses: { readonly startTime: number; readonly duration: number }[] = [];
  const collector = new PerformanceObserver((list) => pauses.push(...list.getEntries()));
  collector.observe({ entryTypes: ['gc'] });
  let last = passedOver();
  let lastTime = performance.now();
  let over = false;
  // Stands for all else that wants the thread: how long it waits for its turn is what is measured.
  const other = (): void => {
    const end = performance.now();
    turns.push({ begin: lastTime, end, held: end - lastTime - (passedOver() - last) });
    grown = Math.max(grown, held() - before);
    last = passedOver();
    lastTime = performance.now();
    if (!over) setImmediate(other);
  };
  setImmediate(other);
  const count = await session.run(uidFetch([[1, COUNT]], ['ENVELOPE', 'BODYSTRUCTURE']));
  over = true;
  if (count !== COUNT) throw new Error(`${count} of ${COUNT} messages came`);
  session.close();
  // What was observed is told in a task of its own.
  await new Promise((resolve) => setTimeout(resolve, 50));
  collector.disconnect();
  // What holds them counts too.
  globalThis.gc?.();
  const each = kept ? (held() - before) / COUNT : 0;
  if (kept && kept.readable() !== COUNT) throw new Error(`${kept.readable()} of ${COUNT} can be read`);
  const collecting = ({ begin, end }: Turn): number =>
    pauses.reduce(
      (sum, { startTime, duration }) => (startTime >= begin && startTime < end ? sum + duration : sum),
      0,
    );
  turns.sort((a, b) => a.held - b.held);
  const longest = turns.at(-1);
  return {
    octets: answer.length,
    held: longest?.held ?? Number.NaN,
    usual: turns[Math.floor(turns.length * 0.99)]?.held ?? Number.NaN,
    collected: longest ? Math.min(longest.held, collecting(longest)) : Number.NaN,
    own: Math.max(...turns.map((turn) => turn.held - collecting(turn))),
    pause: Math.max(0, ...pauses.map(({ duration }) => duration)),
    grown,
    each,
  };
}

/** Octets: a heap that grew by less cannot be told from one that did not. */
const TELLABLE = 1_000_000;

/** 100,000 envelopes and structures through a session: how long the thread is held, and what memory it takes. */
export const ENVELOPE_RACES: readonly Race[] = (Object.keys(WAYS) as Way[]).map((way) => ({
  id: `100,000 envelopes ${way}`,
  run: () => figures(way),
}));

async function figures(way: Way): Promise<Figure[]> {
  const { octets, held, usual, collected, own, pause, grown: measured, each } = await measure(way);
  const grown = Math.max(measured, TELLABLE);
  const id = `100,000 envelopes ${way}`;
  return [
    {
      id: `${id}: thread held at most (the collector's part: ${collected.toFixed(1)} ms; 99 of 100 turns: ${usual.toFixed(1)} ms)`,
      unit: 'ms',
      ours: held,
      peer: 'one picture of a screen',
      theirs: HELD_LIMIT,
      ratio: HELD_LIMIT / held,
      target: 1,
    },
    {
      id: `${id}: the same without the collector's pauses (the longest: ${pause.toFixed(1)} ms)`,
      unit: 'ms',
      ours: own,
      peer: 'one picture of a screen',
      theirs: HELD_LIMIT,
      ratio: HELD_LIMIT / own,
      target: undefined,
    },
    {
      id: `${id}: memory at its peak`,
      unit: 'MB',
      ours: grown / 1e6,
      peer: 'the octets that came',
      theirs: octets / 1e6,
      ratio: octets / grown,
      target: undefined,
    },
    ...(each === 0
      ? []
      : [
          {
            id: `${id}: memory of one of them`,
            unit: 'octets',
            ours: each,
            peer: 'the octets that came',
            theirs: octets / COUNT,
            ratio: octets / COUNT / each,
            target: undefined,
          },
        ]),
  ];
}
