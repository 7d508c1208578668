// pnpm sim:mutants [--seeds N] [--only WORD] [--shorten]: breaks each safety rule in turn; the simulation has to catch all of them.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { mutants } from '../tests/sim/mutants.mjs';
import { install, isInstalled } from './install.mjs';
import { root } from './stamp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: { seeds: { type: 'string' }, only: { type: 'string' }, shorten: { type: 'boolean' } },
});
/** One that survives so many histories shows what the simulation lacks. */
const MOST = Number(values.seeds ?? 300);

if (!isInstalled()) await install();
const { bundleSim } = await import('./sim-bundle.mjs');

/** Puts a mutant's pieces in place of the source's while it is bundled. Throws where the source no longer reads as it did. */
function breaking({ change }) {
  const left = new Set(change);
  return {
    name: 'break a rule',
    load(id) {
      const here = change.filter(({ file }) => join(root, file) === id);
      if (here.length === 0) return undefined;
      let code = readFileSync(id, 'utf8');
      for (const each of here) {
        const pieces = code.split(each.from);
        if (pieces.length !== 2)
          throw new Error(`${each.file} has this ${pieces.length - 1} times, not once:\n${each.from}`);
        code = pieces.join(each.to);
        left.delete(each);
      }
      return { code, moduleType: 'ts' };
    },
    buildEnd(error) {
      if (error) return;
      for (const { file } of left) throw new Error(`${file} is no part of the simulation`);
    },
  };
}

async function judge(mutant, index) {
  const bundle = await bundleSim('catch', `mutant-${index + 1}`, [breaking(mutant)]);
  const args = [bundle, String(MOST), String(mutant.seed), ...(values.shorten ? ['--shorten'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const chosen = [...mutants.entries()].filter(
  ([, { rule }]) => values.only === undefined || rule.toLowerCase().includes(values.only.toLowerCase()),
);
const waiting = [...chosen];
const survivors = [];
async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [index, mutant] = next;
    const { seed, tried, failure, text, stale } = await judge(mutant, index).catch((error) => ({
      stale: error.message,
    }));
    const what = mutant.change.map(({ file }) => file.replace('packages/protocol/src/', ''));
    console.log(
      `\n${index + 1}. ${mutant.rule} (${mutant.source}; broken in ${[...new Set(what)].join(', ')})`,
    );
    if (failure)
      console.log(`   caught by seed ${seed}, the ${tried}. tried: ${failure.split('\n')[0].slice(0, 200)}`);
    else {
      survivors.push(index + 1);
      console.log(stale ? `   CANNOT BE BROKEN ANY MORE: ${stale}` : `   SURVIVED ${tried} histories`);
    }
    if (text) console.log(text);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(
  `\n${chosen.length} rules broken, ${survivors.length === 0 ? 'all caught' : `${survivors.length} survived: ${survivors.join(' ')}`}`,
);
process.exitCode = survivors.length === 0 && chosen.length > 0 ? 0 : 1;
