import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeServer, listen, onLines } from './fake-server.ts';
import {
  accountIn,
  type Browser,
  type BrowserOptions,
  type OpenGateway,
  openGateway,
  openRelay,
} from './open-gateway.ts';

const [ada, grace] = ['ada@example.org', 'grace@example.org'];
const password = 'canary-everybody';

let server: FakeServer;
let gate: OpenGateway;

beforeEach(async () => {
  server = await anybody();
  gate = await openGateway(`imap://127.0.0.1:${server.port}`);
});
afterEach(async () => {
  vi.useRealTimers();
  await gate.close();
  await server.close();
});

/** A mail server that knows everybody, by one password, and then says who they are, whatever it is asked. */
function anybody(): Promise<FakeServer> {
  return listen((socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
    let who: string | undefined;
    onLines(socket, (line) => {
      const [tag, command, , response = ''] = line.split(' ');
      const [, user, given] = Buffer.from(response, 'base64').toString().split('\0');
      if (command !== 'AUTHENTICATE') return socket.write(`${tag} OK you are ${who}\r\n`);
      if (!given?.startsWith(password)) return socket.write(`${tag} NO [AUTHENTICATIONFAILED] no\r\n`);
      who = user;
      socket.write(`${tag} OK [CAPABILITY IMAP4rev1] in\r\n`);
    });
  });
}

/** What a browser keeps of the cookies that it is given. */
class Jar {
  readonly #cookies = new Map<string, string>();

  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
  take(response: Response): Response {
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(set) ?? [];
      if (set.includes('Max-Age=0;')) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
  get names(): string[] {
    return [...this.#cookies.keys()];
  }
}

const signIn = async (jar: Jar, user: string, secret = password): Promise<Response> =>
  jar.take(await gate.signIn({ user, password: secret }, { Cookie: jar.header }));

const ask = async (jar: Jar, query = '', init: RequestInit = {}): Promise<Response> =>
  jar.take(
    await fetch(`http://127.0.0.1:${gate.port}/session${query}`, {
      ...init,
      headers: { Origin: gate.origin, Cookie: jar.header },
    }),
  );

const users = async (jar: Jar): Promise<readonly string[]> => {
  const { accounts } = (await (await ask(jar)).json()) as { accounts?: readonly { user: string }[] };
  return (accounts ?? []).map(({ user }) => user);
};

async function idOf(user: string): Promise<string> {
  const jar = new Jar();
  return ((await (await signIn(jar, user)).json()) as { id: string }).id;
}

/** Signed in to each, one after the other. */
async function jarOf(...people: readonly string[]): Promise<Jar> {
  const jar = new Jar();
  for (const user of people) expect((await signIn(jar, user)).status).toBe(200);
  return jar;
}

/** A relay, open, to the mail of `user`. */
async function relayOf(user: string, options: BrowserOptions): Promise<Browser> {
  const browser = openRelay(gate, options);
  await browser.until('PREAUTH');
  browser.socket.send(Buffer.from('A1 NOOP\r\n'));
  await browser.until(`you are ${user}`);
  return browser;
}

/** As it was kept when Postern had but one account. */
const before = async (user: string): Promise<Jar> => {
  const cookie = (await jarOf(user)).header;
  const jar = new Jar();
  jar.take(
    new Response(null, { headers: { 'Set-Cookie': `postern=${cookie.slice(cookie.indexOf('=') + 1)}` } }),
  );
  return jar;
};

describe('several accounts', () => {
  test('are added one after the other, and each relay is its own', async () => {
    const jar = await jarOf(ada, grace);
    expect(await users(jar)).toEqual([ada, grace]);
    for (const user of [ada, grace]) {
      const browser = await relayOf(user, { cookie: jar.header, account: await idOf(user) });
      browser.socket.terminate();
    }
  });

  test('signing in again to one replaces its cookie, and no other', async () => {
    const jar = await jarOf(ada, grace);
    const [first, second] = jar.header.split('; ');
    await signIn(jar, ada);
    expect(jar.header).not.toContain(first);
    expect(jar.header).toContain(second);
    expect(await users(jar)).toHaveLength(2);
  });

  test('one is signed out of, and only what it had opened is closed', async () => {
    const jar = await jarOf(ada, grace);
    const [his, hers] = [await idOf(ada), await idOf(grace)];
    const mine = await relayOf(ada, { cookie: jar.header, account: his });
    const other = await relayOf(grace, { cookie: jar.header, account: hers });
    expect((await ask(jar, `?account=${his}`, { method: 'DELETE' })).status).toBe(204);
    expect(await mine.closed).toEqual({ code: 4401, reason: 'signed_out' });
    expect(await users(jar)).toEqual([grace]);
    expect(other.socket.readyState).toBe(other.socket.OPEN);
    other.socket.terminate();
  });

  test('all are signed out of where none is named', async () => {
    const jar = await jarOf(ada, grace);
    expect((await ask(jar, '', { method: 'DELETE' })).status).toBe(204);
    expect(jar.names).toEqual([]);
  });

  test('there are at most five; the sixth is refused before anybody is asked', async () => {
    const people = ['1', '2', '3', '4', '5'].map((n) => `${n}@example.org`);
    const jar = await jarOf(...people);
    const asked = server.accepted;
    const sixth = await signIn(jar, ada);
    expect([sixth.status, await sixth.json()]).toEqual([409, { reason: 'many', most: 5 }]);
    expect(server.accepted).toBe(asked);
    expect(await users(jar)).toEqual(people);
    expect((await signIn(jar, people[2]!)).status).toBe(200);
    await ask(jar, `?account=${await idOf(people[0]!)}`, { method: 'DELETE' });
    expect((await signIn(jar, ada)).status).toBe(200);
  });

  test('their cookies stay so small that every request gets through, however long passwords are', async () => {
    const jar = new Jar();
    const answers = [];
    for (const n of [1, 2, 3, 4, 5])
      answers.push((await signIn(jar, `${n}@example.org`, password.padEnd(1024, '"'))).status);
    expect(answers).toEqual([200, 200, 409, 409, 409]);
    expect(jar.header.length).toBeLessThan(6 * 1024);
    expect(await users(jar)).toHaveLength(2);
    // The longest that there can be is always let in when it is the only one.
    const longest = new Jar();
    expect((await signIn(longest, '"'.repeat(320), password.padEnd(1024, '"'))).status).toBe(200);
    expect(longest.header.length).toBeLessThan(4096);
    expect(await users(longest)).toHaveLength(1);
  });
});

describe('attacks', () => {
  test('where no account is named, a cookie that names one opens nothing, also when it is the only one', async () => {
    const { header: cookie } = await jarOf(ada);
    expect((await openRelay(gate, { cookie, path: '/ws/imap' }).closed).code).toBe(4401);
  });

  test('the id of an account is no key to it', async () => {
    const jar = await jarOf(ada);
    const asked = server.accepted;
    const account = accountIn((await jarOf(grace)).header)!;
    expect((await openRelay(gate, { cookie: jar.header, account }).closed).code).toBe(4401);
    expect((await ask(jar, `?account=${account}`, { method: 'DELETE' })).status).toBe(204);
    expect(await users(jar)).toEqual([ada]);
    expect(server.accepted).toBe(asked + 1);
  });

  test('a cookie under the name of another account opens neither, and is taken back', async () => {
    const [his, hers] = [(await jarOf(ada)).header, (await jarOf(grace)).header];
    const cookie = `${hers.slice(0, hers.indexOf('='))}${his.slice(his.indexOf('='))}`;
    for (const account of [accountIn(his)!, accountIn(hers)!])
      expect((await openRelay(gate, { cookie, account }).closed).code).toBe(4401);
    const response = await fetch(`http://127.0.0.1:${gate.port}/session`, { headers: { Cookie: cookie } });
    expect([response.status, await response.json()]).toEqual([401, { reason: 'expired' }]);
    expect(response.headers.getSetCookie()).toEqual([
      `postern-${accountIn(hers)}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict`,
    ]);
  });

  test.each([
    '',
    'x',
    '../../etc/pw',
    '%2e%2e%2fpostern',
    'AAAAAAAAAAAAA',
    'AAAAAAAAAAA%3D',
    '%0d%0aSet-Cookie',
    'a%00bbbbbbbbbb',
    '__proto__',
  ])('an account that nobody can have is no question: %j', async (account) => {
    const jar = await jarOf(ada);
    expect((await ask(jar, `?account=${account}`, { method: 'DELETE' })).status).toBe(400);
    const relay = openRelay(gate, { cookie: jar.header, path: `/ws/imap?account=${account}` });
    expect((await relay.closed).code).toBe(404);
    expect(await users(jar)).toEqual([ada]);
  });

  test('two accounts in one question are no question', async () => {
    const jar = await jarOf(ada, grace);
    const [his, hers] = [await idOf(ada), await idOf(grace)];
    const path = `/ws/imap?account=${his}&account=${hers}`;
    expect((await openRelay(gate, { cookie: jar.header, path }).closed).code).toBe(404);
  });

  test('signing out of an account from a foreign page is refused', async () => {
    const jar = await jarOf(ada);
    const response = await fetch(`http://127.0.0.1:${gate.port}/session?account=${accountIn(jar.header)}`, {
      method: 'DELETE',
      headers: { Origin: 'https://evil.example', Cookie: jar.header },
    });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('neither password nor user name is in any log line', async () => {
    const jar = await jarOf(ada, grace);
    await ask(jar, `?account=${await idOf(ada)}`, { method: 'DELETE' });
    expect(gate.log.length).toBeGreaterThan(3);
    expect(JSON.stringify(gate.log)).not.toMatch(/canary|ada|grace/);
  });
});

describe('a cookie of before', () => {
  test('is a session as it was, and is renewed under its own name', async () => {
    const jar = await before(ada);
    expect(await users(jar)).toEqual([ada]);
    for (const path of ['/ws/imap', `/ws/imap?account=${await idOf(ada)}`]) {
      const browser = await relayOf(ada, { cookie: jar.header, path });
      browser.socket.terminate();
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 60 * 60_000 });
    const [renewed] = (await ask(jar)).headers.getSetCookie();
    expect(renewed).toMatch(/^postern=[\w-]{64,}; Max-Age=2592000;/);
    expect(await users(jar)).toEqual([ada]);
  });

  test('is all that an app of before is given, whoever else is signed in', async () => {
    const jar = await before(ada);
    await signIn(jar, grace);
    const browser = await relayOf(ada, { cookie: jar.header, path: '/ws/imap' });
    browser.socket.terminate();
  });

  test('goes when that account is signed in to again, or signed out of; others do not touch it', async () => {
    const jar = await before(ada);
    await signIn(jar, grace);
    expect(jar.names).toContain('postern');
    expect((await users(jar)).toSorted()).toEqual([ada, grace]);
    await signIn(jar, ada);
    expect(jar.names).not.toContain('postern');
    expect((await users(jar)).toSorted()).toEqual([ada, grace]);
    const other = await before(ada);
    await ask(other, `?account=${await idOf(ada)}`, { method: 'DELETE' });
    expect(other.names).toEqual([]);
  });
});
