import type { Socket } from 'node:net';
import { openBetween } from '../support/between.ts';
import type { Chance } from '../sim/chance.ts';

/** Octets up, or down, after which a connection breaks, at most. */
const MOST = { up: 900, down: 6000 } as const;
/** Of a hundred connections, so many break. */
const PERCENT = 80;
/** Of a hundred commands that change something, so many are carried out and their answer breaks off, after so many octets at most. */
const UNHEARD = 30;
const MOST_HEARD = 150;
const CHANGING = /^P\d+ (?:UID (?:STORE|COPY|MOVE|EXPUNGE)|EXPUNGE|APPEND) /m;

export interface BreakingLine {
  readonly port: number;
  /** How many connections it has broken. */
  readonly broken: number;
  /** From now on nothing breaks. */
  heal(): void;
  close(): Promise<void>;
}

/** What may still go in one direction, in octets. */
interface Way {
  left: number;
}

/** TCP in, TCP out, to a mail server: connections break after any octet, in either direction, most of all when something was changed. */
export async function openBreakingLine(target: () => number, chance: Chance): Promise<BreakingLine> {
  let healed = false;
  let broken = 0;
  const carry = (from: Socket, to: Socket, way: Way, seen: (data: Buffer) => void): void => {
    from.on('data', (data: Buffer) => {
      seen(data);
      if (healed || way.left > data.length) {
        way.left -= data.length;
        to.write(data);
        return;
      }
      if (way.left < 0) return;
      broken++;
      // What went before is to arrive.
      to.end(data.subarray(0, way.left), () => {
        from.destroy();
        to.destroy();
      });
      way.left = -1;
    });
    from.on('end', () => to.end());
  };
  const between = await openBetween(target, (near, far) => {
    const breaks = chance.percent(PERCENT);
    const goesUp = chance.percent(50);
    const up: Way = { left: breaks && goesUp ? chance.below(MOST.up) : Infinity };
    const down: Way = { left: breaks && !goesUp ? chance.below(MOST.down) : Infinity };
    carry(near, far, up, (data) => {
      if (CHANGING.test(data.toString('latin1')) && chance.percent(UNHEARD))
        down.left = Math.min(down.left, chance.below(MOST_HEARD));
    });
    carry(far, near, down, () => undefined);
  });
  return {
    port: between.port,
    get broken() {
      return broken;
    },
    heal: () => void (healed = true),
    close: () => between.cut(),
  };
}
