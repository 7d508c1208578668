// Installs the packages of the lockfile, by the pnpm that runs us.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stamp.mjs';

/** The command that runs pnpm: the one we were started with, else by npx. */
export function pnpm() {
  const path = process.env.npm_execpath ?? '';
  if (!/pnpm/.test(path)) return ['npx', '-y', 'pnpm@12'];
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
}

/** Whether what is installed is what the lockfile says: pnpm keeps a copy of the one it installed. */
export function isInstalled() {
  const installed = join(root, 'node_modules', '.pnpm', 'lock.yaml');
  return existsSync(installed) && readFileSync(installed).equals(readFileSync(join(root, 'pnpm-lock.yaml')));
}

/** Rejects with what pnpm said when it fails. */
export async function install() {
  const [command, ...before] = pnpm();
  await run(command, [...before, 'install', '--frozen-lockfile', '--reporter=append-only'], { CI: 'true' });
}

/** Runs a command in the project folder; rejects with the end of its output when it fails. */
export function run(command, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(output.trim()))));
  });
}
