/** Programs that keep a copy of a mailbox: whole messages, not descriptors, but they catch up with the same changes. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Person } from '../../support/place.ts';
import { openLine } from './line.ts';
import { mailFolder } from './mail.ts';

export interface Peer {
  readonly name: string;
  /** Brings its copy up to date with so many milliseconds added to a round trip. */
  run(roundTrip: number): Promise<{ readonly octets: number; readonly trips: number; readonly ms: number }>;
  close(): Promise<void>;
}

interface Program {
  readonly name: string;
  readonly command: string;
  readonly package: string;
  /** Messages above which its first copy takes longer than anyone waits. */
  readonly most: number;
  configuration(folder: string, port: number, person: Person): string;
  args(configuration: string): string[];
}

const programs: readonly Program[] = [
  {
    name: 'mbsync',
    command: '/usr/bin/mbsync',
    package: 'isync',
    most: 100_000,
    configuration: (folder, port, { user, password }) => `FSync no

IMAPAccount a
Host 127.0.0.1
Port ${port}
User ${user}
Pass ${password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account a

MaildirStore near
Path ${folder}/mail/
Inbox ${folder}/mail/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns INBOX
Create Near
Expunge Near
Sync Pull
SyncState ${folder}/state/
`,
    args: (configuration) => ['-q', '-c', configuration, 'c'],
  },
  {
    name: 'OfflineIMAP',
    command: '/usr/bin/offlineimap',
    package: 'offlineimap3',
    most: 10_000,
    configuration: (folder, port, { user, password }) => `[general]
accounts = a
metadata = ${folder}/state
ui = quiet
fsync = False
[Account a]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = ${folder}/mail
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = ${port}
remoteuser = ${user}
remotepass = ${password}
ssl = no
starttls = no
auth_mechanisms = LOGIN
readonly = True
folderfilter = lambda name: name == 'INBOX'
`,
    args: (configuration) => ['-o', '-c', configuration],
  },
];

/** Those that are installed and can keep so many messages; of the others it says why not. */
export async function openPeers(imap: string, person: Person, messages: number): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const program of programs) {
    if (!existsSync(program.command)) {
      console.log(`Skipped: ${program.name} is not installed (Debian: apt-get install ${program.package}).`);
    } else if (messages > program.most) {
      console.log(
        `Skipped: ${program.name} beside ${messages} messages; its first copy would take too long. With --messages ${program.most} it takes part.`,
      );
    } else peers.push(await openPeer(program, imap, person));
  }
  return peers;
}

async function openPeer(program: Program, imap: string, person: Person): Promise<Peer> {
  const folder = join(mailFolder, 'peers', `${program.name}-${person.user}`);
  for (const name of ['mail', 'state']) mkdirSync(join(folder, name), { recursive: true });
  const line = await openLine(() => Number(new URL(imap).port));
  const file = join(folder, 'configuration');
  writeFileSync(file, program.configuration(folder, line.port, person), { mode: 0o600 });
  return {
    name: program.name,
    async run(roundTrip) {
      line.roundTrip = roundTrip;
      line.begin();
      const began = performance.now();
      await finished(program, file, folder);
      const { down, up, flights } = line.traffic;
      return { octets: down + up, trips: flights, ms: performance.now() - began };
    },
    close: () => line.close(),
  };
}

/** Its copy is thrown away when it fails: what is left would be another job. */
function finished(
  program: Pick<Program, 'name' | 'command' | 'args'>,
  configuration: string,
  folder: string,
): Promise<void> {
  const child = spawn(program.command, program.args(configuration), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  return new Promise((resolve, reject) =>
    child.on('close', (code) => {
      if (code === 0) return resolve();
      rmSync(folder, { recursive: true, force: true });
      reject(new Error(`${program.name} ended with ${code}: ${said.slice(-500)}`));
    }),
  );
}

/** mbsync with a Maildir of `letters` and an account that has none of them; undefined where it is not installed. */
export async function openPusher(
  imap: string,
  { user, password }: Person,
  letters: readonly string[],
): Promise<Peer | undefined> {
  const command = '/usr/bin/mbsync';
  if (!existsSync(command)) {
    console.log('Skipped: mbsync is not installed (Debian: apt-get install isync).');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-push-'));
  const box = `pushed-${basename(folder)}`;
  for (const name of ['cur', 'new', 'tmp', '../state'])
    mkdirSync(join(folder, 'mail', name), { recursive: true });
  for (const [n, letter] of letters.entries())
    writeFileSync(join(folder, 'mail/cur', `${1_700_000_000 + n}.M${n}P1.bench:2,S`), letter);
  const line = await openLine(() => Number(new URL(imap).port));
  const file = join(folder, 'configuration');
  const text = `FSync no

IMAPStore far
Host 127.0.0.1
Port ${line.port}
User ${user}
Pass ${password}
SSLType None
AuthMechs LOGIN

MaildirStore near
Inbox ${folder}/mail

Channel c
Far :far:${box}
Near :near:
Create Far
Sync Push
SyncState ${folder}/state/
`;
  writeFileSync(file, text, { mode: 0o600 });
  return {
    name: 'mbsync',
    async run(roundTrip) {
      line.roundTrip = roundTrip;
      line.begin();
      const began = performance.now();
      await finished({ command, name: 'mbsync', args: (each) => ['-q', '-c', each, 'c'] }, file, folder);
      const { down, up, flights } = line.traffic;
      return { octets: down + up, trips: flights, ms: performance.now() - began };
    },
    async close() {
      await line.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
