import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { chooseHistory } from './history.ts';
import { run } from './run.ts';

const SEEDS = 2000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** `pnpm sim --seed S` tells more of one that fails. */
it(`in ${SEEDS} histories nothing is lost, nothing is doubled, and all agree`, () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['scripts/sim.mjs', '--seeds', String(SEEDS)], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout, stderr).toMatch(new RegExp(`^\\s*${SEEDS} histories, \\d+ commands, all good\\s*$`));
}, 600_000);

it('runs the same history the same, octet by octet', async () => {
  const history = chooseHistory(7);
  const { digest } = await run(history);
  expect(digest).toBe((await run(history)).digest);
  expect(digest).not.toBe((await run(chooseHistory(8))).digest);
});
