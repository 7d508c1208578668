import type { EngineNote, EnginePorts } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Script } from './scripted-server.ts';

/** The desk of the test that runs, and its server: what was opened last. Who imports them stops the desk after each test. */
export let desk: Desk;
export let server: ScriptedServer;

export interface Setting {
  /** Letters in INBOX: `letter 1` and so on. */
  readonly messages?: number;
  readonly names?: readonly string[];
  readonly capabilities?: string;
  readonly script?: Script;
  readonly edit?: (text: string) => string;
  /** Without it a bug of ours fails the test. */
  readonly onBug?: EnginePorts['onBug'];
}

/** Opens a desk in front of a server that does what the setting says. */
export function openDesk({
  messages = 0,
  names = ['INBOX'],
  capabilities,
  script,
  edit,
  onBug,
}: Setting): void {
  server = new ScriptedServer(...names);
  if (capabilities !== undefined) server.capabilities = capabilities;
  for (let i = 1; i <= messages; i++) server.add('INBOX', `letter ${i}`);
  if (script) server.script = script;
  if (edit) server.edit = edit;
  desk = new Desk(server, onBug ? { onBug } : {});
}

/** The same, for who needs no more than this of it. */
export function open(messages: number, script?: Script, ...names: string[]): void {
  openDesk({ messages, ...(script && { script }), ...(names.length > 0 && { names }) });
}

/** The subjects of what the server has in that mailbox. */
export const subjects = (mailbox: string): string[] =>
  server.mailboxes.get(mailbox)!.messages.map(({ subject }) => subject);

/** What the engine told of that kind. */
export const notes = <N extends EngineNote['note']>(name: N) =>
  desk.notes.filter((note): note is Extract<EngineNote, { note: N }> => note.note === name);

/** A message with that subject, and a Message-ID made of it. */
export const draft = (subject: string): Uint8Array =>
  new TextEncoder().encode(`Subject: ${subject}\r\nMessage-ID: <${subject}@postern.example>\r\n\r\ntext\r\n`);

export const upload = (mailbox: number, subject: string): Promise<string> =>
  desk.act(
    { kind: 'upload', mailbox, messageId: `<${subject}@postern.example>`, flags: ['\\Draft'], date: 0 },
    draft(subject),
  );

/** The fields of an action that sends `draft(subject)`, and files it in that mailbox. */
export const sending = (subject: string, sent: number, step: 'submit' | 'file' = 'submit') => ({
  kind: 'send',
  messageId: `<${subject}@postern.example>`,
  subject,
  from: 'ada@postern.example',
  recipients: ['grace@postern.example'],
  sent,
  answers: undefined,
  notBefore: 0,
  step,
});
