import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { appendElsewhere } from './direct.ts';
import { eventually } from './eventually.ts';
import type { Person } from './place.ts';
import { answers, freePorts } from './ports.ts';
import { selfSigned } from './self-signed.ts';
import { copyUnpacked, discard, startDaemon, unpackedMissing, unpackedVersion } from './unpacked.ts';
import type { UnpackedPlace } from './unpacked.ts';

const run = promisify(execFile);

export const courierMissing = (): string | undefined => unpackedMissing('courier');

const password = 'canary-Pass-courier';
const people: readonly [Person, Person] = [
  { user: 'ada', password, address: 'ada@postern.example' },
  { user: 'grace', password, address: 'grace@postern.example' },
];
/** The numbers that Debian gives the user and the group `mail`. */
const mail = 8;
/** Whom couriertls becomes; any number that nobody else has. */
const own = 900;
const library = '/usr/lib/courier';

const authdaemon = {
  authmodulelist: 'authuserdb',
  authmodulelistorig: 'authuserdb',
  daemons: '5',
  authdaemonvar: '/run/courier/authdaemon',
  DEBUG_LOGIN: '0',
  DEFAULTOPTIONS: '',
};
const imapd = {
  IMAP_CAPABILITY:
    'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE',
  IMAP_KEYWORDS: '1',
  IMAP_ACL: '1',
  IMAP_IDLE_TIMEOUT: '60',
  IMAP_MAILBOX_SANITY_CHECK: '1',
  IMAP_USELOCKS: '1',
  IMAP_ENHANCEDIDLE: '1',
  IMAP_SHAREDINDEXFILE: '/etc/courier/shared/index',
  IMAP_TRASHFOLDERNAME: 'Trash',
  IMAP_CHECK_ALL_FOLDERS: '0',
  IMAP_UMASK: '022',
  IMAP_STARTTLS: 'YES',
  IMAP_TLS_REQUIRED: '0',
  COURIERTLS: '/usr/bin/couriertls',
  TLS_CERTFILE: '/etc/courier/imapd.pem',
  TLS_VERIFYPEER: 'NONE',
};

/**
 * A real Courier on loopback with its whole state in a folder of its own; it has no submission service. Its programs know
 * only /etc/courier and /run/courier, so they run with that folder as their root.
 */
export async function startCourier(): Promise<UnpackedPlace> {
  const folder = await copyUnpacked('courier');
  const root = join(folder, 'root');
  const log = join(folder, 'output.log');
  const [imap] = (await freePorts(1)) as [number];
  await furnish(root);
  const { certificate, key } = await selfSigned(folder);
  await writeFile(
    join(root, 'etc/courier/imapd.pem'),
    Buffer.concat([await readFile(key), await readFile(certificate)]),
  );
  await addUsers(root);
  const authentication = startDaemon('/usr/sbin/chroot', [root, `${library}/courier-authlib/authdaemond`], {
    env: authdaemon,
    folder,
    log,
  });
  const listener = startDaemon(
    '/usr/sbin/chroot',
    [
      ...[root, '/usr/sbin/couriertcpd', '-address=127.0.0.1', '-maxprocs=200', '-maxperip=200'],
      ...['-nodnslookup', '-noidentlookup', String(imap)],
      ...[`${library}/courier/imaplogin`, '/usr/bin/imapd', 'Maildir'],
    ],
    // The monitor of another Courier on this machine sees other files.
    { env: { ...imapd, GAM_CLIENT_ID: basename(folder) }, folder, log },
  );
  const target = `imap://127.0.0.1:${imap}`;
  const close = async (): Promise<void> => {
    await listener.stop();
    await authentication.stop();
    await endRest(root);
    await discard(folder);
  };
  try {
    const socket = join(root, 'run/courier/authdaemon/socket');
    await eventually('Courier answers', async () => existsSync(socket) && (await answers(imap)), 20_000);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'Courier',
    version: await unpackedVersion('courier', 'courier-imap'),
    certificate,
    imap: target,
    users: people,
    deliver: (person, mailbox, message, flags) => appendElsewhere(target, person, mailbox, message, flags),
    close,
  };
}

/** What a program expects around it. */
async function furnish(root: string): Promise<void> {
  for (const name of ['dev', 'etc/courier/shared', 'run/courier/authdaemon', 'tmp', 'mail']) {
    await mkdir(join(root, name), { recursive: true });
  }
  await chmod(join(root, 'tmp'), 0o1777);
  for (const name of ['null', 'urandom']) await run('cp', ['-a', `/dev/${name}`, join(root, 'dev', name)]);
  await writeFile(
    join(root, 'etc/passwd'),
    `root:x:0:0::/:\nmail:x:${mail}:${mail}::/mail:\ncourier:x:${own}:${own}::/:\n`,
  );
  await writeFile(join(root, 'etc/group'), `root:x:0:\nmail:x:${mail}:\ncourier:x:${own}:\n`);
  await writeFile(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
  await writeFile(join(root, 'etc/courier/authdaemonrc'), settings(authdaemon));
  await writeFile(join(root, 'etc/courier/imapd'), settings(imapd));
}

const settings = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('');

async function addUsers(root: string): Promise<void> {
  const inside = (...args: string[]): readonly [string, readonly string[]] => [
    '/usr/sbin/chroot',
    [root, ...args],
  ];
  const hash = (await feed(`${password}\n${password}\n`, ...inside('/usr/sbin/userdbpw', '-md5'))).trim();
  const database = (name: string, rows: readonly string[]): Promise<string> =>
    feed(
      `${rows.join('\n')}\n.\n`,
      ...inside(
        `${library}/courier-authlib/makedatprog`,
        ...['-', `/etc/courier/${name}.tmp`, `/etc/courier/${name}.dat`],
      ),
    );
  await database(
    'userdb',
    people.map(
      ({ user }) => `${user}\tuid=${mail}|gid=${mail}|home=/mail/${user}|mail=/mail/${user}/Maildir`,
    ),
  );
  await database(
    'userdbshadow',
    people.map(({ user }) => `${user}\tsystempw=${hash}`),
  );
  await chmod(join(root, 'etc/courier/userdbshadow.dat'), 0o600);
  for (const { user } of people) {
    await mkdir(join(root, 'mail', user));
    await run(...inside('/usr/bin/maildirmake.courier', `/mail/${user}/Maildir`));
    await run(...inside('/usr/bin/maildirmake.courier', '-q', '1000000000S', `/mail/${user}/Maildir`));
    for (const name of ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive']) {
      await run(...inside('/usr/bin/maildirmake.courier', '-f', name, `/mail/${user}/Maildir`));
      await appendFile(join(root, 'mail', user, 'Maildir/courierimapsubscribed'), `INBOX.${name}\n`);
    }
  }
  await run('chown', ['-R', `${mail}:${mail}`, join(root, 'mail')]);
}

/** Runs a program with that input; gives its output, rejects when it fails. */
async function feed(input: string, command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${output}`);
  return output;
}

/** The file monitor that its IDLE starts lives in a session of its own: whatever has this root is ours. */
async function endRest(root: string): Promise<void> {
  const ours = async (): Promise<number[]> => {
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const roots = await Promise.all(processes.map((id) => readlink(`/proc/${id}/root`).catch(() => '')));
    return processes.filter((_, index) => roots[index] === root).map(Number);
  };
  await eventually('nothing of Courier runs', async () => {
    const left = await ours();
    for (const id of left) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // It went by itself meanwhile.
      }
    }
    return left.length === 0;
  });
}
