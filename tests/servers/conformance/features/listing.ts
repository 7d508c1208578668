import { expect } from 'vitest';
import { create, list, rlist, setMetadata, subscribe } from '@postern/protocol/imap';
import { fill } from '../bench.ts';
import type { FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

export const listing: FeatureGroup = {
  title: 'Listing',
  features: [
    {
      name: 'CHILDREN',
      rfc: '3348',
      capability: ['CHILDREN'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client, 'parent');
        const below = `${name}${bench.delimiter}child`;
        await client.run(create(below));
        const listed = await client.run(list('', `${name}*`));
        const attributes = new Map(listed.map((each) => [each.name, each.attributes]));
        expect(attributes.get(name)).toContain('\\HasChildren');
        expect(attributes.get(below)).toEqual(
          expect.arrayContaining([expect.stringMatching(/^\\(HasNoChildren|Noinferiors)$/i)]),
        );
      },
    },
    {
      name: 'SPECIAL-USE',
      rfc: '6154',
      capability: ['SPECIAL-USE'],
      async run(bench) {
        const client = await bench.client();
        const listed = await client.run(list('', '*', { returnSpecialUse: bench.offers('LIST-EXTENDED') }));
        for (const use of ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive']) {
          const found = listed.filter(({ attributes }) => attributes.includes(`\\${use}`));
          expect(found.map(({ name }) => name)).toEqual([`${bench.prefix}${use}`]);
        }
      },
    },
    {
      name: 'LIST-EXTENDED',
      rfc: '5258',
      capability: ['LIST-EXTENDED'],
      async run(bench) {
        const client = await bench.client();
        const [yes, no] = [await bench.mailbox(client, 'ext'), await bench.mailbox(client, 'ext')];
        await client.run(subscribe(yes));
        const listed = await client.run(
          list('', `${bench.prefix}ext%`, { returnSubscribed: true, returnChildren: true }),
        );
        const attributes = new Map(listed.map((each) => [each.name, each.attributes]));
        expect(attributes.get(yes)).toEqual(expect.arrayContaining(['\\Subscribed', '\\HasNoChildren']));
        expect(attributes.get(no)).toContain('\\HasNoChildren');
        expect(attributes.get(no)).not.toContain('\\Subscribed');
      },
    },
    {
      name: 'LIST-STATUS',
      rfc: '5819',
      capability: ['LIST-STATUS'],
      async run(bench) {
        const client = await bench.client();
        const [full, empty] = [await bench.mailbox(client, 'stat'), await bench.mailbox(client, 'stat')];
        await fill(client, full, [note('One'), { message: note('Two'), flags: ['\\Seen'] }]);
        const listed = await client.run(
          list('', `${bench.prefix}stat%`, { returnStatus: ['MESSAGES', 'UNSEEN'] }),
        );
        const statuses = new Map(listed.map((each) => [each.name, each.status]));
        expect(statuses.get(full)).toMatchObject({ messages: 2, unseen: 1 });
        expect(statuses.get(empty)).toMatchObject({ messages: 0, unseen: 0 });
      },
    },
    {
      name: 'LIST (SUBSCRIBED)',
      rfc: '5258 §3.1',
      capability: ['LIST-EXTENDED'],
      async run(bench) {
        const client = await bench.client();
        const [yes, no] = [await bench.mailbox(client, 'sub'), await bench.mailbox(client, 'sub')];
        await client.run(subscribe(yes));
        const listed = await client.run(list('', `${bench.prefix}sub%`, { only: ['SUBSCRIBED'] }));
        expect(listed.map(({ name }) => name)).toEqual([yes]);
        expect(listed[0]?.attributes).toContain('\\Subscribed');
        expect(listed.map(({ name }) => name)).not.toContain(no);
      },
    },
    {
      name: 'LIST (RECURSIVEMATCH)',
      rfc: '5258 §3.5',
      capability: ['LIST-EXTENDED'],
      async run(bench) {
        const client = await bench.client();
        const parent = await bench.mailbox(client, 'rec');
        const other = await bench.mailbox(client, 'rec');
        const child = `${parent}${bench.delimiter}child`;
        await client.run(create(child));
        await client.run(subscribe(child));
        const listed = await client.run(
          list('', `${bench.prefix}rec%`, { only: ['SUBSCRIBED', 'RECURSIVEMATCH'] }),
        );
        expect(listed.map(({ name, childInfo }) => [name, childInfo])).toEqual([[parent, ['SUBSCRIBED']]]);
        expect(listed.map(({ name }) => name)).not.toContain(other);
      },
    },
    {
      name: 'LIST of several patterns',
      rfc: '5258 §3',
      capability: ['LIST-EXTENDED'],
      async run(bench) {
        const client = await bench.client();
        const [a, b] = [await bench.mailbox(client, 'pat'), await bench.mailbox(client, 'tern')];
        const listed = await client.run(list('', [a, b, bench.name('not-there')]));
        expect(listed.map(({ name }) => name).toSorted()).toEqual([a, b].toSorted());
      },
    },
    {
      name: 'LIST (SPECIAL-USE)',
      rfc: '6154 §5.2',
      capability: ['SPECIAL-USE'],
      async run(bench) {
        const client = await bench.client();
        const listed = await client.run(list('', '*', { only: ['SPECIAL-USE'], returnSpecialUse: true }));
        expect(listed.map(({ name }) => name).toSorted()).toEqual(
          ['Archive', 'Drafts', 'Junk', 'Sent', 'Trash'].map((use) => `${bench.prefix}${use}`),
        );
      },
    },
    {
      name: 'CREATE-SPECIAL-USE',
      rfc: '6154 §3',
      capability: ['CREATE-SPECIAL-USE'],
      async run(bench) {
        const client = await bench.client(bench.grace);
        const name = bench.name('used');
        // A server need not have every use, and says so by a code of its own.
        let use = '\\Important';
        await client.run(create(name, [use])).catch(async (error: unknown) => {
          expect(error).toMatchObject({ status: 'NO', code: { code: 'USEATTR' } });
          use = '\\Archive';
          await client.run(create(name, [use]));
        });
        const listed = await (
          await bench.client(bench.grace)
        ).run(list('', name, { returnSpecialUse: true }));
        expect(listed[0]?.attributes).toContain(use);
      },
    },
    {
      name: 'LIST-MYRIGHTS',
      rfc: '8440',
      capability: ['LIST-MYRIGHTS'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const [listed] = await client.run(list('', name, { returnRights: true }));
        expect(listed?.rights).toMatch(/(?=.*l)(?=.*r)/);
      },
    },
    {
      name: 'LIST-METADATA',
      rfc: '9590',
      capability: ['LIST-METADATA'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client, 'noted');
        const value = new TextEncoder().encode('for the garden');
        await client.run(setMetadata(name, new Map([['/private/comment', value]])));
        const listed = await client.run(
          list('', `${bench.prefix}noted%`, { returnMetadata: ['/private/comment'] }),
        );
        const read = listed.find((each) => each.name === name)?.metadata?.get('/private/comment');
        expect(new TextDecoder().decode(read ?? new Uint8Array())).toBe('for the garden');
      },
    },
    {
      name: 'MAILBOX-REFERRALS',
      rfc: '2193 §5.1',
      capability: ['MAILBOX-REFERRALS'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client, 'here');
        const [here, everywhere] = [await client.run(list('', '*')), await client.run(rlist('', '*'))];
        const names = everywhere.map((each) => each.name);
        expect(names).toContain(name);
        expect(names).toEqual(expect.arrayContaining(here.map((each) => each.name)));
      },
    },
  ],
};
