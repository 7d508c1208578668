// pnpm start: installs and builds what is missing, then opens Postern: to the mail server that POSTERN_IMAP names, or
// to one of its own with two accounts in it, for trying everything out.
const least = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(
    `Postern needs Node ${least.join('.')} or newer, and this is ${process.version}: install a newer one, for example from https://nodejs.org.`,
  );
  process.exit(1);
}

const { pathToFileURL } = await import('node:url');
const { join } = await import('node:path');
const { install, isInstalled, run } = await import('./install.mjs');
const { root } = await import('./stamp.mjs');

const terminal = process.stdout.isTTY;
const paint = (code) => (text) => (terminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const [bold, dim, green] = [paint(1), paint(2), paint(32)];

/** Says what is being done, how long it has taken, and that it is done. */
async function step(doing, done, work) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  if (!terminal) console.log(`  ${doing} …`);
  const timer = terminal
    ? setInterval(() => process.stdout.write(`\r  ${doing} … ${dim(seconds())} `), 200)
    : undefined;
  try {
    await work();
  } finally {
    clearInterval(timer);
    if (terminal) process.stdout.write('\r\u001b[2K');
  }
  console.log(`  ${green('✓')} ${done} ${dim(`(${seconds()})`)}`);
}

function fail(what, error) {
  console.error(`\n${what}\n\n${error.message}\n`);
  process.exit(1);
}

console.log(`\n  ${bold('Postern')}\n`);
if (!isInstalled())
  await step(
    'Installing packages (the first time takes about a minute)',
    'Packages installed',
    install,
  ).catch((error) =>
    fail(
      'The packages could not be installed. Nothing was changed; check the network and start again.',
      error,
    ),
  );
const { staleParts } = await import('./build.mjs');
for (const { name } of staleParts())
  await step(`Building ${name}`, `Built ${name}`, () =>
    run(process.execPath, [join(root, 'scripts/build.mjs'), name]),
  ).catch((error) => fail(`Postern could not be built (${name}).`, error));

const load = (path) => import(pathToFileURL(join(root, path)).href);
const { ConfigurationError, readConfiguration, startGateway } = await load('gateway/dist/index.js');
const demonstration = !process.env.POSTERN_IMAP?.trim();

/** The embedded mail server, on its own ports when they are free, so that a session survives a restart. */
async function startMailServer() {
  const mailserver = await load('packages/mailserver/dist/index.js');
  const accounts = mailserver.demoAccounts({ now: Date.now() });
  const listen = (imapPort, submissionPort) =>
    mailserver.startMailServer({ accounts, imapPort, submissionPort });
  return listen(11143, 11587).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(0, 0);
  });
}

/** Opens the gate; without a configured port, the first free one from 8080 on. */
async function open(environment) {
  const config = readConfiguration(environment);
  const demo = { user: 'ada@postern.example', password: 'postern' };
  const trial = demonstration ? { demo, log: () => {} } : {};
  for (let port = config.listen.port; ; port += 1) {
    try {
      const listen = { ...config.listen, port };
      return await startGateway({ ...config, ...trial, listen, webRoot: join(root, 'web/dist') });
    } catch (error) {
      const busy = error.code === 'EADDRINUSE';
      if (busy && !environment.POSTERN_LISTEN && port < config.listen.port + 20) continue;
      if (!busy && error.code !== 'EACCES' && error.code !== 'EADDRNOTAVAIL') throw error;
      const reason = busy ? 'another program is using it' : `the system says ${error.code}`;
      throw new ConfigurationError(
        `POSTERN_LISTEN=${config.listen.host}:${port} cannot be listened on, because ${reason}: choose another port, for example POSTERN_LISTEN=127.0.0.1:8090.`,
      );
    }
  }
}

let mailServer;
let gateway;
try {
  let environment = process.env;
  if (demonstration) {
    mailServer = await startMailServer();
    environment = {
      ...process.env,
      POSTERN_IMAP: `imap://127.0.0.1:${mailServer.imap.port}`,
      POSTERN_SUBMISSION: `submission://127.0.0.1:${mailServer.submission.port}`,
    };
  }
  gateway = await open(environment);
} catch (error) {
  console.error(`  ${error instanceof ConfigurationError ? error.message : (error.stack ?? error)}\n`);
  process.exit(1);
}

console.log(`  ${green('✓')} Open at ${bold(gateway.url)}\n`);
if (demonstration) {
  console.log(`    Sign in     ${bold('ada@postern.example')}   password ${bold('postern')}`);
  console.log(`    or          grace@postern.example, same password: they can write to each other`);
  console.log(dim('\n    A mailbox to try things in: it lives in memory, and nothing leaves this machine.'));
  console.log(
    dim('    For your own mail server: POSTERN_IMAP=imaps://mail.example.org npx -y pnpm@12 start'),
  );
} else {
  console.log(`    Sign in with an account of ${bold(process.env.POSTERN_IMAP.trim())}`);
  if (!process.env.POSTERN_SUBMISSION?.trim())
    console.log(
      dim(
        '    Sending is off: set POSTERN_SUBMISSION, for example POSTERN_SUBMISSION=submissions://mail.example.org',
      ),
    );
}
console.log(dim('\n    Ctrl+C stops it.\n'));

let stopping = false;
async function stop(drain) {
  if (stopping) process.exit(0);
  stopping = true;
  await gateway.close(drain);
  await mailServer?.close();
  process.exit(0);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(demonstration ? 0 : 30_000));
