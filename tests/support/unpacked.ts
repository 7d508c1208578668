import { execFile, spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import type { MailPlace } from './place.ts';

const run = promisify(execFile);
const cache = join(import.meta.dirname, '../../node_modules/.cache/postern/servers');

/** Why a server that scripts/unpack-servers.mjs unpacks cannot be started here; undefined when it can. */
export function unpackedMissing(name: 'cyrus' | 'courier'): string | undefined {
  if (userInfo().uid !== 0) return `${name} is only started by root here`;
  if (!existsSync(join(cache, name, 'versions.json'))) {
    return `${name} is not unpacked: "pnpm test servers" does it where Debian's packages can be had`;
  }
  return undefined;
}

/** The version of one of its packages, without Debian's own revision. */
export async function unpackedVersion(name: 'cyrus' | 'courier', of: string): Promise<string> {
  const versions = JSON.parse(await readFile(join(cache, name, 'versions.json'), 'utf8')) as Record<
    string,
    string
  >;
  return versions[of]?.replace(/^\d+:|[-+].*$/g, '') ?? '?';
}

/** A server's files, copied to where its own user can reach them, in a folder that also takes its state. */
export async function copyUnpacked(name: 'cyrus' | 'courier'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `postern-${name}-`));
  await chmod(folder, 0o755);
  await run('cp', ['-a', join(cache, name), join(folder, 'root')]);
  return folder;
}

/** A server that was unpacked: it has no submission service. */
export interface UnpackedPlace extends MailPlace {
  readonly version: string;
  /** PEM file; it takes STARTTLS with this, which is its own authority. */
  readonly certificate: string;
}

export interface Daemon {
  /** Ends it with all that it started. */
  stop(): Promise<void>;
}

/** Starts a program as the head of a process group of its own, its output going to a file. `folder` is what it lives in. */
export function startDaemon(
  command: string,
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly folder: string;
    readonly log: string;
  },
): Daemon {
  const output = openSync(options.log, 'a');
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...options.env },
  });
  const group = -(child.pid ?? 0);
  const signal = (name: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(group, name);
    } catch {
      return false;
    }
  };
  // A run that is interrupted ends no test in order: somebody has to outlive it.
  const watch = [
    `while kill -s 0 ${process.pid} && kill -s 0 -- ${group}; do sleep 1; done 2>/dev/null`,
    `kill -s KILL -- ${group} 2>/dev/null`,
    `kill -s 0 ${process.pid} 2>/dev/null && exit`,
    // What left the group, as Courier's file monitor does, still has its root in the folder.
    `for p in /proc/[0-9]*; do case "$(readlink $p/root)" in '${options.folder}'/*) kill -s KILL "\${p#/proc/}";; esac; done`,
    `rm -rf '${options.folder}'`,
  ].join('; ');
  spawn('sh', ['-c', watch], { detached: true, stdio: 'ignore' }).unref();
  return {
    async stop() {
      signal('SIGTERM');
      await eventually(`${command} ends`, () => !signal(0), 3000).catch(() => signal('SIGKILL'));
      await eventually(`${command} is gone`, () => !signal(0), 5000);
    },
  };
}

/** Removes a server's folder with its state. */
export function discard(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
