import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import type { Around } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

const DAY = 24 * 3600_000;
const MESSAGES = 2500;
/** One message a day, the first on this one. */
const FIRST = Date.UTC(2019, 0, 1, 12);

let place: EmbeddedPlace;
let gateway: Gateway;
let device: Device;
/** Sets of UIDs whose descriptors were asked for, in order. */
let asked: [number, number][] = [];
/** Windows on them, of those that were asked for by their number. */
let windows: string[] = [];
/** Settle when so many sets were asked for. */
let awaited: { count: number; resolve(): void }[] = [];
const asking = (count: number): Promise<void> => new Promise((resolve) => awaited.push({ count, resolve }));

beforeEach(async () => {
  asked = [];
  windows = [];
  awaited = [];
  place = await startEmbedded({
    onLine: (direction, line) => {
      const set = /UID FETCH (\d+):(\d+|\*) \(.*ENVELOPE/.exec(line);
      const window = /\(PARTIAL (\S+)\)/.exec(line)?.[1];
      if (direction === 'C' && window) windows.push(window);
      if (direction === 'C' && set) asked.push([Number(set[1]), set[2] === '*' ? Infinity : Number(set[2])]);
      for (const { count, resolve } of awaited) if (asked.length >= count) resolve();
    },
  });
  for (let i = 1; i <= MESSAGES; i++) {
    const internalDate = FIRST + (i - 1) * DAY;
    const text = letter({ from: grace.address, to: ada.address, subject: `letter ${i}` });
    place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(text), { internalDate });
  }
  gateway = await openGateway(place);
});

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  await place?.close();
});

/** Scrolls there as soon as the mailbox is known. */
async function scroll(around: Around): Promise<void> {
  const begun = asking(1);
  device = await Device.open(gateway, ada);
  await begun;
  device.wish({ mailbox: (await device.mailbox('inbox')).key, around });
}

const whole = async (messages = MESSAGES): Promise<void> => {
  await device.caughtUp('inbox', messages);
  const uids = (await device.rows('inbox')).map(({ uid }) => uid);
  expect(new Set(uids).size).toBe(messages);
};

/** After the newest; the engine may have begun with the rest before it was told. */
function early(has: (first: number, last: number) => boolean): number {
  expect(asked[0]![1]).toBeGreaterThanOrEqual(MESSAGES);
  const at = asked.findIndex(([first, last]) => has(first, last));
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThanOrEqual(3);
  return at;
}

describe('rows that somebody has scrolled to', () => {
  it('by date, come right after the newest, and the rest follows, each once', async () => {
    // The 75th: 16 March 2019.
    await scroll({ date: Date.UTC(2019, 2, 16) });
    await whole();
    const at = early((first, last) => first <= 75 - 30 && last >= 75 + 30 && last < 300);
    expect(asked[at + 1]![1]).toBeGreaterThan(1000);
  });

  it('by position, come where the server has gaps in its UIDs as well', async () => {
    const box = place.server.accounts[0]!.get('INBOX');
    box.expunge(box.messages.filter(({ uid }) => uid > 800 && uid < 1500));
    const left = MESSAGES - 699;
    await scroll({ position: 900 });
    await whole(left);
    // The 900th of those that are left, and a screen on either side; the newest are here.
    const at = early((first) => first === 1);
    const depth = 900 - (MESSAGES - asked[at]![1]) + 1;
    expect(windows).toEqual([`-${depth - 60}:-${depth + 60}`]);
    expect(at).toBeLessThan(asked.length - 1);
  });

  it('are asked for while the rest is under way', async () => {
    const [begun, goesOn] = [asking(1), asking(3)];
    device = await Device.open(gateway, ada);
    await begun;
    const { key: mailbox } = await device.mailbox('inbox');
    device.wish({ mailbox });
    await goesOn;
    device.wish({ mailbox, around: { date: FIRST + 99 * DAY } });
    const before = asked.length;
    await whole();
    const at = asked.findIndex(([first, last]) => first <= 100 && last >= 100 && last - first < 200);
    expect(at).toBeGreaterThanOrEqual(before);
    // Behind what is on its way already, and that is little of what is left.
    expect(at - before).toBeLessThanOrEqual(5);
    expect(at).toBeLessThan(asked.length - 1);
  });

  it('cost nothing where all is here', async () => {
    await scroll({ position: 10 });
    await whole();
    const count = asked.length;
    device.wish({ mailbox: (await device.mailbox('inbox')).key, around: { position: 2400 } });
    const since = Date.now();
    await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject: 'last' }));
    await device.find('inbox', 'last');
    expect(asked.slice(count)).toEqual([[MESSAGES + 1, Infinity]]);
    expect(Date.now() - since).toBeLessThan(5000);
  });
});
