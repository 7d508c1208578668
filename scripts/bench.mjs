// pnpm bench NAME [--json FILE]: runs tests/bench/NAME.ts, which compares Postern side by side with named peers in one run.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { install, isInstalled } from './install.mjs';
import { root } from './stamp.mjs';

const [name, ...rest] = process.argv.slice(2).filter((argument) => argument !== '--');
const folder = join(root, 'tests/bench');
const library = new Set(['alone', 'bundle', 'capture', 'codecs', 'figures', 'mime', 'responses']);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .filter((each) => !library.has(each));
if (name === undefined || !existsSync(join(folder, `${name}.ts`)) || library.has(name)) {
  console.error(`Name a benchmark: pnpm bench ${names.join(' | ')} [--json FILE].`);
  process.exit(1);
}
if (!isInstalled()) await install();
const { resolve } = createRequire(join(root, 'tests/package.json'));
/** What tests/ does not have itself (what our own packages need) goes into the bundle. */
function isFound(id) {
  try {
    resolve(id);
    return true;
  } catch {
    return false;
  }
}

const { rolldown } = await import('rolldown');
const bundled = await rolldown({
  cwd: join(root, 'tests'),
  input: { [name]: `bench/${name}.ts` },
  platform: 'node',
  external: (id) => /^[^./]/.test(id) && !id.startsWith('@postern/') && isFound(id),
  logLevel: 'warn',
});
// Beside tests/node_modules, where what it imports is found.
const output = join(root, 'tests/node_modules/.cache/bench');
await bundled.write({ dir: output, format: 'esm', entryFileNames: '[name].mjs' });
await bundled.close();
const bench = spawnSync(process.execPath, ['--expose-gc', join(output, `${name}.mjs`), ...rest], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = bench.status ?? 1;
