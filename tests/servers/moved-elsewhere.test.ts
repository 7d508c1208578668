/** What another program moves and copies on a real server is not fetched again where it says which are the same octets (RFC 8474). */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { create, select, uidCopy, uidMove } from '@postern/protocol/imap';
import { descriptorsQuery, KeptDepth, keptQuery, partQuery } from '@postern/protocol/sync';
import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { eventually } from '../support/eventually.ts';
import type { MailPlace } from '../support/place.ts';
import { Visit } from './visit.ts';

const servers: readonly (readonly [
  name: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
  identified: boolean,
])[] = [
  ['Cyrus', cyrusMissing(), () => startCyrus(), true],
  ['Dovecot', dovecotMissing(), () => startDovecot(), false],
];

const KB = 1024;
const COUNT = 6;
const texts = Array.from(
  { length: COUNT },
  (_, n) =>
    `Letter ${n}: ${randomBytes(20 * KB)
      .toString('hex')
      .replace(/.{70}/g, '$&\r\n')}\r\n`,
);

function letter(n: number): string {
  const header = ['From: grace@postern.example', `Subject: letter ${n}`, `Message-ID: <letter-${n}@x>`];
  return [...header, 'Content-Type: text/plain', '', texts[n]].join('\r\n');
}

describe.each(servers)('a real %s', (_, missing, start, identified) => {
  if (missing) {
    it('is not asked again for what moves', ({ skip }) => skip(missing));
    return;
  }

  const visit = new Visit(start, async ({ deliver, users: [person] }) => {
    // Made before the device looks: Cyrus does not tell of new mailboxes.
    for (const name of ['Copied', 'Moved']) await visit.elsewhere(create(name));
    for (let n = 0; n < COUNT; n++) await deliver(person, 'INBOX', letter(n));
  });

  /** All is here, each text with its own message; gives the octets that came for it. */
  async function keeps(mailbox: string, before: number): Promise<number> {
    const { device } = visit;
    await device.seesAll(mailbox);
    const { key } = await device.mailbox(mailbox);
    await eventually(
      `all kept of ${mailbox}`,
      async () => {
        const { depths } = await device.store.read(keptQuery(key));
        return depths.length === COUNT && depths.every((depth) => depth === KeptDepth.whole);
      },
      40_000,
    );
    const rows = await device.rows(mailbox);
    const descriptors = await device.store.read(descriptorsQuery(rows.map((row) => row.key)));
    for (const row of rows) {
      const n = Number(/\d+/.exec(descriptors.get(row.key)?.subject ?? '')?.[0]);
      const part = await device.store.read(partQuery(row.key, '1'));
      expect(Buffer.from(part?.bytes ?? []).toString()).toBe(texts[n]);
    }
    return device.wire.down - before;
  }

  it('is not asked again for what another program copies and moves', async () => {
    const { device } = visit;
    expect(await keeps('inbox', 0)).toBeGreaterThan(COUNT * 40 * KB);
    const inbox = (await device.mailbox('inbox')).name;
    const all = [[1, 0xffff_ffff]] as const;
    for (const [name, command] of [
      ['Copied', uidCopy],
      ['Moved', uidMove],
    ] as const) {
      const before = device.wire.down;
      await visit.elsewhere(select(inbox), command(all, name));
      device.engine.wake('network');
      const down = await keeps(name, before);
      if (identified) expect(down).toBeLessThan(20 * KB);
      else expect(down).toBeGreaterThan(COUNT * 40 * KB);
    }
  }, 120_000);
});
