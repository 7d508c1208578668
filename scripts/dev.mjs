// pnpm dev: the embedded mail server, the gateway, and the app from its sources with hot reload. Changes to the servers
// restart them. With POSTERN_IMAP set the app works on that mail server instead.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { install, isInstalled } from './install.mjs';
import { root } from './stamp.mjs';

const appPort = 5173;
const gatewayPort = 8090;

if (!isInstalled()) await install();
const { buildPart, parts } = await import('./build.mjs');
const servers = parts.filter(({ name }) => name !== 'web');

let child;
function startServers() {
  child = spawn(process.execPath, [join(root, 'scripts/dev-servers.mjs')], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      POSTERN_LISTEN: `127.0.0.1:${gatewayPort}`,
      // The page comes from Vite, so that is the origin its requests have.
      POSTERN_ORIGIN: `http://localhost:${appPort},http://127.0.0.1:${appPort}`,
    },
  });
}

async function restartServers() {
  try {
    for (const part of servers) await buildPart(part);
  } catch (error) {
    console.error(`The servers were not restarted: ${error.message}`);
    return;
  }
  const before = child;
  if (before && before.exitCode === null) {
    const gone = new Promise((resolve) => before.once('exit', resolve));
    before.kill('SIGTERM');
    await gone;
  }
  startServers();
}

let running = restartServers();
let pending;
for (const folder of ['gateway/src', 'packages/mailserver/src', 'packages/protocol/src'])
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (file?.endsWith('.test.ts')) return;
    clearTimeout(pending);
    pending = setTimeout(() => {
      running = running.then(restartServers);
    }, 150);
  });
await running;

const { createServer } = await import('vite');
const gateway = `http://127.0.0.1:${gatewayPort}`;
const vite = await createServer({
  root: join(root, 'web'),
  server: {
    host: '127.0.0.1',
    port: appPort,
    strictPort: true,
    proxy: { '^/session$': gateway, '^/ws/': { target: gateway, ws: true } },
  },
});
await vite.listen();
console.log(`\n  Postern, from its sources: http://localhost:${appPort}`);
console.log('  Sign in as ada@postern.example, password postern (unless POSTERN_IMAP is set)\n');

async function stop() {
  child?.kill('SIGTERM');
  await vite.close();
  process.exit(0);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());
