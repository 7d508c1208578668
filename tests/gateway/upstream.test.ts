import type { Socket } from 'node:net';
import tls from 'node:tls';
import { type Limits, trust } from '@postern/gateway';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Certificate, type Certificates, makeCertificates } from './certificates.ts';
import {
  type FakeServer,
  fakeImap,
  fakeSubmission,
  listen,
  onLines,
  serveImap,
  serveSubmission,
} from './fake-server.ts';
import { eventually, openGateway, type OpenGateway, openRelay } from './open-gateway.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
function later<T extends { close(): Promise<unknown> }>(each: T): T {
  open.push(each);
  return each;
}

/** For servers that keep silent; the others have all the time of the default limits. */
const short: Partial<Limits> = { connect: 300, handshake: 300, dialogue: 300 };

async function gateway(imap: string, options: Parameters<typeof openGateway>[1] = {}): Promise<OpenGateway> {
  return later(await openGateway(imap, { context: trust(certificates.caFile), ...options }));
}

/** What POST /session says in front of a server. */
async function answerOf(gate: OpenGateway): Promise<[number, unknown]> {
  const response = await gate.signIn();
  return [response.status, ((await response.json()) as { reason?: string }).reason];
}

describe('attack 9: certificates', () => {
  test('one by a listed authority is trusted, by name and by address', async () => {
    const { port } = later(await fakeImap({ tls: certificates.good }));
    for (const host of ['localhost', '127.0.0.1'])
      expect(await answerOf(await gateway(`imaps://${host}:${port}`))).toEqual([200, undefined]);
  });

  test.each(['wrongName', 'expired', 'selfSigned'] as const)(
    '%s is refused, and nothing is sent',
    async (name) => {
      const received: string[] = [];
      const server = await listen((socket) => {
        socket.on('data', (data) => received.push(data.toString()));
        serveImap(socket);
      }, certificates[name]);
      later(server);
      expect(await answerOf(await gateway(`imaps://127.0.0.1:${server.port}`))).toEqual([502, 'certificate']);
      expect(received).toEqual([]);
      await eventually('no sockets', () => server.sockets.size === 0);
    },
  );

  test('our authority is nothing to a gateway that does not list it', async () => {
    const { port } = later(await fakeImap({ tls: certificates.good }));
    expect(await answerOf(await gateway(`imaps://127.0.0.1:${port}`, { context: trust() }))).toEqual([
      502,
      'certificate',
    ]);
  });

  test('plain text where TLS is expected is no IMAP server', async () => {
    const { port } = later(await fakeImap());
    expect(await answerOf(await gateway(`imaps://127.0.0.1:${port}`))).toEqual([502, 'protocol']);
  });
});

/** A server that lets itself be upgraded; `goAhead` is what it says to STARTTLS. */
async function startTls(
  service: 'imap' | 'submission',
  certificate: Certificate,
  goAhead = service === 'imap' ? 'S OK go\r\n' : '220 go\r\n',
): Promise<FakeServer & { lines: string[]; secured: Socket[] }> {
  const lines: string[] = [];
  const secured: Socket[] = [];
  const server = await listen((socket) => {
    socket.write(service === 'imap' ? '* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n' : '220 hi\r\n');
    onLines(socket, (line, stop) => {
      lines.push(line);
      if (line.startsWith('EHLO')) return void socket.write('250-hi\r\n250 STARTTLS\r\n');
      if (!/STARTTLS/.test(line)) return;
      stop();
      socket.write(goAhead);
      const wrapped = new tls.TLSSocket(socket, { isServer: true, ...certificate });
      wrapped
        .on('error', () => {})
        .on('secure', () => {
          secured.push(wrapped);
          if (service === 'imap') serveAfterTls(wrapped);
          else serveSubmission(wrapped, { greeting: '' });
        });
    });
  });
  return later(Object.assign(server, { lines, secured }));
}

/** After STARTTLS a server does not greet again. */
function serveAfterTls(socket: Socket): void {
  serveImap(socket, { greeting: '' });
}

describe('attack 9: STARTTLS', () => {
  test('is used before anything else, for IMAP and for submission', async () => {
    const imap = await startTls('imap', certificates.good);
    const submission = await startTls('submission', certificates.good);
    const gate = await gateway(`imap+starttls://127.0.0.1:${imap.port}`, {
      submission: `submission+starttls://127.0.0.1:${submission.port}`,
    });
    const cookie = await gate.cookie();
    await openRelay(gate, { cookie }).until('* PREAUTH [CAPABILITY IMAP4REV1 IDLE UIDPLUS] Postern\r\n');
    await openRelay(gate, { cookie, service: 'submission' }).until('220 Postern\r\n');
    expect(imap.lines).toEqual(['S STARTTLS', 'S STARTTLS']);
    expect(submission.lines).toEqual(['EHLO localhost', 'STARTTLS']);
  });

  test('with a certificate that is not trusted is refused', async () => {
    const { port, secured } = await startTls('imap', certificates.selfSigned);
    expect(await answerOf(await gateway(`imap+starttls://127.0.0.1:${port}`))).toEqual([502, 'certificate']);
    for (const socket of secured) expect(socket.bytesRead).toBe(0);
  });

  test.each([
    ['refused by the server', 'S NO not now\r\n'],
    ['answered with an injected response behind it', 'S OK go\r\n* PREAUTH all yours\r\n'],
    ['answered with an injected command result', 'S OK go\r\nA1 OK in\r\n'],
  ])('%s: nothing else is said', async (_name, goAhead) => {
    const { port, lines } = await startTls('imap', certificates.good, goAhead);
    expect(await answerOf(await gateway(`imap+starttls://127.0.0.1:${port}`))).toEqual([502, 'protocol']);
    expect(lines).toEqual(['S STARTTLS']);
  });

  test.each([
    ['PREAUTH instead of a greeting', '* PREAUTH hi\r\n'],
    ['nonsense', 'HTTP/1.1 400 Bad Request\r\n'],
  ])('%s is refused', async (_name, greeting) => {
    const received: string[] = [];
    const server = later(
      await listen((socket) => {
        socket.on('data', (data) => received.push(data.toString()));
        socket.write(greeting);
      }),
    );
    expect(await answerOf(await gateway(`imap+starttls://127.0.0.1:${server.port}`))).toEqual([
      502,
      'protocol',
    ]);
    expect(received).toEqual([]);
  });

  test('stripped from a submission server’s offers is refused, without a password sent', async () => {
    const imap = later(await fakeImap());
    const lines: string[] = [];
    const server = later(
      await listen((socket) => {
        socket.write('220 hi\r\n');
        onLines(socket, (line) => {
          lines.push(line);
          socket.write('250-hi\r\n250 AUTH PLAIN\r\n');
        });
      }),
    );
    const gate = await gateway(`imap://127.0.0.1:${imap.port}`, {
      submission: `submission+starttls://127.0.0.1:${server.port}`,
    });
    const browser = openRelay(gate, { service: 'submission', cookie: await gate.cookie() });
    expect(await browser.closed).toEqual({ code: 4505, reason: 'protocol' });
    expect(lines).toEqual(['EHLO localhost']);
  });
});

describe('attack 12: servers that are not there', () => {
  const nobody = async (): Promise<number> => {
    const server = await listen(() => {});
    await server.close();
    return server.port;
  };

  test('nobody listens', async () => {
    expect(await answerOf(await gateway(`imap://127.0.0.1:${await nobody()}`))).toEqual([502, 'unreachable']);
  });

  test('no such name', async () => {
    expect(await answerOf(await gateway('imaps://mail.invalid'))).toEqual([502, 'unreachable']);
  });

  test.each([
    ['accepts and says nothing', () => {}, 504, 'timeout'],
    ['closes at once', (socket: Socket) => socket.end(), 502, 'unreachable'],
    ['resets', (socket: Socket) => socket.resetAndDestroy(), 502, 'unreachable'],
    ['says BYE', (socket: Socket) => socket.end('* BYE too many connections\r\n'), 502, 'unreachable'],
    ['is something else', (socket: Socket) => socket.write('220 mail ESMTP\r\n'), 502, 'protocol'],
    ['takes everybody for somebody', (socket: Socket) => socket.write('* PREAUTH hi\r\n'), 502, 'protocol'],
    [
      'allows no password',
      (socket: Socket) => socket.write('* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n'),
      502,
      'protocol',
    ],
    ['never ends its line', (socket: Socket) => socket.write('* OK '.repeat(400_000)), 502, 'protocol'],
  ])('one that %s', async (_name, behave, status, reason) => {
    const server = later(await listen((socket) => void behave(socket)));
    const limits = reason === 'timeout' ? short : {};
    const gate = await gateway(`imap://127.0.0.1:${server.port}`, { limits });
    expect(await answerOf(gate)).toEqual([status, reason]);
    await eventually('no sockets', () => server.sockets.size === 0);
  });

  test.each([
    ['the TLS handshake', 'imaps'],
    ['STARTTLS', 'imap+starttls'],
  ])('one that is silent during %s', async (_name, scheme) => {
    const server = later(await listen((socket) => void socket.resume()));
    const gate = await gateway(`${scheme}://127.0.0.1:${server.port}`, { limits: short });
    expect(await answerOf(gate)).toEqual([504, 'timeout']);
    await eventually('no sockets', () => server.sockets.size === 0);
  });

  test('a failure is not counted against the person', async () => {
    const gate = await gateway(`imap://127.0.0.1:${await nobody()}`);
    for (let count = 0; count < 8; count += 1) expect(await answerOf(gate)).toEqual([502, 'unreachable']);
  });
});

describe('close codes when the server fails after sign-in', () => {
  test.each([
    ['closes at once', (socket: Socket) => socket.end(), 4502, 'unreachable'],
    ['is silent', () => {}, 4504, 'timeout'],
    ['is something else', (socket: Socket) => socket.write('220 mail ESMTP\r\n'), 4505, 'protocol'],
    [
      'no longer takes the password',
      (socket: Socket) => {
        socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n');
        onLines(socket, (line) =>
          socket.write(`${line.split(' ')[0]} NO [AUTHENTICATIONFAILED] changed\r\n`),
        );
      },
      4403,
      'auth',
    ],
  ])('IMAP: one that %s', async (_name, behave, code, reason) => {
    let good = true;
    const server = later(await listen((socket) => void (good ? serveImap(socket) : behave(socket))));
    const limits = reason === 'timeout' ? { dialogue: 1000 } : {};
    const gate = await gateway(`imap://127.0.0.1:${server.port}`, { limits });
    const cookie = await gate.cookie();
    good = false;
    expect(await openRelay(gate, { cookie }).closed).toEqual({ code, reason });
  });

  test.each([
    [
      'refuses the password',
      (socket: Socket) =>
        onLines(socket, (line) =>
          socket.write(line.startsWith('EHLO') ? '250-hi\r\n250 AUTH PLAIN\r\n' : '535 no\r\n'),
        ),
      4403,
    ],
    [
      'cannot say now',
      (socket: Socket) =>
        onLines(socket, (line) =>
          socket.write(line.startsWith('EHLO') ? '250-hi\r\n250 AUTH PLAIN\r\n' : '454 later\r\n'),
        ),
      4502,
    ],
    ['offers no AUTH', (socket: Socket) => onLines(socket, () => socket.write('250 hi\r\n')), 4505],
    ['is not SMTP', (socket: Socket) => void socket.write('* OK hi\r\n'), 4505],
  ])('submission: one that %s', async (_name, behave, code) => {
    const imap = later(await fakeImap());
    const server = later(
      await listen((socket) => {
        if (code !== 4505 || behave.toString().includes('250')) socket.write('220 hi\r\n');
        behave(socket);
      }),
    );
    const gate = await gateway(`imap://127.0.0.1:${imap.port}`, {
      submission: `submission://127.0.0.1:${server.port}`,
    });
    const browser = openRelay(gate, { service: 'submission', cookie: await gate.cookie() });
    expect((await browser.closed).code).toBe(code);
  });

  test('submission behind TLS with a wrong certificate', async () => {
    const imap = later(await fakeImap());
    const server = later(await fakeSubmission({ tls: certificates.selfSigned }));
    const gate = await gateway(`imap://127.0.0.1:${imap.port}`, {
      submission: `submissions://127.0.0.1:${server.port}`,
    });
    const browser = openRelay(gate, { service: 'submission', cookie: await gate.cookie() });
    expect(await browser.closed).toEqual({ code: 4503, reason: 'certificate' });
  });
});

test('a storm of failing connections leaks nothing and rejects nothing unseen', async () => {
  const rejections: unknown[] = [];
  const notice = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', notice);
  let good = true;
  const server = later(await listen((socket) => (good ? serveImap(socket) : void socket.resetAndDestroy())));
  const gate = await gateway(`imap://127.0.0.1:${server.port}`);
  const cookie = await gate.cookie();
  good = false;
  const relays = Array.from({ length: 30 }, () => openRelay(gate, { cookie }));
  relays.forEach(
    (relay, index) => index % 3 === 0 && relay.socket.on('open', () => relay.socket.terminate()),
  );
  await Promise.all(relays.map((relay) => relay.closed));
  await eventually('no sockets', () => server.sockets.size === 0);
  await eventually('every close logged', () => gate.log.filter(({ ev }) => ev === 'close').length === 30);
  process.off('unhandledRejection', notice);
  expect(rejections).toEqual([]);
});
