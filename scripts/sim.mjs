// pnpm sim [--seeds N] [--seed S] [--jobs J] [--trace] [--whole]: random histories of engine, store and mail server under one virtual clock.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, isInstalled } from './install.mjs';
import { root } from './stamp.mjs';

if (!isInstalled()) await install();
const { rolldown } = await import('rolldown');
const bundled = await rolldown({
  cwd: join(root, 'tests'),
  input: { sim: 'sim/main.ts' },
  platform: 'node',
  logLevel: 'warn',
});
const output = join(root, 'node_modules/.cache/postern/sim');
await bundled.write({ dir: output, format: 'esm', entryFileNames: '[name].mjs', sourcemap: true });
await bundled.close();
const words = process.argv.slice(2).filter((word) => word !== '--');
const run = spawnSync(process.execPath, ['--enable-source-maps', join(output, 'sim.mjs'), ...words], {
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;
