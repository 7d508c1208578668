import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function mutants(...args: string[]): { stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['scripts/sim-mutants.mjs', ...args], { cwd: root, encoding: 'utf8' });
}

it('catches every safety rule that is broken', () => {
  const { stdout, stderr } = mutants();
  expect(stdout, stderr).toMatch(/\n\d\d rules broken, all caught\s*$/);
}, 600_000);

it('shortens what it caught to the few steps that matter', () => {
  const { stdout, stderr } = mutants('--shorten', '--only', 'an upload whose receipt was lost');
  const [, from, to] = /shortened from (\d+) steps to (\d+): a message was doubled/.exec(stdout) ?? [];
  expect(Number(from), stdout + stderr).toBeGreaterThan(4);
  expect(Number(to)).toBeLessThanOrEqual(4);
}, 120_000);
