/** Drafts and settings. */
import type { Uid, UidValidity } from '../../imap/types.ts';
import type { Change } from '../change.ts';
import type { Draft, MessageKey } from '../model.ts';
import { accountQuery, actionsQuery, draftsQuery, outgoingQuery, settingQuery } from '../store.ts';
import type { Store } from '../store.ts';
import { expect } from './case.ts';
import type { StoreCase } from './case.ts';
import { archive, copyAt, sampleDraft, sampleSend } from './samples.ts';

export const draftsCases: readonly StoreCase[] = [
  {
    name: 'keeps drafts, last changed first, and settings',
    async run(store, reopen) {
      const source = { key: 7 as MessageKey, section: '2.1' };
      const draft = (id: string, changed: number): Draft => ({
        ...sampleDraft(id, changed),
        text: 'ö',
        attachments: [
          {
            id: 'x',
            name: 'a.bin',
            type: 'application/octet-stream',
            bytes: new Uint8Array([0, 255]),
            source,
          },
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
      expect(drafts[0]?.attachments[0]?.source, source, 'where the attachment comes from');
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
    name: 'keeps what it knows of a draft on the server, whatever is written of the draft',
    async run(store, reopen) {
      const draft = sampleDraft('d');
      const copy = { mailbox: archive, uidValidity: 7 as UidValidity, uid: 3 as Uid };
      const later = { ...copy, uid: 4 as Uid, files: ['x'] };
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
    name: 'leaves the version that a draft has at that moment to what was sent of it, or removes it',
    async run(store) {
      const draft = { ...sampleDraft('d'), copy: copyAt(1) };
      const remove: Change = { kind: 'draft-removed', id: 'd', heir: { id: 'a1', at: 5 } };
      const heirs = async (): Promise<unknown[]> =>
        (await store.read(actionsQuery())).map((a) => [a.kind, 'copy' in a ? a.copy?.uid : undefined]);
      await store.commit([{ kind: 'draft', draft: sampleDraft('d') }, remove]);
      expect(await heirs(), [], 'one that is nowhere else');
      await store.commit([
        { kind: 'draft', draft },
        { kind: 'draft-copy', id: 'd', copy: copyAt(2) },
      ]);
      await store.commit([{ kind: 'action', action: { ...sampleSend('a1'), copy: copyAt(1) } }, remove]);
      expect(await heirs(), [['send', 2]], 'sent');
      expect(await store.read(draftsQuery()), [], 'draft');
      await store.commit([{ kind: 'action-removed', id: 'a1' }]);
      await store.commit([{ kind: 'draft', draft }, remove]);
      expect(await heirs(), [['remove-draft', 1]], 'discarded');
      await store.commit([{ kind: 'draft', draft, onlyIfThere: true }]);
      expect(await store.read(draftsQuery()), [], 'what has gone is not opened again');
    },
  },
  {
    name: 'removes a draft that was saved, and its action, only as it was saved and where nobody writes it',
    async run(store, reopen) {
      const draft = sampleDraft('d', 1);
      const action = sampleSend('a1');
      const copy = { mailbox: archive, uidValidity: 7 as UidValidity, uid: 3 as Uid };
      const saved: Change[] = [
        { kind: 'draft-copy', id: 'd', copy },
        { kind: 'draft-removed', id: 'd', changed: 1 },
        { kind: 'action-removed', id: 'a1', onlyWithout: 'd' },
      ];
      const left = async (from: Store): Promise<unknown> => {
        const [kept] = await from.read(draftsQuery());
        return [kept?.changed, kept?.copy?.uid, (await from.read(actionsQuery())).length];
      };
      await store.commit([
        { kind: 'draft', draft: { ...draft, changed: 2 } },
        { kind: 'action', action },
        { kind: 'outgoing', outgoing: { id: 'a1', bytes: new Uint8Array([9]) } },
      ]);
      await store.commit(saved);
      expect(await left(store), [2, 3, 1], 'written on since');
      await store.commit([{ kind: 'draft', draft: { ...draft, editing: true } }]);
      await store.commit(saved);
      expect(await left(store), [1, 3, 1], 'open in a composer');
      expect((await store.read(outgoingQuery('a1')))?.bytes, [9], 'bytes of the action that stays');
      await store.commit([{ kind: 'draft', draft }]);
      await store.commit(saved);
      const from = reopen ? await reopen() : store;
      expect(await left(from), [undefined, undefined, 0], 'as it was saved');
    },
  },
];
