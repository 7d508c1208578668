/** Runs histories until one fails, and says which: `catch.mjs MOST SEED [--shorten]`. For programs that are known to be wrong. */
import { chooseHistory } from './history.ts';
import { run } from './run.ts';
import { shortened } from './sim.ts';

const [most = '1', known = '1', shorten] = process.argv.slice(2);
const seeds = [Number(known), ...Array.from({ length: Number(most) }, (_, i) => i + 1)];
let tried = 0;
for (const seed of seeds) {
  tried++;
  const history = chooseHistory(seed);
  const { failure } = await run(history);
  if (!failure) continue;
  const text = shorten ? await shortened(history) : undefined;
  console.log(JSON.stringify({ seed, tried, failure: failure.message, text }));
  process.exit();
}
console.log(JSON.stringify({ tried }));
