import { describe, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

/** A device that knows all of INBOX, on a connection that has nothing fetched: EXPUNGE names by a place that it has not learnt. */
async function lookedAtAnew(profile: Profile, ...subjects: readonly string[]) {
  const server = new ServerWithoutSockets(profile, () => Date.now());
  server.add('INBOX', ...subjects);
  const connect = () => Promise.resolve(server.connect());
  const desk = new Desk(new ScriptedServer(), { connect });
  await desk.look();
  await desk.stop();
  desk.start({ connect });
  await desk.look();
  return { server, desk };
}

it.each([
  ['CONDSTORE', {}],
  ['no mod-sequences', { CONDSTORE: false }],
] as const)(
  'one that goes without a name is missed, though there are as many as before (%s)',
  async (_, off) => {
    const { capabilities, ...rest } = quiet({}, false);
    const profile: Profile = { ...rest, capabilities: { ...capabilities, QRESYNC: false, ...off } };
    const { server, desk } = await lookedAtAnew(profile, 'a', 'b');
    // The device hears of both together.
    server.expunge('INBOX', 'a');
    server.add('INBOX', 'c');
    await desk.clock.pass(120_000);
    expect(server.subjects('INBOX')).toEqual(['b', 'c']);
    expect((await desk.subjects()).toSorted()).toEqual(['b', 'c']);
    expect(desk.bugs).toEqual([]);
    await desk.stop();
  },
);

describe.each([
  // What has a name is not believed where it is most of a mailbox.
  ['QRESYNC', {}],
  ['CONDSTORE', { QRESYNC: false }],
  ['no mod-sequences', { QRESYNC: false, CONDSTORE: false }],
] as const)('of a mailbox that is selected all the while (%s)', (_, off) => {
  const { capabilities, ...rest } = quiet({}, false);
  const profile: Profile = { ...rest, capabilities: { ...capabilities, ...off } };
  const before = Array.from({ length: 30 }, (_, i) => `before ${i}`);

  it.each([1, 2, 29, 30, 31])('all goes, and %i others come at once', async (count) => {
    const { server, desk } = await lookedAtAnew(profile, ...before);
    const after = Array.from({ length: count }, (_, i) => `after ${i}`);
    server.expunge('INBOX', ...before);
    server.add('INBOX', ...after);
    await desk.clock.pass(120_000);
    expect((await desk.subjects()).toSorted()).toEqual(after.toSorted());
    expect(desk.bugs).toEqual([]);
    await desk.stop();
  });
});
