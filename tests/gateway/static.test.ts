import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGateway, type OpenGateway } from './open-gateway.ts';

let folder: string;
let gate: OpenGateway;
const script = 'console.log("a script");'.repeat(100);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-web-'));
  writeFileSync(join(folder, 'secret.txt'), 'canary');
  const web = join(folder, 'dist');
  for (const sub of ['assets', 'frame', '.hidden']) mkdirSync(join(web, sub), { recursive: true });
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Postern</title>');
  writeFileSync(join(web, 'sw.js'), 'self.x=1');
  writeFileSync(join(web, '.env'), 'canary');
  writeFileSync(join(web, '.hidden', 'x.txt'), 'canary');
  writeFileSync(join(web, 'assets', 'index-B7x_9-Qz.js'), script);
  writeFileSync(join(web, 'assets', 'index-B7x_9-Qz.js.br'), brotliCompressSync(script));
  writeFileSync(join(web, 'assets', 'index-B7x_9-Qz.js.gz'), gzipSync(script));
  for (const name of ['mail.html', 'mail-remote.html'])
    writeFileSync(join(web, 'frame', name), '<!doctype html>');
  gate = await openGateway('imap://127.0.0.1:1', { webRoot: web });
});
afterAll(async () => {
  await gate.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** A request octet for octet: clients tidy paths up, attackers do not. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(gate.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const [status = '', ...lines] = all.subarray(0, Math.max(0, end)).toString().split('\r\n');
      resolve({
        status: Number(status.split(' ')[1]),
        headers: new Map(
          lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.replace(/^[^:]+: ?/, '')]),
        ),
        body: all.subarray(end + 4),
      });
    });
    const extra = Object.entries(headers).map((pair) => pair.join(': '));
    socket.write(
      [`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...extra, '', ''].join('\r\n'),
    );
  });
}

function expectSafe({ headers }: Answer): void {
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(headers.get('permissions-policy')).toContain('camera=()');
}

describe('attack 13: ways out of the folder', () => {
  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/./index.html',
    '/assets//index-B7x_9-Qz.js',
    '/assets',
    '/assets/',
    '/.env',
    '/.hidden/x.txt',
    '/assets/index-B7x_9-Qz.js.br',
    '/index.html%00.js',
    '/__proto__',
    '/constructor',
    '/index.html/',
    'http://evil.example/secret.txt',
  ])('%s is nothing', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.body.toString()).not.toContain('canary');
    expectSafe(answer);
  });
});

describe('headers', () => {
  test('the app may run its own scripts and no others', async () => {
    const { status, headers, body } = await get('/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body.toString()).toContain('Postern');
    const policy = headers.get('content-security-policy') ?? '';
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy.split('; ')).toContain(directive);
    expect(policy).not.toContain('unsafe');
    expect(headers.has('strict-transport-security')).toBe(false);
  });

  test.each([
    ['/frame/mail.html', 'img-src blob: data:'],
    ['/frame/mail-remote.html', 'img-src blob: data: https:'],
  ])('%s is sandboxed without scripts', async (path, images) => {
    const directives = (await get(path)).headers.get('content-security-policy')?.split('; ') ?? [];
    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain('sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox');
    expect(directives).toContain("frame-ancestors 'self'");
    expect(directives).toContain(images);
    expect(directives.join()).not.toContain('script');
  });

  test.each([
    ['nothing there', '/nothing', {}, 404],
    ['unchanged', '/', { 'If-None-Match': '*placeholder*' }, 304],
    ['a wrong method', '/', {}, 405],
    ['alive', '/healthz', {}, 200],
    ['no session', '/session', {}, 401],
    ['an upgrade nobody wants', '/ws/imap', { Upgrade: 'websocket', Connection: 'Upgrade' }, 403],
    ['a relay without upgrade', '/ws/imap', {}, 404],
  ])('are also on %s', async (_name, path, headers: Record<string, string>, status) => {
    const sent = { ...headers };
    if (status === 304) sent['If-None-Match'] = (await get(path)).headers.get('etag') ?? '';
    const answer = await get(path, sent, status === 405 ? 'POST' : 'GET');
    expect(answer.status).toBe(status);
    expectSafe(answer);
    if (status === 304) expect(answer.body).toHaveLength(0);
  });

  test('https origins are told to stay https', async () => {
    const behind = await openGateway('imap://127.0.0.1:1', { origins: ['https://mail.example.org'] });
    const response = await fetch(`http://127.0.0.1:${behind.port}/healthz`);
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
    await behind.close();
  });
});

describe('caching', () => {
  test.each([
    ['/', 'no-cache'],
    ['/sw.js', 'no-cache'],
    ['/frame/mail.html', 'no-cache'],
    ['/assets/index-B7x_9-Qz.js', 'public, max-age=31536000, immutable'],
    ['/nothing', 'no-store'],
  ])('%s: %s', async (path, expected) => {
    expect((await get(path)).headers.get('cache-control')).toBe(expected);
  });
});

describe('precompressed', () => {
  const path = '/assets/index-B7x_9-Qz.js';
  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['', undefined],
    ['identity', undefined],
  ])('Accept-Encoding: %s gives %s', async (accepted, coding) => {
    const { headers, body } = await get(path, { 'Accept-Encoding': accepted });
    expect(headers.get('content-encoding')).toBe(coding);
    expect(headers.get('vary')).toBe('Accept-Encoding');
    expect(Number(headers.get('content-length'))).toBe(body.length);
    if (coding === 'br') expect(brotliDecompressSync(body).toString()).toBe(script);
    if (coding === undefined) expect(body.toString()).toBe(script);
  });

  test('each coding has an ETag of its own', async () => {
    const plain = (await get(path)).headers.get('etag') ?? '';
    const packed = await get(path, { 'Accept-Encoding': 'br', 'If-None-Match': plain });
    expect(packed.status).toBe(200);
  });

  test('HEAD has the headers and no body', async () => {
    const { status, headers, body } = await get(path, {}, 'HEAD');
    expect([status, headers.get('content-length'), body.length]).toEqual([200, String(script.length), 0]);
  });
});

test('readyz is there while the gateway is', async () => {
  expect((await get('/readyz')).status).toBe(200);
});
