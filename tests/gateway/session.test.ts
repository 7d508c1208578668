import { createKey, type Keys } from '@postern/gateway';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeServer, fakeImap, fakeSubmission, listen, password, user } from './fake-server.ts';
import { openGateway, type OpenGateway, openRelay } from './open-gateway.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function imap(options?: Parameters<typeof fakeImap>[0]): Promise<FakeServer> {
  const server = await fakeImap(options);
  open.push(server);
  return server;
}

async function gateway(url: string, options?: Parameters<typeof openGateway>[1]): Promise<OpenGateway> {
  const opened = await openGateway(url, options);
  open.push(opened);
  return opened;
}

const id = '_dUz8U_uqM3v';

const ask = (gate: OpenGateway, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${gate.port}/session`, init);

describe('signing in', () => {
  test('a real login decides, and the cookie is for the browser alone', async () => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    const response = await gate.signIn();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ id, user, address: user, submission: false });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const cookies = response.headers.getSetCookie();
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(
      /^postern-[\w-]{12}=[\w-]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  test('behind https the cookie is bound to the host', async () => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`, { origins: ['https://mail.example.org'] });
    const [cookie = ''] = (await gate.signIn()).headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-postern-[\w-]{12}=[\w-]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    const loopback = cookie.split(';')[0]!.replace('__Host-', '');
    expect((await ask(gate, { headers: { Cookie: loopback } })).status).toBe(401);
  });

  test('a login name without a domain is completed', async () => {
    const server = await listen((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n');
      socket.on('data', (data) =>
        socket.write(`${data.toString().split(' ')[0]} OK [CAPABILITY IMAP4rev1] in\r\n`),
      );
    });
    open.push(server);
    const gate = await gateway(`imap://127.0.0.1:${server.port}`, { domain: 'example.net' });
    expect(await (await gate.signIn({ user: ' ada ', password: 'x' })).json()).toMatchObject({
      user: 'ada',
      address: 'ada@example.net',
    });
  });

  test('a wrong password gives 401, the server’s words, and no cookie', async () => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    const response = await gate.signIn({ user, password: 'wrong' });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ reason: 'auth', detail: 'no such person' });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('after some wrong passwords even the right one has to wait, from that address', async () => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    for (let count = 0; count < 5; count += 1) await gate.signIn({ user, password: 'wrong' });
    const response = await gate.signIn();
    expect(response.status).toBe(429);
    expect(await response.json()).toEqual({ reason: 'rate', retryAfter: 1 });
    expect(response.headers.get('retry-after')).toBe('1');
    expect(server.accepted).toBe(5);
  });

  test.each([
    ['a form', 'user=ada&password=x', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    [
      'plain text, which needs no preflight',
      '{"user":"a","password":"b"}',
      { 'Content-Type': 'text/plain' },
      415,
    ],
    ['broken JSON', '{', {}, 400],
    ['null', 'null', {}, 400],
    ['no password', '{"user":"ada"}', {}, 400],
    ['a list for a name', '{"user":["ada"],"password":"x"}', {}, 400],
    ['a line end in the name', '{"user":"ada\\r\\nA1 LOGOUT","password":"x"}', {}, 400],
    ['NUL in the password', '{"user":"ada","password":"x\\u0000y"}', {}, 400],
    ['a very long password', JSON.stringify({ user, password: 'x'.repeat(1025) }), {}, 400],
    ['a very long body', JSON.stringify({ user, password: 'x'.repeat(20_000) }), {}, 413],
  ])('%s is refused before anybody is asked', async (_name, body, headers, status) => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    expect((await gate.signIn(body, headers)).status).toBe(status);
    expect(server.accepted).toBe(0);
  });

  test('tells when submission is there', async () => {
    const [server, submission] = [await imap(), await fakeSubmission()];
    open.push(submission);
    const gate = await gateway(`imap://127.0.0.1:${server.port}`, {
      submission: `submission://127.0.0.1:${submission.port}`,
    });
    expect(await (await gate.signIn()).json()).toMatchObject({ submission: true });
  });
});

describe('the session', () => {
  test('is told again on request, and is gone after signing out', async () => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    expect(await (await ask(gate)).json()).toEqual({ reason: 'none' });
    const cookie = await gate.cookie();
    const told = await ask(gate, { headers: { Cookie: `other=1; ${cookie}` } });
    expect([told.status, await told.json()]).toEqual([
      200,
      { accounts: [{ id, user, address: user, submission: false }] },
    ]);
    const out = await ask(gate, { method: 'DELETE', headers: { Cookie: cookie, Origin: gate.origin } });
    expect(out.status).toBe(204);
    const dropped = out.headers.getSetCookie();
    expect(dropped).toEqual([`postern-${id}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict`]);
  });

  test('a demonstration tells how to get in, everything else does not', async () => {
    const demo = { user: 'ada@postern.example', password: 'postern' };
    const gate = await gateway('imap://127.0.0.1:1', { demo });
    expect(await (await ask(gate)).json()).toEqual({ reason: 'none', demo });
  });

  test('signing out closes what the session had opened', async () => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    const [cookie, other] = [await gate.cookie(), await gate.cookie()];
    const [mine, theirs] = [openRelay(gate, { cookie }), openRelay(gate, { cookie: other })];
    await Promise.all([mine.until('PREAUTH'), theirs.until('PREAUTH')]);
    await ask(gate, { method: 'DELETE', headers: { Cookie: cookie, Origin: gate.origin } });
    expect(await mine.closed).toEqual({ code: 4401, reason: 'signed_out' });
    expect(theirs.socket.readyState).toBe(theirs.socket.OPEN);
  });

  test('a forged, damaged or foreign cookie is no session, and is taken back', async () => {
    const server = await imap();
    const url = `imap://127.0.0.1:${server.port}`;
    const gate = await gateway(url);
    const elsewhere = await (await gateway(url)).cookie();
    const cookie = await gate.cookie();
    const middle = cookie.length - 20;
    const damaged = cookie.slice(0, middle) + (cookie[middle] === 'A' ? 'B' : 'A') + cookie.slice(middle + 1);
    for (const forged of [elsewhere, damaged, 'postern=', 'postern=e30', `${cookie}AAAA`]) {
      const response = await ask(gate, { headers: { Cookie: forged } });
      expect([response.status, await response.json()]).toEqual([401, { reason: 'expired' }]);
      expect(response.headers.getSetCookie().join()).toContain('=; Max-Age=0');
      expect((await openRelay(gate, { cookie: forged }).closed).code).toBe(4401);
    }
  });

  test('lives on under a new key for as long as the old one is listed', async () => {
    const server = await imap();
    const url = `imap://127.0.0.1:${server.port}`;
    const old = createKey();
    const cookie = await (await gateway(url, { keys: [old] })).cookie();
    const both: Keys = [createKey(), old];
    const headers = { Cookie: cookie };
    expect((await ask(await gateway(url, { keys: both }), { headers })).status).toBe(200);
    expect((await ask(await gateway(url, { keys: [both[0]] }), { headers })).status).toBe(401);
  });

  test('does not carry a password to another mail server', async () => {
    const [server, other] = [await imap(), await imap()];
    const keys: Keys = [createKey()];
    const cookie = await (await gateway(`imap://127.0.0.1:${server.port}`, { keys })).cookie();
    const moved = await gateway(`imap://127.0.0.1:${other.port}`, { keys });
    expect((await openRelay(moved, { cookie }).closed).code).toBe(4401);
    expect(other.accepted).toBe(0);
  });

  test.each(['POST', 'DELETE'])('%s from a foreign page is refused', async (method) => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    for (const Origin of [
      undefined,
      'null',
      `${gate.origin}.evil.example`,
      'http://127.0.0.1:1',
      'https://evil.example',
    ]) {
      const response = await ask(gate, {
        method,
        headers: { 'Content-Type': 'application/json', ...(Origin === undefined ? {} : { Origin }) },
        ...(method === 'POST' ? { body: JSON.stringify({ user, password }) } : {}),
      });
      expect([response.status, await response.json()]).toEqual([403, { reason: 'origin' }]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(server.accepted).toBe(0);
  });

  test('other methods are refused', async () => {
    const server = await imap();
    const gate = await gateway(`imap://127.0.0.1:${server.port}`);
    const response = await ask(gate, { method: 'PUT', headers: { Origin: gate.origin } });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE']);
  });
});

test('the password is in no answer, no cookie and no log line, whatever happens', async () => {
  const server = await imap();
  const gate = await gateway(`imap://127.0.0.1:${server.port}`);
  const cookie = await gate.cookie();
  const browser = openRelay(gate, { cookie });
  await browser.until('PREAUTH');
  await server.close();
  await browser.closed;
  const failed = await gate.signIn();
  expect(failed.status).toBe(502);
  const seen = [
    JSON.stringify(gate.log),
    Buffer.from(cookie.slice(cookie.indexOf('=') + 1), 'base64url').toString('latin1'),
    await failed.text(),
  ];
  seen.push(browser.text());
  expect(gate.log.length).toBeGreaterThan(3);
  for (const text of seen) expect(text).not.toMatch(/canary|Y2FuYXJ5|ada@/);
});
