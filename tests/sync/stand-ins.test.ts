/** Messages that the server will not describe are shown by their header, and are described when it does. */
import { afterEach, describe, expect, it } from 'vitest';
import { descriptorsQuery, partQuery } from '@postern/protocol/sync';
import type { Descriptor, MessageKey } from '@postern/protocol/sync';
import { desk, open, server } from './scripted-desk.ts';
import { inSet } from './scripted-server.ts';
import type { Script } from './scripted-server.ts';

afterEach(() => desk.stop());

const HOUR = 3600_000;
/** The one that is refused. */
const UID = 2;
/** As they came. */
const LETTERS = ['letter 1', 'letter 3', 'letter 2'];

/** Whether the server is asked for the structure of that message. */
const asksFor = (name: string, args: string): boolean =>
  name === 'UID FETCH' &&
  args.includes('BODYSTRUCTURE') &&
  inSet(args.split(' ')[0]!, UID, server.mailboxes.get('INBOX'));

const refuse: Script = ({ name, args, tag }) =>
  asksFor(name, args) ? `${tag} NO cannot say what that is\r\n` : undefined;

const asked = (): number => server.commands.filter(({ name, args }) => asksFor(name, args)).length;

/** Three letters are here; of the second one the server gives no more than the header. */
async function begin(text = 'text of letter 2'): Promise<MessageKey> {
  open(3, refuse, 'INBOX', 'Other');
  server.mailboxes.get('INBOX')!.messages[1]!.text = text;
  const { key: mailbox } = await desk.look();
  await desk.clock.pass(60_000);
  expect(await desk.subjects()).toEqual(LETTERS);
  const row = (await desk.rows()).find(({ uid }) => uid === UID);
  expect(await structure(row!.key)).toMatchObject({ octets: -1 });
  desk.wish({ mailbox });
  server.commands.length = 0;
  return row!.key;
}

async function structure(key: MessageKey): Promise<Descriptor['structure'] | undefined> {
  return (await desk.store.read(descriptorsQuery([key]))).get(key)?.structure;
}

async function openMessage(key: MessageKey): Promise<void> {
  const { key: mailbox } = await desk.mailbox('INBOX');
  desk.wish({ mailbox, messages: [key] });
  await desk.clock.pass(5000);
  desk.wish({ mailbox });
  await desk.clock.pass(5000);
}

async function textOf(key: MessageKey): Promise<string | undefined> {
  const part = await desk.store.read(partQuery(key, '1'));
  return part && new TextDecoder().decode(part.bytes);
}

describe('a message that the server will not describe', () => {
  it('is asked for again when it is opened, and once in hours however often', async () => {
    const key = await begin();
    await openMessage(key);
    await openMessage(key);
    expect(asked()).toBe(1);
    expect(await textOf(key)).toBe('text of letter 2');
    await desk.clock.pass(7 * HOUR);
    expect(asked()).toBe(1);
    await openMessage(key);
    expect(asked()).toBe(2);
    expect(await textOf(key)).toBe('text of letter 2');
  });

  it('is shown as what it is when the server does say', async () => {
    const key = await begin('R3LDvMOfZQ==');
    await openMessage(key);
    expect(await textOf(key)).toBe('R3LDvMOfZQ==');
    server.script = () => undefined;
    server.edit = (text) => text.replace('"7BIT" 12 ', '"BASE64" 12 ');
    await openMessage(key);
    expect(await structure(key)).toMatchObject({ octets: -1 });
    await desk.clock.pass(7 * HOUR);
    await openMessage(key);
    expect(await structure(key)).toMatchObject({ encoding: 'base64', octets: 12 });
    expect(await textOf(key)).toBe('Grüße');
    server.commands.length = 0;
    await desk.clock.pass(7 * HOUR);
    await openMessage(key);
    expect(asked()).toBe(0);
  });

  it('is shown where the server ends the connection over it', async () => {
    const key = await begin();
    server.script = ({ name, args }) => (asksFor(name, args) ? 'drop' : undefined);
    await openMessage(key);
    expect(asked()).toBe(1);
    expect(await textOf(key)).toBe('text of letter 2');
  });

  it('is not asked for because it is likely to be opened next', async () => {
    const key = await begin();
    const [first] = await desk.rows();
    desk.wish({ mailbox: first!.mailbox, messages: [first!.key, key] });
    await desk.clock.pass(5000);
    expect([asked(), await textOf(key)]).toEqual([0, 'text of letter 2']);
  });

  it('keeps no other from being described anew that had to go with it, and is itself shown by its header', async () => {
    const key = await begin();
    const keys = (await desk.rows()).map((row) => row.key);
    await desk.store.commit([{ kind: 'evicted', what: 'descriptors', keys }]);
    expect(await desk.subjects()).toEqual(['?', '?', '?']);
    desk.wish({ mailbox: (await desk.mailbox('INBOX')).key, previews: keys });
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(LETTERS);
    expect(await structure(key)).toMatchObject({ octets: -1 });
    expect(asked()).toBeLessThan(8);
  });
});
