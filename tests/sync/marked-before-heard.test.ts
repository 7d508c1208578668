import { expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

const FLAGS_ASKED = / UID FETCH 3 \(UID FLAGS\)/;

/**
 * The connection that has a mailbox selected hears of a message that the other one has moved there when it is told of it, and of its
 * marks only from then on: EXISTS alone comes of one that another program has marked before.
 */
it.each([
  ['QRESYNC', {}],
  ['CONDSTORE', { QRESYNC: false }],
  ['no mod-sequences', { QRESYNC: false, CONDSTORE: false }],
] as const)('what was moved here shows the mark that was set before this was told (%s)', async (_, off) => {
  const { capabilities, ...rest } = quiet({}, false);
  const profile: Profile = { ...rest, capabilities: { ...capabilities, UIDONLY: false, ...off } };
  const server = new ServerWithoutSockets(profile, () => Date.now());
  server.add('INBOX', 'a', 'b');
  server.add('Archive', 'c');
  const desk = new Desk(new ScriptedServer(), { connect: () => Promise.resolve(server.connect()) });
  const { key: from } = await desk.look('Archive');
  const { key: to } = await desk.look();
  const [row] = await desk.rows('Archive');
  // Once it has arrived, and before anything else is said.
  server.when(/ UID MOVE /, () =>
    server.when(/./, () => server.mailbox('INBOX').setFlags(server.find('INBOX', 'c'), new Set(['blue']))),
  );
  await desk.act({ kind: 'move', from, to, messages: [row!.key] });
  desk.engine.wake('action');
  await desk.clock.pass(20_000);
  expect(await desk.actions()).toEqual([]);
  expect(server.subjects('INBOX')).toEqual(['a', 'b', 'c']);
  expect((await desk.rows()).map(({ flags }) => flags)).toEqual([[], [], ['blue']]);
  await desk.clock.pass(120_000);
  // Once it was told, it is not asked for again.
  expect(server.count(FLAGS_ASKED)).toBeLessThan(2);
  expect(desk.bugs).toEqual([]);
  await desk.stop();
});

it('what was moved here and went before this was told of it goes here, too, where another came for it', async () => {
  const { capabilities, ...rest } = quiet({}, false);
  const profile: Profile = {
    ...rest,
    capabilities: { ...capabilities, UIDONLY: false, QRESYNC: false, CONDSTORE: false },
  };
  const server = new ServerWithoutSockets(profile, () => Date.now());
  server.add('INBOX', 'a', 'b');
  server.add('Archive', 'c');
  const desk = new Desk(new ScriptedServer(), { connect: () => Promise.resolve(server.connect()) });
  const { key: from } = await desk.look('Archive');
  const { key: to } = await desk.look();
  const [row] = await desk.rows('Archive');
  server.when(/ UID MOVE /, () =>
    server.when(/./, () => {
      server.expunge('INBOX', 'c');
      server.add('INBOX', 'd');
    }),
  );
  await desk.act({ kind: 'move', from, to, messages: [row!.key] });
  desk.engine.wake('action');
  await desk.clock.pass(20_000);
  expect(await desk.subjects()).toEqual(['a', 'b', 'd']);
  expect(desk.bugs).toEqual([]);
  await desk.stop();
});

it('what was moved into a mailbox that was empty when it was looked at, and went before the next look, goes here, too', async () => {
  const { capabilities, ...rest } = quiet({}, false);
  const profile: Profile = {
    ...rest,
    capabilities: { ...capabilities, UIDONLY: false, QRESYNC: false, CONDSTORE: false },
  };
  const server = new ServerWithoutSockets(profile, () => Date.now());
  server.mailbox('Archive');
  server.add('INBOX', 'a', 'b');
  const desk = new Desk(new ScriptedServer(), { connect: () => Promise.resolve(server.connect()) });
  const { key: to } = await desk.look('Archive');
  const { key: from } = await desk.look();
  const messages = (await desk.rows()).map(({ key }) => key);
  server.when(/ SELECT "Archive"/, () => server.expunge('Archive', 'a'));
  await desk.act({ kind: 'move', from, to, messages });
  desk.engine.wake('action');
  await desk.clock.pass(1000);
  expect(await desk.subjects('Archive')).toEqual(['b']);
  expect(desk.bugs).toEqual([]);
  await desk.stop();
});

it('what this connection has fetched itself is not asked for again', async () => {
  const server = new ServerWithoutSockets(quiet({}, false), () => Date.now());
  server.add('INBOX', 'a', 'b');
  const desk = new Desk(new ScriptedServer(), { connect: () => Promise.resolve(server.connect()) });
  await desk.look();
  server.add('INBOX', 'c');
  await desk.clock.pass(60_000);
  expect(await desk.subjects()).toEqual(['a', 'b', 'c']);
  expect(server.count(FLAGS_ASKED)).toBe(0);
  await desk.stop();
});

/** STORE, MOVE and the like pass over it in silence then (RFC 3501 §6.4.8). */
it.each([
  ['flag', ['a'], []],
  ['move', ['a'], ['new']],
  ['copy', ['a', 'new'], ['new']],
  ['expunge', ['a'], []],
])('%s is done to a message of which this was not told, and may not ask', async (kind, inbox, archive) => {
  const server = new ServerWithoutSockets(quiet({}, false), () => Date.now());
  server.add('INBOX', 'a');
  server.mailbox('Archive');
  const desk = new Desk(new ScriptedServer(), { connect: () => Promise.resolve(server.connect()) });
  await desk.look('Archive');
  const { key: to } = await desk.mailbox('Archive');
  const { key: mailbox } = await desk.look();
  const flagged = { kind: 'flag', mailbox, add: ['\\Flagged'], remove: [] };
  // It has the mailbox selected from here on.
  await desk.act({ ...flagged, messages: (await desk.rows()).map(({ key }) => key) });
  desk.engine.wake('action');
  await desk.clock.pass(2000);
  server.add('INBOX', 'new');
  await desk.clock.pass(60_000);
  const [, late] = await desk.rows();
  server.faults.refuse = (command) =>
    command === 'NOOP' ? { status: 'NO', code: 'SERVERBUG', text: 'not now' } : undefined;
  const messages = [late!.key];
  const copies = [await desk.store.allocate(1)];
  const wanted = { kind, mailbox, from: mailbox, to, messages, copies };
  await desk.act(kind === 'flag' ? { ...flagged, messages } : wanted);
  desk.engine.wake('action');
  await desk.clock.pass(30_000);
  delete server.faults.refuse;
  await desk.clock.pass(600_000);
  expect(await desk.actions()).toEqual([]);
  if (kind === 'flag') expect(server.find('INBOX', 'new').flags).toContain('\\Flagged');
  else expect([server.subjects('INBOX'), server.subjects('Archive')]).toEqual([inbox, archive]);
  expect(desk.bugs).toEqual([]);
  await desk.stop();
});
