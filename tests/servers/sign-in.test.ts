import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '@postern/protocol/error';
import { authenticate, Session } from '@postern/protocol/imap';
import { loginMechanism, plain, scram } from '@postern/protocol/sasl';
import type { Mechanism } from '@postern/protocol/sasl';
import { scramPorts } from '../../gateway/src/cryptography.ts';
import { dial } from '../support/direct.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { openGateway, relay, signIn, systemClock } from '../support/relay.ts';

const missing = dovecotMissing();
if (missing) console.log(`skipped: ${missing}`);

describe.skipIf(missing)('signing in to a real Dovecot', () => {
  let place: DovecotPlace;
  beforeAll(async () => {
    place = await startDovecot();
  }, 60_000);
  afterAll(async () => place?.close());

  const by = async (mechanism: Mechanism): Promise<Session> => {
    const session = new Session(await dial(place.imap), { clock: systemClock, onNews: () => undefined });
    await session.ready;
    try {
      await session.run(authenticate(mechanism));
    } finally {
      session.close();
    }
    return session;
  };

  it.each<[name: string, make: (user: string, password: string) => Mechanism]>([
    ['PLAIN', plain],
    ['LOGIN', loginMechanism],
    ['SCRAM-SHA-1', (user, password) => scram('SHA-1', user, password, scramPorts)],
    ['SCRAM-SHA-256', (user, password) => scram('SHA-256', user, password, scramPorts)],
  ])('by %s, and not with another password', async (name, make) => {
    const [{ user, password }] = place.users;
    await by(make(user, password));
    expect(await readFile(place.log, 'utf8')).toContain(`method=${name}, `);
    await expect(by(make(user, `${password}x`))).rejects.toThrow(CommandError);
  });

  it('goes by SCRAM through the gateway, to IMAP and to submission', async () => {
    const gateway = await openGateway(place);
    try {
      const before = await readFile(place.log, 'utf8');
      const cookie = await signIn(gateway, place.users[0]);
      const transport = await relay(gateway, cookie, 'submission');
      for await (const chunk of transport.bytes) {
        expect(new TextDecoder().decode(chunk)).toMatch(/^220 /);
        break;
      }
      transport.close();
      const log = (await readFile(place.log, 'utf8')).slice(before.length);
      const methods = [...log.matchAll(/(imap|submission)-login: Info: Login: .*?method=([\w-]+)/g)];
      expect(methods.map(([, service, method]) => `${service} ${method}`)).toEqual([
        'imap SCRAM-SHA-256',
        'submission SCRAM-SHA-256',
      ]);
    } finally {
      await gateway.close();
    }
  });
});
