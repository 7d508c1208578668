import { openBetween } from './between.ts';
import type { Between } from './between.ts';

/** A wire that can be measured and cut: TCP in, TCP out. */
export interface Proxy extends Between {
  /** Octets, from the server and to it. */
  readonly octets: { down: number; up: number };
  close(): Promise<void>;
}

export async function startProxy(target: () => number): Promise<Proxy> {
  const octets = { down: 0, up: 0 };
  const between = await openBetween(target, (near, far) => {
    near.on('data', (data) => (octets.up += data.length));
    far.on('data', (data) => (octets.down += data.length));
    near.pipe(far);
    far.pipe(near);
  });
  return { ...between, octets, close: () => between.cut() };
}
