import { expect, it } from 'vitest';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { ada, grace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { describeJourney } from './journey.ts';
import type { Visit } from './visit.ts';

describeJourney('Dovecot', dovecotMissing(), startDovecot, { newsWithin: 2000, decodes: true, more });

function more(visit: Visit<DovecotPlace>): void {
  it('sends through its submission service, once, and files the copy', async () => {
    const { device } = visit;
    const message = letter({
      from: ada.address,
      to: grace.address,
      subject: 'over dovecot',
      messageId: '<over@postern.example>',
    });
    await device.act(
      {
        kind: 'send',
        messageId: '<over@postern.example>',
        subject: 'over dovecot',
        from: ada.address,
        recipients: [grace.address],
        sent: (await device.mailbox('sent')).key,
        answers: undefined,
        notBefore: 0,
        step: 'submit',
      },
      new TextEncoder().encode(message),
    );
    await device.settled();
    await device.find('sent', 'over dovecot');
    await visit.fresh(async (recipient) => {
      recipient.wish({ mailbox: (await recipient.mailbox('inbox')).key });
      await recipient.find('inbox', 'over dovecot');
      expect(await recipient.subjects('inbox')).toEqual(['over dovecot']);
    }, visit.place.users[1]);
  });

  it('comes back after the server was restarted', async () => {
    const { place, device } = visit;
    await place.stop();
    // Its processes live on for a while, and so do their connections.
    await eventually('it is noticed', () => device.status.connection !== 'online', 30_000);
    await place.start();
    device.engine.wake('network');
    await eventually('online again', () => device.status.connection === 'online', 40_000);
  });
}
