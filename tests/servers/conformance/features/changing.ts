import { expect } from 'vitest';
import {
  create,
  deleteMailbox,
  enable,
  expunge,
  noop,
  select,
  status,
  uidCopy,
  uidExpunge,
  uidFetch,
  uidMove,
  uidStore,
} from '@postern/protocol/imap';
import type { Bench, Opened } from '../bench.ts';
import { gather } from '../client.ts';
import type { FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

const subjects = async (bench: Bench, name: string): Promise<(string | null | undefined)[]> => {
  const client = await bench.second(name);
  const uids = await client.uids();
  return uids.length === 0
    ? []
    : (await client.fetch(uids, 'ENVELOPE')).map(({ envelope }) => envelope?.subject);
};

const three = (bench: Bench): Promise<Opened> => bench.open([note('One'), note('Two'), note('Three')]);

export const changing: FeatureGroup = {
  title: 'Changing messages',
  features: [
    {
      name: 'STORE',
      rfc: '3501 §6.4.6',
      async run(bench) {
        const { client, name, uids } = await three(bench);
        await client.run(uidStore(uids.slice(0, 2), { mode: 'add', flags: ['\\Flagged', '\\Seen'] }));
        await client.run(uidStore([uids[0]], { mode: 'remove', flags: ['\\Seen'], silent: true }));
        const other = await bench.second(name);
        expect(await Promise.all(uids.map((uid) => other.flags(uid)))).toEqual([
          ['\\Flagged'],
          ['\\Flagged', '\\Seen'],
          [],
        ]);
      },
    },
    {
      name: 'keywords',
      rfc: '3501 §2.3.2',
      async run(bench) {
        const { client, name, uids } = await bench.open([note('Labelled')]);
        await client.run(uidStore([uids[0]], { mode: 'add', flags: ['$Forwarded', 'garden'] }));
        const other = await bench.client();
        const selected = await other.run(select(name));
        expect(await other.flags(uids[0])).toEqual(['$Forwarded', 'garden']);
        expect(selected.flags).toEqual(expect.arrayContaining(['garden']));
        expect(selected.permanentFlags).toContain('\\*');
      },
    },
    {
      name: 'conditional STORE',
      rfc: '7162 §3.1.3',
      capability: ['CONDSTORE'],
      async run(bench) {
        const { client, name, uids, selected } = await bench.open([note('Mine'), note('Theirs')], {
          condstore: true,
        });
        const other = await bench.second(name);
        await other.run(uidStore([uids[1]!], { mode: 'add', flags: ['\\Flagged'] }));
        const { modified } = await client.run(
          uidStore(uids, { mode: 'add', flags: ['\\Answered'], unchangedSince: selected.highestModSeq! }),
        );
        expect(modified).toEqual([uids[1]]);
        expect(await other.flags(uids[0])).toEqual(['\\Answered']);
        expect(await other.flags(uids[1]!)).toEqual(['\\Flagged']);
      },
    },
    {
      name: 'COPY',
      rfc: '3501 §6.4.7',
      async run(bench) {
        const { client, name, uids } = await bench.open([{ message: note('Twice'), flags: ['\\Flagged'] }]);
        const to = await bench.mailbox(client, 'copies');
        await client.run(uidCopy([uids[0]], to));
        expect(await subjects(bench, to)).toEqual(['Twice']);
        expect(await subjects(bench, name)).toEqual(['Twice']);
        const other = await bench.second(to);
        expect(await other.flags((await other.uids())[0]!)).toEqual(['\\Flagged']);
        await expect(client.run(uidCopy([uids[0]], bench.name('not-there')))).rejects.toMatchObject({
          status: 'NO',
          code: { code: 'TRYCREATE' },
        });
      },
    },
    {
      name: 'COPYUID',
      rfc: '4315 §3',
      capability: ['UIDPLUS'],
      async run(bench) {
        const { client, uids } = await three(bench);
        const to = await bench.mailbox(client, 'copies');
        const copied = await client.run(uidCopy(uids.slice(1), to));
        const other = await bench.client();
        const { uidValidity } = await other.run(select(to));
        expect(copied).toMatchObject({
          uidValidity,
          source: uids.slice(1),
          destination: await other.uids(),
        });
      },
    },
    {
      name: 'MOVE',
      rfc: '6851',
      capability: ['MOVE'],
      async run(bench) {
        const { client, name, uids } = await three(bench);
        const to = await bench.mailbox(client, 'moved');
        const moved = await client.run(uidMove(uids.slice(0, 2), to));
        expect(moved?.source).toEqual(uids.slice(0, 2));
        expect(await subjects(bench, to)).toEqual(['One', 'Two']);
        expect(await subjects(bench, name)).toEqual(['Three']);
        const gone = client.news.flatMap((news) => {
          if (news.type === 'expunge') return [news.uid];
          return news.type === 'vanished' ? news.uids.flat() : [];
        });
        expect(new Set(gone)).toEqual(new Set(uids.slice(0, 2)));
      },
    },
    {
      name: 'EXPUNGE',
      rfc: '3501 §6.4.3',
      async run(bench) {
        const { client, name, uids } = await three(bench);
        const other = await bench.second(name);
        await other.fetch(uids, 'FLAGS');
        await client.run(uidStore([uids[0], uids[2]!], { mode: 'add', flags: ['\\Deleted'] }));
        await client.run(expunge());
        expect(await subjects(bench, name)).toEqual(['Two']);
        // Whoever looks on hears which messages they were, though it is only told their numbers.
        await other.run(noop());
        const gone = other.news.flatMap((news) => (news.type === 'expunge' ? [news.uid] : []));
        expect(gone.toSorted()).toEqual([uids[0], uids[2]]);
      },
    },
    {
      name: 'UID EXPUNGE',
      rfc: '4315 §2.1',
      capability: ['UIDPLUS'],
      async run(bench) {
        const { client, name, uids } = await three(bench);
        await client.run(uidStore(uids, { mode: 'add', flags: ['\\Deleted'] }));
        await client.run(uidExpunge([uids[1]!]));
        expect(await subjects(bench, name)).toEqual(['One', 'Three']);
      },
    },
    {
      name: 'HIGHESTMODSEQ',
      rfc: '7162 §3.1.2',
      capability: ['CONDSTORE'],
      async run(bench) {
        const { client, name, uids, selected } = await bench.open([note('One'), note('Two')], {
          condstore: true,
        });
        const since = selected.highestModSeq!;
        expect(since).toBeGreaterThan(0n);
        const other = await bench.second(name);
        await other.run(uidStore([uids[1]!], { mode: 'add', flags: ['\\Seen'] }));
        const changed = await client.fetch(uids, ['FLAGS', 'MODSEQ'], { changedSince: since });
        expect(changed.map(({ uid, flags }) => [uid, flags?.includes('\\Seen')])).toEqual([[uids[1], true]]);
        expect(changed[0]?.modSeq).toBeGreaterThan(since);
        const again = await (await bench.client()).run(select(name, { condstore: true }));
        expect(again.highestModSeq).toBe(changed[0]?.modSeq);
      },
    },
    {
      name: 'QRESYNC',
      rfc: '7162 §3.2',
      capability: ['QRESYNC'],
      async run(bench) {
        const { name, uids, selected } = await bench.open([note('Goes'), note('Changes'), note('Stays')], {
          condstore: true,
        });
        const { uidValidity, highestModSeq } = selected;
        const other = await bench.second(name);
        await other.run(uidStore([uids[0]], { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await other.run(uidStore([uids[1]!], { mode: 'add', flags: ['\\Flagged'] }));
        const client = await bench.client();
        await client.run(enable(['QRESYNC']));
        const again = await client.run(
          select(name, { resync: { uidValidity, modSeq: highestModSeq!, known: uids } }),
        );
        expect(again.exists).toBe(2);
        expect(client.news).toContainEqual({ type: 'vanished', uids: [[uids[0], uids[0]]], earlier: true });
        const changed = client.news.flatMap((news) => (news.type === 'fetch' ? [news.message] : []));
        expect(changed.map(({ uid, flags }) => [uid, flags?.includes('\\Flagged')])).toEqual([
          [uids[1], true],
        ]);
        // From here on it is VANISHED that tells of what goes, by UID.
        await other.run(uidStore([uids[2]!], { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await client.run(noop());
        expect(client.news).toContainEqual({ type: 'vanished', uids: [[uids[2], uids[2]]], earlier: false });
      },
    },
    {
      name: 'STATUS HIGHESTMODSEQ',
      rfc: '7162 §3.1.7',
      capability: ['CONDSTORE'],
      async run(bench) {
        const { client, name, uids } = await bench.open([note('One')], { condstore: true });
        const highest = async (): Promise<bigint> =>
          (await (await bench.client()).run(status(name, ['HIGHESTMODSEQ'])))?.highestModSeq ?? 0n;
        const before = await highest();
        expect(before).toBeGreaterThan(0n);
        await client.run(uidStore([uids[0]], { mode: 'add', flags: ['\\Seen'] }));
        expect(await highest()).toBeGreaterThan(before);
      },
    },
    {
      name: 'UID FETCH VANISHED',
      rfc: '7162 §3.2.6',
      capability: ['QRESYNC'],
      async run(bench) {
        const { name, uids, selected } = await bench.open(
          [note('Stays'), note('Goes'), note('Goes too'), note('Changes')],
          { condstore: true },
        );
        const other = await bench.second(name);
        await other.run(uidStore(uids.slice(1, 3), { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await other.run(uidStore([uids[3]!], { mode: 'add', flags: ['\\Answered'] }));
        const client = await bench.client();
        await client.run(enable(['QRESYNC']));
        await client.run(select(name));
        client.news.length = 0;
        await client.run(
          uidFetch([[uids[0], uids[3]!]], ['FLAGS'], {
            changedSince: selected.highestModSeq!,
            vanished: true,
          }),
        );
        expect(client.news).toContainEqual({ type: 'vanished', uids: [[uids[1], uids[2]]], earlier: true });
        expect(gather(client.news).map(({ uid }) => uid)).toEqual([uids[3]]);
      },
    },
    {
      name: 'a mailbox that was made again',
      rfc: '3501 §2.3.1.1',
      async run(bench) {
        const { client, name, selected } = await bench.open([note('One')]);
        await client.run(select('INBOX'));
        const other = await bench.client();
        await other.run(deleteMailbox(name));
        await other.run(create(name));
        const again = await client.run(select(name));
        expect(again.exists).toBe(0);
        // UIDs may be used again only under another UIDVALIDITY.
        const reused = again.uidValidity === selected.uidValidity && (again.uidNext ?? 1) <= 1;
        expect(reused).toBe(false);
      },
    },
  ],
};
