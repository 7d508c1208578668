// pnpm check: types, lint and import rules, format. As many at a time as there are processors.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './install.mjs';
import { root } from './stamp.mjs';

const bin = (name, folder = '.') => join(root, folder, 'node_modules', '.bin', name);
const types = (project) => ({
  name: `types ${project}`,
  needs: project,
  command: [bin('tsc'), '-p', project],
});

/** What is checked; `needs`: a file without which there is nothing to check. */
export const checks = [
  {
    name: 'types web',
    needs: 'web/src',
    command: [bin('svelte-check', 'web'), '--output', 'human'],
    cwd: 'web',
  },
  types('tests/tsconfig.json'),
  types('packages/protocol/tsconfig.json'),
  types('packages/protocol/tsconfig.test.json'),
  types('packages/mailserver/tsconfig.json'),
  types('gateway/tsconfig.json'),
  { name: 'lint and import rules', needs: '.', command: [bin('oxlint'), '--deny-warnings'] },
  {
    name: 'docs/imap.md',
    needs: 'packages/protocol/src/imap/extensions.ts',
    command: [process.execPath, 'scripts/imap-docs.mjs', '--check'],
  },
  { name: 'format', needs: '.', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
];

function run({ command: [command, ...args], cwd = '.' }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: join(root, cwd), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}

/** Runs all checks, prints one line for each and the output of those that fail; gives the numbers. */
export async function check() {
  const waiting = checks.filter(({ needs }) => existsSync(join(root, needs)));
  const failures = [];
  const total = waiting.length;
  const worker = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      const began = Date.now();
      const { ok, output } = await run(task);
      console.log(`${ok ? '✓' : '✗'} ${task.name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      if (!ok) failures.push({ name: task.name, output });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  for (const { name, output } of failures) console.log(`\n── ${name} ──\n${output}`);
  return { passed: total - failures.length, failed: failures.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!isInstalled()) await install();
  const { failed } = await check();
  process.exitCode = failed > 0 ? 1 : 0;
}
