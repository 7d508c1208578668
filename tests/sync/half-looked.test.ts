/** A look into a mailbox that is counted as whole has to have been one: here nobody goes there, or looks again, once it was. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { TwoAccounts } from './two-accounts.ts';
import { quiet, ServerWithoutSockets, subjectOf } from './without-sockets.ts';

const { capabilities, ...rest } = quiet({}, false);

function without(...missing: readonly string[]): Profile {
  const off = Object.fromEntries(missing.map((name) => [name, false]));
  return { ...rest, capabilities: { ...capabilities, UIDONLY: false, ...off } };
}

const ways: readonly [string, Profile][] = [
  ['QRESYNC', without()],
  ['CONDSTORE', without('QRESYNC')],
  ['no mod-sequences', without('QRESYNC', 'CONDSTORE')],
];

let desk: Desk | undefined;

afterEach(() => desk?.stop());

type Fill = (server: ServerWithoutSockets, name: string) => void;

/** A mailbox that is on screen, and is selected all the while; there is no IDLE. */
async function here(profile: Profile, fill: Fill) {
  const server = new ServerWithoutSockets(profile, () => Date.now());
  desk = new Desk(new ScriptedServer(), { connect: () => Promise.resolve(server.connect()) });
  await desk.look();
  fill(server, 'Archive');
  await desk.look('Archive');
  return { server, desk, name: 'Archive' };
}

async function referred(profile: Profile, fill: Fill): Promise<TwoAccounts> {
  const two = await TwoAccounts.open(profile, profile, 0, 'referral', ({ home, other }) => {
    home.add('INBOX', 'x');
    fill(other, 'Work');
  });
  ({ desk } = two);
  await desk.clock.pass(30_000);
  return two;
}

/** One on a server that the home server refers to (RFC 2193): its connection stays, with it selected. */
async function elsewhere(profile: Profile, fill: Fill) {
  const two = await referred(profile, fill);
  return { server: two.servers.other, desk: two.desk, name: 'Work' };
}

describe.each(ways)('%s', (_, profile) => {
  it.each([
    ['here', here],
    ['elsewhere', elsewhere],
  ] as const)(
    'one that has gone and one that has come at once, since the first look (%s)',
    async (_place, open) => {
      const { server, desk, name } = await open(profile, (there, mailbox) => {
        // The newest window holds all, and there are UIDs below it.
        there.mailbox(mailbox).uidNext = 90;
        there.add(mailbox, 'a', 'b', 'c');
      });
      expect(await desk.subjects(name)).toEqual(['a', 'b', 'c']);
      server.expunge(name, 'b');
      server.add(name, 'd');
      await desk.clock.pass(300_000);
      expect(await desk.subjects(name)).toEqual(['a', 'c', 'd']);
      expect(desk.bugs).toEqual([]);
    },
  );

  it('what was moved to another server and went before the connection that has it selected was told of it', async () => {
    const { server, desk } = await elsewhere(profile, (there, name) => there.add(name, 'a', 'b'));
    const { key: to } = await desk.mailbox('Work');
    const { key: from } = await desk.mailbox('INBOX');
    const messages = (await desk.rows()).map(({ key }) => key);
    server.when(/ APPEND /, () => server.when(/./, () => server.expunge('Work', 'x')));
    await desk.act({ kind: 'move', from, to, messages });
    desk.engine.wake('action');
    await desk.clock.pass(300_000);
    expect(await desk.actions()).toEqual([]);
    expect(server.subjects('Work')).toEqual(['a', 'b']);
    expect(await desk.subjects('Work')).toEqual(['a', 'b']);
    expect(desk.bugs).toEqual([]);
  });
});

/** Where nothing but the number of unread messages tells of it, and nobody tells twice. */
describe('what was marked elsewhere, without mod-sequences', () => {
  const profile = without('QRESYNC', 'CONDSTORE');

  function mark({ other }: TwoAccounts['servers']): void {
    const [first] = other.mailbox('Work').messages;
    other.mailbox('Work').setFlags(first!, new Set(first!.flags.has('\\Seen') ? [] : ['\\Seen']));
  }

  /** Its connection is gone, and with it what would have told. */
  async function unselected({ wires: { other }, desk: { clock } }: TwoAccounts): Promise<void> {
    other.cutAfter = other.octets + 1;
    while (other.cutAfter !== undefined) await clock.pass(1000);
  }

  async function agrees(two: TwoAccounts, when: string): Promise<void> {
    const rows = await two.desk.rows('Work');
    const subjects = await two.desk.subjects('Work');
    const held = rows.map(({ uid, flags }, i) => `${uid} ${subjects[i]} ${flags.join(' ')}`);
    const right = two.servers.other
      .mailbox('Work')
      .messages.map(
        (message) =>
          `${message.uid} ${subjectOf(message)} ${[...message.flags].filter((flag) => flag !== '\\Recent').join(' ')}`,
      );
    expect(held.toSorted(), when).toEqual(right.toSorted());
  }

  it.each([true, false])('is seen with the worker killed at every commit, kept: %s', async (kept) => {
    const two = await referred(profile, (there, name) => there.add(name, 'a', 'b', 'c'));
    for (let commits = 1, died = true; died; commits++) {
      mark(two.servers);
      await unselected(two);
      two.killAt(commits, kept);
      await two.desk.clock.pass(130_000);
      died = two.isDead;
      if (died) await two.rise();
      ({ desk } = two);
      two.killAt(Infinity, false);
      await two.desk.clock.pass(120_000);
      await agrees(two, `commit ${commits}`);
    }
    expect(two.deaths).toBeGreaterThanOrEqual(2);
    expect(two.desk.bugs).toEqual([]);
  });

  it('is seen with the connection cut wherever it may be', async () => {
    const two = await referred(profile, (there, name) => there.add(name, 'a', 'b', 'c'));
    let cut = true;
    for (let after = 1; cut; after += 61) {
      mark(two.servers);
      await unselected(two);
      const wire = two.wires.other;
      wire.cutAfter = wire.octets + after;
      await two.desk.clock.pass(130_000);
      cut = wire.cutAfter === undefined;
      wire.cutAfter = undefined;
      await two.desk.clock.pass(20 * 60_000);
      await agrees(two, `cut after ${after}`);
    }
    expect(two.desk.bugs).toEqual([]);
  });
});
