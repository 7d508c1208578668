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

const { demo, openServers } = await import('./servers.mjs');
const { gateway, demonstration, close } = await openServers(process.env, {
  webRoot: join(root, 'web/dist'),
}).catch((error) => {
  const told = error.name === 'ConfigurationError';
  console.error(`  ${told ? error.message : `Postern could not start.\n\n${error.stack ?? error}`}\n`);
  process.exit(1);
});

console.log(`  ${green('✓')} Open at ${bold(gateway.url)}\n`);
if (demonstration) {
  console.log(`    Sign in     ${bold(demo.user)}   password ${bold(demo.password)}`);
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
  await close(drain);
  process.exit(0);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(demonstration ? 0 : 30_000));
