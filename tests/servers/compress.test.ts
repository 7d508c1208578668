import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { id, login, noop, select, Session, compress, uidFetch } from '@postern/protocol/imap';
import type { News } from '@postern/protocol/imap';
import type { Compression, Transport } from '@postern/protocol/port';
import { compression as browserCompression } from '../../web/src/engine/compression.ts';
import { Device } from '../support/device.ts';
import { appendAllElsewhere, appendElsewhere, dial } from '../support/direct.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway, systemClock } from '../support/relay.ts';
import { zlibCompression } from '../support/zlib.ts';

const missing = dovecotMissing();
if (missing) console.log(`skipped: ${missing}`);

const COUNT = 300;

describe.skipIf(missing)('COMPRESS=DEFLATE with a real Dovecot', () => {
  let place: DovecotPlace;

  beforeAll(async () => {
    place = await startDovecot();
    const [ada, grace] = place.users;
    const fields = { from: `Grace Hopper <${grace.address}>`, to: `Ada Lovelace <${ada.address}>` };
    const letters = Array.from({ length: COUNT }, (_, n) =>
      letter({ ...fields, subject: `Minutes of meeting ${n + 1}` }),
    );
    await appendAllElsewhere(place.imap, ada, 'INBOX', letters);
    // Whoever selects it first is told that all is recent: that shall be none of those that are compared.
    const session = new Session(await dial(place.imap), { clock: systemClock, onNews: () => undefined });
    await session.ready;
    await session.run(login(ada.user, ada.password));
    await session.run(select('INBOX'));
    session.close();
  }, 60_000);
  afterAll(async () => place?.close());

  /** Fetches all envelopes and idles; gives what was said, and the octets it took. */
  async function run(
    compression: Compression | undefined,
  ): Promise<{ news: News[]; down: number; up: number }> {
    const wire = { down: 0, up: 0 };
    const news: News[] = [];
    const transport = counted(await dial(place.imap), wire);
    const session = new Session(transport, { clock: systemClock, onNews: (item) => news.push(item) });
    try {
      const [ada] = place.users;
      await session.ready;
      await session.run(login(ada.user, ada.password));
      if (compression) await session.run(compress(compression));
      wire.down = wire.up = 0;
      const mailbox = session.run(select('INBOX'));
      const who = session.run(id({ name: 'Postern' }));
      expect((await mailbox).exists).toBeGreaterThanOrEqual(COUNT);
      expect((await who)?.get('name')).toBe('Dovecot');
      // Pipelined, with more of it on the way than one chunk holds.
      const items = ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE'] as const;
      await Promise.all([session.run(uidFetch([[1, COUNT]], items)), session.run(noop())]);
      const spent = { ...wire };
      const fetched = news.filter(({ type }) => type === 'fetch').slice(0, COUNT);
      const idling = session.idle();
      await appendElsewhere(
        place.imap,
        ada,
        'INBOX',
        letter({ from: ada.address, to: ada.address, subject: 'x' }),
      );
      await eventually('the arrival', () => news.some(({ type }) => type === 'exists') || undefined);
      await idling.done();
      return { news: fetched, ...spent };
    } finally {
      session.close();
    }
  }

  it('says the same with either port, in a fraction of the octets', async () => {
    const plain = await run(undefined);
    expect(plain.news).toHaveLength(COUNT);
    for (const [name, port] of [
      ["Node's zlib", zlibCompression],
      ["the browser's streams", browserCompression],
    ] as const) {
      const compressed = await run(port);
      expect(compressed.news).toEqual(plain.news);
      expect(compressed.down).toBeLessThan(plain.down / 3);
      console.log(
        `${name}: ${COUNT} envelopes in ${compressed.down} octets down and ${compressed.up} up, ` +
          `instead of ${plain.down} and ${plain.up}`,
      );
    }
  });

  it('the engine uses it through the gateway, and sends and files mail as ever', async () => {
    const gateway = await openGateway(place);
    const device = await Device.open(gateway, place.users[1], zlibCompression);
    try {
      const [ada, grace] = place.users;
      device.wish({ mailbox: (await device.mailbox('inbox')).key });
      await device.caughtUp('inbox', 0);
      const text = 'All work and no play makes Jack a dull boy.\r\n'.repeat(2000);
      const before = device.wire.down;
      for (let n = 0; n < 3; n++) {
        await place.deliver(
          grace,
          'INBOX',
          letter({ from: ada.address, to: grace.address, subject: `long ${n}`, text }),
        );
      }
      const row = await device.find('inbox', 'long 2');
      device.wish({ mailbox: row.mailbox, messages: [row.key] });
      const archive = await device.mailbox('archive');
      await device.act({ kind: 'move', from: row.mailbox, to: archive.key, messages: [row.key] });
      await device.settled();
      await device.find('archive', 'long 2');
      // One text alone has 90,000.
      expect(device.wire.down - before).toBeLessThan(60_000);
    } finally {
      await device.stop();
      await gateway.close();
    }
  });
});

function counted(transport: Transport, wire: { down: number; up: number }): Transport {
  return {
    bytes: (async function* () {
      for await (const chunk of transport.bytes) {
        wire.down += chunk.length;
        yield chunk;
      }
    })(),
    async write(bytes) {
      wire.up += bytes.length;
      await transport.write(bytes);
    },
    close: () => transport.close(),
  };
}
