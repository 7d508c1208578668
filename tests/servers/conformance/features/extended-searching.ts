import { expect } from 'vitest';
import {
  append,
  expunge,
  noop,
  SAVED,
  uidExtendedSearch,
  uidExtendedSort,
  uidFetch,
  uidSearch,
  uidSort,
  uidStore,
} from '@postern/protocol/imap';
import type { SearchKey } from '@postern/protocol/imap';
import type { Bench, Opened } from '../bench.ts';
import { gather } from '../client.ts';
import type { FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

const tulips: SearchKey = { key: 'SUBJECT', text: 'tulips' };

/** Messages 1, 2, 4 and 5 of six are about tulips; the newest comes from whom the alphabet has first. */
const garden = (bench: Bench): Promise<Opened> =>
  bench.open(
    ['Roses', 'Tulips', 'More tulips', 'Oaks', 'Tulips?', 'No tulips'].map((subject, index) =>
      note(subject, {
        From: `${'Ada Bea Mia Zoe Kim Abe'.split(' ')[index]} <${6 - index}@postern.example>`,
      }),
    ),
  );

export const extendedSearching: FeatureGroup = {
  title: 'Searching by extensions',
  features: [
    {
      name: 'ESEARCH',
      rfc: '4731',
      capability: ['ESEARCH'],
      async run(bench) {
        const { client, uids } = await garden(bench);
        const found = await client.run(
          uidExtendedSearch(tulips, { min: true, max: true, count: true, all: true }),
        );
        expect(found).toMatchObject({
          min: uids[1],
          max: uids[5],
          count: 4,
          all: [uids[1], uids[2], uids[4], uids[5]],
        });
        const nothing = await client.run(
          uidExtendedSearch({ key: 'SUBJECT', text: 'cactus' }, { min: true, count: true, all: true }),
        );
        expect(nothing).toMatchObject({ min: undefined, count: 0, all: [] });
      },
    },
    {
      name: 'SEARCHRES',
      rfc: '5182',
      capability: ['SEARCHRES'],
      async run(bench) {
        const { client, name, uids } = await garden(bench);
        await client.run(uidExtendedSearch(tulips, { save: true }));
        const before = client.news.length;
        await client.run(uidFetch(SAVED, ['ENVELOPE']));
        expect(gather(client.news.slice(before)).map(({ uid }) => uid)).toEqual([
          uids[1],
          uids[2],
          uids[4],
          uids[5],
        ]);
        await client.run(uidStore(SAVED, { mode: 'add', flags: ['\\Deleted'] }));
        await client.run(expunge());
        expect(await (await bench.second(name)).uids()).toEqual([uids[0], uids[3]]);
        // What is gone is in no result, saved or not.
        expect(await client.run(uidSearch({ key: 'UID', uids: SAVED }))).toEqual([]);
      },
    },
    {
      name: 'PARTIAL',
      rfc: '9394',
      capability: ['PARTIAL'],
      async run(bench) {
        const { client, uids } = await garden(bench);
        const window = async (first: number, last: number): Promise<unknown> =>
          (await client.run(uidExtendedSearch(tulips, { partial: [first, last] }))).partial;
        expect(await window(1, 2)).toEqual([uids[1], uids[2]]);
        expect(await window(-1, -3)).toEqual([uids[2], uids[4], uids[5]]);
        expect(await window(9, 12)).toEqual([]);
        const before = client.news.length;
        await client.run(uidFetch([[1, 0xffffffff]], ['ENVELOPE'], { window: [-1, -2] }));
        expect(gather(client.news.slice(before)).map(({ uid }) => uid)).toEqual([uids[4], uids[5]]);
      },
    },
    {
      name: 'CONTEXT=SEARCH',
      rfc: '5267',
      capability: ['CONTEXT=SEARCH'],
      async run(bench) {
        const { client, name, uids } = await garden(bench);
        const found = await client.run(uidExtendedSearch(tulips, { count: true, update: true }));
        expect(found).toMatchObject({ count: 4, updating: true });
        const other = await bench.second(name);
        await other.run(uidStore([uids[2]!], { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await other.run(append(name, { message: new TextEncoder().encode(note('Even more tulips')) }));
        await client.run(noop());
        const updates = client.news.flatMap((news) =>
          news.type === 'search-update' && news.tag === found.tag ? news.updates : [],
        );
        expect(updates.map(({ type, found: ranges }) => [type, ranges])).toContainEqual([
          'add',
          [[uids[5]! + 1, uids[5]! + 1]],
        ]);
        expect(updates.map(({ type, found: ranges }) => [type, ranges])).toContainEqual([
          'remove',
          [[uids[2], uids[2]]],
        ]);
      },
    },
    {
      name: 'WITHIN',
      rfc: '5032',
      capability: ['WITHIN'],
      async run(bench) {
        const { client, uids } = await bench.open([
          { message: note('Long ago'), internalDate: Date.now() - 3 * 3_600_000 },
          { message: note('Just now'), internalDate: Date.now() - 60_000 },
        ]);
        expect(await client.run(uidSearch({ key: 'OLDER', seconds: 3600 }))).toEqual([uids[0]]);
        expect(await client.run(uidSearch({ key: 'YOUNGER', seconds: 3600 }))).toEqual([uids[1]]);
      },
    },
    {
      name: 'SEARCH=FUZZY',
      rfc: '6203',
      capability: ['SEARCH=FUZZY'],
      async run(bench) {
        const { client, uids } = await garden(bench);
        const found = await client.run(uidSearch({ key: 'FUZZY', fuzzy: tulips }));
        expect(found).toEqual(expect.arrayContaining([uids[1], uids[2]]));
        expect(found).not.toContain(uids[3]);
      },
    },
    {
      name: 'SAVEDSINCE',
      rfc: '8514 §4.3',
      capability: ['SAVEDATE'],
      async run(bench) {
        const { client, uids } = await bench.open([
          { message: note('Written long ago'), internalDate: Date.UTC(2020, 1, 2) },
        ]);
        const now = new Date(Date.now() - 86_400_000);
        const day = { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1, day: now.getUTCDate() };
        expect(await client.run(uidSearch({ key: 'SAVEDSINCE', day }))).toEqual([...uids]);
        expect(await client.run(uidSearch({ key: 'SAVEDBEFORE', day }))).toEqual([]);
      },
    },
    {
      name: 'SEARCH EMAILID',
      rfc: '8474 §6',
      capability: ['OBJECTID'],
      async run(bench) {
        const { client, uids } = await garden(bench);
        const { emailId } = await client.look(uids[3]!, 'EMAILID');
        expect(await client.run(uidSearch({ key: 'EMAILID', id: emailId! }))).toEqual([uids[3]]);
      },
    },
    {
      name: 'ESORT',
      rfc: '5267 §3',
      capability: ['ESORT'],
      async run(bench) {
        const { client, uids } = await garden(bench);
        const found = await client.run(uidExtendedSort([{ by: 'FROM' }], tulips, { count: true, all: true }));
        expect(found).toMatchObject({ count: 4, all: [uids[5], uids[4], uids[2], uids[1]] });
      },
    },
    {
      name: 'ESORT MIN and MAX',
      rfc: '5267 §3',
      capability: ['ESORT'],
      async run(bench) {
        const { client, uids } = await garden(bench);
        // Those of the order, not of the numbers.
        const ends = await client.run(uidExtendedSort([{ by: 'FROM' }], tulips, { min: true, max: true }));
        expect(ends).toMatchObject({ min: uids[5], max: uids[1] });
      },
    },
    {
      name: 'SORT=DISPLAY',
      rfc: '5957',
      capability: ['SORT=DISPLAY'],
      async run(bench) {
        const { client, uids } = await garden(bench);
        const sorted = async (by: 'FROM' | 'DISPLAYFROM'): Promise<number[]> =>
          (await client.run(uidSort([{ by }], { key: 'ALL' }))).map((uid) => uids.indexOf(uid));
        expect(await sorted('DISPLAYFROM')).toEqual([5, 0, 1, 4, 2, 3]);
        // By address it is the other way round.
        expect(await sorted('FROM')).toEqual([5, 4, 3, 2, 1, 0]);
      },
    },
  ],
};
