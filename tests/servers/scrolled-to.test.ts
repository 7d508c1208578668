/** Rows that somebody has scrolled to, and what a search finds beside the list, on servers that each have their own means for it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { append, select, uidExpunge, uidStore } from '@postern/protocol/imap';
import type { UidRanges } from '@postern/protocol/imap';
import type { EngineNote, Wishes } from '@postern/protocol/sync';
import { descriptorsQuery } from '@postern/protocol/sync';
import { courierMissing, startCourier } from '../support/courier.ts';
import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { Device } from '../support/device.ts';
import { runElsewhere } from '../support/direct.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { startEmbedded } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

const DAY = 24 * 3600_000;
const NOW = Date.now();
const PATIENCE = 30_000;
/** Days ago of what INBOX has, by UID from 1: in order, filed later the newest first, and in order again. */
const AGES = [...range(500, 351), ...range(201, 350), ...range(200, 1)];
/** UIDs of what was deleted: the letters 400 to 351. */
const GONE: UidRanges = [[101, 150]];

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => (from < to ? from + i : from - i));
}

describe.each([
  ['Dovecot', dovecotMissing(), startDovecot],
  ['Cyrus', cyrusMissing(), startCyrus],
  ['Courier', courierMissing(), startCourier],
  ['embedded server', undefined, () => startEmbedded()],
] as const)('a real %s', (_, missing, start) => {
  if (missing) {
    it('shows what is scrolled to', ({ skip }) => skip(missing));
    return;
  }
  let place: MailPlace;
  let gateway: Gateway;
  let device: Device;

  beforeAll(async () => {
    place = await start();
    gateway = await openGateway(place);
    const [person] = place.users;
    const letters = AGES.map((age) => {
      const subject = `letter ${age}${age % 50 === 0 ? ' kingfisher' : ''}`;
      const text = letter({ from: person.address, to: person.address, subject });
      return append('INBOX', {
        message: new TextEncoder().encode(text),
        internalDate: NOW - age * DAY,
      });
    });
    const gone = [uidStore(GONE, { mode: 'add', flags: ['\\Deleted'] }), uidExpunge(GONE)];
    await runElsewhere(place.imap, person, ...letters, select('INBOX'), ...gone);
    device = await Device.open(gateway, person);
    wish({});
    await wait('the newest', async () => (await ages()).length > 0);
    wish({ mailbox: (await device.mailbox('inbox')).key });
  }, 120_000);

  afterAll(async () => {
    await device?.stop();
    await gateway?.close();
    await place?.close();
  });

  function wish(more: Partial<Wishes>): void {
    device.wish({ thoroughness: 'new', ...more });
  }

  function wait(what: string, condition: () => Promise<boolean>): Promise<unknown> {
    return eventually(what, condition, PATIENCE);
  }

  /** Of the letters that are here. */
  async function ages(): Promise<number[]> {
    const rows = await device.rows('inbox');
    const descriptors = await device.store.read(descriptorsQuery(rows.map(({ key }) => key)));
    return rows.map(({ key }) => Number(descriptors.get(key)?.subject.split(' ')[1]));
  }

  it('gives the very rows at a position, past what was deleted', async () => {
    const { key } = await device.mailbox('inbox');
    const before = new Set(await ages());
    expect(before.size).toBeLessThan(100);
    // 200 in order, 150 that were filed later, of which the oldest has the highest UID, and then 401 and so on.
    wish({ mailbox: key, around: { position: 360 } });
    await wait('them', async () => (await ages()).length > before.size);
    const came = (await ages()).filter((age) => !before.has(age)).toSorted((a, b) => a - b);
    expect(came).toEqual([...range(201, 250), ...range(401, 471)]);
    // Part of it is here now.
    wish({ mailbox: key, around: { position: 380 } });
    await wait('the rest', async () => (await ages()).includes(491));
    expect((await ages()).toSorted((a, b) => a - b)).toEqual(
      [...before, ...came, ...range(472, 491)].toSorted((a, b) => a - b),
    );
  });

  it('gives those about a date, although they were filed out of order', async () => {
    const { key } = await device.mailbox('inbox');
    wish({ mailbox: key, around: { date: NOW - 300 * DAY } });
    await wait('them', async () => (await ages()).includes(300));
    const here = new Set(await ages());
    expect(range(270, 330).filter((age) => !here.has(age))).toEqual([]);
  });

  it('finds what is not in the list, and brings it there', async () => {
    const { key } = await device.mailbox('inbox');
    const found = (): Extract<EngineNote, { note: 'found' }>[] =>
      device.notes.filter((note) => note.note === 'found');
    wish({ mailbox: key, search: { id: 'kingfisher', mailbox: key, text: 'kingfisher' } });
    await wait('the end of it', async () => found().some(({ more }) => !more));
    const descriptors = await device.store.read(descriptorsQuery(found().at(-1)!.keys));
    const subjects = [...descriptors.values()].map(({ subject }) => Number(subject.split(' ')[1]));
    expect(subjects.toSorted((a, b) => a - b)).toEqual([50, 100, 150, 200, 250, 300, 350, 450, 500]);
  });
});
