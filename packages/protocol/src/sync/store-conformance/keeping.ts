/** What is kept of messages and mailboxes, and what goes where there is no room. */
import type { Change } from '../change.ts';
import { withRoom } from '../evict.ts';
import { DESCRIPTOR_OCTETS } from '../kept.ts';
import { KeptDepth } from '../model.ts';
import type { MailboxKey, MessageKey } from '../model.ts';
import { rowAt } from '../rows.ts';
import { scarceStore } from '../scarce-store.ts';
import {
  actionsQuery,
  DESCRIPTORS_PER_CHUNK,
  descriptorsQuery,
  keptQuery,
  mailboxesQuery,
  outgoingQuery,
  partQuery,
  piecesQuery,
  rowsQuery,
  settingQuery,
  sizesQuery,
} from '../store.ts';
import { expect } from './case.ts';
import type { StoreCase } from './case.ts';
import { archive, fill, flagAction, inbox, sampleDescriptor } from './samples.ts';

export const keepingCases: readonly StoreCase[] = [
  {
    name: 'keeps the mode that the person chose, whatever the server said of the mailbox',
    async run(store, reopen) {
      await fill(store, 1);
      const [before] = await store.read(mailboxesQuery());
      await store.commit([
        { kind: 'mode', mailbox: inbox, mode: 'offline' },
        { kind: 'mode', mailbox: 99 as MailboxKey, mode: 'offline' },
      ]);
      if (before) await store.commit([{ kind: 'mailbox', mailbox: { ...before, messages: 77 } }]);
      const after = await (reopen ? await reopen() : store).read(mailboxesQuery());
      expect(
        after.map(({ key, mode, messages }) => [key, mode, messages]),
        [
          [inbox, 'offline', 77],
          [archive, 'disconnected', 3],
        ],
        'mode and count',
      );
    },
  },
  {
    name: 'counts what is kept of bodies, by message and by mailbox',
    async run(store, reopen) {
      const keys = await fill(store, DESCRIPTORS_PER_CHUNK + 3);
      const [a, b] = keys as [MessageKey, MessageKey];
      const last = keys.at(-1) as MessageKey;
      const part = (message: MessageKey, section: string, octets: number): Change => ({
        kind: 'part',
        part: { message, section, bytes: new Uint8Array(octets) },
        attachment: section !== '1',
      });
      await store.commit([part(a, '1', 10), part(a, '2', 1000), part(last, '1', 7)]);
      await store.commit([
        part(a, '1', 12),
        part(b, '1', 3),
        part(b, '2', 500),
        { kind: 'kept', keys: [a, 999_999 as MessageKey], depth: KeptDepth.whole },
        { kind: 'opened', key: last, at: 1_700_000_000_999 },
        { kind: 'moved', from: inbox, to: archive, rows: [{ key: b, uid: 0 }] },
      ]);
      const from = reopen ? await reopen() : store;
      const kept = await from.read(keptQuery(inbox));
      expect(kept.rows.length, keys.length - 1, 'rows');
      const at = [0, kept.rows.length - 1] as const;
      expect(
        at.map((i) => [kept.texts[i], kept.attachments[i], kept.opened[i], kept.depths[i]]),
        [
          [12, 1000, 0, KeptDepth.whole],
          [7, 0, 1_700_000_000, KeptDepth.nothing],
        ],
        'kept of two messages',
      );
      expect(
        await from.read(sizesQuery()),
        [
          {
            mailbox: inbox,
            messages: keys.length - 1,
            descriptors: (keys.length - 1) * DESCRIPTOR_OCTETS,
            texts: 19,
            attachments: 1000,
          },
          { mailbox: archive, messages: 1, descriptors: DESCRIPTOR_OCTETS, texts: 3, attachments: 500 },
        ],
        'sizes',
      );
      await from.commit([{ kind: 'kept', keys: [keys[2] as MessageKey], depth: KeptDepth.texts }]);
      await from.commit([{ kind: 'opened', key: keys[2] as MessageKey, at: 5000 }]);
      const alone = await from.read(keptQuery(inbox));
      expect([alone.depths[1], alone.opened[1]], [KeptDepth.texts, 5], 'a message of which nothing is kept');
      await from.commit([{ kind: 'expunged', mailbox: inbox, keys: [a, last] }]);
      const [left] = await from.read(sizesQuery());
      expect([left?.texts, left?.attachments], [0, 0], 'after they were expunged');
    },
  },
  {
    name: 'keeps the pieces of a part until it is whole',
    async run(store, reopen) {
      const keys = await fill(store, 2);
      const [a, b] = keys as [MessageKey, MessageKey];
      const piece = (message: MessageKey, from: number, octets: number): Change => ({
        kind: 'piece',
        piece: { message, section: '2', from, bytes: new Uint8Array(octets).fill(from) },
      });
      await store.commit([piece(a, 0, 3), piece(b, 0, 4)]);
      await store.commit([piece(a, 3, 2)]);
      const from = reopen ? await reopen() : store;
      const pieces = await from.read(piecesQuery(a, '2'));
      expect(
        pieces.map((each) => [each.from, [...each.bytes]]),
        [
          [0, [0, 0, 0]],
          [3, [3, 3]],
        ],
        'pieces',
      );
      const decoded = { message: a, section: '2', from: 0, bytes: new Uint8Array(2), decoded: true };
      const other = { message: a, section: '2.1', from: 0, bytes: new Uint8Array(1) };
      await from.commit([
        { kind: 'piece', piece: decoded },
        { kind: 'piece', piece: other },
      ]);
      const both = await from.read(piecesQuery(a, '2'));
      expect(
        both.map((each) => [each.from, each.bytes.length, each.decoded ?? false]),
        [
          [0, 3, false],
          [3, 2, false],
          [0, 2, true],
        ],
        'pieces in either form',
      );
      expect((await from.read(sizesQuery()))[0]?.attachments, 12, 'octets of pieces');
      await from.commit([
        {
          kind: 'part',
          part: { message: a, section: '2', bytes: new Uint8Array(4) },
          attachment: true,
        },
        { kind: 'evicted', what: 'attachments', keys: [b] },
      ]);
      expect((await from.read(piecesQuery(a, '2'))).length, 0, 'pieces of what is whole');
      expect((await from.read(piecesQuery(b, '2'))).length, 0, 'pieces that were evicted');
      expect((await from.read(piecesQuery(a, '2.1'))).length, 1, 'pieces of another part');
      expect(
        (await from.read(sizesQuery()))[0]?.attachments,
        5,
        'octets of what is whole, and of another part',
      );
    },
  },
  {
    name: 'evicts attachments, then texts, then descriptors, and keeps the rows',
    async run(store) {
      const keys = await fill(store, 3, () => ['Kept']);
      const [a, b] = keys as [MessageKey, MessageKey];
      for (const message of [a, b]) {
        await store.commit([
          { kind: 'part', part: { message, section: '1', bytes: new Uint8Array([1]) } },
          {
            kind: 'part',
            part: { message, section: '2', bytes: new Uint8Array([2, 2]) },
            attachment: true,
          },
          { kind: 'kept', keys: [message], depth: KeptDepth.whole },
        ]);
      }
      const left = async (): Promise<unknown[]> => {
        const kept = await store.read(keptQuery(inbox));
        const parts = [await store.read(partQuery(a, '1')), await store.read(partQuery(a, '2'))];
        const descriptors = await store.read(descriptorsQuery([a]));
        return [
          [kept.texts[0], kept.attachments[0], kept.depths[0]],
          parts.map((part) => part?.bytes.length ?? 0),
          descriptors.size,
        ];
      };
      await store.commit([{ kind: 'evicted', what: 'attachments', keys: [a] }]);
      expect(await left(), [[1, 0, KeptDepth.texts], [1, 0], 1], 'attachments evicted');
      await store.commit([{ kind: 'evicted', what: 'texts', keys: [a] }]);
      expect(await left(), [[0, 0, KeptDepth.nothing], [0, 0], 1], 'texts evicted');
      await store.commit([{ kind: 'evicted', what: 'descriptors', keys: [a] }]);
      expect(await left(), [[0, 0, KeptDepth.nothing], [0, 0], 0], 'descriptors evicted');
      expect(rowAt(await store.read(rowsQuery(inbox)), 0).flags, ['Kept'], 'row');
      expect((await store.read(partQuery(b, '2')))?.bytes.length, 2, 'of another');
      await store.commit([{ kind: 'part', part: { message: a, section: '1', bytes: new Uint8Array(9) } }]);
      expect(await store.read(partQuery(a, '1')), undefined, 'a part that came too late');
      await store.commit([
        {
          kind: 'descriptors',
          mailbox: inbox,
          descriptors: [
            { key: a, descriptor: sampleDescriptor('again') },
            { key: 999_999 as MessageKey, descriptor: sampleDescriptor('nobody') },
          ],
        },
      ]);
      const again = await store.read(descriptorsQuery([a, 999_999 as MessageKey]));
      expect(
        [...again].map(([key, { subject }]) => [key, subject]),
        [[a, 'again']],
        'descriptor again',
      );
    },
  },
  {
    name: 'makes room for what a person does: old attachments go first, then old texts; what is theirs stays',
    async run(store) {
      const keys = await fill(store, 4);
      const [a, b, c, d] = keys as [MessageKey, MessageKey, MessageKey, MessageKey];
      for (const message of keys) {
        await store.commit([
          { kind: 'part', part: { message, section: '1', bytes: new Uint8Array(1000) } },
          {
            kind: 'part',
            part: { message, section: '2', bytes: new Uint8Array(10_000) },
            attachment: true,
          },
        ]);
      }
      await store.commit([
        { kind: 'action', action: flagAction('a1', a) },
        { kind: 'opened', key: b, at: 1_800_000_000_000 },
      ]);
      const left = async (section: string): Promise<boolean[]> => {
        const parts = await Promise.all(keys.map((key) => store.read(partQuery(key, section))));
        return parts.map((part) => part !== undefined);
      };
      const scarce = scarceStore(store, 44_000 + 4 * DESCRIPTOR_OCTETS);
      const roomy = withRoom(scarce);
      const outgoing = (id: string, octets: number): Change => ({
        kind: 'outgoing',
        outgoing: { id, bytes: new Uint8Array(octets) },
      });
      await roomy.commit([outgoing('o1', 9_000)]);
      expect(await left('2'), [true, true, false, true], 'the attachment used longest ago goes');
      await roomy.commit([outgoing('o2', 20_000)]);
      expect(await left('2'), [true, false, false, false], 'all that no action waits for');
      expect(await left('1'), [true, true, true, true], 'texts stay');
      await roomy.commit([outgoing('o3', 1_900)]);
      expect(await left('1'), [true, true, false, false], 'the texts used longest ago');
      let refused = false;
      await Promise.all([
        roomy.commit([outgoing('o4', 1_000_000)]).catch(() => (refused = true)),
        roomy.commit([{ kind: 'setting', name: 'after', value: d }]),
      ]);
      expect(refused, true, 'what cannot be made room for');
      expect(await store.read(settingQuery('after')), d, 'what came after it');
      expect(await left('1'), [true, false, false, false], 'texts of a message that an action names');
      for (const id of ['o1', 'o2', 'o3'])
        if (!(await store.read(outgoingQuery(id)))) throw new Error(`${id} is lost`);
      expect((await store.read(actionsQuery())).length, 1, 'actions');
      expect((await store.read(rowsQuery(inbox))).length, 4, 'rows');
      expect((await store.read(descriptorsQuery([c]))).size, 1, 'descriptors that a list begins with');
    },
  },
  {
    name: 'removes a mailbox with its mail and keeps what the person wrote',
    async run(store) {
      const keys = await fill(store, 2);
      await store.commit([{ kind: 'action', action: flagAction('a1', keys[0] as MessageKey) }]);
      await store.commit([{ kind: 'mailbox-removed', mailbox: inbox }]);
      expect(
        (await store.read(mailboxesQuery())).map((m) => m.key),
        [archive],
        'mailboxes',
      );
      expect((await store.read(rowsQuery(inbox))).length, 0, 'rows');
      expect((await store.read(descriptorsQuery(keys))).size, 0, 'descriptors');
      expect((await store.read(actionsQuery())).length, 1, 'actions');
    },
  },
];
