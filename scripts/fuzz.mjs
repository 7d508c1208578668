// pnpm fuzz [mime | imap | smtp | words | scram | deflate] [--seconds N] [--cases N] [--seed N] [--file FILE]: broken messages, transcripts, replies, words, challenges and compressed streams into what reads them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, isInstalled } from './install.mjs';
import { root } from './stamp.mjs';

if (!isInstalled()) await install();
const { rolldown } = await import('rolldown');
const bundled = await rolldown({
  cwd: join(root, 'tests'),
  input: { fuzz: 'fuzz/main.ts' },
  platform: 'node',
  logLevel: 'warn',
});
const output = join(root, 'node_modules/.cache/postern/fuzz');
await bundled.write({ dir: output, format: 'esm', entryFileNames: '[name].mjs', sourcemap: true });
await bundled.close();
const words = process.argv.slice(2).filter((word) => word !== '--');
const run = spawnSync(process.execPath, ['--enable-source-maps', join(output, 'fuzz.mjs'), ...words], {
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;
