import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import type { CapabilityName, Mailbox } from '@postern/mailserver';
import { descriptorsQuery, partQuery } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';
import { History, kept } from './history.ts';

/** A server that works on so few messages at a time (RFC 9738) that almost every command of the engine is cut short. */
const MESSAGES = 200;

let place: EmbeddedPlace | undefined;
let gateway: Gateway | undefined;
let device: Device | undefined;
let cut = 0;
/** Times that the flags of all that is known were asked for. */
let compared = 0;
/** What the engine said. */
let asked: string[] = [];

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  await place?.close();
});

async function begin(
  messageLimit: number,
  off: readonly CapabilityName[],
  refused: (command: string) => boolean = () => false,
): Promise<{ mine: Device; history: History; archive: Mailbox }> {
  cut = 0;
  compared = 0;
  asked = [];
  place = await startEmbedded({
    profile: {
      name: 'limited',
      messageLimit,
      capabilities: Object.fromEntries(off.map((each) => [each, false])),
    },
    onLine: (direction, line) => {
      if (direction === 'C') asked.push(line);
      if (direction === 'S' && line.includes('[MESSAGELIMIT ')) cut++;
      if (direction === 'C' && /UID FETCH \S+ \(UID FLAGS\)$/.test(line)) compared++;
    },
  });
  place.server.faults.refuse = () =>
    refused(asked.at(-1) ?? '') ? { status: 'NO', text: 'One of them cannot be read' } : undefined;
  const [account] = place.server.accounts;
  const archive = account!.find('Archive') ?? account!.create('Archive');
  gateway = await openGateway(place);
  const history = new History(place, messageLimit);
  await history.arrive(MESSAGES);
  device = await Device.open(gateway, ada);
  device.wish({ mailbox: (await device.mailbox('inbox')).key });
  await device.caughtUp('inbox', MESSAGES);
  return { mine: device, history, archive };
}

async function away(mine: Device, meanwhile: () => Promise<void> | void): Promise<void> {
  await mine.stop();
  await meanwhile();
  const before = (await mine.mailbox('inbox')).sync.at;
  await eventually('a later time', () => Date.now() > before);
  mine.start();
  mine.wish({ mailbox: (await mine.mailbox('inbox')).key });
  await eventually('caught up', async () => (await mine.mailbox('inbox')).sync.at > before);
}

describe.each<[string, CapabilityName[]]>([
  ['QRESYNC', []],
  ['CONDSTORE', ['QRESYNC']],
  ['nothing', ['QRESYNC', 'CONDSTORE']],
])('catching up by %s', (_, off) => {
  it.each([10, 50])('has all that the server has, %i messages at a time', async (limit) => {
    const { mine, history } = await begin(limit, off);
    expect(await kept(mine)).toEqual(history.truth);
    for (let round = 0; round < 3; round++) {
      await away(mine, async () => {
        history.touch(120);
        history.remove(25);
        await history.arrive(70);
      });
      expect(await kept(mine), `round ${round}`).toEqual(history.truth);
    }
    expect(compared > 0).toBe(off.includes('CONDSTORE'));
    expect(cut).toBeGreaterThan(0);
  });
});

describe.each<[string, CapabilityName[]]>([
  ['MOVE and UIDPLUS', []],
  ['UIDPLUS', ['MOVE']],
  ['neither MOVE nor UIDPLUS', ['MOVE', 'UIDPLUS']],
])('the actions of a person, with %s', (_, off) => {
  it.each([10, 50])('are done on every message, %i at a time', async (limit) => {
    const { mine, history, archive } = await begin(limit, off);
    const { inbox } = history;
    const mailbox = (await mine.mailbox('inbox')).key;
    for (const message of inbox.messages) inbox.setFlags(message, new Set(['\\Seen']));
    await eventually('all is read here', async () =>
      (await mine.rows('inbox')).every(({ flags }) => flags.join() === '\\Seen'),
    );
    const before = inbox.messages.map(({ uid }) => uid);
    const rows = (await mine.rows('inbox')).toSorted((a, b) => a.uid - b.uid);
    const keys = (from: number, to: number) => rows.slice(from, to).map(({ key }) => key);
    const contents = inbox.messages.slice(40, 160).map(({ content }) => content);

    await mine.act({ kind: 'flag', mailbox, messages: keys(0, 100), add: ['\\Flagged'], remove: ['\\Seen'] });
    await mine.settled();
    expect(inbox.messages.filter(({ flags }) => flags.has('\\Flagged')).map(({ uid }) => uid)).toEqual(
      before.slice(0, 100),
    );
    expect(inbox.messages.filter(({ flags }) => flags.has('\\Seen'))).toHaveLength(100);

    const to = (await mine.mailbox('Archive')).key;
    await mine.act({ kind: 'move', from: mailbox, to, messages: keys(40, 160) });
    await mine.settled();
    const left = [...before.slice(0, 40), ...before.slice(160)];
    expect(inbox.messages.map(({ uid }) => uid)).toEqual(left);
    expect(archive.messages).toHaveLength(120);
    const arrived = new Set(archive.messages.map(({ content }) => content));
    expect(contents.filter((content) => !arrived.has(content))).toEqual([]);
    await eventually('the moved are where they were moved to, once', async () => {
      const there = await mine.rows('Archive');
      return there.length === 120 && there.every(({ uid }) => uid !== 0);
    });
    expect((await mine.rows('Archive')).map(({ uid }) => uid).toSorted((a, b) => a - b)).toEqual(
      archive.messages.map(({ uid }) => uid),
    );

    await mine.act({ kind: 'expunge', mailbox, messages: [...keys(0, 40), ...keys(180, 200)] });
    await mine.settled();
    expect(inbox.messages.map(({ uid }) => uid)).toEqual(before.slice(160, 180));
    await mine.caughtUp('inbox', 20);
    expect(await kept(mine)).toEqual(history.truth);
    expect(cut).toBeGreaterThan(0);
  });
});

/** The UIDs that a FETCH of descriptors names, and whether it wants their ENVELOPE. */
function named(
  command: string,
): { readonly has: (uid: number) => boolean; readonly envelope: boolean } | undefined {
  const [, set, items = ''] = /UID FETCH (\S+) \((.*RFC822\.SIZE.*)\)/.exec(command) ?? [];
  if (set === undefined) return undefined;
  const ranges = set
    .split(',')
    .map((each) => each.split(':').map((end) => (end === '*' ? Infinity : Number(end))));
  const has = (uid: number): boolean =>
    ranges.some(([first = 0, last = first]) => Math.min(first, last) <= uid && uid <= Math.max(first, last));
  return { has, envelope: items.includes('ENVELOPE') };
}

describe('with 10 messages at a time', () => {
  it('finds among many the few that the server cannot describe, and takes those by their headers', async () => {
    const unreadable = Array.from({ length: 14 }, (_, n) => 3 + n * 5);
    const byHeader = new Set<number>();
    const { mine, history } = await begin(10, [], (command) => {
      const set = named(command);
      if (!set) return false;
      if (set.envelope) return unreadable.some(set.has);
      for (const uid of unreadable) if (set.has(uid)) byHeader.add(uid);
      return false;
    });
    await eventually('all are here', async () => (await mine.rows('inbox')).length === MESSAGES);
    expect(await kept(mine)).toEqual(history.truth);
    expect([...byHeader].toSorted((a, b) => a - b)).toEqual(unreadable);
    const rows = await mine.rows('inbox');
    const known = await mine.store.read(descriptorsQuery(rows.map(({ key }) => key)));
    expect(rows.map(({ uid, key }) => [uid, known.get(key)?.subject])).toEqual(
      rows.map(({ uid }) => [uid, `letter ${uid}`]),
    );
    expect(cut).toBeGreaterThan(0);
  });

  it('keeps the texts of all that is to be kept', async () => {
    const { mine } = await begin(10, []);
    const keys = (await mine.rows('inbox')).map(({ key }) => key);
    await eventually('their texts', async () => {
      const parts = await Promise.all(keys.map((key) => mine.store.read(partQuery(key, '1'))));
      return parts.every((part) => part !== undefined);
    });
    const many = asked.filter((line) => /UID FETCH \S*[,:]\S* .*BODY\.PEEK\[1\]/.test(line));
    expect(many.length).toBeGreaterThan(0);
    expect(cut).toBeGreaterThan(0);
  });

  it('leaves alone what others marked deleted far below, where only EXPUNGE removes', async () => {
    const { mine, history } = await begin(10, ['MOVE', 'UIDPLUS']);
    const { inbox } = history;
    for (const message of inbox.messages) inbox.setFlags(message, new Set());
    inbox.setFlags(inbox.messages[0]!, new Set(['\\Deleted']));
    const mailbox = (await mine.mailbox('inbox')).key;
    const newest = (await mine.rows('inbox')).toSorted((a, b) => b.uid - a.uid).slice(0, 3);
    await mine.act({ kind: 'expunge', mailbox, messages: newest.map(({ key }) => key) });
    await mine.settled();
    expect(inbox.messages).toHaveLength(MESSAGES - 3);
    const marked = inbox.messages.filter(({ flags }) => flags.has('\\Deleted'));
    expect(marked).toEqual([inbox.messages[0]]);
  });

  it('leaves nothing double where a later part of a move is refused, and ends it when the person tries again', async () => {
    const { mine, history, archive } = await begin(10, ['MOVE']);
    const { inbox } = history;
    let copies = 0;
    place!.server.faults.refuse = (command) =>
      command === 'UID COPY' && ++copies > 4
        ? { status: 'NO', code: 'OVERQUOTA', text: 'No room' }
        : undefined;
    const from = (await mine.mailbox('inbox')).key;
    const to = (await mine.mailbox('Archive')).key;
    const messages = (await mine.rows('inbox')).map(({ key }) => key);
    await mine.act({ kind: 'move', from, to, messages });
    const failed = await eventually('the refusal', async () =>
      (await mine.actions()).find(({ state }) => state.name === 'failed'),
    );
    expect(archive.messages.length).toBeGreaterThan(0);
    expect(inbox.messages.length + archive.messages.length).toBe(MESSAGES);

    place!.server.faults.refuse = undefined;
    await mine.store.commit([{ kind: 'action', action: { ...failed, state: { name: 'waiting' } } }]);
    mine.engine.wake('action');
    await mine.settled();
    expect(inbox.messages).toHaveLength(0);
    expect(archive.messages).toHaveLength(MESSAGES);
  });

  it('finds what a person searches for, however old', async () => {
    const { mine } = await begin(10, []);
    const mailbox = (await mine.mailbox('inbox')).key;
    mine.wish({ mailbox, search: { id: 'one', mailbox, text: 'letter 1' } });
    const note = await eventually('an answer', () => mine.notes.find((each) => each.note === 'found'));
    // 1, 10 to 19 and 100 to 199.
    expect(note).toMatchObject({ keys: { length: 111 } });
  });

  it('finds a draft that is there already, after a receipt was lost', async () => {
    const { mine, history } = await begin(10, []);
    const { inbox } = history;
    const messageId = '<draft@postern.example>';
    const bytes = new TextEncoder().encode(
      letter({ from: ada.address, to: grace.address, subject: 'draft', messageId }),
    );
    const mailbox = (await mine.mailbox('inbox')).key;
    const noted = { uidValidity: inbox.uidValidity, uidNext: inbox.uidNext };
    await place!.deliver(ada, 'INBOX', bytes);
    await history.arrive(30);
    await mine.act({ kind: 'upload', mailbox, messageId, flags: ['\\Draft'], date: 0, noted }, bytes);
    await mine.settled();
    expect(inbox.messages).toHaveLength(MESSAGES + 31);
  });
});
