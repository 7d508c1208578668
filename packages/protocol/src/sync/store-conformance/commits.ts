/** Keys, commits, and who watches them. */
import type { Uid } from '../../imap/types.ts';
import type { MessageKey } from '../model.ts';
import { rowAt } from '../rows.ts';
import {
  accountQuery,
  actionsQuery,
  draftsQuery,
  mailboxesQuery,
  rowsQuery,
  settingQuery,
} from '../store.ts';
import type { Touched } from '../store.ts';
import { expect } from './case.ts';
import type { StoreCase } from './case.ts';
import { fill, inbox, sampleDescriptor } from './samples.ts';

export const commitsCases: readonly StoreCase[] = [
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
];
