import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Limits } from '@postern/gateway';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeServer, fakeImap, fakeSubmission } from './fake-server.ts';
import { type Browser, eventually, openGateway, type OpenGateway, openRelay } from './open-gateway.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const MiB = 1024 * 1024;
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Joined {
  readonly gate: OpenGateway;
  readonly server: FakeServer;
  readonly browser: Browser;
  /** The mail server's end. */
  readonly upstream: Socket;
}

/** A relay just after its greeting. */
async function join(limits: Partial<Limits> = {}): Promise<Joined> {
  const signedIn: Socket[] = [];
  const server = await fakeImap({ onSignedIn: (socket) => signedIn.push(socket) });
  const gate = await openGateway(`imap://127.0.0.1:${server.port}`, { limits });
  open.push(server, gate);
  const cookie = await gate.cookie();
  const browser = openRelay(gate, { cookie });
  await browser.until('PREAUTH');
  return { gate, server, browser, upstream: signedIn.at(-1)! };
}

function received(socket: Socket): Buffer[] {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

describe('the hand-over', () => {
  test('IMAP opens with PREAUTH and the capabilities that hold after sign-in', async () => {
    const { browser } = await join();
    expect(browser.text()).toBe('* PREAUTH [CAPABILITY IMAP4REV1 IDLE UIDPLUS] Postern\r\n');
  });

  test.each(['PLAIN', 'LOGIN', 'XOAUTH2 LOGIN PLAIN'])(
    'submission opens with 220 after AUTH %s',
    async (mechanisms) => {
      const server = await fakeImap();
      const submission = await fakeSubmission({
        mechanisms,
        onSignedIn: (socket) => socket.on('data', (data) => socket.write(`250 ${data.toString()}`)),
      });
      const gate = await openGateway(`imap://127.0.0.1:${server.port}`, {
        submission: `submission://127.0.0.1:${submission.port}`,
      });
      open.push(server, submission, gate);
      const browser = openRelay(gate, { service: 'submission', cookie: await gate.cookie() });
      await browser.until('220 Postern\r\n');
      browser.socket.send(Buffer.from('EHLO browser\r\n'));
      await browser.until('250 EHLO browser\r\n');
      expect(browser.text()).toBe('220 Postern\r\n250 EHLO browser\r\n');
    },
  );

  test('what the server says together with its OK follows the greeting', async () => {
    const server = await fakeImap({ onSignedIn: (socket) => socket.write('* OK [ALERT] full soon\r\n') });
    const gate = await openGateway(`imap://127.0.0.1:${server.port}`);
    open.push(server, gate);
    await openRelay(gate, { cookie: await gate.cookie() }).until('Postern\r\n* OK [ALERT] full soon\r\n');
  });

  test('what a browser says before the greeting arrives after it, up to a limit', async () => {
    let chunks: Buffer[] = [];
    const server = await fakeImap({
      onSignedIn: (socket) => {
        chunks = received(socket);
      },
    });
    const gate = await openGateway(`imap://127.0.0.1:${server.port}`, { limits: { early: 1000 } });
    open.push(server, gate);
    const cookie = await gate.cookie();
    const rude = openRelay(gate, { cookie });
    rude.socket.on('open', () => rude.socket.send(Buffer.alloc(1001)));
    expect(await rude.closed).toEqual({ code: 1008, reason: 'early' });
    const polite = openRelay(gate, { cookie });
    polite.socket.on('open', () => polite.socket.send(Buffer.from('A1 NOOP\r\n')));
    await polite.until('PREAUTH');
    await eventually('the early command', () => Buffer.concat(chunks).toString() === 'A1 NOOP\r\n');
  });
});

describe('bytes', () => {
  test('arrive unchanged both ways, as binary', async () => {
    const { browser, upstream } = await join();
    const [down, up] = [randomBytes(3 * MiB), randomBytes(3 * MiB)];
    const chunks = received(upstream);
    const greeting = browser.octets();
    upstream.write(down);
    for (let at = 0; at < up.length; at += 100_000) browser.socket.send(up.subarray(at, at + 100_000));
    await eventually('all bytes down', () => browser.octets() - greeting === down.length);
    await eventually('all bytes up', () => Buffer.concat(chunks).length === up.length);
    expect(digest(Buffer.from(browser.text(), 'latin1').subarray(greeting))).toBe(digest(down));
    expect(digest(Buffer.concat(chunks))).toBe(digest(up));
  });

  test('a browser that stops reading makes the mail server wait, not the gateway grow', async () => {
    const { browser, upstream } = await join();
    browser.socket.pause();
    const before = process.memoryUsage().external;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    let stalled = false;
    while (!stalled && written < 200 * MiB) {
      written += chunk.length;
      if (!upstream.write(chunk))
        stalled = await Promise.race([
          new Promise<boolean>((resolve) => upstream.once('drain', () => resolve(false))),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 500)),
        ]);
    }
    // The kernel's buffers of two loopback connections take some of the 200 MiB, and are not ours.
    expect(stalled).toBe(true);
    expect(written).toBeLessThan(64 * MiB);
    // This process holds the gateway, its peers, and garbage.
    expect(process.memoryUsage().external - before).toBeLessThan(16 * MiB);
    const greeting = '* PREAUTH [CAPABILITY IMAP4REV1 IDLE UIDPLUS] Postern\r\n'.length;
    browser.socket.resume();
    await eventually('the rest', () => browser.octets() === greeting + written);
  });

  test('a mail server that stops reading makes the browser wait', async () => {
    const { browser, upstream } = await join();
    upstream.pause();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    for (let count = 0; count < 800; count += 1) browser.socket.send(chunk);
    let held = -1;
    let since = Date.now();
    await eventually('the browser to stall', () => {
      const { bufferedAmount } = browser.socket;
      if (bufferedAmount !== held) since = Date.now();
      held = bufferedAmount;
      return Date.now() - since > 300;
    });
    // 50 MiB were sent; kernel buffers take some, and most of it is still with the browser.
    expect(browser.socket.bufferedAmount).toBeGreaterThan(25 * MiB);
    let octets = 0;
    upstream.on('data', (data: Buffer) => {
      octets += data.length;
    });
    upstream.resume();
    await eventually('the whole upload', () => octets === 800 * chunk.length);
  });

  test('a slow browser gets every byte although the mail server has closed', async () => {
    // So much may wait here that the mail server's end is seen long before the browser has read.
    const { browser, upstream } = await join({ closing: 300, pauseAt: 64 * MiB });
    browser.socket.pause();
    const bytes = randomBytes(24 * MiB);
    upstream.end(bytes);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    browser.socket.resume();
    expect(await browser.closed).toEqual({ code: 1000, reason: 'upstream_fin' });
    expect(digest(Buffer.from(browser.text(), 'latin1').subarray(-bytes.length))).toBe(digest(bytes));
  });

  test('what a browser sent before it left still reaches the mail server', async () => {
    const { browser, upstream } = await join();
    upstream.pause();
    const chunk = Buffer.alloc(60_000, 'x');
    const total = 400 * chunk.length;
    for (let count = 0; count < 400; count += 1) browser.socket.send(chunk);
    browser.socket.close();
    let octets = 0;
    upstream.on('data', (data: Buffer) => {
      octets += data.length;
    });
    upstream.resume();
    await eventually('the end', () => upstream.readableEnded || upstream.destroyed);
    expect(octets).toBe(total);
  });
});

describe('the end', () => {
  test('a mail server that resets gives 4502', async () => {
    const { browser, upstream, gate } = await join();
    upstream.resetAndDestroy();
    expect(await browser.closed).toEqual({ code: 4502, reason: 'upstream_reset' });
    await eventually('the log line', () => gate.log.at(-1)?.ev === 'close');
    expect(gate.log.at(-1)).toMatchObject({
      ev: 'close',
      ip: '127.0.0.1',
      target: 'imap',
      code: 4502,
      in: 0,
    });
  });

  test('a browser that vanishes leaves no connection to the mail server', async () => {
    const { browser, server } = await join();
    browser.socket.terminate();
    await eventually('no sockets', () => server.sockets.size === 0);
  });

  test('a browser that leaves during sign-in leaves none either', async () => {
    const slow = await fakeImap({ greeting: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR]' });
    const fast = await fakeImap();
    open.push(slow, fast);
    const gate = await openGateway(`imap://127.0.0.1:${fast.port}`);
    open.push(gate);
    const cookie = await gate.cookie();
    await eventually('the sign-in to be over', () => fast.sockets.size === 0);
    for (const socket of fast.sockets) socket.pause();
    const browser = openRelay(gate, { cookie });
    browser.socket.on('open', () => browser.socket.terminate());
    await browser.closed;
    await eventually('no sockets', () => fast.sockets.size === 0);
  });

  test('nothing said for long enough ends it with 4408', async () => {
    const { browser } = await join({ ping: 20, idle: 100 });
    expect(await browser.closed).toEqual({ code: 4408, reason: 'idle' });
  });

  test('a browser that answers no ping is taken for gone, one that does is not', async () => {
    const { browser, server, gate } = await join({ ping: 100 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(browser.socket.readyState).toBe(browser.socket.OPEN);
    browser.socket.pause();
    await eventually('no sockets', () => server.sockets.size === 0);
    expect(gate.log.at(-1)).toMatchObject({ ev: 'close', why: 'browser_silent' });
  });

  test('going down lets browsers finish reading and tells them to come back', async () => {
    const { browser, upstream, gate, server } = await join();
    browser.socket.pause();
    const bytes = randomBytes(256 * 1024);
    upstream.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closing = gate.close(5000);
    expect((await fetch(`${gate.origin}/readyz`)).status).toBe(503);
    expect((await openRelay(gate).closed).code).toBe(503);
    browser.socket.resume();
    expect(await browser.closed).toEqual({ code: 1012, reason: 'draining' });
    expect(digest(Buffer.from(browser.text(), 'latin1').subarray(-bytes.length))).toBe(digest(bytes));
    await closing;
    await eventually('no sockets', () => server.sockets.size === 0);
  });

  test('going down does not wait for ever for a browser that does not read', async () => {
    const { browser, upstream, gate } = await join();
    browser.socket.pause();
    upstream.write(Buffer.alloc(16 * MiB));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = Date.now();
    await gate.close(0);
    expect(Date.now() - began).toBeLessThan(5000);
    browser.socket.terminate();
  });
});
