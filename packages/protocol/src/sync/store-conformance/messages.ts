/** Messages: rows, flags, descriptors, moves. */
import type { Uid } from '../../imap/types.ts';
import type { Change } from '../change.ts';
import { JUST_GONE } from '../model.ts';
import type { MessageKey } from '../model.ts';
import { rowAt, rowsOf } from '../rows.ts';
import {
  DESCRIPTORS_PER_CHUNK,
  descriptorsQuery,
  keptQuery,
  mailboxesQuery,
  partQuery,
  piecesQuery,
  rowsQuery,
} from '../store.ts';
import type { Store } from '../store.ts';
import { expect } from './case.ts';
import type { StoreCase } from './case.ts';
import { archive, fill, inbox, sampleDescriptor, sampleMailbox } from './samples.ts';

export const messagesCases: readonly StoreCase[] = [
  {
    name: 'keeps messages as rows, in order of key, with flags, keywords and dates',
    async run(store, reopen) {
      const keys = await fill(
        store,
        3,
        (i) => [['\\Seen', '$Forwarded'], [], ['\\Flagged', 'Garden', '$Forwarded']][i] ?? [],
      );
      const check = async (from: Store): Promise<void> => {
        const rows = await from.read(rowsQuery(inbox));
        expect([...rows.keys], keys, 'keys');
        expect(rowAt(rows, 0).flags, ['\\Seen', '$Forwarded'], 'flags of the first');
        expect(rowAt(rows, 2).flags.toSorted(), ['$Forwarded', 'Garden', '\\Flagged'], 'flags of the third');
        expect(
          rowAt(rows, 1),
          { key: keys[1], mailbox: inbox, uid: 11, flags: [], date: 1_700_000_001_000, size: 101 },
          'row',
        );
        const mailbox = (await from.read(mailboxesQuery()))[0];
        expect(mailbox, sampleMailbox(inbox, 'INBOX'), 'mailbox with its 63-bit MODSEQ');
      };
      await check(store);
      if (reopen) await check(await reopen());
    },
  },
  {
    name: 'reads descriptors across chunks, and only those that are there',
    async run(store) {
      const keys = await fill(store, DESCRIPTORS_PER_CHUNK * 2 + 5);
      const wanted = [
        keys[0],
        keys[DESCRIPTORS_PER_CHUNK],
        keys.at(-1),
        999_999 as MessageKey,
      ] as MessageKey[];
      const found = await store.read(descriptorsQuery(wanted));
      expect(found.size, 3, 'found');
      expect(
        found.get(keys.at(-1) as MessageKey)?.subject,
        `subject ${DESCRIPTORS_PER_CHUNK * 2 + 4}`,
        'subject',
      );
    },
  },
  {
    name: 'replaces whole flag sets and passes over keys that are elsewhere',
    async run(store) {
      const keys = await fill(store, 2, () => ['\\Seen', 'Old']);
      await store.commit([
        {
          kind: 'flags',
          mailbox: inbox,
          rows: [
            { key: keys[0] as MessageKey, flags: ['New'] },
            { key: 999_999 as MessageKey, flags: ['\\Deleted'] },
          ],
        },
        { kind: 'flags', mailbox: archive, rows: [{ key: keys[1] as MessageKey, flags: [] }] },
      ]);
      const rows = await store.read(rowsQuery(inbox));
      expect(rowAt(rows, 0).flags, ['New'], 'replaced');
      expect(rowAt(rows, 1).flags, ['\\Seen', 'Old'], 'untouched');
    },
  },
  {
    name: 'moves rows, keeping descriptor and parts, and learns UIDs late',
    async run(store) {
      const keys = await fill(store, 3, () => ['Kept']);
      const key = keys[1] as MessageKey;
      await store.commit([
        { kind: 'part', part: { message: key, section: '1', bytes: new Uint8Array([1, 2, 3]) } },
      ]);
      await store.commit([{ kind: 'moved', from: inbox, to: archive, rows: [{ key, uid: 0 }] }]);
      await store.commit([{ kind: 'uid', mailbox: archive, key, uid: 77 as Uid }]);
      expect([...(await store.read(rowsQuery(inbox))).keys], [keys[0], keys[2]], 'left behind');
      const there = await store.read(rowsQuery(archive));
      expect(
        rowAt(there, 0),
        { key, mailbox: archive, uid: 77, flags: ['Kept'], date: 1_700_000_001_000, size: 101 },
        'moved row',
      );
      expect((await store.read(descriptorsQuery([key]))).get(key)?.subject, 'subject 1', 'descriptor');
      expect((await store.read(partQuery(key, '1')))?.bytes, [1, 2, 3], 'part');
    },
  },
  {
    name: 'gives messages that stay where they are other UIDs, keeping all else, also those of others among them',
    async run(store) {
      const keys = await fill(store, 3);
      const [a, b, c] = keys as [MessageKey, MessageKey, MessageKey];
      await store.commit([{ kind: 'part', part: { message: a, section: '1', bytes: new Uint8Array([1]) } }]);
      const before = await store.read(rowsQuery(inbox));
      const rows = [
        { key: a, uid: (before.uids[1] ?? 0) as Uid },
        { key: b, uid: (before.uids[0] ?? 0) as Uid },
      ];
      await store.commit([
        { kind: 'expunged', mailbox: inbox, keys: [c] },
        { kind: 'moved', from: inbox, to: inbox, rows },
      ]);
      const after = await store.read(rowsQuery(inbox));
      expect([...after.keys], [a, b], 'keys');
      expect([...after.uids], [before.uids[1], before.uids[0]], 'uids');
      expect(rowAt(after, 1).flags, rowAt(before, 1).flags, 'flags');
      expect((await store.read(descriptorsQuery([b]))).get(b)?.subject, 'subject 1', 'descriptor');
      expect((await store.read(partQuery(a, '1')))?.bytes, [1], 'part');
    },
  },
  {
    name: 'forgets everything about expunged messages, and nothing else',
    async run(store) {
      const keys = await fill(store, 3);
      const [a, b] = keys as [MessageKey, MessageKey];
      await store.commit([
        { kind: 'part', part: { message: a, section: '1', bytes: new Uint8Array([1]) } },
        { kind: 'part', part: { message: b, section: '1', bytes: new Uint8Array([2]) } },
      ]);
      await store.commit([{ kind: 'expunged', mailbox: inbox, keys: [a] }]);
      expect([...(await store.read(rowsQuery(inbox))).keys], keys.slice(1), 'rows');
      expect((await store.read(descriptorsQuery(keys))).has(a), false, 'descriptor');
      expect(await store.read(partQuery(a, '1')), undefined, 'part');
      expect((await store.read(partQuery(b, '1')))?.bytes, [2], 'part of another');
      await store.commit([{ kind: 'part', part: { message: a, section: '1', bytes: new Uint8Array([1]) } }]);
      expect(await store.read(partQuery(a, '1')), undefined, 'a part that came too late');
    },
  },
  ...[1, 20].map((sections): StoreCase => ({
    name: `forgets everything about many that are expunged at once, of some of which ${sections} parts are kept`,
    async run(store) {
      const keys = await fill(store, 300);
      const bytes = new Uint8Array([1, 2]);
      const some = keys.filter((_, i) => i % 6 < 2);
      await store.commit(
        some.flatMap((message) => [
          ...Array.from({ length: sections }, (_, n): Change => {
            const attachment = n % 2 === 0;
            return { kind: 'part', part: { message, section: `${n + 1}`, bytes }, attachment };
          }),
          { kind: 'piece', piece: { message, section: '99', from: 0, bytes } },
          { kind: 'opened', key: message, at: 5000 },
        ]),
      );
      await store.commit([
        { kind: 'expunged', mailbox: inbox, keys: keys.filter((_, i) => i % 2 === 0).toReversed() },
      ]);
      for (const [i, key] of keys.entries()) {
        const isKept = i % 2 === 1 && i % 6 < 2;
        const parts = [
          await store.read(partQuery(key, '1')),
          await store.read(partQuery(key, `${sections}`)),
        ];
        expect(
          parts.map((part) => part !== undefined),
          [isKept, isKept],
          `parts of the ${i}th`,
        );
        expect((await store.read(piecesQuery(key, '99'))).length, isKept ? 1 : 0, `pieces of the ${i}th`);
      }
      const there = await store.read(descriptorsQuery(keys));
      expect(
        [...there.keys()].toSorted((x, y) => x - y),
        keys.filter((_, i) => i % 2 === 1),
        'descriptors',
      );
      const kept = await store.read(keptQuery(inbox));
      const counted = [...kept.texts.keys()].map((i) => [
        (kept.texts[i] ?? 0) + (kept.attachments[i] ?? 0),
        kept.opened[i],
      ]);
      const asKept = [...counted.keys()].map((i) => (i % 3 === 0 ? [sections * 2 + 2, 5] : [0, 0]));
      expect(counted, asKept, 'counts');
    },
  })),
  {
    name: 'keeps what has just gone where no mailbox is, and gives it back whole',
    async run(store, reopen) {
      const [a, b, c] = (await fill(store, 3)) as [MessageKey, MessageKey, MessageKey];
      const bytes = new Uint8Array([1, 2, 3]);
      await store.commit([{ kind: 'part', part: { message: a, section: '1', bytes } }]);
      const rows = [a, b].map((key) => ({ key, uid: 0 as const }));
      await store.commit([{ kind: 'moved', from: inbox, to: JUST_GONE, rows }]);
      const later = reopen ? await reopen() : store;
      expect([...(await later.read(rowsQuery(inbox))).keys], [c], 'inbox');
      expect([...(await later.read(rowsQuery(JUST_GONE))).keys], [a, b], 'just gone');
      expect((await later.read(mailboxesQuery())).length, 2, 'mailboxes');
      await later.commit([
        { kind: 'moved', from: JUST_GONE, to: archive, rows: [{ key: a, uid: 7 as Uid }] },
        { kind: 'expunged', mailbox: JUST_GONE, keys: [a, b] },
      ]);
      expect((await later.read(rowsQuery(JUST_GONE))).length, 0, 'left');
      expect(rowAt(await later.read(rowsQuery(archive)), 0).uid, 7, 'UID');
      expect((await later.read(partQuery(a, '1')))?.bytes, bytes, 'text');
      expect([...(await later.read(descriptorsQuery([a, b]))).keys()], [a], 'descriptors');
    },
  },
  {
    name: 'adds, flags, moves and expunges in one commit, in order',
    async run(store) {
      const keys = await fill(store, 4);
      const [a, b, c] = keys as [MessageKey, MessageKey, MessageKey];
      const late = await store.allocate(1);
      const changes: Change[] = [
        {
          kind: 'messages',
          mailbox: archive,
          messages: [
            {
              row: { key: late, uid: 5 as Uid, flags: [], date: 0, size: 1 },
              descriptor: sampleDescriptor('late'),
            },
          ],
        },
        { kind: 'flags', mailbox: inbox, rows: [{ key: a, flags: ['\\Seen'] }] },
        { kind: 'moved', from: inbox, to: archive, rows: [{ key: a, uid: 6 as Uid }] },
        { kind: 'flags', mailbox: archive, rows: [{ key: late, flags: ['\\Draft'] }] },
        { kind: 'expunged', mailbox: inbox, keys: [b] },
        { kind: 'preview', key: c, preview: 'first words' },
        {
          kind: 'email-ids',
          ids: [
            { key: c, emailId: 'M1' },
            { key: b, emailId: 'M2' },
          ],
        },
      ];
      await store.commit(changes);
      expect([...(await store.read(rowsQuery(inbox))).keys], keys.slice(2), 'inbox');
      const there = await store.read(rowsQuery(archive));
      expect([...there.keys], [a, late], 'archive');
      expect([rowAt(there, 0).flags, rowAt(there, 1).flags], [['\\Seen'], ['\\Draft']], 'flags');
      expect((await store.read(descriptorsQuery([c]))).get(c)?.preview, 'first words', 'preview');
      const named = await store.read(descriptorsQuery([a, b, c]));
      expect(
        [named.get(a)?.emailId, named.has(b), named.get(c)?.emailId],
        [undefined, false, 'M1'],
        'email ids',
      );
    },
  },
  {
    name: 'keeps the columns of 20,000 messages equal to their rows',
    async run(store) {
      const keys = await fill(store, 20_000, (i) =>
        i % 3 === 0 ? ['\\Seen'] : i % 7 === 0 ? ['Garden'] : [],
      );
      await store.commit([{ kind: 'expunged', mailbox: inbox, keys: keys.filter((_, i) => i % 2 === 0) }]);
      const rows = await store.read(rowsQuery(inbox));
      expect(rows.length, 10_000, 'length');
      const again = rowsOf(
        inbox,
        Array.from({ length: rows.length }, (_, i) => rowAt(rows, i)),
      );
      expect([...again.uids], [...rows.uids], 'UIDs');
      expect([...again.system], [...rows.system], 'system flags');
    },
  },
];
