import type { GatewayConfig } from '@postern/gateway';
import { parseTarget } from '@postern/gateway';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeServer, fakeImap, listen, onLines, password, user } from './fake-server.ts';
import { accountIn, openGateway, type OpenGateway, openRelay } from './open-gateway.ts';

/** Login referrals (RFC 2221), and the door to the servers that a referral may lead to: attack 15 of docs/gateway.md. */
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

function kept<T extends { close(): Promise<void> }>(each: T): T {
  open.push(each);
  return each;
}

interface Referring extends FakeServer {
  /** What clients said that may hold a password. */
  readonly heard: string[];
}

/** A server that answers whoever signs in by what `answer` gives. */
async function referring(answer: () => string, greeting?: string): Promise<Referring> {
  const heard: string[] = [];
  const server = await listen((socket) => {
    socket.write(greeting ?? '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS AUTH=PLAIN] ready\r\n');
    onLines(socket, (line) => {
      const [tag = '*', command = ''] = line.split(' ');
      if (command === 'AUTHENTICATE') {
        heard.push(line);
        socket.write(`${tag} ${answer()}\r\n`);
      } else if (command === 'CAPABILITY')
        socket.write(`* CAPABILITY IMAP4rev1 PUBLIC\r\n${tag} OK done\r\n`);
      else socket.write(`${tag} BAD unknown\r\n`);
    });
  });
  return kept(Object.assign(server, { heard }));
}

/** The person's own server; it greets whoever signed in by a word of its own. */
async function homeServer(): Promise<FakeServer> {
  return kept(await fakeImap({ onSignedIn: (socket) => socket.write('* OK welcome home\r\n') }));
}

async function gatewayFor(
  port: number,
  listed: readonly number[],
  options: Partial<GatewayConfig> = {},
): Promise<OpenGateway> {
  const referrals = listed.map((each) => parseTarget('imap', `imap://127.0.0.1:${each}`)!);
  const { submission: _, ...rest } = options;
  return kept(await openGateway(`imap://127.0.0.1:${port}`, { referrals, ...rest }));
}

const url = (port: number, who = `${encodeURIComponent(user)};AUTH=*@`, host = '127.0.0.1'): string =>
  `imap://${who}${host}:${port}/`;

describe('a sign-in that is referred (RFC 2221)', () => {
  test('with NO goes to the listed server, and so does every relay after it', async () => {
    const home = await homeServer();
    const first = await referring(() => `NO [REFERRAL ${url(home.port)}] your mail is elsewhere`);
    const gate = await gatewayFor(first.port, [home.port]);
    const browser = openRelay(gate, { cookie: await gate.cookie() });
    await browser.until('welcome home');
    expect(browser.text()).toMatch(/^\* PREAUTH \[CAPABILITY [^\]]*IDLE/);
    browser.socket.close();
    await browser.closed;
  });

  test('with a greeting BYE goes there without having said anything to the first', async () => {
    const home = await homeServer();
    const first = await referring(() => 'NO', `* BYE [REFERRAL ${url(home.port, ';AUTH=*@')}] not here\r\n`);
    const gate = await gatewayFor(first.port, [home.port]);
    expect((await gate.signIn()).status).toBe(200);
    expect(first.heard).toEqual([]);
  });

  test('by a BYE before STARTTLS goes there too', async () => {
    const home = await homeServer();
    const first = await referring(() => 'NO', `* BYE [REFERRAL ${url(home.port)}] not here\r\n`);
    const gate = kept(
      await openGateway(`imap+starttls://127.0.0.1:${first.port}`, {
        referrals: [parseTarget('imap', `imap://127.0.0.1:${home.port}`)!],
      }),
    );
    expect((await gate.signIn()).status).toBe(200);
  });

  test('with OK goes home where it can, and stays with the public mailboxes where it cannot', async () => {
    const home = await homeServer();
    const first = await referring(() => `OK [REFERRAL ${url(home.port)}] public mailboxes only`);
    const gate = await gatewayFor(first.port, [home.port]);
    const browser = openRelay(gate, { cookie: await gate.cookie() });
    await browser.until('welcome home');
    browser.socket.close();
    await browser.closed;
    const strict = await gatewayFor(first.port, []);
    const visitor = openRelay(strict, { cookie: await strict.cookie() });
    await visitor.until('PUBLIC');
    expect(home.accepted).toBe(2);
    visitor.socket.close();
    await visitor.closed;
    // Of the servers that were left no connection is left.
    await expect.poll(() => first.sockets.size).toBe(0);
  });

  test('goes through a chain of servers, but not in a circle, nor for ever', async () => {
    const home = await homeServer();
    let next = home.port;
    const second = await referring(() => `NO [REFERRAL ${url(next)}] on`);
    const first = await referring(() => `NO [REFERRAL ${url(second.port)}] on`);
    const gate = await gatewayFor(first.port, [second.port, home.port]);
    expect((await gate.signIn()).status).toBe(200);
    next = first.port;
    const refused = await gate.signIn();
    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({ reason: 'protocol' });
    expect(first.accepted).toBe(2);
    expect(second.accepted).toBe(2);
  });

  test('takes the first of several URLs that is listed', async () => {
    const home = await homeServer();
    const first = await referring(() => `NO [REFERRAL ${url(1)} ${url(home.port)}] on`);
    const gate = await gatewayFor(first.port, [home.port]);
    expect((await gate.signIn()).status).toBe(200);
  });
});

describe('the password is not offered', () => {
  test.each([
    ['a server that is not listed', url],
    ['another user', (port: number) => url(port, 'grace%40example.org;AUTH=*@')],
    ['nobody in particular, which means anonymous', (port: number) => url(port, '')],
    ['a host by another name', (port: number) => url(port, undefined, 'localhost')],
    ['a host in another notation', (port: number) => url(port, undefined, '127.1')],
  ])('to %s', async (what, to) => {
    const home = await homeServer();
    const first = await referring(() => `NO [REFERRAL ${to(home.port)}] on`);
    const gate = await gatewayFor(first.port, what.includes('not listed') ? [] : [home.port]);
    const refused = await gate.signIn();
    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({ reason: 'unlisted' });
    expect(home.accepted).toBe(0);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(JSON.stringify(gate.log)).not.toContain(password);
    expect(gate.log).toContainEqual(expect.objectContaining({ ev: 'sign-in', ok: false, why: 'unlisted' }));
  });

  test('to a server of which only the port differs, and the log names it', async () => {
    const home = await homeServer();
    const first = await referring(() => `NO [REFERRAL ${url(home.port)}] on`);
    const gate = await gatewayFor(first.port, [first.port]);
    expect((await gate.signIn()).status).toBe(502);
    expect(home.accepted).toBe(0);
    expect(gate.log).toContainEqual(expect.objectContaining({ cause: `REFERRAL to 127.0.0.1:${home.port}` }));
  });

  test('and a relay whose server refers elsewhere later is closed with a code of its own', async () => {
    const home = await homeServer();
    let answer = 'OK [CAPABILITY IMAP4rev1] in';
    const first = await referring(() => answer);
    const gate = await gatewayFor(first.port, []);
    const cookie = await gate.cookie();
    answer = `NO [REFERRAL ${url(home.port)}] moved`;
    expect(await openRelay(gate, { cookie }).closed).toEqual({ code: 4406, reason: 'unlisted' });
    expect(home.accepted).toBe(0);
  });
});

describe('/ws/imap?server=', () => {
  const path = (server: string, cookie?: string): string =>
    `/ws/imap?server=${server}${cookie === undefined ? '' : `&account=${accountIn(cookie)}`}`;

  test('opens a relay to a listed server, as the same person', async () => {
    const [first, other] = [kept(await fakeImap()), await homeServer()];
    const gate = await gatewayFor(first.port, [other.port]);
    const cookie = await gate.cookie();
    for (const server of [`127.0.0.1:${other.port}`, `127.0.0.1%3A${other.port}`]) {
      const browser = openRelay(gate, { cookie, path: path(server, cookie) });
      await browser.until('welcome home');
      browser.socket.close();
      await browser.closed;
    }
  });

  test.each([
    (port: number) => `127.0.0.1:${port}`,
    (port: number) => `localhost:${port}`,
    (port: number) => `127.1:${port}`,
    (port: number) => `127.0.0.1.:${port}`,
    (port: number) => `[::ffff:127.0.0.1]:${port}`,
    (port: number) => `2130706433:${port}`,
    (port: number) => `127.0.0.1%0d%0a:${port}`,
    (port: number) => `ada@127.0.0.1:${port}`,
    (port: number) => `127.0.0.1:${port}%00`,
    (port: number) => `%EF%BC%91127.0.0.1:${port}`,
    () => '',
    () => '__proto__',
  ])('leads nowhere else (%#)', async (server) => {
    const [first, other] = [kept(await fakeImap()), await homeServer()];
    // The listed server is another one, on the same machine.
    const gate = await gatewayFor(first.port, [first.port]);
    const cookie = await gate.cookie();
    const { code } = await openRelay(gate, { cookie, path: path(server(other.port), cookie) }).closed;
    expect(code).toBe(4406);
    expect(other.accepted).toBe(0);
    expect(gate.log).toContainEqual(expect.objectContaining({ ev: 'deny', why: 'server' }));
  });

  test.each([
    '/ws/imap?server=%',
    '/ws/imap?server=a&server=b',
    '/ws/imap?host=a',
    '/ws/imap?server',
    '/ws/submission?server=127.0.0.1',
  ])('is refused where it is no question at all: %s', async (strange) => {
    const first = kept(await fakeImap());
    const gate = await gatewayFor(first.port, []);
    const service = strange.includes('submission') ? 'submission' : 'imap';
    const cookie = await gate.cookie();
    const { code } = await openRelay(gate, { cookie, path: strange, service }).closed;
    expect(code).toBe(404);
  });

  test('tells nobody who is not signed in what is listed', async () => {
    const [first, other] = [kept(await fakeImap()), await homeServer()];
    const gate = await gatewayFor(first.port, [other.port]);
    for (const port of [other.port, 1]) {
      const { code } = await openRelay(gate, { path: path(`127.0.0.1:${port}`) }).closed;
      expect(code).toBe(4401);
    }
  });
});
