import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import type { Profile } from '@postern/mailserver';
import { descriptorsQuery, partQuery } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

const YEAR = 365 * 24 * 3600_000;
const OLD = 40;

let place: EmbeddedPlace | undefined;
let gateway: Gateway | undefined;
let device: Device | undefined;
let asked: string[] = [];

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  await place?.close();
});

/** Old letters of about 9 KB, one from today, and all their rows on screen: gives the octets that their first words took. */
async function look(
  profile: Profile,
  refuse?: RegExp,
): Promise<{ mine: Device; keys: MessageKey[]; octets: number }> {
  asked = [];
  place = await startEmbedded({
    profile,
    onLine: (direction, line) => void (direction === 'C' && asked.push(line)),
  });
  place.server.faults.refuse = () =>
    refuse?.test(asked.at(-1) ?? '') ? { status: 'NO', code: 'CANNOT', text: 'Not today' } : undefined;
  for (let i = 0; i <= OLD; i++) {
    const text = `These are the words of letter ${i}.\r\n${'Nothing more of interest follows.\r\n'.repeat(250)}`;
    const internalDate = Date.now() - (i < OLD ? YEAR : 0);
    const message = letter({
      from: grace.address,
      to: ada.address,
      subject: `letter ${i}`,
      text,
      date: new Date(internalDate),
    });
    place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(message), { internalDate });
  }
  gateway = await openGateway(place);
  const mine = await Device.open(gateway, ada);
  device = mine;
  const mailbox = (await mine.mailbox('inbox')).key;
  mine.wish({ mailbox });
  await mine.caughtUp('inbox', OLD + 1);
  const keys = (await mine.rows('inbox')).toSorted((a, b) => a.uid - b.uid).map(({ key }) => key);
  const before = mine.wire.down;
  mine.wish({ mailbox, previews: keys });
  await eventually('the first words of all', async () => (await words(mine, keys)).every(Boolean));
  return { mine, keys, octets: mine.wire.down - before };
}

const words = async (mine: Device, keys: readonly MessageKey[]): Promise<(string | undefined)[]> => {
  const known = await mine.store.read(descriptorsQuery(keys));
  return keys.map((key) => known.get(key)?.preview);
};

const texts = async (mine: Device, keys: readonly MessageKey[]): Promise<number> => {
  const parts = await Promise.all(keys.map((key) => mine.store.read(partQuery(key, '1'))));
  return parts.filter(Boolean).length;
};

const beginnings = Array.from({ length: OLD + 1 }, (_, i) => `These are the words of letter ${i}.`);

const withPreview: Profile = { name: 'with PREVIEW' };
const without: Profile = { name: 'without PREVIEW', capabilities: { PREVIEW: false } };

describe('first words of old mail on screen', () => {
  it('are those that the server has, and of mail kept ahead its text as well', async () => {
    const { mine, keys, octets } = await look(withPreview);
    const said = await words(mine, keys);
    expect(said.map((text, i) => text?.startsWith(beginnings[i]!))).toEqual(keys.map(() => true));
    expect(said.every((text) => text!.length <= 160)).toBe(true);
    expect(await texts(mine, keys)).toBe(1);
    expect(await texts(mine, keys.slice(-1))).toBe(1);

    await mine.stop();
    await gateway!.close();
    await place!.close();
    const fetched = await look(without);
    expect(await words(fetched.mine, fetched.keys)).toEqual(said);
    expect(await texts(fetched.mine, fetched.keys)).toBe(1);
    expect(octets).toBeLessThan(fetched.octets / 6);
    console.info(
      `first words of ${OLD} old letters: ${octets} octets by PREVIEW, ${fetched.octets} from their texts`,
    );
  });

  it('are made here where the server refuses, and it is not asked twice', async () => {
    const { mine, keys } = await look(withPreview, /PREVIEW/);
    expect((await words(mine, keys)).map((text, i) => text?.startsWith(beginnings[i]!))).toEqual(
      keys.map(() => true),
    );
    expect(asked.filter((line) => line.includes('PREVIEW'))).toHaveLength(1);
  });
});

describe('where the server says of some that it has none', () => {
  /** Half of them too old to be kept ahead; `said` is what it has of the message with a UID. */
  async function scripted(said: (uid: number) => string): Promise<{ previews: string[]; times: number }> {
    const server = new ScriptedServer();
    server.capabilities += ' PREVIEW';
    let times = 0;
    server.script = ({ tag, name, args }) => {
      if (name !== 'UID FETCH' || !args.endsWith(' (UID PREVIEW)')) return undefined;
      times++;
      const [first = 0, last = first] = args.split(' ')[0]!.split(':').map(Number);
      const lines = Array.from({ length: last - first + 1 }, (_, i) => {
        const uid = first + i;
        return `* ${uid} FETCH (UID ${uid} PREVIEW ${said(uid)})\r\n`;
      });
      return `${lines.join('')}${tag} OK done\r\n`;
    };
    const old = { date: '17-Jul-2020 02:44:25 +0000' };
    for (let i = 1; i <= 140; i++) server.add('INBOX', `letter ${i}`, i <= 70 ? old : {});
    const desk = new Desk(server);
    const { key: mailbox } = await desk.look();
    const keys = (await desk.rows()).map(({ key }) => key);
    desk.wish({ mailbox, previews: keys });
    await desk.clock.pass(1000);
    const known = await desk.store.read(descriptorsQuery(keys));
    await desk.stop();
    return { times, previews: keys.map((key) => known.get(key)?.preview ?? '') };
  }

  it('those are made here, and the others are text like any', async () => {
    const { previews } = await scripted((uid) => (uid % 2 === 0 ? 'NIL' : '" the\tserver   <b>words "'));
    const made = previews.filter((text) => /^text of letter \d+$/.test(text));
    const told = previews.filter((text) => text === 'the server <b>words');
    expect(told.length).toBeGreaterThanOrEqual(20);
    expect(made).toHaveLength(140 - told.length);
  });

  it('it is not asked again once it had none at all', async () => {
    const { previews, times } = await scripted(() => 'NIL');
    expect(times).toBe(1);
    expect(previews.every((text) => text.startsWith('text of letter'))).toBe(true);
  });
});
