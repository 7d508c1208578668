import { describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { mailboxesQuery } from '@postern/protocol/sync';
import type { MailboxKey } from '@postern/protocol/sync';
import { courierMissing, startCourier } from '../support/courier.ts';
import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { Device } from '../support/device.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { eventually } from '../support/eventually.ts';
import type { MailPlace } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

/** The first mailbox that a person makes, on a server whose other names do not tell where it has to be (RFC 2342). */
const servers: readonly (readonly [
  name: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
])[] = [
  ['Courier', courierMissing(), startCourier],
  ['Cyrus', cyrusMissing(), startCyrus],
  ['Dovecot', dovecotMissing(), () => startDovecot()],
];

describe.each(servers)('%s', (_, missing, start) => {
  it('makes it where a person’s mailboxes are', async ({ skip }) => {
    if (missing) return skip(missing);
    const place = await start();
    let gateway: Gateway | undefined;
    let device: Device | undefined;
    try {
      gateway = await openGateway(place);
      device = await Device.open(gateway, place.users[0]);
      const { delimiter } = await device.mailbox('inbox');
      const mailbox = (await device.store.allocate(1)) as number as MailboxKey;
      const common = { id: '000001', at: Date.now(), state: { name: 'waiting' } } as const;
      const create = { kind: 'create-mailbox', mailbox, name: 'Größe', delimiter, role: undefined } as const;
      await device.store.commit([{ kind: 'action', action: { ...common, ...create } }]);
      device.engine.wake('action');
      await eventually('made', async () => (await device!.actions()).length === 0, 20_000);
      const mailboxes = await device.store.read(mailboxesQuery());
      const made = mailboxes.find(({ key }) => key === mailbox);
      expect(made).toMatchObject({ name: expect.stringMatching(/^(INBOX\.)?Größe$/), subscribed: true });
    } finally {
      await device?.stop();
      await gateway?.close();
      await place.close();
    }
  }, 60_000);
});
