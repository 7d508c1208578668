/** A mailbox is deleted once, and with no mail that was to leave it first. */
import { afterEach, describe, expect, it } from 'vitest';
import { names, openWith, remove } from './on-mailboxes.ts';
import { desk, server, subjects } from './scripted-desk.ts';

afterEach(() => desk.stop());

describe('deleting a mailbox', () => {
  it('takes its mail along, here and there', async () => {
    await openWith('Projects');
    server.subscribed.add('Projects');
    server.add('Projects', 'lamp');
    const { key } = await desk.look('Projects');
    await remove('Projects');
    await desk.clock.pass(5000);
    expect(names()).toEqual(['INBOX']);
    expect([...server.subscribed]).toEqual([]);
    expect(await desk.actions()).toEqual([]);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
    expect(key).toBeGreaterThan(0);
  });

  it.each([
    ['DELETE', []],
    ['UNSUBSCRIBE', []],
    ['a new one', ['Projects']],
  ])('ends its subscription when the receipt was lost of %s', async (lost, subscribed) => {
    await openWith('Projects');
    server.subscribed.add('Projects');
    await desk.look();
    server.script = ({ name }) => {
      if (name !== (lost === 'UNSUBSCRIBE' ? lost : 'DELETE')) return undefined;
      server.script = () => undefined;
      server.mailboxes.delete('Projects');
      if (lost === 'a new one')
        server.mailboxes.set('Projects', { uidValidity: 8, uidNext: 1, messages: [] });
      return 'drop';
    };
    await remove('Projects');
    await desk.clock.pass(60_000);
    expect(await desk.actions()).toEqual([]);
    expect([...server.subscribed]).toEqual(subscribed);
  });

  it('waits for mail that is to leave it first', async () => {
    await openWith('Projects');
    server.add('Projects', 'lamp');
    const { key: from } = await desk.look('Projects');
    const [row] = await desk.rows('Projects');
    server.script = ({ name, tag }) => (name === 'UID COPY' ? `${tag} NO [INUSE] later\r\n` : undefined);
    await desk.act({ kind: 'move', from, to: (await desk.mailbox('INBOX')).key, messages: [row!.key] });
    await remove('Projects');
    await desk.clock.pass(3000);
    expect(names()).toEqual(['INBOX', 'Projects']);
    server.script = () => undefined;
    await desk.clock.pass(300_000);
    expect(names()).toEqual(['INBOX']);
    expect(subjects('INBOX')).toEqual(['letter', 'lamp']);
  });

  it('is not done when mail that was to leave it first could not', async () => {
    await openWith('Projects');
    server.add('Projects', 'lamp');
    const { key: from } = await desk.look('Projects');
    const [row] = await desk.rows('Projects');
    server.script = ({ name, tag }) => (name === 'UID COPY' ? `${tag} NO [OVERQUOTA] full\r\n` : undefined);
    await desk.act({ kind: 'move', from, to: (await desk.mailbox('INBOX')).key, messages: [row!.key] });
    await remove('Projects');
    await desk.clock.pass(5000);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([
      { reason: 'quota' },
      { reason: 'depends' },
    ]);
    expect(subjects('Projects')).toEqual(['lamp']);
  });

  it('is not done when mail that is in it could not leave another one, for all that was known', async () => {
    await openWith('Projects', 'Archive', 'Old');
    server.add('Projects', 'lamp');
    const { key: from } = await desk.look('Projects');
    const [archive, old] = await Promise.all(['Archive', 'Old'].map((name) => desk.mailbox(name)));
    const [row] = await desk.rows('Projects');
    server.script = ({ name, tag }) => (name === 'UID COPY' ? `${tag} NO [OVERQUOTA] full\r\n` : undefined);
    const first = await desk.act({ kind: 'move', from, to: archive!.key, messages: [row!.key] });
    await desk.act({ kind: 'move', from: archive!.key, to: old!.key, messages: [row!.key] });
    await remove('Projects');
    await desk.store.commit([{ kind: 'action-removed', id: first }]);
    await desk.clock.pass(5000);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([
      { reason: 'quota' },
      { reason: 'depends' },
    ]);
    expect(subjects('Projects')).toEqual(['lamp']);
  });

  it('leaves the name where mailboxes are below it', async () => {
    await openWith('Projects', 'Projects/Lighthouse');
    server.add('Projects', 'lamp');
    await desk.look('Projects');
    server.edit = (text) =>
      text.replaceAll(
        '* LIST () "/" "Projects/Lighthouse"',
        server.mailboxes.has('Projects')
          ? '$&'
          : '* LIST (\\Noselect) "/" "Projects"\r\n* LIST () "/" "Projects/Lighthouse"',
      );
    const { key } = await desk.mailbox('Projects');
    await remove('Projects');
    await desk.clock.pass(5000);
    expect(await desk.mailbox('Projects')).toMatchObject({ key, attributes: ['\\Noselect'] });
    expect(await desk.rows('Projects')).toEqual([]);
    expect((await desk.mailbox('Projects/Lighthouse')).key).toBeGreaterThan(0);
  });

  it.each([' UNSELECT', ''])(
    'that is selected is left first, with nothing expunged (capability:%s)',
    async (capability) => {
      await openWith('Projects');
      server.capabilities += capability;
      server.dropAll();
      await desk.clock.pass(5000);
      server.add('Projects', 'plan', { flags: ['\\Deleted'] });
      const { key: mailbox } = await desk.look('Projects');
      const [row] = await desk.rows('Projects');
      await desk.act({ kind: 'flag', mailbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
      server.script = ({ name, tag }) => (name === 'UNSELECT' ? `${tag} OK left\r\n` : undefined);
      await remove('Projects');
      await desk.clock.pass(1000);
      expect(names()).toEqual(['INBOX']);
      const last = server.commands.filter(
        ({ connection }) => connection === server.named('DELETE')[0]!.connection,
      );
      const before = last[last.indexOf(server.named('DELETE')[0]!) - 1]!;
      expect(before.name).toBe(capability === '' ? 'SELECT' : 'UNSELECT');
      expect(server.named('CLOSE')).toEqual([]);
    },
  );

  it('that somebody else has deleted is done', async () => {
    await openWith('Projects');
    await desk.look('Projects');
    server.mailboxes.delete('Projects');
    await remove('Projects');
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
  });

  it('whose receipt was lost does not take what was made anew since', async () => {
    await openWith('Projects');
    await desk.look('INBOX');
    server.script = ({ name }) => {
      if (name !== 'DELETE') return undefined;
      server.mailboxes.set('Projects', { uidValidity: 8, uidNext: 1, messages: [] });
      server.add('Projects', 'theirs');
      return 'drop';
    };
    await remove('Projects');
    await desk.clock.pass(60_000);
    expect(subjects('Projects')).toEqual(['theirs']);
    expect(await desk.actions()).toEqual([]);
    expect(server.named('DELETE')).toHaveLength(1);
  });

  it('whose receipt was lost does not take another one that only its UIDVALIDITY has', async () => {
    await openWith('Projects');
    await desk.look('Projects');
    await desk.look('INBOX');
    server.script = ({ name }) => {
      if (name !== 'DELETE') return undefined;
      server.script = () => undefined;
      server.mailboxes.delete('Projects');
      server.mailboxes.set('Lighthouse', { uidValidity: 7, uidNext: 1, messages: [] });
      server.add('Lighthouse', 'theirs');
      server.dropAll();
      return 'drop';
    };
    await remove('Projects');
    await desk.clock.pass(60_000);
    expect(names()).toEqual(['INBOX', 'Lighthouse']);
    expect(await desk.subjects('Lighthouse')).toEqual(['theirs']);
    expect(await desk.actions()).toEqual([]);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  });

  it.each([
    ['in its place', []],
    ['beside it, under another name', ['Old']],
  ])('does not take one that somebody has made %s while the device was away', async (_, others) => {
    await openWith('Projects');
    server.add('Projects', 'lamp');
    await desk.look('Projects');
    await desk.look('INBOX');
    await desk.stop();
    for (const name of others) server.mailboxes.set(name, server.mailboxes.get('Projects')!);
    server.mailboxes.set('Projects', { uidValidity: 8, uidNext: 1, messages: [] });
    server.add('Projects', 'theirs');
    await remove('Projects');
    desk.start();
    await desk.clock.pass(60_000);
    expect(subjects('Projects')).toEqual(['theirs']);
    expect(names()).toEqual(['INBOX', 'Projects', ...others]);
    const [failed] = await desk.actions();
    expect(failed).toMatchObject({ state: { name: 'failed', reason: 'uidvalidity' } });
    // What is there now was seen by then.
    await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
    await desk.clock.pass(5000);
    expect(names()).toEqual(['INBOX', ...others]);
  });

  it('goes on when it was only numbered anew, with the same mail', async () => {
    await openWith('Projects');
    server.add('Projects', 'lamp');
    await desk.look('Projects');
    await desk.look('INBOX');
    await desk.stop();
    server.mailboxes.get('Projects')!.uidValidity = 8;
    await remove('Projects');
    desk.start();
    await desk.clock.pass(60_000);
    expect(names()).toEqual(['INBOX']);
    expect(await desk.actions()).toEqual([]);
  });

  it('is tried again when it is in use, and refused for INBOX', async () => {
    await openWith('Projects');
    let refusals = 2;
    server.script = ({ name, tag }) =>
      name === 'DELETE' && refusals-- > 0 ? `${tag} NO [INUSE] in use\r\n` : undefined;
    await remove('Projects');
    await remove('INBOX');
    await desk.clock.pass(60_000);
    expect(names()).toEqual(['INBOX']);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([{ reason: 'refused' }]);
  });
});
