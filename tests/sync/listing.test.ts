/** What becomes of mailboxes while the server lists them, and of what waits for those that are gone. */
import { afterEach, describe, expect, it } from 'vitest';
import { encodeText } from '@postern/protocol/bytes';
import { mailboxesQuery } from '@postern/protocol/sync';
import { openWith } from './on-mailboxes.ts';
import { desk, server } from './scripted-desk.ts';

afterEach(() => desk.stop());

it('what waits for a mailbox whose new name is known as another one is shown, and does not wait for ever', async () => {
  await openWith('Projects', 'Werke');
  server.add('Projects', 'lamp');
  const { key: mailbox } = await desk.look('Projects');
  const messages = (await desk.rows('Projects')).map(({ key }) => key);
  server.mailboxes.delete('Projects');
  server.script = ({ name, args, tag }) =>
    (name === 'SELECT' || name === 'STATUS') && args.includes('Projects')
      ? `${tag} NO [NEWNAME Projects Werke] renamed\r\n`
      : undefined;
  server.dropAll();
  await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
  await desk.clock.pass(900_000);
  expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
});

it('a mailbox without mail whose new name is known as another one is not waited for, either', async () => {
  await openWith('Level', 'Werke');
  server.edit = (text) => text.replace('LIST () "/" "Level"', 'LIST (\\Noselect) "/" "Level"');
  server.dropAll();
  await desk.clock.pass(20_000);
  const { key: mailbox, attributes } = await desk.mailbox('Level');
  expect(attributes).toEqual(['\\Noselect']);
  server.mailboxes.delete('Level');
  server.script = ({ name, args, tag }) =>
    (name === 'SUBSCRIBE' || name === 'STATUS') && args.includes('Level')
      ? `${tag} NO [NEWNAME Level Werke] renamed\r\n`
      : undefined;
  await desk.act({ kind: 'subscribe', mailbox, on: true });
  await desk.clock.pass(1_800_000);
  expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
});

it('a mailbox that is renamed while the server lists its mailboxes keeps its key', async () => {
  await openWith('Projects', 'a/b');
  server.mailboxes.get('Projects')!.uidValidity = 70;
  const { key } = await desk.look('Projects');
  // NOTIFY tells so in the middle of the answer; a level above others is listed alike.
  server.mailboxes.set('Werke', server.mailboxes.get('Projects')!);
  server.mailboxes.delete('Projects');
  const told = ['Projects', 'a'].map((name) => `* LIST (\\NonExistent) "/" "${name}"\r\n`).join('');
  server.edit = (text) => (text.includes('LIST () "/" "Werke"') ? text + told : text);
  server.dropAll();
  await desk.clock.pass(20_000);
  expect((await desk.mailbox('Werke')).key).toBe(key);
  await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  expect((await desk.mailbox('a')).attributes).toEqual(['\\NonExistent']);
});

describe('beside mailboxes on other servers (RFC 2193 §5.1)', () => {
  /** RLIST tells of one there, too; what happens while it is answered. */
  const refers = (meanwhile: () => string): void => {
    server.capabilities += ' MAILBOX-REFERRALS';
    server.script = ({ name, tag }) => {
      if (name === 'RLSUB') return `${tag} OK none\r\n`;
      if (name !== 'RLIST') return undefined;
      const told = meanwhile();
      const all = [...server.mailboxes.keys(), 'Far'].map((each) => `* LIST () "/" "${each}"\r\n`);
      return `${all.join('')}${told}${tag} OK listed\r\n`;
    };
    server.dropAll();
  };
  const remote = async (): Promise<string[]> =>
    (await desk.store.read(mailboxesQuery()))
      .filter(({ attributes }) => attributes.includes('\\Remote'))
      .map(({ name }) => name);

  it('one that somebody makes while they are listed is one of this server', async () => {
    await openWith();
    refers(() => {
      server.mailboxes.set('New', { uidValidity: 7, uidNext: 1, messages: [] });
      return '';
    });
    await desk.clock.pass(20_000);
    expect((await desk.mailbox('New')).attributes).toEqual([]);
    expect(await remote()).toEqual(['Far']);
    // Where nothing is new, nothing is asked again.
    const { length } = server.named('LIST');
    server.dropAll();
    await desk.clock.pass(20_000);
    expect(server.named('LIST')).toHaveLength(length + 1);
    expect(await remote()).toEqual(['Far']);
  });

  it('one that is renamed while they are listed keeps its key', async () => {
    await openWith('Projects');
    const { key } = await desk.look('Projects');
    server.mailboxes.get('Projects')!.uidValidity = 70;
    server.dropAll();
    await desk.clock.pass(20_000);
    refers(() => {
      const projects = server.mailboxes.get('Projects');
      if (!projects) return '';
      server.mailboxes.delete('Projects');
      server.mailboxes.set('Werke', projects);
      return '* LIST (\\NonExistent) "/" "Projects"\r\n';
    });
    await desk.clock.pass(20_000);
    expect((await desk.mailbox('Werke')).key).toBe(key);
    expect(await remote()).toEqual(['Far']);
  });

  it('one that goes while they are listed is gone', async () => {
    await openWith('Projects');
    refers(() => '');
    await desk.clock.pass(20_000);
    refers(() => {
      server.mailboxes.delete('Projects');
      return '* LIST (\\NonExistent) "/" "Projects"\r\n';
    });
    await desk.clock.pass(20_000);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  });
});

it('a mailbox that another client deletes goes as soon as nothing waits for it any more', async () => {
  await openWith('Projects');
  const { key: mailbox } = await desk.look('Projects');
  server.script = ({ name, tag }) => (name === 'APPEND' ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined);
  const bytes = encodeText('Message-ID: <1@example.org>\r\n\r\nOne.\r\n');
  const flags = ['\\Seen'];
  const id = await desk.act({ kind: 'upload', mailbox, messageId: '<1@example.org>', flags, date: 0 }, bytes);
  await desk.clock.pass(1000);
  server.mailboxes.delete('Projects');
  server.dropAll();
  await desk.clock.pass(20_000);
  expect((await desk.mailbox('Projects')).key).toBe(mailbox);
  await desk.store.commit([{ kind: 'action-removed', id }]);
  await desk.clock.pass(20_000);
  await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
});
