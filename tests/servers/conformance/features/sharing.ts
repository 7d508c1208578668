import { expect } from 'vitest';
import {
  deleteAcl,
  getAcl,
  getMetadata,
  getQuota,
  getQuotaRoot,
  listRights,
  myRights,
  select,
  setAcl,
  setMetadata,
  setQuota,
} from '@postern/protocol/imap';
import { fill } from '../bench.ts';
import type { Client } from '../client.ts';
import type { FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

async function storage(
  client: Client,
  name: string,
): Promise<{ root: string; usage: bigint; limit: bigint }> {
  for (const { root, resources } of await client.run(getQuotaRoot(name))) {
    const found = resources.find((each) => each.name === 'STORAGE');
    if (found) return { root, ...found };
  }
  throw new Error('no quota of storage');
}

export const sharing: FeatureGroup = {
  title: 'Quota, rights and notes',
  features: [
    {
      name: 'GETQUOTAROOT',
      rfc: '9208 §4.1.2',
      capability: ['QUOTA'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const before = await storage(client, name);
        expect(before.limit).toBeGreaterThan(before.usage);
        await fill(client, name, [note('Ten kilobytes', {}, `${'x'.repeat(78)}\r\n`.repeat(256))]);
        const after = await storage(client, name);
        // Units of 1024 octets, and a server may round.
        expect(Number(after.usage - before.usage)).toBeGreaterThanOrEqual(19);
        expect(Number(after.usage - before.usage)).toBeLessThanOrEqual(22);
      },
    },
    {
      name: 'GETQUOTA',
      rfc: '9208 §4.1.1',
      capability: ['QUOTA'],
      async run(bench) {
        const client = await bench.client();
        const { root, usage, limit } = await storage(client, 'INBOX');
        const [same] = await client.run(getQuota(root));
        expect(same).toMatchObject({ root, resources: [{ name: 'STORAGE', usage, limit }] });
      },
    },
    {
      name: 'SETQUOTA and OVERQUOTA',
      rfc: '9208 §4.1.3',
      capability: ['QUOTASET'],
      async run(bench) {
        const client = await bench.client(bench.grace);
        const name = await bench.mailbox(client);
        const [quota] = await client.run(getQuotaRoot(name));
        const root = quota?.root ?? '';
        await client.run(setQuota(root, { STORAGE: 8n }));
        expect(await storage(client, name)).toMatchObject({ limit: 8n });
        const large = note('Too much', {}, `${'x'.repeat(78)}\r\n`.repeat(256));
        await expect(fill(client, name, [large])).rejects.toMatchObject({
          status: 'NO',
          code: { code: 'OVERQUOTA' },
        });
        expect((await client.run(select(name))).exists).toBe(0);
        await client.run(setQuota(root, { STORAGE: 1_000_000n }));
        await fill(client, name, [large]);
        expect((await client.run(select(name))).exists).toBe(1);
      },
    },
    {
      name: 'ACL',
      rfc: '4314',
      capability: ['ACL'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client, 'shared');
        expect((await client.run(myRights(name)))?.rights).toMatch(/(?=.*l)(?=.*r)(?=.*a)/);
        const entries = async (): Promise<string | undefined> =>
          (await (await bench.client()).run(getAcl(name)))?.entries.find(
            ({ identifier }) => identifier === bench.grace.user,
          )?.rights;
        await client.run(setAcl(name, bench.grace.user, 'lr'));
        expect([...((await entries()) ?? '')].toSorted().join('')).toBe('lr');
        await client.run(setAcl(name, bench.grace.user, 's', 'add'));
        expect([...((await entries()) ?? '')].toSorted().join('')).toBe('lrs');
        const choice = await client.run(listRights(name, bench.grace.user));
        expect([choice?.required, ...(choice?.optional ?? [])].join('')).toMatch(/r/);
        await client.run(deleteAcl(name, bench.grace.user));
        expect(await entries()).toBeUndefined();
      },
    },
    {
      name: 'METADATA',
      rfc: '5464',
      capability: ['METADATA'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const text = 'two lines\r\n"and a quote"';
        await client.run(setMetadata(name, new Map([['/private/comment', octets(text)]])));
        const other = await bench.client();
        const read = async (): Promise<string | undefined> => {
          const value = (await other.run(getMetadata(name, ['/private/comment']))).get('/private/comment');
          return value ? new TextDecoder().decode(value) : undefined;
        };
        expect(await read()).toBe(text);
        await client.run(setMetadata(name, new Map([['/private/comment', null]])));
        expect(await read()).toBeUndefined();
      },
    },
    {
      name: 'METADATA of the server',
      rfc: '5464 §4.2',
      capability: ['METADATA', 'METADATA-SERVER'],
      async run(bench) {
        const client = await bench.client();
        const answer = await client.run(getMetadata('', ['/shared/comment', '/shared/admin']));
        // Hardly a server has any; what counts is that it says so in a way that can be read.
        for (const [entry, value] of answer) {
          expect(['/shared/comment', '/shared/admin']).toContain(entry);
          expect(value === null || value.length > 0).toBe(true);
        }
      },
    },
    {
      name: 'METADATA MAXSIZE',
      rfc: '5464 §4.2.1',
      capability: ['METADATA'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        await client.run(setMetadata(name, new Map([['/private/comment', octets('x'.repeat(3000))]])));
        const small = await client.run(getMetadata(name, ['/private/comment'], { maxSize: 1024 }));
        expect(small.get('/private/comment') ?? undefined).toBeUndefined();
        const whole = await client.run(getMetadata(name, ['/private/comment'], { maxSize: 4096 }));
        expect(whole.get('/private/comment')).toHaveLength(3000);
      },
    },
  ],
};
