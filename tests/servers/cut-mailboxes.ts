import { expect, it } from 'vitest';
import type { MailboxKey } from '@postern/protocol/sync';
import { appendElsewhere } from '../support/direct.ts';
import type { CutAccount } from './cut-account.ts';

/** Mailboxes that are made, named anew and deleted. */
export function cutsOfMailboxes(account: () => CutAccount): void {
  /** Beside the mailboxes that the server has already; some keep all of them below INBOX. */
  const named = async (name: string): Promise<string> => {
    const archive = await account().device.mailbox('archive');
    const levels = archive.delimiter === null ? [] : archive.name.split(archive.delimiter).slice(0, -1);
    return [...levels, name].join(archive.delimiter ?? '');
  };

  const create = async (subject: string): Promise<void> => {
    const { device } = account();
    const { delimiter } = await device.mailbox('archive');
    const mailbox = (await device.store.allocate(1)) as number as MailboxKey;
    const name = await named(subject);
    await device.act({ kind: 'create-mailbox', mailbox, name, delimiter, role: undefined } as never);
  };

  it('makes mailboxes', async () => {
    const subjects = await account().cutEverywhere('made', { act: create });
    const { there, subscribed } = await account().names();
    const wanted = await Promise.all(subjects.map(named));
    expect(there.filter((name) => name.includes('made')).toSorted()).toEqual(wanted.toSorted());
    expect(subscribed.filter((name) => name.includes('made')).toSorted()).toEqual(wanted.toSorted());
  }, 60_000);

  it('gives them other names, with their mail', async () => {
    const { device, place } = account();
    const subjects = await account().cutEverywhere('renamed', {
      prepare: async (subject) => {
        await create(`before ${subject}`);
        await account().settled(`${subject}: made`);
        await appendElsewhere(
          place.imap,
          place.users[0],
          await named(`before ${subject}`),
          account().text(subject),
        );
      },
      act: async (subject) => {
        const { key: mailbox } = await device.mailbox(await named(`before ${subject}`));
        await device.act({ kind: 'rename-mailbox', mailbox, name: await named(subject) } as never);
      },
    });
    const { there, subscribed } = await account().names();
    const wanted = await Promise.all(subjects.map(named));
    expect(there.filter((name) => name.includes('renamed')).toSorted()).toEqual(wanted.toSorted());
    expect(subscribed.filter((name) => name.includes('renamed')).toSorted()).toEqual(wanted.toSorted());
    const places = await account().look(...wanted);
    expect(subjects.map((subject) => places.get(subject))).toEqual(wanted.map((name) => [name]));
  }, 120_000);

  it('deletes them, and no other', async () => {
    const { device } = account();
    await create('beside');
    await account().settled('made');
    await account().cutEverywhere('deleted', {
      prepare: create,
      act: async (subject) => {
        const { key: mailbox } = await device.mailbox(await named(subject));
        await device.act({ kind: 'delete-mailbox', mailbox } as never);
      },
    });
    const { there, subscribed } = await account().names();
    for (const names of [there, subscribed]) {
      expect(names.filter((name) => name.includes('deleted'))).toEqual([]);
      expect(names).toContain(await named('beside'));
    }
  }, 60_000);
}
