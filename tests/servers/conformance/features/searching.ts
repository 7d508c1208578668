import { expect } from 'vitest';
import { uidSearch, uidSort, uidStore, uidThread } from '@postern/protocol/imap';
import type { SearchKey, SortCriterion, Thread, Uid } from '@postern/protocol/imap';
import type { Opened } from '../bench.ts';
import type { Feature, FeatureGroup } from '../feature.ts';
import { nested, note } from '../letters.ts';

const day = Date.UTC(2026, 5, 15, 12);
const messages = [
  {
    message: note(
      'Tulips',
      { From: 'zoe@postern.example', Date: 'Mon, 15 Jun 2026 12:00:00 +0000' },
      'Red ones.',
    ),
    flags: ['\\Seen'],
    internalDate: day,
  },
  {
    message: note(
      'Grüße',
      { From: 'Bea <bea@postern.example>', Cc: 'kay@postern.example' },
      'Zwölf Boxkämpfer.',
    )
      .replace('text/plain; charset=utf-8', 'text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit')
      .replace('Subject: Grüße', 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?='),
    flags: ['\\Flagged', 'garden'],
    internalDate: day + 3 * 86_400_000,
  },
  { message: nested, internalDate: day + 6 * 86_400_000 },
  {
    message: note('Tulips again', { From: 'mia@postern.example', 'X-Bed': 'north' }, 'Yellow. '.repeat(400)),
    flags: ['\\Answered', '\\Draft'],
    internalDate: day + 9 * 86_400_000,
  },
] as const;
const june = (date: number): { year: number; month: number; day: number } => ({
  year: 2026,
  month: 6,
  day: date,
});

const keys: readonly (readonly [what: string, key: SearchKey, found: readonly number[]])[] = [
  ['all', { key: 'ALL' }, [0, 1, 2, 3]],
  ['seen', { key: 'SEEN' }, [0]],
  ['unseen', { key: 'UNSEEN' }, [1, 2, 3]],
  ['flagged', { key: 'FLAGGED' }, [1]],
  ['answered', { key: 'ANSWERED' }, [3]],
  ['drafts', { key: 'DRAFT' }, [3]],
  ['deleted', { key: 'DELETED' }, []],
  ['a keyword', { key: 'KEYWORD', flag: 'garden' }, [1]],
  ['without it', { key: 'UNKEYWORD', flag: 'garden' }, [0, 2, 3]],
  ['from', { key: 'FROM', text: 'zoe' }, [0]],
  ['to', { key: 'TO', text: 'joan' }, [2]],
  ['cc', { key: 'CC', text: 'kay' }, [1, 2]],
  ['subject', { key: 'SUBJECT', text: 'tulips' }, [0, 3]],
  ['body', { key: 'BODY', text: 'red ones' }, [0]],
  ['text', { key: 'TEXT', text: 'yellow' }, [3]],
  ['a field', { key: 'HEADER', field: 'X-Bed', text: 'north' }, [3]],
  ['any of a field', { key: 'HEADER', field: 'In-Reply-To', text: '' }, [2]],
  ['since', { key: 'SINCE', day: june(18) }, [1, 2, 3]],
  ['before', { key: 'BEFORE', day: june(18) }, [0]],
  ['on', { key: 'ON', day: june(21) }, [2]],
  ['sent before', { key: 'SENTBEFORE', day: { year: 2026, month: 7, day: 1 } }, [0]],
  ['larger', { key: 'LARGER', octets: 2500 }, [3]],
  ['smaller', { key: 'SMALLER', octets: 700 }, [0, 1]],
  ['not', { key: 'NOT', not: { key: 'SUBJECT', text: 'tulips' } }, [1, 2]],
  ['or', { key: 'OR', either: [{ key: 'SEEN' }, { key: 'FLAGGED' }] }, [0, 1]],
  ['and', { key: 'AND', all: [{ key: 'SUBJECT', text: 'tulips' }, { key: 'UNSEEN' }] }, [3]],
  [
    'nested',
    {
      key: 'NOT',
      not: {
        key: 'OR',
        either: [{ key: 'AND', all: [{ key: 'SEEN' }, { key: 'FROM', text: 'zoe' }] }, { key: 'DRAFT' }],
      },
    },
    [1, 2],
  ],
];

async function expectFound(
  { client, uids }: Opened,
  key: SearchKey,
  found: readonly number[],
  what: string,
): Promise<void> {
  const answer = await client.run(uidSearch(key));
  expect(
    answer.map((uid) => uids.indexOf(uid)),
    what,
  ).toEqual(found);
}

const flat = (threads: readonly Thread[]): unknown[] =>
  threads.map(({ line, branches }) => (branches.length > 0 ? [...line, flat(branches)] : [...line]));

function threading(algorithm: string): Feature {
  return {
    name: `THREAD=${algorithm}`,
    rfc: '5256 §3',
    capability: [`THREAD=${algorithm}`],
    async run(bench) {
      const at = (minute: number, id: string, parents: string): Record<string, string> => ({
        Date: `Tue, 01 Sep 2026 10:${String(minute).padStart(2, '0')}:00 +0000`,
        'Message-ID': `<${id}@threads>`,
        ...(parents ? { References: parents, 'In-Reply-To': parents } : {}),
      });
      const { client, uids } = await bench.open([
        note('Roses', at(1, 'a', '')),
        note('Another matter', at(2, 'b', '')),
        note('Re: Roses', at(3, 'c', '<a@threads>')),
        note('Re: Roses', at(4, 'd', '<a@threads>')),
      ]);
      const threads = flat(await client.run(uidThread(algorithm, { key: 'ALL' })));
      const [roses, other, first, second] = uids;
      expect(threads).toEqual(expect.arrayContaining([[other], [roses, [[first], [second]]]]));
      expect(threads).toHaveLength(2);
    },
  };
}

export const searching: FeatureGroup = {
  title: 'Searching, sorting and threading',
  features: [
    {
      name: 'SEARCH',
      rfc: '3501 §6.4.4',
      async run(bench) {
        const opened = await bench.open(messages);
        for (const [what, key, found] of keys) await expectFound(opened, key, found, what);
        const [first, , third] = opened.uids;
        await expectFound(opened, { key: 'UID', uids: [first, third!] }, [0, 2], 'UIDs');
      },
    },
    {
      name: 'SEARCH in UTF-8',
      rfc: '3501 §6.4.4',
      async run(bench) {
        const opened = await bench.open(messages);
        await expectFound(opened, { key: 'SUBJECT', text: 'Grüße' }, [1], 'an encoded word');
        await expectFound(opened, { key: 'BODY', text: 'Zwölf' }, [1], '8 bit');
      },
    },
    {
      name: 'SEARCH MODSEQ',
      rfc: '7162 §3.1.5',
      capability: ['CONDSTORE'],
      async run(bench) {
        const { client, name, uids } = await bench.open(messages, { condstore: true });
        const other = await bench.second(name);
        await other.run(uidStore(uids.slice(1, 3), { mode: 'add', flags: ['$Junk'] }));
        const changed = (await client.look(uids[1]!, 'MODSEQ')).modSeq!;
        const newer = await client.run(uidSearch({ key: 'MODSEQ', modSeq: changed }));
        expect(newer).toEqual(uids.slice(1, 3));
      },
    },
    {
      name: 'SORT',
      rfc: '5256 §3',
      capability: ['SORT'],
      async run(bench) {
        const { client, uids } = await bench.open(messages);
        const sorted = async (...criteria: SortCriterion[]): Promise<number[]> =>
          (await client.run(uidSort(criteria, { key: 'ALL' }))).map((uid: Uid) => uids.indexOf(uid));
        expect(await sorted({ by: 'FROM' })).toEqual([2, 1, 3, 0]);
        expect(await sorted({ by: 'ARRIVAL', reverse: true })).toEqual([3, 2, 1, 0]);
        expect(await sorted({ by: 'SUBJECT' })).toEqual([1, 2, 0, 3]);
        expect((await sorted({ by: 'SIZE', reverse: true }))[0]).toBe(3);
        expect((await sorted({ by: 'DATE' }))[0]).toBe(0);
      },
    },
    threading('REFERENCES'),
    threading('ORDEREDSUBJECT'),
  ],
};
