import { expect, it } from 'vitest';
import { chooseHistory } from './history.ts';
import { run } from './run.ts';

const SEEDS = 200;
const TOGETHER = 20;

/** `pnpm sim --seed S` tells more of one that fails, and shortens it. */
it.each(Array.from({ length: SEEDS / TOGETHER }, (_, i) => i * TOGETHER + 1))(
  'from seed %i on: nothing is lost, nothing is doubled, and all agree',
  async (first) => {
    for (let seed = first; seed < first + TOGETHER; seed++) {
      const { failure } = await run(chooseHistory(seed));
      expect(failure?.message, `seed ${seed}`).toBeUndefined();
    }
  },
  120_000,
);

it('runs the same history the same, octet by octet', async () => {
  const history = chooseHistory(7);
  const { digest } = await run(history);
  expect(digest).toBe((await run(history)).digest);
  expect(digest).not.toBe((await run(chooseHistory(8))).digest);
});
