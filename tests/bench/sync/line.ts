import type { Socket } from 'node:net';
import { openBetween } from '../../support/between.ts';

/** Octets that wait for their time, above which their sender has to wait too. */
const mostWaiting = 8 * 1024 * 1024;

/** Where a server says what it can do: in its list, and by the way when a mailbox is selected. */
const TELLING = ['CAPABILITY', 'HIGHESTMODSEQ'];

/** What went over a line since it was last asked to begin. */
export interface Traffic {
  /** Octets from the server and to it. */
  down: number;
  up: number;
  /** Times that a client spoke after it had heard something: each waits for the one before. All connections together. */
  flights: number;
}

export interface Line {
  readonly port: number;
  readonly traffic: Traffic;
  /** Counts from zero. */
  begin(): void;
  /** Milliseconds that are added to every round trip, half of them each way. */
  roundTrip: number;
  close(): Promise<void>;
}

/**
 * TCP in, TCP out, later. `change`: what the server says of what it can do, changed without changing its length.
 */
export async function openLine(target: () => number, change?: (text: string) => string): Promise<Line> {
  const traffic: Traffic = { down: 0, up: 0, flights: 0 };
  const line = { roundTrip: 0 };
  const between = await openBetween(target, (near, far) => {
    let heard = true;
    forward(near, far, line, (data) => {
      traffic.up += data.length;
      if (heard) traffic.flights++;
      heard = false;
      return data;
    });
    forward(
      far,
      near,
      line,
      (data) => data,
      (data) => {
        traffic.down += data.length;
        heard = true;
        return change && TELLING.some((word) => data.includes(word))
          ? Buffer.from(change(data.toString('latin1')), 'latin1')
          : data;
      },
    );
  });
  return Object.assign(line, {
    port: between.port,
    traffic,
    begin: () => Object.assign(traffic, { down: 0, up: 0, flights: 0 }),
    close: () => between.cut(),
  });
}

/** Hands on what `from` says, half a round trip later; `sent` and `arrives` see it at either end. */
function forward(
  from: Socket,
  to: Socket,
  line: { readonly roundTrip: number },
  sent: (data: Buffer) => Buffer,
  arrives: (data: Buffer) => Buffer = (data) => data,
): void {
  let waiting = 0;
  from.on('data', (data: Buffer) => {
    const said = sent(data);
    waiting += said.length;
    if (waiting > mostWaiting) from.pause();
    const arrive = (): void => {
      waiting -= said.length;
      if (!to.write(arrives(said))) {
        from.pause();
        to.once('drain', () => from.resume());
      } else if (from.isPaused() && waiting < mostWaiting) from.resume();
    };
    if (line.roundTrip === 0) arrive();
    else setTimeout(arrive, line.roundTrip / 2);
  });
  from.on('end', () => setTimeout(() => to.end(), line.roundTrip / 2));
}

/** A server that has less than this one: the words are spoilt where it says them, and their length stays. */
export function without(...words: readonly string[]): (text: string) => string {
  return (text) => words.reduce((all, word) => all.replaceAll(word, `X${word.slice(1)}`), text);
}
