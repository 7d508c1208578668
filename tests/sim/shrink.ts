import type { Failure } from './failure.ts';
import type { History } from './history.ts';
import { run } from './run.ts';

/** Runs that shortening may take. */
const MOST_RUNS = 150;

/** The history with all left out without which it still fails in the same way. */
export async function shrink(
  history: History,
): Promise<{ readonly history: History; readonly failure: Failure }> {
  const { failure } = await run(history);
  if (!failure) throw new Error('a history that does not fail cannot be shortened');
  let best = { history, failure };
  let runs = 0;
  const tries = async (shorter: History): Promise<boolean> => {
    if (runs >= MOST_RUNS) return false;
    runs++;
    const outcome = await run(shorter);
    if (outcome.failure?.what !== failure.what) return false;
    best = { history: shorter, failure: outcome.failure };
    return true;
  };
  for (let size = Math.ceil(history.steps.length / 2); ; size = Math.ceil(size / 2)) {
    for (let at = best.history.steps.length - size; at > -size; at -= size) {
      const { steps } = best.history;
      await tries({ ...best.history, steps: steps.filter((_, i) => i < at || i >= at + size) });
    }
    if (size === 1) break;
  }
  await tries({ ...best.history, slowness: 0 });
  await tries({ ...best.history, late: false });
  for (const [index] of history.mailboxes.entries()) {
    const without = best.history.mailboxes.map(
      ([name, count], i) => [name, i === index ? 0 : count] as const,
    );
    await tries({ ...best.history, mailboxes: without });
  }
  for (const [index, step] of best.history.steps.entries()) {
    const steps = best.history.steps.with(index, { ...step, after: 0 });
    if (step.after > 0) await tries({ ...best.history, steps });
  }
  return best;
}
