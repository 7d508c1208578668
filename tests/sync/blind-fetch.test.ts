import { afterEach, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { keptQuery, partQuery } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

let place: EmbeddedPlace;
let gateway: Gateway;
let device: Device;
let fetches: string[] = [];

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  await place?.close();
});

async function begin(): Promise<void> {
  place = await startEmbedded({
    onLine: (direction, line) => void (direction === 'C' && line.includes('UID FETCH') && fetches.push(line)),
  });
  gateway = await openGateway(place);
  await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject: 'before' }));
  device = await Device.open(gateway, ada);
  device.wish({ mailbox: (await device.mailbox('inbox')).key });
  await device.caughtUp('inbox', 1);
  await text('before');
  await eventually('listening', () => device.status.connection === 'online');
  fetches = [];
}

async function text(subject: string, section = '1'): Promise<string> {
  const { key } = await device.find('inbox', subject);
  const part = await eventually(`the text of ${subject}`, () => device.store.read(partQuery(key, section)));
  return new TextDecoder().decode(part.bytes);
}

const ALTERNATIVES = [
  `From: ${grace.address}`,
  `To: ${ada.address}`,
  'Subject: both',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=cut',
  '',
  'Nobody reads this.',
  '--cut',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'plain w=C3=B6rds',
  '--cut',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  btoa('<p>words of HTML'),
  '--cut--',
  '',
].join('\r\n');

it('brings a small new message whole in one command (RFC 4549 §4.6)', async () => {
  await begin();
  await place.deliver(ada, 'INBOX', ALTERNATIVES);
  expect(await text('both', '2')).toBe('<p>words of HTML');
  expect(await text('both', '1')).toBe('plain wörds');
  expect(fetches).toHaveLength(1);
  expect(fetches[0]).toContain('BODY.PEEK[]<0.');
  const { mailbox } = await device.find('inbox', 'both');
  expect([...(await device.store.read(keptQuery(mailbox))).depths]).toEqual([2, 2]);
});

it('takes of a large one what was asked for, and its parts the usual way', async () => {
  await begin();
  const words = 'So it went on and on.\r\n'.repeat(2000);
  await place.deliver(
    ada,
    'INBOX',
    letter({ from: grace.address, to: ada.address, subject: 'long', text: words }),
  );
  expect(await text('long')).toBe(`${words}\r\n`);
  expect(fetches).toHaveLength(2);
});

it('is not done where texts are not wanted, or much has come', async () => {
  await begin();
  const mailbox = (await device.mailbox('inbox')).key;
  device.wish({ mailbox, thoroughness: 'descriptors' });
  await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject: 'one' }));
  await device.find('inbox', 'one');
  await device.store.commit([{ kind: 'mode', mailbox, mode: 'online' }]);
  device.wish({ mailbox });
  await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject: 'two' }));
  await device.find('inbox', 'two');
  await device.store.commit([{ kind: 'mode', mailbox, mode: 'disconnected' }]);
  await text('two');
  await device.stop();
  for (let i = 0; i < 20; i++)
    await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject: `many ${i}` }));
  device.start();
  device.wish({ mailbox });
  await text('many 19');
  expect(fetches.some((line) => line.includes('BODY.PEEK[]'))).toBe(false);
});
