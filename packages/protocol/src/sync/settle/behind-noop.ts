/** Looking for what may have come in: Courier shows what was appended only after a NOOP, which need not cost a round trip. */
import { noop } from '../../imap/index.ts';
import type { Lane } from '../lane.ts';

/**
 * What is asked in the flight of a NOOP, right behind it. Where the NOOP has to be said again (a server had no time for it), so has
 * this: an answer of before is none. `ask` must have no effect.
 */
export async function behindNoop<T>(lane: Lane, ask: () => Promise<T>): Promise<T> {
  let told = false;
  const telling = lane.runFirst(noop()).then(() => {
    told = true;
  });
  const asking = ask().then((answer) => ({ answer, late: told }));
  const [, { answer, late }] = await Promise.all([telling, asking]);
  return late ? answer : ask();
}
