// pnpm test [part …]: installs what is missing, then runs the parts named, or all of them. The last line has the totals.
// pnpm test servers --write: puts the table of servers and features into docs/servers.md.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install, isInstalled, run } from './install.mjs';
import { tableVariable } from './server-table.mjs';
import { root } from './stamp.mjs';
import { totalsVariable } from './totals.mjs';
import { unpackServers } from './unpack-servers.mjs';

/** Debian's packages, with a file that is there when they are. */
const system = {
  openssl: { package: 'openssl', file: '/usr/bin/openssl' },
  chromium: { package: 'chromium', file: process.env.POSTERN_CHROMIUM ?? '/usr/bin/chromium' },
  imap: { package: 'dovecot-imapd', file: '/usr/lib/dovecot/imap' },
  lmtp: { package: 'dovecot-lmtpd', file: '/usr/lib/dovecot/lmtp' },
  submission: { package: 'dovecot-submissiond', file: '/usr/lib/dovecot/submission' },
  letters: { package: 'fonts-noto-core', file: '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf' },
  characters: { package: 'fonts-noto-cjk', file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' },
  emoji: { package: 'fonts-noto-color-emoji', file: '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf' },
};
const { openssl, chromium, imap, lmtp, submission, letters, characters, emoji } = system;

/**
 * In the order they run: what fails soonest first. `needs` has to be on the machine; `unpacked`: the servers that cannot be
 * installed; `built`: ours and the app. `reporter`: one more, in this folder. `workers`: files at a time, where most of the time
 * is spent waiting for other programs.
 */
const parts = {
  check: {},
  unit: {},
  sync: {},
  sim: {},
  mime: {},
  gateway: { needs: [openssl] },
  html: { needs: [chromium] },
  browser: { needs: [chromium] },
  servers: { needs: [openssl, imap, lmtp, submission], unpacked: true, reporter: 'server-table', workers: 2 },
  e2e: {
    needs: [openssl, chromium, imap, lmtp, submission, letters, characters, emoji],
    built: true,
    workers: 2,
  },
};

const options = process.argv.slice(2);
if (options.includes('--write')) process.env[tableVariable] = 'write';
const named = options.filter((argument) => argument !== '--' && argument !== '--write');
const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(
    `There is no part called ${unknown.join(', ')}: the parts are ${Object.keys(parts).join(', ')}.`,
  );
  process.exit(1);
}
const wanted = Object.keys(parts).filter((name) => named.length === 0 || named.includes(name));

function heading(text) {
  console.log(`\n━━ ${text} ${'━'.repeat(Math.max(3, 70 - text.length))}\n`);
}

function installSystem() {
  const needs = new Set(wanted.flatMap((name) => parts[name].needs ?? []));
  const missing = [...needs].filter(({ file }) => !existsSync(file)).map((each) => each.package);
  if (missing.length === 0) return;
  const able = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (able) {
    console.log(`Installing ${missing.join(', ')} …`);
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args) => spawnSync('apt-get', args, { env: environment, encoding: 'utf8' });
    // Lists of half a year ago would have a browser of half a year ago installed. Without a network, the old ones may do.
    apt('update');
    const result = apt('install', '-y', '--no-install-recommends', ...missing);
    if (result.status === 0) return;
    console.error(result.stderr.slice(-2000));
  }
  console.error(`These tests need programs that are not installed. On Debian, as root:\n\n  ${command}\n`);
  console.error('Or run the parts that need none of them: pnpm test check unit mime');
  process.exit(1);
}

/** Its tests skip the servers that are not there, and say so. */
async function unpack() {
  for (const [server, reason] of Object.entries(await unpackServers()))
    console.error(`${server} could not be unpacked: ${reason}`);
}

/** Runs one vitest project; its output goes by, its totals come back. */
function vitest(project, { reporter, workers }) {
  const folder = join(root, 'node_modules', '.cache', 'postern');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `totals-${project}.json`);
  rmSync(file, { force: true });
  const args = [
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=./scripts/totals.mjs',
    ...(reporter ? [`--reporter=./scripts/${reporter}.mjs`] : []),
    ...(workers ? [`--maxWorkers=${workers}`] : []),
  ];
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, [totalsVariable]: file },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const totals = existsSync(file)
        ? JSON.parse(readFileSync(file, 'utf8'))
        : { passed: 0, failed: code === 0 ? 0 : 1, skipped: [] };
      // vitest may also fail for what is no test, e.g. an error nobody caught.
      if (code !== 0 && totals.failed === 0) totals.failed = 1;
      resolve(totals);
    });
  });
}

if (!isInstalled()) {
  console.log('Installing packages …');
  await install();
}
installSystem();

const sum = { passed: 0, failed: 0, skipped: [] };
const add = ({ passed, failed, skipped = [] }) => {
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped.push(...skipped);
};

for (const name of wanted) {
  heading(name);
  if (name === 'check') {
    const { check } = await import('./check.mjs');
    add(await check());
    continue;
  }
  try {
    if (parts[name].built) await run(process.execPath, [join(root, 'scripts/build.mjs')]);
    if (parts[name].unpacked) await unpack();
    add(await vitest(name, parts[name]));
  } catch (error) {
    console.error(error.message);
    add({ passed: 0, failed: 1 });
  }
}

heading('totals');
for (const { name, why } of sum.skipped) console.log(`skipped: ${name}${why ? ` (${why})` : ''}`);
if (sum.skipped.length > 0) console.log();
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped.length} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;
