import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appendElsewhere } from './direct.ts';
import { eventually } from './eventually.ts';
import type { Person } from './place.ts';
import { answers, freePorts } from './ports.ts';
import { selfSigned } from './self-signed.ts';
import type { SelfSigned } from './self-signed.ts';
import { copyUnpacked, discard, startDaemon, unpackedMissing, unpackedVersion } from './unpacked.ts';
import type { UnpackedPlace } from './unpacked.ts';

const run = promisify(execFile);

export const cyrusMissing = (): string | undefined => unpackedMissing('cyrus');

const password = 'canary-Pass-cyrus';
const people: readonly [Person, Person] = [
  { user: 'ada', password, address: 'ada@postern.example' },
  { user: 'grace', password, address: 'grace@postern.example' },
];
const special = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive'];

/** A real Cyrus on loopback with its whole state in a folder of its own; it has no submission service. */
export async function startCyrus(): Promise<UnpackedPlace> {
  const folder = await copyUnpacked('cyrus');
  const [imap] = (await freePorts(1)) as [number];
  const root = join(folder, 'root');
  const config = join(folder, 'imapd.conf');
  const services = join(folder, 'cyrus.conf');
  for (const name of ['run/proc', 'run/lock', 'state/db', 'state/log', 'state/socket', 'mail', 'tls']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const env = await libraries(root);
  const tls = await selfSigned(join(folder, 'tls'));
  await writeFile(config, configuration(folder, tls));
  await writeFile(services, serviceTable(join(root, 'usr/lib/cyrus/bin'), config, imap));
  for (const { user } of people)
    await addUser(join(root, 'usr/sbin/saslpasswd2'), join(folder, 'sasldb2'), user, env);
  await run('chown', [
    '-R',
    'mail:mail',
    ...['run', 'state', 'mail', 'tls', 'sasldb2'].map((name) => join(folder, name)),
  ]);
  const master = startDaemon(
    join(root, 'usr/lib/cyrus/bin/master'),
    [
      '-C',
      config,
      '-M',
      services,
      '-p',
      join(folder, 'run/master.pid'),
      '-L',
      join(folder, 'run/master.log'),
    ],
    { env, folder, log: join(folder, 'run/output.log') },
  );
  const target = `imap://127.0.0.1:${imap}`;
  const close = async (): Promise<void> => {
    await master.stop();
    await discard(folder);
  };
  try {
    await eventually('Cyrus answers', () => answers(imap), 20_000);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'Cyrus',
    version: await unpackedVersion('cyrus', 'cyrus-imapd'),
    certificate: tls.certificate,
    imap: target,
    users: people,
    deliver: (person, mailbox, message, flags) => appendElsewhere(target, person, mailbox, message, flags),
    close,
  };
}

/** Its programs find their own libraries and SASL's mechanisms by these variables. */
async function libraries(root: string): Promise<Record<string, string>> {
  const folders: string[] = [];
  for (const base of ['usr/lib', 'lib']) {
    const names = await readdir(join(root, base)).catch(() => []);
    folders.push(
      ...names.filter((name) => name.includes('-linux-gnu')).map((name) => join(root, base, name)),
    );
  }
  return {
    LD_LIBRARY_PATH: folders.join(':'),
    SASL_PATH: folders.map((path) => join(path, 'sasl2')).join(':'),
  };
}

async function addUser(
  program: string,
  database: string,
  user: string,
  env: Record<string, string>,
): Promise<void> {
  const child = spawn(program, ['-p', '-c', '-u', 'localhost', '-f', database, user], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(password);
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`saslpasswd2 ended with ${code}`);
}

function configuration(folder: string, { certificate, key }: SelfSigned): string {
  return `servername: localhost
cyrus_user: mail
cyrus_group: mail
admins: cyrus
configdirectory: ${folder}/state
proc_path: ${folder}/run/proc
mboxname_lockpath: ${folder}/run/lock
defaultpartition: default
partition-default: ${folder}/mail
unixhierarchysep: yes
altnamespace: yes
conversations: yes
delete_mode: immediate
allowplaintext: yes
tls_server_cert: ${certificate}
tls_server_key: ${key}
annotation_allow_undefined: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${folder}/sasldb2
sasl_mech_list: PLAIN LOGIN SCRAM-SHA-1 SCRAM-SHA-256
autocreate_quota: 1048576
autocreate_inbox_folders: ${special.join(' | ')}
autocreate_subscribe_folders: ${special.join(' | ')}
${special.map((name) => `xlist-${name.toLowerCase()}: ${name}`).join('\n')}
`;
}

function serviceTable(bin: string, config: string, port: number): string {
  return `START {
  recover cmd="${bin}/ctl_cyrusdb -C ${config} -r"
}
SERVICES {
  imap cmd="${bin}/imapd -C ${config} -U 100" listen="127.0.0.1:${port}" prefork=1 maxchild=200 maxforkrate=0
}
DAEMON {
  idled cmd="${bin}/idled -C ${config}"
}
EVENTS {
  checkpoint cmd="${bin}/ctl_cyrusdb -C ${config} -c" period=30
}
`;
}
