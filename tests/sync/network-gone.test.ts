import { profiles } from '@postern/mailserver';
import { ConnectionLost } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

/** There is a way to the server, or nothing comes through it and nobody says so. */
let reaches = true;
let server: ServerWithoutSockets;
let desk: Desk;

/** What is written into a network that is gone is lost, and what it would have brought, too. */
const through = (transport: Transport): Transport => ({
  bytes: (async function* () {
    for await (const chunk of transport.bytes) if (reaches) yield chunk;
  })(),
  write: (bytes) => (reaches ? transport.write(bytes) : Promise.resolve()),
  close: () => transport.close(),
});

/** All that was said of the connection from here on. */
const said = (): string[] =>
  desk.notes.flatMap((note) => (note.note === 'status' ? [note.status.connection] : []));

beforeEach(async () => {
  reaches = true;
  const clock = { now: () => Date.now() };
  server = new ServerWithoutSockets(profiles.full, () => clock.now());
  desk = new Desk(new ScriptedServer(), {
    connect: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (!reaches) throw new ConnectionLost('there is no network');
      return through(server.connect());
    },
    onBug: (error) => desk.bugs.push(error),
  });
  clock.now = () => desk.clock.now();
  server.add('INBOX', 'one', 'two');
  server.mailbox('Archive');
  await desk.look();
  await desk.clock.pass(10_000);
  expect(desk.status.connection).toBe('online');
  desk.notes.length = 0;
});

describe('a network that is gone although its connections stand', () => {
  it('is known at once when the device says so, and what was begun is done once when it is back', async () => {
    const [row] = await desk.rows();
    const { key: to } = await desk.mailbox('Archive');
    reaches = false;
    await desk.act({ kind: 'move', from: row!.mailbox, to, messages: [row!.key] });
    await desk.clock.pass(1000);
    expect(desk.status.connection).toBe('online');
    desk.engine.wake('offline');
    await desk.clock.pass(2000);
    expect(desk.status).toMatchObject({ connection: 'waiting', problem: { reason: 'network' } });
    reaches = true;
    desk.engine.wake('network');
    await desk.clock.pass(5000);
    expect(desk.status.connection).toBe('online');
    expect(await desk.actions()).toEqual([]);
    expect(server.subjects('Archive')).toEqual(['one']);
    expect(server.subjects('INBOX')).toEqual(['two']);
    expect(desk.bugs).toEqual([]);
  });

  it('is no reason for a word where the device errs', async () => {
    const before = server.connections;
    desk.engine.wake('offline');
    await desk.clock.pass(2000);
    expect(server.connections).toBeGreaterThan(before);
    expect(desk.status.connection).toBe('online');
    expect(said()).not.toContain('waiting');
    server.add('INBOX', 'three');
    await desk.clock.pass(20_000);
    expect(await desk.subjects()).toContain('three');
  });
});
