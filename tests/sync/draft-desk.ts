/** A desk whose drafts go to a server that says what a test makes it say. */
import { draftsQuery } from '@postern/protocol/sync';
import type { Draft } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Script } from './scripted-server.ts';

export let desk: Desk;
export let server: ScriptedServer;

export async function open(script: Script = () => undefined, capabilities = 'UIDPLUS'): Promise<void> {
  server = new ScriptedServer('INBOX', 'Drafts');
  server.capabilities = `IMAP4rev1 IDLE LITERAL+ ${capabilities}`;
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  await desk.look('Drafts');
  server.commands.length = 0;
  server.script = script;
}

export const subjects = (name = 'Drafts'): string[] =>
  server.mailboxes.get(name)!.messages.map(({ subject }) => subject);
export const drafts = (): Promise<readonly Draft[]> => desk.store.read(draftsQuery());

/** How many versions were written. */
export let version = 0;

/** The next version is the first. */
export function beginAnew(): void {
  version = 0;
}

/** A version of the one draft, on this device. */
export async function write(subject: string, more: Partial<Draft> = {}): Promise<void> {
  const draft: Draft = {
    ...sampleDraft('d', ++version),
    to: 'grace@example.org',
    bcc: 'linus@example.org',
    subject,
    text: 'text',
    attachments: [{ id: 'x', name: 'a.txt', type: 'text/plain', bytes: new Uint8Array([104, 105]) }],
    ...more,
  };
  await desk.store.commit([{ kind: 'draft', draft }]);
}

/** Wants the newest on the server. */
export async function save(name = 'Drafts'): Promise<void> {
  const { key: mailbox } = await desk.mailbox(name);
  const from = { name: 'Ada', address: 'ada@postern.example' };
  await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from, timeZoneOffset: 0 });
}
