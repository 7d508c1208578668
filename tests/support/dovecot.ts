import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.ts';
import type { MailPlace, Person } from './place.ts';
import { answers, freePorts } from './ports.ts';
import { selfSigned } from './self-signed.ts';

const run = promisify(execFile);

/** Why Dovecot cannot be started here; undefined when it can. */
export function dovecotMissing(): string | undefined {
  if (!existsSync('/usr/sbin/dovecot')) {
    return 'Dovecot is not installed (Debian: apt-get install dovecot-imapd dovecot-lmtpd dovecot-submissiond)';
  }
  if (userInfo().uid !== 0) return 'Dovecot is only started by root here';
  return undefined;
}

const people: readonly [Person, Person] = [
  { user: 'ada@postern.example', password: 'canary-Pass-dovecot', address: 'ada@postern.example' },
  { user: 'grace@postern.example', password: 'canary-Pass-dovecot', address: 'grace@postern.example' },
];

export interface DovecotPlace extends MailPlace {
  readonly submission: string;
  readonly version: string;
  /** Where its log is. */
  readonly log: string;
  /** Stops and starts the server; its mail stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** With TLS from the first byte; the certificate is self-signed. */
  readonly imaps: string;
  readonly certificate: string;
}

/**
 * A real Dovecot on loopback with its whole state in a folder of its own, and a submission service whose relay hands what
 * it gets to Dovecot's LMTP, so that mail for a local address arrives. `fill` may put messages into the first person's
 * Maildir before it starts. `mail`: a folder of Maildirs, by user, that stays when it is closed.
 */
export async function startDovecot(fill?: (inbox: string) => void, mail?: string): Promise<DovecotPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-dovecot-'));
  await chmod(folder, 0o755);
  for (const name of ['run', 'state', 'mail', 'log', 'ssl']) await mkdir(join(folder, name));
  const [imap, imaps, submission, lmtp, relay] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const { certificate, key } = await selfSigned(join(folder, 'ssl'));
  fill?.(join(folder, 'mail', people[0].user));
  await run('chown', ['-R', 'mail:mail', join(folder, 'mail')]);
  const config = join(folder, 'dovecot.conf');
  const ports: Ports = { imap, imaps, submission, lmtp, relay, certificate, key };
  await writeFile(config, configuration(folder, mail ?? join(folder, 'mail'), ports));

  const toLmtp = createTransport({
    host: '127.0.0.1',
    port: lmtp,
    lmtp: true,
    secure: false,
    ignoreTLS: true,
  } as object);
  const deliverLmtp = async (from: string, to: readonly string[], raw: Buffer): Promise<void> => {
    await toLmtp.sendMail({ envelope: { from, to: [...to] }, raw });
  };
  const sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo
          .map(({ address }) => address)
          .filter((address) => address.endsWith('@postern.example'));
        const from = mailFrom === false ? '' : mailFrom.address;
        const done = to.length > 0 ? deliverLmtp(from, to, Buffer.concat(chunks)) : Promise.resolve();
        done.then(() => callback(), callback);
      });
    },
  });
  await new Promise<void>((resolve) => sink.listen(relay, '127.0.0.1', resolve));

  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('/usr/sbin/dovecot', ['-F', '-c', config], { stdio: 'ignore' });
    await eventually('Dovecot answers', () => answers(imap), 20_000);
    await eventually('its submission answers', () => answers(submission), 20_000);
  };
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await exited;
  };
  await start();
  const { stdout: version } = await run('/usr/sbin/dovecot', ['--version']);
  return {
    name: 'Dovecot',
    version: version.split(' ')[0] ?? '?',
    imap: `imap://127.0.0.1:${imap}`,
    imaps: `imaps://localhost:${imaps}`,
    submission: `submission://127.0.0.1:${submission}`,
    users: people,
    log: join(folder, 'log/dovecot.log'),
    certificate,
    start,
    stop,
    async deliver(person, mailbox, message, flags = []) {
      await append(imap, person, mailbox, Buffer.from(message), flags);
    },
    async close() {
      await stop();
      toLmtp.close();
      await new Promise<void>((resolve) => sink.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** INBOX gets it by LMTP's rules in life; for tests any mailbox does, by APPEND on a connection of its own. */
async function append(
  port: number,
  person: Person,
  mailbox: string,
  message: Buffer,
  flags: readonly string[],
): Promise<void> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.on('data', (data) => (received += data.toString('latin1')));
  const until = (text: string): Promise<true> =>
    eventually(`"${text}" from Dovecot`, () => received.includes(text) || undefined);
  try {
    await until('* OK');
    socket.write(`a LOGIN ${person.user} ${person.password}\r\n`);
    await until('a OK');
    socket.write(`b APPEND "${mailbox}" (${flags.join(' ')}) {${message.length}+}\r\n`);
    socket.write(message);
    socket.write('\r\n');
    await until('b OK');
  } finally {
    socket.destroy();
  }
}

interface Ports {
  readonly imap: number;
  readonly imaps: number;
  readonly submission: number;
  readonly lmtp: number;
  readonly relay: number;
  readonly certificate: string;
  readonly key: string;
}

function configuration(folder: string, mail: string, ports: Ports): string {
  const special = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive']
    .map((name) => `  mailbox ${name} {\n    special_use = \\${name}\n    auto = subscribe\n  }`)
    .join('\n');
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log/dovecot.log
auth_debug = yes
protocols = imap lmtp submission
listen = 127.0.0.1
ssl = yes
ssl_cert = <${ports.certificate}
ssl_key = <${ports.key}
disable_plaintext_auth = no
auth_mechanisms = plain login scram-sha-1 scram-sha-256
auth_failure_delay = 0
mail_location = maildir:${mail}/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 1000
mail_fsync = never
mail_plugins = $mail_plugins quota acl
postmaster_address = postmaster@postern.example
passdb {
  driver = static
  args = password=${people[0].password}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${mail}/%u/home
}
protocol imap {
  mail_plugins = $mail_plugins imap_zlib imap_quota imap_acl
  imap_metadata = yes
}
namespace inbox {
  inbox = yes
  separator = /
${special}
}
mail_attribute_dict = file:%h/attributes
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=1G
  acl = vfile
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service submission-login {
  chroot =
  inet_listener submission {
    port = ${ports.submission}
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${ports.lmtp}
  }
}
submission_relay_host = 127.0.0.1
submission_relay_port = ${ports.relay}
`;
}
