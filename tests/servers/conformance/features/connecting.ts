import { expect } from 'vitest';
import { CommandError } from '@postern/protocol/error';
import {
  authenticate,
  capability,
  compress,
  create,
  enable,
  id,
  list,
  login,
  logout,
  namespace,
  noop,
  select,
  status,
  uidSearch,
} from '@postern/protocol/imap';
import type { Hash } from '@postern/protocol/port';
import { loginMechanism, oauthBearer, plain, scram, xoauth2 } from '@postern/protocol/sasl';
import type { Bearer, Mechanism } from '@postern/protocol/sasl';
import { scramPorts } from '../../../../gateway/src/cryptography.ts';
import { zlibCompression } from '../../../support/zlib.ts';
import type { Bench } from '../bench.ts';
import { fill } from '../bench.ts';
import type { Feature, FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

/** Signed in means: the account's own mailboxes are there. */
async function signsIn(bench: Bench, mechanism: Mechanism): Promise<void> {
  const stranger = await bench.stranger();
  await stranger.run(authenticate(mechanism));
  expect(stranger.session.state).toBe('authenticated');
  expect((await stranger.run(list('', 'INBOX'))).map(({ name }) => name)).toEqual(['INBOX']);
}

/** The server lets in who knows the password, proves that it knows it too, and lets nobody else in. */
function proves(hash: Hash, rfc: string): Feature {
  return {
    name: `AUTHENTICATE SCRAM-${hash}`,
    rfc,
    capability: [`AUTH=SCRAM-${hash}`],
    async run(bench) {
      const { user, password } = bench.ada;
      await signsIn(bench, scram(hash, user, password, scramPorts));
      const stranger = await bench.stranger();
      const wrong = stranger.run(authenticate(scram(hash, user, `${password}x`, scramPorts)));
      await expect(wrong).rejects.toMatchObject({ status: 'NO' });
    },
  };
}

/** A token in place of a password; another one is refused, after a challenge that says why. */
function bearing(name: string, rfc: string, make: (bearer: Bearer) => Mechanism): Feature {
  return {
    name: `AUTHENTICATE ${name}`,
    rfc,
    capability: [`AUTH=${name}`],
    async run(bench) {
      const { user, token = '' } = bench.ada;
      await signsIn(bench, make({ user, token }));
      const stranger = await bench.stranger();
      const wrong = stranger.run(authenticate(make({ user, token: `${token}x` })));
      await expect(wrong).rejects.toMatchObject({ status: 'NO' });
    },
  };
}

export const connecting: FeatureGroup = {
  title: 'Connecting and signing in',
  features: [
    {
      name: 'CAPABILITY',
      rfc: '3501 §6.1.1',
      async run(bench) {
        const stranger = await bench.stranger();
        expect(await stranger.run(capability())).toContain('IMAP4REV1');
        const client = await bench.client();
        expect(client.session.capabilities).toContain('IMAP4REV1');
        expect(await client.run(capability())).toEqual(client.session.capabilities);
      },
    },
    {
      name: 'LOGIN',
      rfc: '3501 §6.2.3',
      async run(bench) {
        const stranger = await bench.stranger();
        await stranger.run(login(bench.ada.user, bench.ada.password));
        expect(stranger.session.state).toBe('authenticated');
        expect((await stranger.run(list('', 'INBOX'))).map(({ name }) => name)).toEqual(['INBOX']);
      },
    },
    {
      name: 'a wrong password',
      rfc: '3501 §6.2.3',
      async run(bench) {
        const stranger = await bench.stranger();
        const refused = await stranger.run(login(bench.ada.user, 'wrong')).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(CommandError);
        expect(refused).toMatchObject({ status: 'NO' });
        expect(stranger.session.state).toBe('not-authenticated');
      },
    },
    {
      name: 'AUTHENTICATE PLAIN',
      rfc: '4616',
      capability: ['AUTH=PLAIN'],
      run: (bench) => signsIn(bench, plain(bench.ada.user, bench.ada.password)),
    },
    {
      name: 'AUTHENTICATE LOGIN',
      rfc: 'draft-murchison-sasl-login',
      capability: ['AUTH=LOGIN'],
      run: (bench) => signsIn(bench, loginMechanism(bench.ada.user, bench.ada.password)),
    },
    bearing('OAUTHBEARER', '7628', oauthBearer),
    bearing('XOAUTH2', 'Google, Microsoft', xoauth2),
    proves('SHA-1', '5802'),
    proves('SHA-256', '7677'),
    {
      name: 'SASL-IR',
      rfc: '4959',
      capability: ['SASL-IR'],
      async run(bench) {
        const stranger = await bench.stranger();
        await stranger.run(capability());
        await stranger.run(authenticate(plain(bench.ada.user, bench.ada.password)));
        expect(stranger.session.state).toBe('authenticated');
        expect(stranger.continuations).toBe(0);
      },
    },
    {
      name: 'ID',
      rfc: '2971',
      capability: ['ID'],
      async run(bench) {
        const client = await bench.client();
        const fields = await client.run(id({ name: 'Postern', 'support-url': 'https://postern.example/' }));
        expect(fields?.get('name')).toMatch(/\w/);
      },
    },
    {
      name: 'NAMESPACE',
      rfc: '2342',
      capability: ['NAMESPACE'],
      async run(bench) {
        const client = await bench.client();
        const own = (await client.run(namespace()))?.personal[0];
        expect(own?.delimiter).toHaveLength(1);
        const name = `${own?.prefix ?? ''}in the namespace${own?.delimiter}below`;
        await client.run(create(name));
        expect((await client.run(list('', name))).map((each) => [each.name, each.delimiter])).toEqual([
          [name, own?.delimiter],
        ]);
      },
    },
    {
      name: 'ENABLE',
      rfc: '5161',
      capability: ['ENABLE'],
      async run(bench) {
        const client = await bench.client();
        expect(await client.run(enable(['X-NO-SUCH-THING']))).toEqual(new Set());
        if (bench.offers('CONDSTORE')) {
          expect(await client.run(enable(['CONDSTORE']))).toEqual(new Set(['CONDSTORE']));
        }
      },
    },
    {
      name: 'LITERAL+',
      rfc: '7888',
      capability: ['LITERAL+'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const before = client.continuations;
        await fill(client, name, [note('Not asked for', {}, 'x'.repeat(42_000).replace(/.{70}/g, '$&\r\n'))]);
        expect(client.continuations).toBe(before);
      },
    },
    {
      name: 'LITERAL-',
      rfc: '7888 §5',
      capability: ['LITERAL-'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const before = client.continuations;
        await fill(client, name, [note('Up to 4096 octets', {}, 'small')]);
        expect(client.continuations).toBe(before);
        await fill(client, name, [note('Above', {}, 'x'.repeat(7000).replace(/.{70}/g, '$&\r\n'))]);
        if (!bench.offers('LITERAL+')) expect(client.continuations).toBe(before + 1);
      },
    },
    {
      name: 'synchronising literals',
      rfc: '3501 §7.5',
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client, 'näme');
        // Two literals in one command, each asked for, where the server has no others.
        const before = client.continuations;
        await fill(client, name, [note('Asked for')]);
        if (!bench.offers('LITERAL+', 'LITERAL-')) expect(client.continuations).toBeGreaterThan(before);
      },
    },
    {
      name: 'NOOP',
      rfc: '3501 §6.1.2',
      async run(bench) {
        const { client, name } = await bench.open([note('First')]);
        await fill(await bench.client(), name, [note('Second')]);
        await client.run(noop());
        expect(client.news).toContainEqual({ type: 'exists', count: 2 });
      },
    },
    {
      name: 'LOGOUT',
      rfc: '3501 §6.1.3',
      async run(bench) {
        const client = await bench.client();
        await client.run(logout());
        expect(await client.session.closed).toBeUndefined();
      },
    },
    {
      name: 'COMPRESS=DEFLATE',
      rfc: '4978',
      capability: ['COMPRESS=DEFLATE'],
      async run(bench) {
        const text = note('Compressed', {}, 'the same line over and over\r\n'.repeat(10_000));
        const client = await bench.client();
        await client.run(compress(zlibCompression));
        const name = await bench.mailbox(client);
        const [down, up] = [client.wire.down, client.wire.up];
        await fill(client, name, [text]);
        await client.run(select(name));
        const [uid] = await client.uids();
        expect((await client.section(uid!, { section: '' })) === text).toBe(true);
        expect(client.wire.down - down).toBeLessThan(text.length / 10);
        expect(client.wire.up - up).toBeLessThan(text.length / 10);
        // Plain on the other side of the same mailbox.
        const other = await bench.second(name);
        expect((await other.section(uid!, { section: '' })) === text).toBe(true);
      },
    },
    {
      name: 'UTF8=ACCEPT',
      rfc: '6855',
      capability: ['UTF8=ACCEPT', 'UTF8=ONLY'],
      async run(bench) {
        const client = await bench.client();
        expect(await client.run(enable(['UTF8=ACCEPT']))).toContain('UTF8=ACCEPT');
        const name = await bench.mailbox(client, 'Grüße & Küsse');
        const [listed] = await client.run(list('', name));
        expect(listed?.name).toBe(name);
        // Without it, another connection is told the same name in modified UTF-7; what is kept of it is right for both.
        const [plainly] = await (await bench.client()).run(list('', name));
        expect(plainly?.name).toBe(name);
        expect(plainly?.wireName).toMatch(/^[\x20-\x7e]+$/);
        expect(listed?.wireName).toBe(plainly?.wireName);
      },
    },
    {
      name: 'IMAP4rev2',
      rfc: '9051',
      capability: ['IMAP4REV2'],
      async run(bench) {
        const { name, uids } = await bench.open([note('One'), { message: note('Two'), flags: ['\\Seen'] }]);
        const client = await bench.client();
        expect(await client.run(enable(['IMAP4rev2']))).toContain('IMAP4REV2');
        await client.run(select(name));
        expect(await client.run(uidSearch({ key: 'UNSEEN' }))).toEqual([uids[0]]);
        expect(client.news.some(({ type }) => type === 'recent')).toBe(false);
        const unicode = await bench.mailbox(client, 'Grüße');
        expect((await client.run(list('', unicode))).map((each) => each.name)).toEqual([unicode]);
        expect(await client.run(status(name, ['MESSAGES', 'DELETED']))).toMatchObject({
          messages: 2,
          deleted: 0,
        });
      },
    },
  ],
};
