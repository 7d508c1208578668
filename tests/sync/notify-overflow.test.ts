import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

/** RFC 5465 §5.8: from then on such a server is silent, also of the mailbox that is selected, as after NOTIFY NONE. */
const OVERFLOW = '* OK [NOTIFICATIONOVERFLOW] too much for me\r\n';

let desk: Desk;
let server: ScriptedServer;

beforeEach(async () => {
  server = new ScriptedServer('INBOX', 'Archive');
  server.capabilities += ' NOTIFY';
  server.script = ({ name, tag }) => (name === 'NOTIFY' ? `${tag} OK you will hear\r\n` : undefined);
  desk = new Desk(server);
  await desk.look();
  await desk.clock.pass(120_000);
});

afterEach(() => desk.stop());

it('a server that tells by itself is seldom asked', async () => {
  const asked = server.named('STATUS').length;
  await desk.clock.pass(5 * 60_000);
  expect(server.named('NOTIFY')).toHaveLength(1);
  expect(server.named('STATUS')).toHaveLength(asked);
});

it('a server that gives up telling is asked again, every minute, on a connection to which it tells the usual', async () => {
  const connections = server.connections;
  server.tell('INBOX', OVERFLOW);
  await desk.clock.pass(2000);
  expect(server.connections).toBe(connections + 1);
  expect(server.named('NOTIFY')).toHaveLength(1);
  server.add('Archive', 'unheard of');
  await desk.clock.pass(65_000);
  expect(await desk.subjects('Archive')).toEqual(['unheard of']);
  server.add('INBOX', 'heard of');
  await desk.clock.pass(2000);
  expect(await desk.subjects()).toEqual(['heard of']);
  expect(desk.status.connection).toBe('online');
});

it('it is asked to tell again when an hour has passed', async () => {
  server.tell('INBOX', OVERFLOW);
  await desk.clock.pass(10 * 60_000);
  server.dropAll();
  await desk.clock.pass(10_000);
  expect(server.named('NOTIFY')).toHaveLength(1);
  await desk.clock.pass(60 * 60_000);
  expect(server.named('NOTIFY')).toHaveLength(2);
});
