import { expect } from 'vitest';
import { create, rename, status, uidCopy } from '@postern/protocol/imap';
import type { FeatureGroup } from '../feature.ts';
import { attachment, html, nested, note } from '../letters.ts';

export const fetchExtensions: FeatureGroup = {
  title: 'Fetching by extensions',
  features: [
    {
      name: 'BINARY',
      rfc: '3516',
      capability: ['BINARY'],
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        const binary = async (section: string): Promise<Uint8Array | null | undefined> => {
          const { sections = [] } = await client.look(uids[0], { binary: section });
          return sections.find((each) => each.section === section)?.data;
        };
        expect(Buffer.from((await binary('2')) ?? [])).toEqual(Buffer.from(attachment));
        expect(new TextDecoder().decode((await binary('1.2')) ?? new Uint8Array())).toBe(html);
        expect(await client.flags(uids[0])).toEqual([]);
      },
    },
    {
      name: 'BINARY.SIZE',
      rfc: '3516 §4.3',
      capability: ['BINARY'],
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        const { binarySizes } = await client.look(uids[0], { binarySize: '2' });
        expect([...(binarySizes ?? [])]).toEqual([['2', attachment.length]]);
      },
    },
    {
      name: 'PREVIEW',
      rfc: '8970',
      capability: ['PREVIEW'],
      async run(bench) {
        const { client, uids } = await bench.open([
          note('A letter', {}, 'The first line says what it is about.\r\nThe second does not.'),
        ]);
        const { preview } = await client.look(uids[0], 'PREVIEW');
        expect(preview).toEqual(expect.stringMatching(/^The first line says what it is about\./));
        const lazy = await client.look(uids[0], ['FLAGS', 'PREVIEW (LAZY)']);
        expect([preview, null]).toContain(lazy.preview);
      },
    },
    {
      name: 'SAVEDATE',
      rfc: '8514',
      capability: ['SAVEDATE'],
      async run(bench) {
        const before = Date.now() - 2000;
        const { client, uids } = await bench.open([
          { message: note('Saved when?'), internalDate: Date.UTC(2020, 1, 2) },
        ]);
        const { saveDate } = await client.look(uids[0], 'SAVEDATE');
        expect(saveDate).toBeGreaterThan(before);
        expect(saveDate).toBeLessThan(Date.now() + 2000);
      },
    },
    {
      name: 'EMAILID',
      rfc: '8474 §5.1',
      capability: ['OBJECTID'],
      async run(bench) {
        const { client, uids } = await bench.open([note('The same'), note('Another')]);
        const [same, another] = await client.fetch(uids, 'EMAILID');
        expect(same?.emailId).toMatch(/^[\w-]{1,255}$/);
        expect(another?.emailId).not.toBe(same?.emailId);
        const to = await bench.mailbox(client, 'copies');
        await client.run(uidCopy([uids[0]], to));
        const other = await bench.second(to);
        const copy = await other.look((await other.uids())[0]!, 'EMAILID');
        expect(copy.emailId).toBe(same?.emailId);
      },
    },
    {
      name: 'THREADID',
      rfc: '8474 §5.2',
      capability: ['OBJECTID'],
      async run(bench) {
        const { client, uids } = await bench.open([
          note('Bulbs', { 'Message-ID': '<bulbs@threads>' }),
          note('Re: Bulbs', { References: '<bulbs@threads>', 'In-Reply-To': '<bulbs@threads>' }),
          note('Something else'),
        ]);
        const ids = (await client.fetch(uids, ['EMAILID', 'THREADID'])).map(({ threadId }) => threadId);
        // A server may have none, and then says NIL; no two conversations share one.
        if (ids[0] === null) expect(ids).toEqual([null, null, null]);
        else expect(ids).toEqual([ids[0], ids[0], expect.not.stringMatching(new RegExp(`^${ids[0]}$`))]);
      },
    },
    {
      name: 'MAILBOXID',
      rfc: '8474 §4',
      capability: ['OBJECTID'],
      async run(bench) {
        const client = await bench.client();
        const name = bench.name('identified');
        const made = await client.run(create(name));
        const id = async (of: string): Promise<string | undefined> =>
          (await (await bench.client()).run(status(of, ['MAILBOXID'])))?.mailboxId;
        expect(made).toMatch(/^[\w-]{1,255}$/);
        expect(await id(name)).toBe(made);
        const to = bench.name('renamed');
        await client.run(rename(name, to));
        expect(await id(to)).toBe(made);
        expect(await id('INBOX')).not.toBe(made);
      },
    },
  ],
};
