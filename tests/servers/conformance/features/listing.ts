import { expect } from 'vitest';
import { create, list, subscribe } from '@postern/protocol/imap';
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
  ],
};
