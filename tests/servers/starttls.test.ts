import { describe, expect, it } from 'vitest';
import { select, Session } from '@postern/protocol/imap';
import { trust } from '../../gateway/src/upstream.ts';
import { courierMissing, startCourier } from '../support/courier.ts';
import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { MailPlace } from '../support/place.ts';
import { openGateway, relay, signIn, systemClock } from '../support/relay.ts';

const servers: readonly [
  name: string,
  missing: string | undefined,
  start: () => Promise<MailPlace & { readonly certificate: string }>,
][] = [
  ['Dovecot', dovecotMissing(), startDovecot],
  ['Cyrus', cyrusMissing(), startCyrus],
  ['Courier', courierMissing(), startCourier],
];

describe.each(servers)('the gateway to %s by STARTTLS', (_, missing, start) => {
  it('signs in where it trusts the certificate, and nowhere else', async ({ skip }) => {
    skip(missing !== undefined, missing);
    const place = await start();
    const encrypted: MailPlace = {
      ...place,
      imap: place.imap.replace('imap://127.0.0.1', 'imap+starttls://localhost'),
    };
    const trusting = await openGateway(encrypted, { context: trust(place.certificate) });
    const wary = await openGateway(encrypted);
    try {
      const cookie = await signIn(trusting, place.users[0]);
      const session = new Session(await relay(trusting, cookie, 'imap'), {
        clock: systemClock,
        onNews: () => undefined,
      });
      expect(await session.ready).toMatchObject({ greeting: 'PREAUTH' });
      expect(await session.run(select('INBOX'))).toMatchObject({ exists: 0 });
      session.close();
      await expect(signIn(wary, place.users[0])).rejects.toThrow(/502 .*certificate/);
    } finally {
      await trusting.close();
      await wary.close();
      await place.close();
    }
  });
});
