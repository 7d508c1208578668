import { expect } from 'vitest';
import { appendAll, fetchBinary, replace, uidExtendedSearch } from '@postern/protocol/imap';
import { decodeBase64 } from '@postern/protocol/bytes';
import { signIn } from '@postern/protocol/sign-in';
import { scramPorts } from '../../../../gateway/src/cryptography.ts';
import type { FeatureGroup } from '../feature.ts';
import { attachment, nested, note } from '../letters.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What gives the same on every server, by its extensions or without them. */
export const withOrWithout: FeatureGroup = {
  title: 'The same on every server',
  features: [
    {
      name: 'signing in with the best there is',
      rfc: '3501 §6.2',
      async run(bench) {
        const stranger = await bench.stranger();
        const { user, password } = bench.ada;
        await signIn(stranger.session, { user, password }, scramPorts);
        expect(stranger.session.state).toBe('authenticated');
        expect(stranger.session.capabilities).toContain('IMAP4REV1');
        const other = await bench.stranger();
        const wrong = signIn(other.session, { user, password: `${password}x` }, scramPorts);
        await expect(wrong).rejects.toMatchObject({ kind: 'CommandError', status: 'NO' });
      },
    },
    {
      name: 'appending several',
      rfc: '3502',
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const places = await appendAll(
          client.session,
          name,
          ['One', 'Two', 'Three'].map((subject) => ({ message: octets(note(subject)) })),
        );
        const other = await bench.second(name);
        const uids = await other.uids();
        if (bench.offers('UIDPLUS')) expect(places.map((place) => place?.uid)).toEqual(uids);
        const messages = await other.fetch(uids, 'ENVELOPE');
        expect(messages.map(({ envelope }) => envelope?.subject)).toEqual(['One', 'Two', 'Three']);
      },
    },
    {
      name: 'replacing a draft',
      rfc: '8508',
      async run(bench) {
        const { client, name, uids } = await bench.open([
          note('First draft'),
          { message: note('Marked by others'), flags: ['\\Deleted'] },
        ]);
        await replace(client.session, uids[0], name, { message: octets(note('Second draft')) });
        const other = await bench.second(name);
        const left = await other.fetch(await other.uids(), 'ENVELOPE');
        // What others marked for removal is theirs to remove.
        expect(left.map(({ envelope }) => envelope?.subject)).toEqual(['Marked by others', 'Second draft']);
      },
    },
    {
      name: 'the first, the last and how many',
      rfc: '4731',
      async run(bench) {
        const { client, uids } = await bench.open(['a b', 'b', 'a', 'b a', 'a c'].map((each) => note(each)));
        const found = await client.run(
          uidExtendedSearch({ key: 'SUBJECT', text: 'a' }, { min: true, max: true, count: true }),
        );
        expect(found).toMatchObject({ min: uids[0], max: uids[4], count: 4 });
        const window = uidExtendedSearch({ key: 'SUBJECT', text: 'a' }, { partial: [-1, -2] });
        expect((await client.run(window)).partial).toEqual([uids[3], uids[4]]);
      },
    },
    {
      name: 'a part, decoded',
      rfc: '3516',
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        client.news.length = 0;
        expect(await fetchBinary(client.session, [uids[0]], '2')).toBe(1);
        const section = client.news.flatMap((news) =>
          news.type === 'fetch' ? (news.message.sections ?? []) : [],
        )[0];
        const data = section?.data ?? new Uint8Array();
        expect(section?.binary ?? false).toBe(bench.offers('BINARY', 'IMAP4REV2'));
        expect(Buffer.from(section?.binary ? data : decodeBase64(data))).toEqual(Buffer.from(attachment));
      },
    },
  ],
};
