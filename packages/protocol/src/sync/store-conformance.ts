/**
 * What every Store has to do, as cases that a test runner walks through: the same for memory and IndexedDB.
 * No test framework is named here, so that the same cases run in Node and in a browser's page.
 */
import type { Uid, UidValidity } from '../imap/types.ts';
import type { FlagAction, SendAction } from './action.ts';
import type { Change, NewMessage } from './change.ts';
import type { Descriptor, Draft, Mailbox, MailboxKey, MessageKey } from './model.ts';
import { withRoom } from './evict.ts';
import { DESCRIPTOR_OCTETS } from './kept.ts';
import { KeptDepth } from './model.ts';
import { rowAt, rowsOf } from './rows.ts';
import { scarceStore } from './scarce-store.ts';
import {
  accountQuery,
  actionsQuery,
  DESCRIPTORS_PER_CHUNK,
  descriptorsQuery,
  draftsQuery,
  keptQuery,
  mailboxesQuery,
  outgoingQuery,
  partQuery,
  piecesQuery,
  rowsQuery,
  settingQuery,
  sizesQuery,
} from './store.ts';
import type { Store, Touched } from './store.ts';

export interface StoreCase {
  readonly name: string;
  /** Throws when the store does not hold the contract. `reopen` gives the same data in a new Store, if it is durable. */
  run(store: Store, reopen: (() => Promise<Store>) | undefined): Promise<void>;
}

const inbox = 1 as MailboxKey;
const archive = 2 as MailboxKey;

function expect(actual: unknown, wanted: unknown, what: string): void {
  const a = show(actual);
  const b = show(wanted);
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    if (inner instanceof Map) return [...(inner as Map<unknown, unknown>)];
    if (ArrayBuffer.isView(inner)) return [...(inner as Uint8Array)];
    return inner;
  });
}

export function sampleMailbox(key: MailboxKey, name: string): Mailbox {
  return {
    key,
    name,
    wireName: name,
    delimiter: '/',
    attributes: [],
    role: name === 'INBOX' ? 'inbox' : undefined,
    subscribed: true,
    mode: 'disconnected',
    messages: 3,
    unseen: 1,
    sync: { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 90060115205545359n, exists: 0, at: 0 },
  };
}

export function sampleDescriptor(subject: string): Descriptor {
  return {
    subject,
    sent: 1_700_000_000_000,
    from: [{ name: 'Ada', address: 'ada@postern.example' }],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    messageId: `<${subject}@postern.example>`,
    inReplyTo: '',
    references: [],
    listId: '',
    structure: {
      kind: 'part',
      section: '1',
      type: 'text',
      subtype: 'plain',
      parameters: [['charset', 'utf-8']],
      id: null,
      description: null,
      encoding: '7bit',
      octets: 12,
      lines: 1,
      md5: null,
      disposition: null,
      language: [],
      location: null,
      envelope: null,
      body: null,
    },
    hasAttachments: false,
    preview: undefined,
  };
}

async function fill(
  store: Store,
  count: number,
  flags: (i: number) => string[] = () => [],
): Promise<MessageKey[]> {
  const first = await store.allocate(count);
  const keys = Array.from({ length: count }, (_, i) => (first + i) as MessageKey);
  const messages: NewMessage[] = keys.map((key, i) => ({
    row: { key, uid: (10 + i) as Uid, flags: flags(i), date: 1_700_000_000_000 + i * 1000, size: 100 + i },
    descriptor: sampleDescriptor(`subject ${i}`),
  }));
  await store.commit([
    { kind: 'mailbox', mailbox: sampleMailbox(inbox, 'INBOX') },
    { kind: 'mailbox', mailbox: sampleMailbox(archive, 'Archive') },
    { kind: 'messages', mailbox: inbox, messages },
  ]);
  return keys;
}

const flagAction = (id: string, key: MessageKey): FlagAction => ({
  id,
  at: 1,
  state: { name: 'waiting' },
  kind: 'flag',
  mailbox: inbox,
  messages: [key],
  add: ['\\Flagged'],
  remove: [],
});

export const storeCases: readonly StoreCase[] = [
  {
    name: 'is empty at first',
    async run(store) {
      expect(await store.read(accountQuery()), undefined, 'account');
      expect(await store.read(mailboxesQuery()), [], 'mailboxes');
      expect((await store.read(rowsQuery(inbox))).length, 0, 'rows');
      expect(await store.read(actionsQuery()), [], 'actions');
      expect(await store.read(draftsQuery()), [], 'drafts');
    },
  },
  {
    name: 'gives out keys once, contiguous and ascending',
    async run(store, reopen) {
      const a = await store.allocate(3);
      const b = await store.allocate(1);
      if (a < 1 || b < a + 3) throw new Error(`keys overlap: ${a}, ${b}`);
      const [c, d] = await Promise.all([store.allocate(5), store.allocate(5)]);
      if (Math.abs((c ?? 0) - (d ?? 0)) < 5) throw new Error(`keys overlap: ${c}, ${d}`);
      if (!reopen) return;
      const again = await (await reopen()).allocate(1);
      if (again < Math.max(c ?? 0, d ?? 0) + 5) throw new Error(`key ${again} was given out before`);
    },
  },
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
      expect((await from.read(sizesQuery()))[0]?.attachments, 9, 'octets of pieces');
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
      expect((await from.read(sizesQuery()))[0]?.attachments, 4, 'octets of what is whole');
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
      ];
      await store.commit(changes);
      expect([...(await store.read(rowsQuery(inbox))).keys], keys.slice(2), 'inbox');
      const there = await store.read(rowsQuery(archive));
      expect([...there.keys], [a, late], 'archive');
      expect([rowAt(there, 0).flags, rowAt(there, 1).flags], [['\\Seen'], ['\\Draft']], 'flags');
      expect((await store.read(descriptorsQuery([c]))).get(c)?.preview, 'first words', 'preview');
    },
  },
  {
    name: 'keeps actions in the order of their ids, and removes one with its bytes',
    async run(store, reopen) {
      const keys = await fill(store, 1);
      const key = keys[0] as MessageKey;
      const send: SendAction = {
        id: 'a3',
        at: 3,
        state: { name: 'waiting' },
        kind: 'send',
        messageId: '<m@x>',
        subject: 's',
        from: 'ada@postern.example',
        recipients: ['grace@postern.example'],
        sent: archive,
        answers: undefined,
        notBefore: 0,
        step: 'submit',
      };
      await store.commit([
        { kind: 'action', action: send },
        { kind: 'outgoing', outgoing: { id: 'a3', bytes: new Uint8Array([9]) } },
        { kind: 'action', action: flagAction('a1', key) },
        { kind: 'action', action: flagAction('a2', key) },
      ]);
      await store.commit([{ kind: 'action', action: { ...send, state: { name: 'running' } } }]);
      const from = reopen ? await reopen() : store;
      const actions = await from.read(actionsQuery());
      expect(
        actions.map((a) => `${a.id} ${a.state.name}`),
        ['a1 waiting', 'a2 waiting', 'a3 running'],
        'actions',
      );
      expect((await from.read(outgoingQuery('a3')))?.bytes, [9], 'outgoing');
      await from.commit([{ kind: 'action-removed', id: 'a3' }]);
      expect((await from.read(actionsQuery())).length, 2, 'after removal');
      expect(await from.read(outgoingQuery('a3')), undefined, 'its bytes');
    },
  },
  {
    name: 'begins an action only if it is there, and withdraws it only if it has not begun',
    async run(store) {
      const keys = await fill(store, 1);
      const action = flagAction('a1', keys[0] as MessageKey);
      const running: FlagAction = { ...action, state: { name: 'running' } };
      const states = async (): Promise<string[]> =>
        (await store.read(actionsQuery())).map((a) => a.state.name);
      await store.commit([{ kind: 'action', action: running, onlyIfThere: true }]);
      expect(await states(), [], 'an action that was withdrawn does not come back');
      await store.commit([{ kind: 'action', action }]);
      await store.commit([{ kind: 'action', action: running, onlyIfThere: true }]);
      expect(await states(), ['running'], 'begun');
      await store.commit([{ kind: 'action-removed', id: 'a1', onlyIfWaiting: true }]);
      expect(await states(), ['running'], 'what has begun is not withdrawn');
      await store.commit([{ kind: 'action', action }]);
      await store.commit([{ kind: 'action-removed', id: 'a1', onlyIfWaiting: true }]);
      expect(await states(), [], 'withdrawn');
    },
  },
  {
    name: 'keeps drafts, last changed first, and settings',
    async run(store, reopen) {
      const draft = (id: string, changed: number): Draft => ({
        id,
        changed,
        to: '',
        cc: '',
        bcc: '',
        subject: id,
        text: 'ö',
        inReplyTo: '',
        references: [],
        answers: undefined,
        attachments: [
          { id: 'x', name: 'a.bin', type: 'application/octet-stream', bytes: new Uint8Array([0, 255]) },
        ],
      });
      await store.commit([
        { kind: 'draft', draft: draft('old', 1) },
        { kind: 'draft', draft: draft('new', 2) },
        { kind: 'setting', name: 'density', value: 'compact' },
        { kind: 'account', account: { user: 'ada', address: 'ada@postern.example', name: '' } },
      ]);
      const from = reopen ? await reopen() : store;
      const drafts = await from.read(draftsQuery());
      expect(
        drafts.map((d) => d.id),
        ['new', 'old'],
        'drafts',
      );
      expect(drafts[0]?.attachments[0]?.bytes, [0, 255], 'attachment');
      expect(await from.read(settingQuery('density')), 'compact', 'setting');
      expect((await from.read(accountQuery()))?.user, 'ada', 'account');
      await from.commit([
        { kind: 'draft-removed', id: 'old' },
        { kind: 'setting', name: 'density', value: undefined },
      ]);
      expect((await from.read(draftsQuery())).length, 1, 'after removal');
      expect(await from.read(settingQuery('density')), undefined, 'removed setting');
    },
  },
  {
    name: 'removes with an action all of its bytes, and of no other',
    async run(store) {
      const keys = await fill(store, 1);
      const outgoing = (id: string): Change => ({
        kind: 'outgoing',
        outgoing: { id, bytes: new Uint8Array([1]) },
      });
      const there = async (...ids: string[]): Promise<boolean[]> =>
        Promise.all(ids.map(async (id) => (await store.read(outgoingQuery(id))) !== undefined));
      await store.commit([
        { kind: 'action', action: flagAction('a1', keys[0] as MessageKey) },
        ...['a1/1', 'a1/2', 'a10', 'a1-x', 'a2'].map(outgoing),
      ]);
      await store.commit([{ kind: 'outgoing-removed', id: 'a1/1' }]);
      expect(await there('a1/1', 'a1/2'), [false, true], 'one of them');
      await store.commit([{ kind: 'action-removed', id: 'a1' }]);
      expect(await there('a1/2', 'a10', 'a1-x', 'a2'), [false, true, true, true], 'with the action');
    },
  },
  {
    name: 'makes a draft of mail that waits to be sent, and only of that',
    async run(store) {
      const waiting: SendAction = {
        id: 'a1',
        at: 3,
        state: { name: 'waiting' },
        kind: 'send',
        messageId: '<m@x>',
        subject: 's',
        from: 'ada@postern.example',
        recipients: ['grace@postern.example'],
        sent: archive,
        answers: undefined,
        notBefore: 0,
        step: 'submit',
      };
      const draft: Draft = {
        id: 'd',
        changed: 1,
        to: '',
        cc: '',
        bcc: '',
        subject: 's',
        text: '',
        inReplyTo: '',
        references: [],
        answers: undefined,
        attachments: [],
      };
      const tooLate: Partial<SendAction>[] = [
        { state: { name: 'running' } },
        { step: 'file' },
        { delivered: ['grace@postern.example'] },
      ];
      const found = async (): Promise<string> => {
        const kinds = [...(await store.read(actionsQuery())), ...(await store.read(draftsQuery()))];
        return kinds.map(({ id }) => id).join();
      };
      await store.commit([{ kind: 'taken-back', id: 'a1', draft }]);
      expect(await found(), '', 'an action that is not there');
      for (const late of tooLate) {
        await store.commit([{ kind: 'action', action: { ...waiting, ...late } }]);
        await store.commit([{ kind: 'taken-back', id: 'a1', draft }]);
        expect(await found(), 'a1', `too late: ${show(late)}`);
      }
      const outgoing = { id: 'a1', bytes: new Uint8Array([1]) };
      await store.commit([
        { kind: 'action', action: waiting },
        { kind: 'outgoing', outgoing },
      ]);
      await store.commit([{ kind: 'taken-back', id: 'a1', draft }]);
      expect(await found(), 'd', 'taken back');
      expect(await store.read(outgoingQuery('a1')), undefined, 'its bytes');
    },
  },
  {
    name: 'keeps what it knows of a draft on the server, whatever is written of the draft',
    async run(store, reopen) {
      const draft: Draft = {
        id: 'd',
        changed: 1,
        to: '',
        cc: '',
        bcc: '',
        subject: 's',
        text: '',
        inReplyTo: '',
        references: [],
        answers: undefined,
        attachments: [],
      };
      const copy = { mailbox: archive, uidValidity: 7 as UidValidity, uid: 3 as Uid };
      const later = { ...copy, uid: 4 as Uid };
      await store.commit([{ kind: 'draft-copy', id: 'd', copy }]);
      expect(await store.read(draftsQuery()), [], 'a draft that is not there');
      await store.commit([{ kind: 'draft', draft: { ...draft, copy } }]);
      await store.commit([{ kind: 'draft-copy', id: 'd', copy: later }]);
      await store.commit([{ kind: 'draft', draft: { ...draft, changed: 2, copy } }]);
      const from = reopen ? await reopen() : store;
      const [kept] = await from.read(draftsQuery());
      expect([kept?.changed, kept?.copy], [2, later], 'draft');
      await from.commit([{ kind: 'draft-removed', id: 'd' }]);
      await from.commit([{ kind: 'draft', draft }]);
      expect((await from.read(draftsQuery()))[0]?.copy, undefined, 'a new draft of that name');
    },
  },
  {
    name: 'is all or none: a commit that cannot be carried out leaves nothing behind',
    async run(store) {
      const keys = await fill(store, 1);
      const taken = keys[0] as MessageKey;
      let refused = false;
      try {
        await store.commit([
          { kind: 'setting', name: 'half', value: true },
          { kind: 'flags', mailbox: inbox, rows: [{ key: taken, flags: ['\\Deleted'] }] },
          {
            kind: 'messages',
            mailbox: inbox,
            messages: [
              {
                row: { key: taken, uid: 1 as Uid, flags: [], date: 0, size: 0 },
                descriptor: sampleDescriptor('twice'),
              },
            ],
          },
        ]);
      } catch {
        refused = true;
      }
      expect(refused, true, 'a key given twice is refused');
      expect(await store.read(settingQuery('half')), undefined, 'setting of the refused commit');
      expect(rowAt(await store.read(rowsQuery(inbox)), 0).flags, [], 'flags of the refused commit');
    },
  },
  {
    name: 'carries out commits one after another, in the order of the calls',
    async run(store) {
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.commit([{ kind: 'setting', name: 'n', value: i }])),
      );
      expect(await store.read(settingQuery('n')), 19, 'last');
    },
  },
  {
    name: 'tells watchers what was touched, after the commit can be read',
    async run(store) {
      const keys = await fill(store, 1);
      const heard: Touched[] = [];
      const seen: Promise<unknown>[] = [];
      const stop = store.watch((touched) => {
        heard.push(...touched);
        seen.push(store.read(rowsQuery(inbox)).then((rows) => rowAt(rows, 0).flags));
      });
      await store.commit([
        { kind: 'flags', mailbox: inbox, rows: [{ key: keys[0] as MessageKey, flags: ['\\Seen'] }] },
      ]);
      for (let turn = 0; turn < 50 && heard.length === 0; turn++) await store.read(accountQuery());
      stop();
      expect(heard.includes(`rows:${inbox}`), true, 'touched rows');
      expect(await seen[0], ['\\Seen'], 'what a watcher reads');
      await store.commit([{ kind: 'setting', name: 'x', value: 1 }]);
      expect(heard.includes('setting:x'), false, 'heard after stopping');
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
