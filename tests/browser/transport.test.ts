import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { openPlace } from './bench.ts';
import type { Place } from './bench.ts';

const missing = chromiumMissing();
if (missing) console.warn(`Skipped: ${missing}`);

describe.skipIf(missing !== undefined)('the transport in a real browser', () => {
  let place: Place;
  let page: Page;

  beforeAll(async () => {
    place = await openPlace();
    page = await place.newPage();
  });
  afterAll(async () => place?.close());

  const talk = (say?: string, times?: number) =>
    page.evaluate(([what, often]) => globalThis.bench.talk(what, often), [say, times] as const);

  it('speaks the relay’s subprotocol in binary frames and gives every octet before the end', async () => {
    let protocol = '';
    place.relay((socket) => {
      protocol = socket.protocol;
      socket.send(Buffer.from('* PREAUTH hello\r\n'));
      socket.on('message', (data, binary) => {
        socket.send(Buffer.from(`${binary ? 'heard ' : 'text '}${String(data)}`));
        for (let n = 0; n < 100; n++) socket.send(Buffer.from(`${n},`));
        socket.close(1000);
      });
    });
    const { heard, ended } = await talk('A NOOP\r\n');
    expect(protocol).toBe('postern.imap.v1');
    expect(heard).toBe(
      `* PREAUTH hello\r\nheard A NOOP\r\n${Array.from({ length: 100 }, (_, n) => `${n},`).join('')}`,
    );
    expect(ended).toBe('end');
  });

  it('sends large things in frames that the gateway takes', async () => {
    const sizes: number[] = [];
    let octets = 0;
    place.relay((socket) => {
      socket.send(Buffer.from('+'));
      socket.on('message', (data: Buffer) => {
        sizes.push(data.length);
        octets += data.length;
        if (octets === 3_000_000) socket.close(1000);
      });
    });
    await talk('x'.repeat(1_000_000), 3);
    expect(octets).toBe(3_000_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
  });

  it.each([
    [4401, 'GatewayRefused 4401 expired'],
    [4403, 'GatewayRefused 4403 auth'],
    [4502, 'GatewayRefused 4502 unreachable'],
    [4503, 'GatewayRefused 4503 certificate'],
    [4504, 'GatewayRefused 4504 timeout'],
    [1012, 'ConnectionLost'],
  ])('understands close code %i, before the greeting and after it', async (code, wanted) => {
    place.relay((socket) => socket.close(code));
    expect(await talk()).toEqual({ heard: '', ended: wanted });
    place.relay((socket) => {
      socket.send(Buffer.from('hello'));
      socket.close(code);
    });
    expect(await talk()).toEqual({ heard: 'hello', ended: wanted });
  });

  it('calls a connection that breaks lost', async () => {
    place.relay((socket) => {
      socket.send(Buffer.from('hello'), () => socket.terminate());
    });
    expect(await talk()).toEqual({ heard: 'hello', ended: 'ConnectionLost' });
  });

  it('learns that there is no session where the browser only says that it failed', async () => {
    place.refuse(401);
    expect(await talk()).toEqual({ heard: '', ended: 'GatewayRefused 401 expired' });
    place.refuse(503);
    expect((await talk()).ended).toBe('GatewayRefused 503 expired');
    place.refuse(403, ['BBBBBBBBBBBB']);
    expect((await talk()).ended).toBe('GatewayRefused 401 expired');
    place.refuse(403, ['BBBBBBBBBBBB', 'AAAAAAAAAAAA']);
    expect((await talk()).ended).toBe('ConnectionLost');
    place.refuse(undefined);
  });
});
