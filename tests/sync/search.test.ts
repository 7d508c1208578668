/** A search on the server, while the older mail of the mailbox is not in the list yet. */
import { afterEach, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { descriptorsQuery } from '@postern/protocol/sync';
import type { EngineNote } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

const MESSAGES = 600;

let place: EmbeddedPlace;
let gateway: Gateway;
let device: Device;

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  await place?.close();
});

const found = (id: string): Extract<EngineNote, { note: 'found' }>[] =>
  device.notes.filter((note) => note.note === 'found').filter((note) => note.id === id);

/** Of a mailbox of which only new mail is asked for. Subjects of what is told in the end, and how often something was told. */
async function search(text: string): Promise<readonly [subjects: readonly string[], times: number]> {
  const { key } = await device.mailbox('inbox');
  device.wish({ mailbox: key, thoroughness: 'new', search: { id: text, mailbox: key, text } });
  await eventually('an end of the search', () => found(text).some(({ more }) => !more));
  const keys = found(text).at(-1)!.keys;
  const descriptors = await device.store.read(descriptorsQuery(keys));
  return [keys.map((each) => descriptors.get(each)?.subject ?? '?'), found(text).length];
}

it('brings what it finds into the list, the newest of it, and the rest of the mail follows in its turn', async () => {
  place = await startEmbedded();
  for (let i = 1; i <= MESSAGES; i++) {
    const subject = `letter ${i}${i % 100 === 0 ? ' kingfisher' : ''}${i <= 250 ? ' heron' : ''}`;
    const text = letter({ from: grace.address, to: ada.address, subject });
    place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(text));
  }
  gateway = await openGateway(place);
  device = await Device.open(gateway, ada);
  device.wish({ mailbox: (await device.mailbox('inbox')).key, thoroughness: 'new' });
  await eventually('the newest', async () => (await device.rows('inbox')).length >= 50);
  const before = (await device.rows('inbox')).length;
  expect(before).toBeLessThan(MESSAGES - 300);

  const [kingfishers, times] = await search('kingfisher');
  const numbers = kingfishers.map((subject) => /letter (\d+) kingfisher/.exec(subject)?.[1]);
  expect(numbers.toSorted()).toEqual(['100', '200', '300', '400', '500', '600']);
  expect(times).toBe(2);
  const [herons] = await search('heron');
  expect(herons).toHaveLength(102);
  expect(herons).toContain('letter 250 heron');
  expect(herons).toContain('letter 100 kingfisher heron');
  // What is in the list is told before the rest is looked through.
  expect(await search('nothing of the kind')).toEqual([[], 2]);
  expect((await device.mailbox('inbox')).sync.from).toBeGreaterThan(300);

  device.wish({ mailbox: (await device.mailbox('inbox')).key });
  await device.caughtUp('inbox', MESSAGES);
  expect(new Set((await device.rows('inbox')).map(({ uid }) => uid)).size).toBe(MESSAGES);
});
