import type { MailboxKey } from '@postern/protocol/sync';
import { desk, openDesk, server } from './scripted-desk.ts';

/** A desk in front of INBOX, with a letter in it, and of mailboxes with those names. */
export async function openWith(...others: string[]): Promise<void> {
  openDesk({ names: ['INBOX', ...others] });
  server.add('INBOX', 'letter');
  await desk.look();
}

/** The mailboxes that the server has. */
export const names = (): string[] => [...server.mailboxes.keys()];

export async function create(name: string, more: Record<string, unknown> = {}): Promise<MailboxKey> {
  const mailbox = (await desk.store.allocate(1)) as number as MailboxKey;
  await desk.act({ kind: 'create-mailbox', mailbox, name, delimiter: '/', role: undefined, ...more });
  return mailbox;
}

/** Moves the newest letter in INBOX. */
export async function moveTo(to: MailboxKey): Promise<void> {
  const { key: from } = await desk.mailbox('INBOX');
  const [row] = await desk.rows();
  await desk.act({ kind: 'move', from, to, messages: [row!.key] });
}

export const rename = async (from: string, name: string): Promise<string> =>
  desk.act({ kind: 'rename-mailbox', mailbox: (await desk.mailbox(from)).key, name });

export const remove = async (name: string): Promise<string> =>
  desk.act({ kind: 'delete-mailbox', mailbox: (await desk.mailbox(name)).key });
