// Installs the packages of the lockfile, by the pnpm that runs us.
import { spawn } from 'node:child_process';
import { contentStamp, isFresh, remember, root } from './stamp.mjs';

const manifests = [
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'package.json',
  'gateway/package.json',
  'packages/protocol/package.json',
  'packages/mailserver/package.json',
  'web/package.json',
  'tests/package.json',
];

/** The command that runs pnpm: the one we were started with, else by npx. */
export function pnpm() {
  const path = process.env.npm_execpath ?? '';
  if (!/pnpm/.test(path)) return ['npx', '-y', 'pnpm@12'];
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
}

export function isInstalled() {
  return isFresh('install', manifests, 'node_modules/.modules.yaml');
}

/** Rejects with what pnpm said when it fails. */
export async function install() {
  const stamp = contentStamp(manifests);
  const [command, ...before] = pnpm();
  await run(command, [...before, 'install', '--frozen-lockfile', '--reporter=append-only'], { CI: 'true' });
  remember('install', stamp);
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
