/** What is wanted of a draft, here or by another program, is done to its newest version, whenever it was wanted. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, open, save, server, subjects, write } from './draft-desk.ts';
import type { ScriptedCommand } from './scripted-server.ts';

let network: 'there' | 'gone' | 'back' = 'there';

afterEach(() => {
  network = 'there';
  return desk.stop();
});

/** The receipt of the first APPEND is lost, and nobody can be asked before the network is back. */
function loseReceipt({ name }: ScriptedCommand): 'lose' | 'drop' | undefined {
  if (network === 'gone') return 'drop';
  if (network === 'back' || name !== 'APPEND') return undefined;
  network = 'gone';
  return 'lose';
}

/** Its messages are no more in the list on this device. */
async function forget(): Promise<void> {
  const { key: mailbox } = await desk.mailbox('Drafts');
  const keys = (await desk.rows('Drafts')).map(({ key }) => key);
  if (keys.length > 0) await desk.store.commit([{ kind: 'expunged', mailbox, keys }]);
}

describe('a draft', () => {
  it('that another program marks as not seen stays so in its next version', async () => {
    await open();
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    server.mailboxes.get('Drafts')!.messages[0]!.flags = ['\\Draft', '$Label1'];
    await write('two', { editing: true });
    await save();
    await desk.clock.pass(5000);
    expect(server.named('APPEND').at(-1)!.args).toMatch(/^"Drafts" \(\\Draft \$Label1\) /);
  });

  it.each(['APPEND', 'UID FETCH', 'UID STORE', 'UID EXPUNGE'])(
    'is marked as its person wanted before, which was in doubt as the receipt of %s was lost with its next version',
    async (command) => {
      await open();
      await write('one', { editing: true });
      await save();
      await desk.clock.pass(5000);
      const { key: mailbox } = await desk.mailbox('Drafts');
      const messages = (await desk.rows('Drafts')).map(({ key }) => key);
      const done = new Set<string>();
      server.script = ({ name, args }) => {
        const isMark = name === 'UID STORE' && args.includes('$Label1');
        if (isMark && !done.has('mark')) {
          done.add('mark');
          return 'drop';
        }
        if (isMark || name !== command || !done.has('saving') || done.has(command)) return undefined;
        done.add(command);
        return 'lose';
      };
      await desk.act({ kind: 'flag', mailbox, messages, add: ['$Label1'], remove: [] });
      await desk.clock.pass(500);
      done.add('saving');
      await write('two', { editing: true });
      await save();
      await desk.clock.pass(120_000);
      expect([...done]).toEqual(['mark', 'saving', command]);
      const there = server.mailboxes.get('Drafts')!.messages;
      expect(there.map(({ subject }) => subject)).toEqual(['two']);
      expect(there[0]!.flags).toContain('$Label1');
      expect(await desk.actions()).toEqual([]);
    },
  );

  it('is marked as another program marks it while its next version is on its way', async () => {
    await open();
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    server.script = ({ name }) => {
      if (name === 'APPEND') server.mailboxes.get('Drafts')!.messages[0]!.flags = ['\\Draft', '$Label1'];
      return undefined;
    };
    server.mailboxes.get('Drafts')!.messages[0]!.flags = ['\\Draft', '\\Flagged'];
    await write('two', { editing: true });
    await save();
    await desk.clock.pass(5000);
    const stored = server.named('UID STORE').filter(({ args }) => args.startsWith('2 '));
    expect(stored.map(({ args }) => args)).toEqual([
      '2 +FLAGS.SILENT ($Label1)',
      '2 -FLAGS.SILENT (\\Flagged)',
    ]);
  });

  it.each([
    ['put there', 'APPEND', '"Drafts" (\\Draft $Label1) '],
    ['on its way', 'UID STORE', '2 +FLAGS.SILENT ($Label1)'],
  ])(
    'that is not in the list here is followed by one that is marked as another program had marked it by the time that it was %s',
    async (when, command, args) => {
      await open();
      await write('one', { editing: true });
      await save();
      await desk.clock.pass(5000);
      const mark = () => {
        server.mailboxes.get('Drafts')!.messages[0]!.flags = ['\\Draft', '$Label1'];
      };
      server.script = ({ name }) => {
        if (name === 'APPEND' && when === 'on its way') mark();
        return undefined;
      };
      if (when === 'put there') mark();
      await forget();
      // Nor is it before it goes.
      const { commit } = desk.store;
      desk.store.commit = async (changes) => {
        await commit.call(desk.store, changes);
        if (when === 'on its way' && changes.some(({ kind }) => kind === 'messages')) await forget();
      };
      await write('two', { editing: true });
      await save();
      await desk.clock.pass(5000);
      expect(subjects()).toEqual(['two']);
      expect(server.named(command).map((each) => each.args)).toContainEqual(expect.stringContaining(args));
      expect(server.mailboxes.get('Drafts')!.messages[0]!.flags).toContain('$Label1');
    },
  );

  it('that comes into the list only when it is replaced has what is wanted of it then done to the next version', async () => {
    await open();
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    await forget();
    server.script = loseReceipt;
    await write('two', { editing: true });
    await save();
    await desk.clock.pass(200);
    const { key: mailbox } = await desk.mailbox('Drafts');
    const messages = (await desk.rows('Drafts')).filter(({ uid }) => uid === 1).map(({ key }) => key);
    expect(messages).toHaveLength(1);
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    network = 'back';
    await desk.clock.pass(60_000);
    expect(subjects()).toEqual(['two']);
    expect(server.mailboxes.get('Drafts')!.messages[0]!.flags).toContain('\\Flagged');
    expect(await desk.actions()).toEqual([]);
  });

  it.each(['before it goes out', 'while its receipt is lost', 'while it has to wait'])(
    'gives its next version the flags that it was given %s',
    async (when) => {
      await open();
      await write('one', { editing: true });
      await save();
      await desk.clock.pass(5000);
      const messages = (await desk.rows('Drafts')).map(({ key }) => key);
      const { key: mailbox } = await desk.mailbox('Drafts');
      const flag = () => desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
      let lost = 0;
      server.script = (command) => {
        const { name, tag } = command;
        if (when === 'while its receipt is lost') return loseReceipt(command);
        if (when === 'while it has to wait' && name === 'UID EXPUNGE' && lost++ === 0)
          return `${tag} NO [UNAVAILABLE] not now\r\n`;
        return undefined;
      };
      await write('two', { editing: true });
      await save();
      if (when !== 'before it goes out') await desk.clock.pass(200);
      await flag();
      network = 'back';
      await desk.clock.pass(60_000);
      expect(subjects()).toEqual(['two']);
      expect(server.mailboxes.get('Drafts')!.messages[0]!.flags).toContain('\\Flagged');
      expect(await desk.actions()).toEqual([]);
    },
  );

  describe.each(['before it goes out', 'while its receipt is lost', 'while it has to wait'])(
    'has what was wanted of it %s done to its newest version:',
    (when) => {
      const wanted = {
        move: { left: [], there: ['two'] },
        copy: { left: ['two'], there: ['two'] },
        expunge: { left: [], there: [] },
      };
      it.each(['move', 'copy', 'expunge'] as const)('%s', async (kind) => {
        await open();
        server.mailboxes.set('Plans', { uidValidity: 7, uidNext: 1, messages: [] });
        await write('one', { editing: true });
        await save();
        await desk.clock.pass(900_000);
        const plans = await desk.mailbox('Plans');
        const messages = (await desk.rows('Drafts')).map(({ key }) => key);
        const { key: from } = await desk.mailbox('Drafts');
        const copies = [await desk.store.allocate(1)];
        const fields = {
          from,
          mailbox: from,
          to: plans.key,
          messages,
          ...(kind === 'copy' ? { copies } : {}),
        };
        let lost = 0;
        server.script = (command) => {
          const { name, tag } = command;
          if (when === 'while its receipt is lost') return loseReceipt(command);
          if (when === 'while it has to wait' && name === 'UID EXPUNGE' && lost++ === 0)
            return `${tag} NO [UNAVAILABLE] not now\r\n`;
          return undefined;
        };
        await write('two', { editing: true });
        await save();
        if (when !== 'before it goes out') await desk.clock.pass(200);
        await desk.act({ kind, ...fields });
        network = 'back';
        await desk.clock.pass(60_000);
        expect(await desk.actions()).toEqual([]);
        expect(subjects()).toEqual(wanted[kind].left);
        expect(server.mailboxes.get('Plans')!.messages.map(({ subject }) => subject)).toEqual(
          wanted[kind].there,
        );
      });
    },
  );

  it('is not replaced before what was wanted of it earlier is done', async () => {
    await open();
    server.mailboxes.set('Plans', { uidValidity: 7, uidNext: 1, messages: [] });
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(900_000);
    const [{ key } = { key: 0 }] = await desk.rows('Drafts');
    let busy = true;
    server.script = ({ name, tag }) =>
      busy && name === 'UID COPY' ? `${tag} NO [UNAVAILABLE] not now\r\n` : undefined;
    const [from, to] = [await desk.mailbox('Drafts'), await desk.mailbox('Plans')];
    await desk.act({ kind: 'move', from: from.key, to: to.key, messages: [key] });
    await desk.clock.pass(100);
    await write('two', { editing: true });
    await save();
    await desk.clock.pass(60_000);
    expect(subjects()).toEqual(['one']);
    busy = false;
    await desk.clock.pass(600_000);
    expect(await desk.actions()).toEqual([]);
    expect(server.mailboxes.get('Plans')!.messages.map(({ subject }) => subject)).toEqual(['one']);
    expect(subjects()).toEqual(['two']);
  });

  it('that is replaced in the moment in which something that failed of it is tried again has that done to it', async () => {
    await open();
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    const [row] = await desk.rows('Drafts');
    server.script = ({ name, tag }) => (name === 'UID STORE' ? `${tag} NO not now\r\n` : undefined);
    const { key: mailbox } = await desk.mailbox('Drafts');
    await desk.act({ kind: 'flag', mailbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(5000);
    const [failed] = await desk.actions();
    expect(failed).toMatchObject({ state: { name: 'failed' } });
    server.script = () => undefined;
    const { commit } = desk.store;
    desk.store.commit = async (changes) => {
      if (changes.some((change) => change.kind === 'action' && change.action.id === failed!.id)) {
        desk.store.commit = commit;
        const state = { name: 'waiting' } as const;
        await commit.call(desk.store, [{ kind: 'action-state', id: failed!.id, state, onlyIn: 'failed' }]);
      }
      return commit.call(desk.store, changes);
    };
    await write('two', { editing: true });
    await save();
    await desk.clock.pass(20_000);
    expect(desk.store.commit).toBe(commit);
    expect(subjects()).toEqual(['two']);
    expect(server.mailboxes.get('Drafts')!.messages[0]!.flags).toContain('\\Flagged');
    expect(await desk.actions()).toEqual([]);
  });
});
