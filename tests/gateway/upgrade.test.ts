import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, fakeImap } from './fake-server.ts';
import { openGateway, type OpenGateway, openRelay } from './open-gateway.ts';

let server: FakeServer;
let gate: OpenGateway;
let cookie: string;
beforeAll(async () => {
  server = await fakeImap();
  gate = await openGateway(`imap://127.0.0.1:${server.port}`, {
    origins: ['http://127.0.0.1:8080'],
    limits: { connectsPerMinute: 1000 },
  });
  cookie = await gate.cookie();
});
afterAll(async () => {
  await gate.close();
  await server.close();
});

/** Sends an upgrade octet for octet; gives the first line of the answer. */
function knock(requestLine: string, headers: readonly string[] = []): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(gate.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('close', () => resolve(answer.split('\r\n')[0]!));
    socket.write(
      [
        requestLine,
        'Host: 127.0.0.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Protocol: postern.imap.v1',
        `Cookie: ${cookie}`,
        ...headers,
        '',
        '',
      ].join('\r\n'),
    );
  });
}

test('the same knock with everything right is let in', async () => {
  expect(await knock('GET /ws/imap HTTP/1.1', ['Origin: http://127.0.0.1:8080'])).toContain('101');
});

describe('attack 1: a foreign origin', () => {
  test.each([
    ['missing', []],
    ['null', ['Origin: null']],
    ['empty', ['Origin: ']],
    ['a look-alike suffix', ['Origin: http://127.0.0.1:8080.evil.example']],
    ['another port', ['Origin: http://127.0.0.1:8081']],
    ['no port', ['Origin: http://127.0.0.1']],
    ['another scheme', ['Origin: https://127.0.0.1:8080']],
    ['upper case', ['Origin: HTTP://127.0.0.1:8080']],
    ['another name of this host', ['Origin: http://localhost:8080']],
    ['two of them', ['Origin: http://127.0.0.1:8080', 'Origin: https://evil.example']],
    ['the foreign one first', ['Origin: https://evil.example', 'Origin: http://127.0.0.1:8080']],
  ])('%s', async (_name, headers) => {
    expect(await knock('GET /ws/imap HTTP/1.1', headers)).toContain('403');
  });
});

describe('attack 2: another host smuggled in', () => {
  const before = (): number => server.accepted;
  test.each([
    '/ws/',
    '/ws/imap/',
    '/ws/imap?host=evil.example&port=25',
    '/ws/imap%00',
    '/ws/imap%0d%0aHost:evil.example',
    '/ws/../ws/imap',
    '/ws/%2e%2e/imap',
    '/ws%2fimap',
    '/ws/__proto__',
    '/ws/constructor',
    '/ws/IMAP',
    '/ws/sieve',
    '/ws/submission',
    '/ws/evil.example:25',
    '//evil.example/ws/imap',
    'http://evil.example/ws/imap',
    '/imap',
    '*',
  ])('%s', async (path) => {
    const accepted = before();
    expect(await knock(`GET ${path} HTTP/1.1`, ['Origin: http://127.0.0.1:8080'])).toMatch(/ 40[04] /);
    expect(before()).toBe(accepted);
  });
});

describe('the subprotocol', () => {
  test.each([
    ['none', [] as string[]],
    ['another', ['imap']],
    ['another service’s', ['postern.submission.v1']],
    ['several', ['postern.imap.v1', 'evil']],
  ])('%s is refused', async (_name, protocol) => {
    expect((await openRelay(gate, { cookie, protocol }).closed).code).toBe(400);
  });
});

test('without a session the relay closes with 4401 and the mail server is not asked', async () => {
  const accepted = server.accepted;
  expect(await openRelay(gate).closed).toEqual({ code: 4401, reason: 'expired' });
  expect(server.accepted).toBe(accepted);
});

describe('frames', () => {
  test('a text frame ends with 1003', async () => {
    const browser = openRelay(gate, { cookie });
    await browser.until('PREAUTH');
    browser.socket.send('A1 NOOP\r\n');
    expect((await browser.closed).code).toBe(1003);
  });

  test('a frame over the limit ends with 1009', async () => {
    const browser = openRelay(gate, { cookie });
    await browser.until('PREAUTH');
    browser.socket.send(Buffer.alloc(256 * 1024 + 1));
    expect((await browser.closed).code).toBe(1009);
  });

  test('a message in endless fragments ends', async () => {
    const browser = openRelay(gate, { cookie });
    await browser.until('PREAUTH');
    for (let count = 0; count < 17; count += 1) browser.socket.send(Buffer.of(32), { fin: false });
    expect((await browser.closed).code).toBe(1008);
  });

  test('compression is not offered', async () => {
    const browser = openRelay(gate, {
      cookie,
      headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' },
    });
    await browser.until('PREAUTH');
    expect(browser.socket.extensions).toBe('');
    browser.socket.terminate();
  });
});

describe('attack 3 and limits: who is counted', () => {
  test('one address has only so many, however it says it is called', async () => {
    const small = await openGateway(`imap://127.0.0.1:${server.port}`, {
      limits: { connectionsPerAddress: 2 },
    });
    const own = await small.cookie();
    const browsers = [openRelay(small, { cookie: own }), openRelay(small, { cookie: own })];
    for (const browser of browsers) await browser.until('PREAUTH');
    const third = openRelay(small, { cookie: own, headers: { 'X-Forwarded-For': '198.51.100.1' } });
    expect((await third.closed).code).toBe(429);
    expect(small.log.at(-1)).toEqual({ ev: 'deny', ip: '127.0.0.1', why: 'limit' });
    browsers[0]!.socket.close();
    await browsers[0]!.closed;
    await openRelay(small, { cookie: own }).until('PREAUTH');
    await small.close();
  });

  test('new connections are rationed by the minute', async () => {
    const small = await openGateway(`imap://127.0.0.1:${server.port}`, { limits: { connectsPerMinute: 3 } });
    const codes = [];
    for (let count = 0; count < 4; count += 1) codes.push((await openRelay(small).closed).code);
    expect(codes).toEqual([4401, 4401, 4401, 429]);
    await small.close();
  });
});
