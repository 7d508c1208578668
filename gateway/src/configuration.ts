import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ProxyList } from './address.ts';
import type { GatewayConfig } from './index.ts';
import { parseOrigin } from './origin.ts';
import { createKey, type Keys, parseKey } from './seal.ts';
import { domainOf, isLoopback, parseTarget, type Target } from './target.ts';
import { trust } from './upstream.ts';

/** A setting that cannot be used. The message is one sentence that names the setting and an example. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings. Throws ConfigurationError. docs/administration.md describes each. */
export function readConfiguration(environment: Environment): GatewayConfig {
  const setting = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const imap = target('imap', 'POSTERN_IMAP', setting('POSTERN_IMAP'), 'imaps://mail.example.org');
  if (!imap)
    throw new ConfigurationError(
      'POSTERN_IMAP is not set: it names the mail server, for example POSTERN_IMAP=imaps://mail.example.org.',
    );
  const submission = target(
    'submission',
    'POSTERN_SUBMISSION',
    setting('POSTERN_SUBMISSION'),
    'submissions://mail.example.org',
  );
  const listen = listener(setting('POSTERN_LISTEN') ?? '127.0.0.1:8080');
  const origins = originList(setting('POSTERN_ORIGIN'));
  if (!origins && !isLoopback(listen.host))
    throw new ConfigurationError(
      `POSTERN_ORIGIN is not set, but POSTERN_LISTEN=${setting('POSTERN_LISTEN')} is open to other machines: name the ` +
        'address people open, for example POSTERN_ORIGIN=https://mail.example.org.',
    );
  const domain = setting('POSTERN_DOMAIN') ?? domainOf(imap);
  if (!/^[^\s@]+$/.test(domain))
    throw new ConfigurationError(
      `POSTERN_DOMAIN=${domain} is not a domain: it completes login names to addresses, for example POSTERN_DOMAIN=example.org.`,
    );
  return {
    imap,
    referrals: referrals(setting('POSTERN_REFERRALS')),
    ...(submission ? { submission } : {}),
    listen,
    ...(origins ? { origins } : {}),
    domain,
    proxies: proxies(setting('POSTERN_PROXIES')),
    context: certificates(setting('POSTERN_CA')),
    keys: keys(setting('POSTERN_KEY'), stateFolder(environment)),
  };
}

function target(
  service: Target['service'],
  name: string,
  text: string | undefined,
  example: string,
): Target | undefined {
  if (text === undefined) return undefined;
  const parsed = parseTarget(service, text);
  if (parsed) return parsed;
  // The text may hold a password (imaps://user:password@host), so it is not repeated.
  throw new ConfigurationError(
    `${name} is not the address of a mail server: write it without user name or path, for example ${name}=${example}.`,
  );
}

function referrals(text: string | undefined): readonly Target[] {
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => target('imap', 'POSTERN_REFERRALS', entry, 'imaps://mail2.example.org')!);
}

function listener(text: string): { host: string; port: number } {
  const match = /^(?:(\[[\da-f:.]+\]|[^\s:/]+):)?(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2] ?? Number.NaN);
  if (!(port <= 65535))
    throw new ConfigurationError(
      `POSTERN_LISTEN=${text} is not an address to listen on: write host and port, for example POSTERN_LISTEN=127.0.0.1:8080.`,
    );
  return { host: match?.[1]?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port };
}

function originList(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  return text.split(',').map((entry) => {
    const origin = parseOrigin(entry.trim());
    if (origin) return origin;
    throw new ConfigurationError(
      `POSTERN_ORIGIN=${entry.trim()} is not an address that is safe to sign in at: it has to be https without a path ` +
        '(plain http only on this machine itself), for example POSTERN_ORIGIN=https://mail.example.org.',
    );
  });
}

function proxies(text: string | undefined): ProxyList {
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  try {
    return new ProxyList(entries.filter((entry) => entry !== ''));
  } catch (error) {
    throw new ConfigurationError(
      `POSTERN_PROXIES names ${(error as Error).message}, which is no IP address: list the reverse proxies whose ` +
        'X-Forwarded-For is believed, for example POSTERN_PROXIES=127.0.0.1,10.0.0.0/8.',
    );
  }
}

function certificates(file: string | undefined): ReturnType<typeof trust> {
  try {
    return trust(file);
  } catch (error) {
    throw new ConfigurationError(
      `POSTERN_CA=${file} could not be read as PEM certificates (${(error as NodeJS.ErrnoException).code ?? 'bad content'}): ` +
        'name a file, for example POSTERN_CA=/etc/ssl/our-ca.pem.',
    );
  }
}

/** Where the generated key is kept: systemd's StateDirectory, else the place XDG has for it. */
function stateFolder(environment: Environment): string {
  const { POSTERN_STATE, STATE_DIRECTORY, XDG_STATE_HOME } = environment as Record<
    string,
    string | undefined
  >;
  return (
    POSTERN_STATE || STATE_DIRECTORY || join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'postern')
  );
}

function keys(text: string | undefined, folder: string): Keys {
  if (text === undefined) return [keptKey(folder)];
  const [first, ...others] = text.split(',').map((entry) => {
    const key = parseKey(entry);
    if (key) return key;
    throw new ConfigurationError(
      'POSTERN_KEY is not a key: it is 32 random octets in base64 (several, separated by commas, while one replaces ' +
        'another), for example the output of `openssl rand -base64 32`.',
    );
  });
  return [first!, ...others];
}

/** The key of this machine: made at the first start, readable by its owner only. */
function keptKey(folder: string): Buffer {
  const file = join(folder, 'key');
  try {
    if (!existsSync(file)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(file, `${createKey().toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    }
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    const key = parseKey(readFileSync(file, 'utf8'));
    if (key) return key;
  } catch (error) {
    throw new ConfigurationError(
      `The key that protects sign-ins could not be kept in ${file} (${(error as NodeJS.ErrnoException).code}): name a ` +
        'folder this program may write, for example POSTERN_STATE=/var/lib/postern, or set POSTERN_KEY.',
    );
  }
  throw new ConfigurationError(
    `${file} does not hold a key: delete it to have a new one made (everybody signs in again), or set POSTERN_KEY, for ` +
      'example to the output of `openssl rand -base64 32`.',
  );
}
