import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { create, deleteMailbox, expunge, select, uidSearch, uidStore } from '@postern/protocol/imap';
import { LATENESS } from '@postern/protocol/sync';
import { openLine, without } from '../bench/sync/line.ts';
import { Chance } from '../sim/chance.ts';
import { Device } from '../support/device.ts';
import { appendAllElsewhere, runElsewhere } from '../support/direct.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';
import { openBreakingLine } from './breaking-line.ts';

const SEEDS = [1, 2] as const;
const LETTERS = 24;
const STEPS = 40;
const PATIENCE = 40_000;
/** Milliseconds between hints to the engines that the network is there again. */
const HINT = 50;
/** Each catches up in its way. */
const WAYS = [[], ['QRESYNC'], ['QRESYNC', 'CONDSTORE', 'HIGHESTMODSEQ']] as const;

/** A letter, and what has to have become of it: each has one device, or another client, that does things to it. */
interface Written {
  readonly subject: string;
  readonly of: number;
  /** How often it is to be there in the end. */
  times: number;
  flagged: boolean;
  /** Nothing is done to it any more. */
  isDone: boolean;
}

/**
 * A history as the simulation has them, smaller, on a real server: two devices of one person, whose connections break after any octet
 * and whose workers are killed, a third client, and a mailbox that is made anew under its name. In the end each message is there as often as
 * the history says, with its flags, and all agree: those two, one for each way of catching up, and one that comes anew.
 */
export function describeHistory(
  server: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
): void {
  describe(`a history on a real ${server}`, () => {
    if (missing) {
      it('loses and doubles nothing', ({ skip }) => skip(missing));
      return;
    }
    let place: MailPlace;
    const open: { close(): Promise<void> }[] = [];
    beforeAll(async () => {
      place = await start();
    }, 60_000);
    afterAll(async () => {
      for (const each of open.splice(0).toReversed()) await each.close();
      await place?.close();
    });

    const before = async (port: number): Promise<Gateway> => {
      const gateway = await openGateway({ ...place, imap: `imap://127.0.0.1:${port}` });
      open.push(gateway);
      return gateway;
    };
    const deviceAt = async (port: number): Promise<Device> => {
      const gateway = await before(port);
      // Signing in may be what breaks.
      const device = await eventually('signed in', () =>
        Device.open(gateway, place.users[0], undefined, LATENESS).catch(() => undefined),
      );
      open.push({ close: () => device.stop() });
      return device;
    };

    it.each(SEEDS)(
      'loses and doubles nothing, and all agree (seed %i)',
      async (seed) => {
        const chance = new Chance(seed);
        const target = (): number => Number(new URL(place.imap).port);
        const [person, other] = place.users;
        const written: Written[] = [];
        const say = (of: number, name: string): string => {
          const subject = `${name} ${seed}-${String(written.length).padStart(3, '0')}`;
          written.push({ subject, of, times: 1, flagged: false, isDone: false });
          return letter({ from: other.address, to: person.address, subject, messageId: idOf(subject) });
        };
        const deliver = (mailbox: string, count: number): Promise<void> => {
          const letters = Array.from({ length: count }, (_, i) => say(i % 3, 'letter'));
          return appendAllElsewhere(place.imap, person, mailbox, letters);
        };
        await deliver('INBOX', LETTERS);

        const lines = [await openBreakingLine(target, chance), await openBreakingLine(target, chance)];
        open.push(...lines);
        const direct = await openLine(target);
        open.push(direct);
        const calm = await deviceAt(direct.port);
        const archive = await calm.mailbox('archive');
        const { delimiter, name } = archive;
        const prefix = delimiter === null ? '' : name.slice(0, name.lastIndexOf(delimiter) + 1);
        const travels = `${prefix}Travels ${seed}`;
        const old = letter({ from: other.address, to: person.address, subject: 'to the sea' });
        await runElsewhere(place.imap, person, create(travels));
        await appendAllElsewhere(place.imap, person, travels, [old, old]);
        await calm.stop();
        const mailboxes = ['inbox', 'archive', travels];

        const watchers: Device[] = [];
        for (const words of WAYS) {
          const line = await openLine(target, without(...words));
          open.push(line);
          const watcher = await deviceAt(line.port);
          for (const mailbox of mailboxes) await watcher.seesAll(mailbox);
          await watcher.stop();
          watchers.push(watcher);
        }

        const devices = [await deviceAt(lines[0]!.port), await deviceAt(lines[1]!.port)];
        const awake = new Set(devices);
        const hints = setInterval(() => {
          for (const device of awake) device.engine.wake('network');
        }, HINT);
        try {
          for (const device of devices)
            device.wish({
              mailbox: (await eventually('INBOX', () => device.mailbox('inbox'), PATIENCE)).key,
            });
          for (let step = 0; step < STEPS; step++) {
            await new Promise((resolve) => setTimeout(resolve, chance.below(120)));
            const of = chance.below(3);
            if (of === 2) await elsewhere(chance, written, deliver, place);
            else if (chance.percent(10)) {
              awake.delete(devices[of]!);
              await devices[of]!.stop();
              devices[of]!.start();
              awake.add(devices[of]!);
            } else await act(chance, devices[of]!, written, of, say);
          }
          const anew = letter({ from: other.address, to: person.address, subject: 'to the hills' });
          await runElsewhere(place.imap, person, deleteMailbox(travels), create(travels));
          await appendAllElsewhere(place.imap, person, travels, [anew]);
          // Some of it is still on its way, and breaks once more.
          await new Promise((resolve) => setTimeout(resolve, 500));
          for (const line of lines) line.heal();
          for (const [at, device] of devices.entries())
            await eventually(
              `all that device ${at} has to do is done`,
              async () => {
                const actions = await device.actions();
                const failed = actions.filter(({ state }) => !['waiting', 'running'].includes(state.name));
                expect(failed).toEqual([]);
                return actions.length === 0;
              },
              PATIENCE,
            );
        } finally {
          clearInterval(hints);
        }
        expect(lines.reduce((sum, { broken }) => sum + broken, 0)).toBeGreaterThan(1);

        const fresh = await deviceAt(direct.port);
        const there = await shown(fresh, mailboxes);
        const subjects = there.map(({ subject }) => subject);
        for (const { subject, times, flagged } of written) {
          const found = there.filter((each) => each.subject === subject);
          expect([subject, found.length]).toEqual([subject, times]);
          for (const { flags } of found)
            expect([subject, flags.includes('\\Flagged')]).toEqual([subject, flagged]);
        }
        expect(subjects.filter((subject) => subject.startsWith('to the'))).toEqual(['to the hills']);
        for (const device of devices) await device.stop();
        for (const [at, device] of [...devices, ...watchers].entries()) {
          device.start();
          await eventually(
            `device ${at} agrees`,
            async () => JSON.stringify(await shown(device, mailboxes)) === JSON.stringify(there),
            PATIENCE,
          );
          await device.stop();
        }
      },
      150_000,
    );
  });
}

function idOf(subject: string): string {
  return `<${subject.replaceAll(' ', '-')}@postern.example>`;
}

/** What the person does on one of the devices, to a letter that this device has. */
async function act(
  chance: Chance,
  device: Device,
  written: readonly Written[],
  of: number,
  say: (of: number, name: string) => string,
): Promise<void> {
  const { key: to } = await device.mailbox('archive');
  if (chance.percent(30)) {
    const text = say(of, 'upload');
    const upload = { kind: 'upload', mailbox: to, messageId: idOf(written.at(-1)!.subject) } as const;
    written.at(-1)!.isDone = true;
    await device.act({ ...upload, flags: [], date: Date.now() }, new TextEncoder().encode(text));
    return;
  }
  const subjects = await device.subjects('inbox');
  const rows = await device.rows('inbox');
  const mine = written.filter((each) => each.of === of && !each.isDone && subjects.includes(each.subject));
  if (mine.length === 0) return;
  const it = mine[chance.below(mine.length)]!;
  const row = rows[subjects.indexOf(it.subject)];
  if (!row) return;
  const { key, mailbox } = row;
  const what = chance.pick(['flag', 'flag', 'move', 'copy', 'expunge'] as const);
  if (what === 'flag') {
    it.flagged = !it.flagged;
    const [add, remove] = it.flagged ? [['\\Flagged'], []] : [[], ['\\Flagged']];
    await device.act({ kind: 'flag', mailbox, messages: [key], add, remove });
    return;
  }
  it.isDone = true;
  it.times = { move: 1, copy: 2, expunge: 0 }[what];
  if (what === 'move') await device.act({ kind: 'move', from: mailbox, to, messages: [key] });
  if (what === 'expunge') await device.act({ kind: 'expunge', mailbox, messages: [key] });
  if (what !== 'copy') return;
  const copies = [await device.store.allocate(1)];
  await device.act({ kind: 'copy', from: mailbox, to, messages: [key], copies } as never);
}

/** What a third client does, on a connection of its own that does not break. */
async function elsewhere(
  chance: Chance,
  written: readonly Written[],
  deliver: (mailbox: string, count: number) => Promise<void>,
  { imap, users: [person] }: MailPlace,
): Promise<void> {
  const mine = written.filter(({ of, isDone }) => of === 2 && !isDone);
  const it = mine[chance.below(Math.max(1, mine.length))];
  if (!it || chance.percent(40)) return deliver('INBOX', chance.between(1, 3));
  const search = uidSearch({ key: 'HEADER', field: 'Subject', text: it.subject });
  const [, uids] = (await runElsewhere(imap, person, select('INBOX'), search)) as [
    unknown,
    readonly number[],
  ];
  const set = uids.map((uid) => [uid, uid] as const);
  if (chance.percent(50)) {
    it.flagged = true;
    await runElsewhere(imap, person, select('INBOX'), uidStore(set, { mode: 'add', flags: ['\\Flagged'] }));
    return;
  }
  it.isDone = true;
  it.times = 0;
  const mark = uidStore(set, { mode: 'add', flags: ['\\Deleted'] });
  await runElsewhere(imap, person, select('INBOX'), mark, expunge());
}

interface Shown {
  readonly mailbox: string;
  readonly uid: number;
  readonly subject: string;
  readonly flags: readonly string[];
}

/** All that a device has, each mailbox looked at whole. \Recent is left out: it is for the one who comes first. */
async function shown(device: Device, mailboxes: readonly string[]): Promise<readonly Shown[]> {
  const all: Shown[] = [];
  for (const mailbox of mailboxes) {
    await device.seesAll(mailbox);
    const [rows, subjects] = [await device.rows(mailbox), await device.subjects(mailbox)];
    for (const [i, { uid, flags }] of rows.entries()) {
      const kept = flags.filter((flag) => flag !== '\\Recent').toSorted();
      all.push({ mailbox, uid, subject: subjects[i] ?? '?', flags: kept });
    }
  }
  return all.toSorted((a, b) => (a.mailbox < b.mailbox ? -1 : a.mailbox > b.mailbox ? 1 : a.uid - b.uid));
}
