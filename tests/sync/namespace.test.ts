/** New mailboxes on servers that keep all of a person's below a prefix (RFC 2342: Courier, Cyrus), before any is there to tell so. */
import { afterEach, expect, it } from 'vitest';
import { profiles } from '@postern/mailserver';
import type { Profile } from '@postern/mailserver';
import { mailboxesQuery, mailboxForRole } from '@postern/protocol/sync';
import type { MailboxKey } from '@postern/protocol/sync';
import type { Desk } from './desk.ts';
import { deskBefore } from './desk-before.ts';

let desk: Desk;

afterEach(() => desk.stop());

const prefixOf = (name: keyof typeof profiles): string => (profiles[name] as Profile).prefix ?? '';

/** A device on an account that has INBOX and nothing else. */
async function open(profile: Profile): Promise<void> {
  ({ desk } = deskBefore({ ...profile }, (there) => {
    const { account } = there;
    for (const name of [...account.mailboxes.keys()]) if (name !== 'INBOX') account.delete(name);
    there.add('INBOX', 'one', 'two');
  }));
  await desk.look();
  await desk.clock.pass(5000);
}

const others = async (): Promise<string[]> =>
  (await desk.store.read(mailboxesQuery())).map(({ name }) => name).filter((name) => name !== 'INBOX');

it.each(['courier', 'cyrus', 'dovecot', 'full'] as const)(
  'one of the name that a person gave is made (%s)',
  async (name) => {
    await open(profiles[name]);
    const mailbox = (await desk.store.allocate(1)) as number;
    const { key: from, delimiter } = await desk.mailbox('INBOX');
    const [row] = await desk.rows();
    await desk.act({ kind: 'create-mailbox', mailbox, name: 'Größe', delimiter, role: undefined });
    await desk.act({ kind: 'move', from, to: mailbox, messages: [row!.key] });
    await desk.clock.pass(60_000);
    expect(desk.bugs).toEqual([]);
    expect(await desk.actions()).toEqual([]);
    const made = `${prefixOf(name)}Größe`;
    expect(await others()).toContain(made);
    expect(await desk.mailbox(made)).toMatchObject({ key: mailbox, subscribed: true });
    expect(await desk.subjects(made)).toEqual(['one']);
  },
);

it.each(['courier', 'cyrus', 'dovecot', 'full'] as const)(
  'one for a role is made where it belongs (%s)',
  async (name) => {
    await open(profiles[name]);
    const key = (await desk.store.allocate(1)) as number as MailboxKey;
    const archive = mailboxForRole('archive', [await desk.mailbox('INBOX')], key)!;
    await desk.store.commit([{ kind: 'mailbox', mailbox: archive }]);
    const [row] = await desk.rows();
    await desk.act({ kind: 'move', from: (await desk.mailbox('INBOX')).key, to: key, messages: [row!.key] });
    await desk.clock.pass(60_000);
    expect(desk.bugs).toEqual([]);
    expect(await desk.actions()).toEqual([]);
    const made = `${prefixOf(name)}Archive`;
    expect((await desk.mailbox(made)).key).toBe(key);
    expect(await desk.subjects(made)).toEqual(['one']);
    expect(await others()).toEqual([made]);
  },
);
