/** Actions, and the bytes that wait with them. */
import type { FlagAction, SendAction } from '../action.ts';
import type { Change } from '../change.ts';
import type { MessageKey } from '../model.ts';
import { actionsQuery, draftsQuery, outgoingQuery } from '../store.ts';
import { expect, show } from './case.ts';
import type { StoreCase } from './case.ts';
import { copyAt, fill, flagAction, sampleDraft, sampleSend } from './samples.ts';

export const outboxCases: readonly StoreCase[] = [
  {
    name: 'keeps actions in the order of their ids, and removes one with its bytes',
    async run(store, reopen) {
      const keys = await fill(store, 1);
      const key = keys[0] as MessageKey;
      const send = sampleSend('a3');
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
      await store.commit([{ kind: 'action-removed', id: 'a1', onlyIn: 'waiting' }]);
      expect(await states(), ['running'], 'what has begun is not withdrawn');
      await store.commit([{ kind: 'action', action }]);
      await store.commit([{ kind: 'action-removed', id: 'a1', onlyIn: 'waiting' }]);
      expect(await states(), [], 'withdrawn');
    },
  },
  {
    name: 'begins an action again only in the state in which it was seen',
    async run(store) {
      const keys = await fill(store, 1);
      const action = flagAction('a1', keys[0] as MessageKey);
      const failed: FlagAction = { ...action, state: { name: 'failed', reason: 'refused', words: '' } };
      const running: FlagAction = { ...action, state: { name: 'running' } };
      const states = async (): Promise<string[]> =>
        (await store.read(actionsQuery())).map((a) => a.state.name);
      await store.commit([{ kind: 'action', action, onlyIn: 'failed' }]);
      expect(await states(), [], 'what is not there is not begun again');
      await store.commit([{ kind: 'action', action: running }]);
      await store.commit([{ kind: 'action', action, onlyIn: 'failed' }]);
      expect(await states(), ['running'], 'what was begun meanwhile goes on');
      await store.commit([{ kind: 'action', action: failed }]);
      await store.commit([{ kind: 'action', action, onlyIn: 'failed' }]);
      expect(await states(), ['waiting'], 'begun again');
      await store.commit([{ kind: 'action-removed', id: 'a1', onlyIn: 'failed' }]);
      expect(await states(), ['waiting'], 'what waits again is not given up');
    },
  },
  {
    name: 'changes the state of an action, or all but its state, whoever is quicker',
    async run(store) {
      const keys = await fill(store, 1);
      const action = flagAction('a1', keys[0] as MessageKey);
      const failed: FlagAction = { ...action, state: { name: 'failed', reason: 'refused', words: '' } };
      const again: Change = { kind: 'action-state', id: 'a1', state: { name: 'waiting' }, onlyIn: 'failed' };
      const renamed: Change = { kind: 'action', action: { ...failed, add: ['x'] }, keepsState: true };
      const found = async (): Promise<unknown[]> =>
        (await store.read(actionsQuery())).map((a) => [a.state.name, a.kind === 'flag' ? a.add : []]);
      await store.commit([again, renamed]);
      expect(await found(), [], 'what is not there does not come back');
      for (const changes of [
        [again, renamed],
        [renamed, again],
      ]) {
        await store.commit([{ kind: 'action', action: failed }]);
        for (const change of changes) await store.commit([change]);
        expect(await found(), [['waiting', ['x']]], 'both');
      }
      await store.commit([{ kind: 'action', action: { ...action, state: { name: 'running' } } }, again]);
      expect(await found(), [['running', action.add]], 'what has begun goes on');
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
      const waiting = sampleSend('a1');
      const draft = sampleDraft('d');
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
      await store.commit([
        { kind: 'action', action: { ...waiting, copy: copyAt(2) } },
        { kind: 'taken-back', id: 'a1', draft: { ...draft, copy: copyAt(1) } },
      ]);
      expect(await found(), 'd', 'taken back');
      expect((await store.read(draftsQuery()))[0]?.copy?.uid, 2, 'its version, as it was known by then');
      expect(await store.read(outgoingQuery('a1')), undefined, 'its bytes');
    },
  },
];
