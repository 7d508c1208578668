import type { Transport } from '@postern/protocol/port';
import type { TestClock } from './desk.ts';

export interface Way {
  /** Milliseconds that a round trip takes, half of them each way. */
  roundTrip: number;
  /** Octets a millisecond that come; nothing said: all at once. */
  rate?: number;
}

/** The way to a server takes its time, under a test's clock. Octets arrive in their order. */
export function farAway(near: Transport, clock: TestClock, way: Way): Transport {
  const arrived: Uint8Array[] = [];
  let ended = false;
  let wake = (): void => undefined;
  /** When the line is free again. */
  let free = 0;
  const later = (at: number, happens: () => void): void =>
    void clock.sleep(at - clock.now()).then(() => {
      happens();
      wake();
    });
  void (async () => {
    for await (const chunk of near.bytes) {
      free = Math.max(free, clock.now()) + (way.rate === undefined ? 0 : chunk.length / way.rate);
      later(free + way.roundTrip / 2, () => arrived.push(chunk));
    }
    later(Math.max(free, clock.now()) + way.roundTrip / 2, () => (ended = true));
  })();
  return {
    bytes: (async function* () {
      for (;;) {
        const chunk = arrived.shift();
        if (chunk) yield chunk;
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    })(),
    async write(bytes) {
      const sent = bytes.slice();
      // What a server that is gone by then would have to say to it is nobody's matter.
      later(clock.now() + way.roundTrip / 2, () => void near.write(sent).catch(() => undefined));
    },
    close() {
      near.close();
      ended = true;
      wake();
    },
  };
}
