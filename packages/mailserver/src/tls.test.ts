import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Account } from './account/account.ts';
import type { MailServer } from './server.ts';
import { startMailServer } from './server.ts';

function certificate(): { key: Buffer; cert: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'postern-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const tls = certificate();

/** Text from a socket until it matches. */
async function until(socket: Socket, pattern: RegExp): Promise<string> {
  let text = '';
  while (!pattern.test(text)) text += String((await once(socket, 'data'))[0]);
  return text;
}

describe.skipIf(tls === undefined)('with a certificate (made by openssl)', () => {
  let server: MailServer;

  beforeAll(async () => {
    const accounts = [new Account({ user: 'ada@postern.example', password: 'postern' })];
    server = await startMailServer({ accounts, tls: tls! });
  });

  afterAll(() => server.close());

  test('IMAP with implicit TLS', async () => {
    const socket = connectTls({ port: server.imaps!.port, servername: 'localhost', ca: tls!.cert });
    expect(await until(socket, /\r\n/)).not.toContain('STARTTLS');
    socket.write('1 LOGIN ada@postern.example postern\r\n');
    await until(socket, /^1 OK/m);
    socket.destroy();
  });

  test('STARTTLS, and nothing said before it counts after it', async () => {
    const plain = connectPlain(server.imap.port, '127.0.0.1');
    expect(await until(plain, /\r\n/)).toContain('STARTTLS');
    plain.write('1 STARTTLS\r\n2 LOGIN ada@postern.example postern\r\n');
    expect(await until(plain, /^1 OK.*\r\n/m)).not.toContain('2 OK');
    const socket = connectTls({ socket: plain, servername: 'localhost', ca: tls!.cert });
    await once(socket, 'secureConnect');
    socket.write('3 SELECT INBOX\r\n4 STARTTLS\r\n5 LOGIN ada@postern.example postern\r\n');
    const answers = await until(socket, /^5 .*\r\n/m);
    expect(answers).toMatch(/^3 BAD/m);
    expect(answers).toMatch(/^4 BAD/m);
    expect(answers).toMatch(/^5 OK/m);
    expect(answers).not.toContain('2 OK');
    socket.destroy();
  });

  test('submission with implicit TLS and with STARTTLS', async () => {
    const secure = connectTls({ port: server.submissions!.port, servername: 'localhost', ca: tls!.cert });
    await until(secure, /^220/);
    secure.destroy();
    const plain = connectPlain(server.submission.port, '127.0.0.1');
    await until(plain, /^220/);
    plain.write('EHLO tests\r\n');
    expect(await until(plain, /^250 /m)).toContain('STARTTLS');
    plain.destroy();
  });
});
