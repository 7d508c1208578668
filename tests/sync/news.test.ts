import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';

import { flagSet, type Mailbox, type Profile, profiles } from '@postern/mailserver';
import { mailboxesQuery, partQuery, rowsQuery } from '@postern/protocol/sync';
import type { EngineNote } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

const say = (subject: string, text?: string): string =>
  letter({ from: grace.address, to: ada.address, subject, ...(text ? { text } : {}) });

let place: EmbeddedPlace;
let gateway: Gateway;
let device: Device;
const inbox = (): Mailbox => place.server.accounts[0]!.get('INBOX');

async function open(
  messages: number,
  profile = profiles.full as Profile,
  onCommand?: (line: string) => void,
): Promise<void> {
  place = await startEmbedded({
    profile,
    ...(onCommand ? { onLine: (direction, text) => direction === 'C' && onCommand(text) } : {}),
  });
  gateway = await openGateway(place);
  for (let i = 1; i <= messages; i++) await place.deliver(ada, 'INBOX', say(`letter ${i}`, `text ${i}`));
  device = await Device.open(gateway, ada);
  device.wish({ mailbox: (await device.mailbox('inbox')).key });
  await device.caughtUp('inbox', messages);
}

afterEach(async () => {
  await device.stop();
  await gateway.close();
  await place.close();
});

describe.each([profiles.full, profiles.rev1])('what other clients do, against profile $name', (profile) => {
  it('is seen after being away: flags, removals, arrivals', async () => {
    await open(40, profile);
    await device.stop();
    const [first, second, third] = inbox().messages;
    inbox().setFlags(first!, flagSet(['\\Flagged', 'Garden']));
    inbox().expunge([second!, third!]);
    await place.deliver(ada, 'INBOX', say('arrived meanwhile'));
    device.start();
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    await device.find('inbox', 'arrived meanwhile');
    await eventually(
      'flags',
      async () => (await device.find('inbox', 'letter 1')).flags.toSorted().join(' ') === 'Garden \\Flagged',
    );
    await eventually('removals', async () => !(await device.subjects('inbox')).includes('letter 2'));
    expect(new Set(await device.subjects('inbox')).size).toBe(39);
  }, 30_000);
});

describe('news', () => {
  it('of flags and removals comes by itself while listening', async () => {
    await open(10);
    await eventually('online', () => device.status.connection === 'online');
    inbox().setFlags(inbox().messages[0]!, flagSet(['\\Flagged']));
    inbox().expunge([inbox().messages[4]!]);
    await eventually('flag', async () =>
      (await device.find('inbox', 'letter 1')).flags.includes('\\Flagged'),
    );
    await device.caughtUp('inbox', 9);
    expect(await device.subjects('inbox')).not.toContain('letter 5');
  });

  it('of other mailboxes comes by itself where the server has NOTIFY, long before anyone would ask', async () => {
    await open(3);
    await eventually('online', () => device.status.connection === 'online');
    const since = Date.now();
    const account = place.server.accounts[0]!;
    await place.deliver(ada, 'Archive', say('filed elsewhere'));
    await device.find('archive', 'filed elsewhere');
    const [filed] = account.get('Archive').messages;
    account.get('Archive').setFlags(filed!, flagSet(['\\Flagged']));
    await eventually('flag', async () =>
      (await device.find('archive', 'filed elsewhere')).flags.includes('\\Flagged'),
    );
    account.create('Projects');
    await device.mailbox('Projects');
    account.get('Archive').expunge([filed!]);
    await device.caughtUp('archive', 0);
    // Mailboxes are counted every minute, and listed every quarter of an hour.
    expect(Date.now() - since).toBeLessThan(30_000);
  }, 40_000);

  it.each([
    ['NOTIFY', { ...profiles.full, capabilities: { 'LIST-STATUS': false } }],
    ['LIST', profiles.full],
  ])(
    'of mailboxes that come and go while a new connection says %s is not missed',
    async (command, profile) => {
      const seen: string[] = [];
      await open(1, profile, (line) => {
        const [, name = '', ...rest] = line.split(' ');
        // The list with STATUS is the last that is asked for.
        if (name !== command || (name === 'LIST' && !rest.join(' ').includes('STATUS'))) return;
        const account = place.server.accounts[0]!;
        seen.push(name);
        if (seen.length !== 2) return;
        account.delete('Archive');
        account.create('Projects');
      });
      await eventually('asked', () => seen.length === 1);
      place.server.disconnectAll();
      await eventually('asked again', () => seen.length >= 2);
      device.engine.wake('network');
      await device.mailbox('Projects');
      await eventually('gone', async () =>
        (await device.store.read(mailboxesQuery())).every(({ name }) => name !== 'Archive'),
      );
    },
  );

  it('of mail that arrives while the mailbox is being found whole is not taken for what was looked at', async () => {
    await open(3);
    const { store } = device;
    const { key } = await device.mailbox('inbox');
    const archive = await device.mailbox('archive');
    const commit = store.commit.bind(store);
    const late: string[] = [];
    let before = (await device.mailbox('inbox')).sync.at;
    // As a slow disk has it: between the last look and what is kept of it, a letter comes.
    store.commit = async (changes) => {
      const found = changes.find((each) => each.kind === 'mailbox' && each.mailbox.key === key);
      if (found?.kind === 'mailbox' && found.mailbox.sync.at > before && late.length < 3) {
        before = found.mailbox.sync.at;
        late.push(`late ${late.length}`);
        await place.deliver(ada, 'INBOX', say(late.at(-1)!));
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      await commit(changes);
    };
    for (let turn = 0; turn < 3; turn++) {
      // A switch there and back in one moment is none: nothing would be looked at again.
      const { at } = (await device.mailbox('archive')).sync;
      device.wish({ mailbox: archive.key });
      await eventually('there', async () => (await device.mailbox('archive')).sync.at > at);
      device.wish({ mailbox: key });
      await eventually('a letter', () => late.length > turn);
      await device.find('inbox', late[turn]!);
    }
  }, 60_000);

  it('of a new UIDVALIDITY voids the cache, keeps uploads, and shows the actions that it broke', async () => {
    await open(5);
    const row = await device.find('inbox', 'letter 2');
    const drafts = await device.mailbox('drafts');
    await device.stop();
    const account = place.server.accounts[0]!;
    const old = inbox();
    account.mailboxes.delete('INBOX');
    const fresh = account.create('INBOX');
    for (const message of old.messages.slice(0, 3)) fresh.add({ content: message.content });
    expect(fresh.uidValidity).not.toBe(old.uidValidity);
    await device.act({
      kind: 'flag',
      mailbox: row.mailbox,
      messages: [row.key],
      add: ['\\Flagged'],
      remove: [],
    });
    await device.act(
      {
        kind: 'upload',
        mailbox: drafts.key,
        messageId: '<kept@postern.example>',
        flags: ['\\Draft'],
        date: 0,
      },
      new TextEncoder().encode(
        letter({ from: ada.address, to: '', subject: 'kept', messageId: '<kept@postern.example>' }),
      ),
    );
    device.start();
    device.wish({ mailbox: row.mailbox });
    await device.find('drafts', 'kept');
    await device.caughtUp('inbox', 3);
    const [left, ...none] = await device.actions();
    expect(none).toEqual([]);
    expect(left?.state).toEqual({ name: 'failed', reason: 'uidvalidity', words: '' });
    expect([...fresh.messages].some(({ flags }) => flags.has('\\Flagged'))).toBe(false);
  });

  it.each([profiles.full, profiles.rev1])(
    'of a mailbox numbered anew leaves its mail as it is, against profile $name',
    async (profile) => {
      await open(30, profile);
      const before = await device.find('inbox', 'letter 2');
      await eventually('its text', () => device.store.read(partQuery(before.key, '1')));
      inbox().expunge(inbox().messages.slice(5, 7));
      inbox().renumber(inbox().uidValidity + 1);
      const { mailbox, key } = before;
      await device.act({ kind: 'flag', mailbox, messages: [key], add: ['\\Flagged'], remove: [] });
      await device.settled();
      await place.deliver(ada, 'INBOX', say('after that'));
      // Without IDLE it would be a quarter of a minute until anybody asks.
      device.engine.wake('network');
      await device.find('inbox', 'after that');
      await device.caughtUp('inbox', 29);
      expect(await device.find('inbox', 'letter 2')).toMatchObject({ key, uid: 2, flags: ['\\Flagged'] });
      expect(await device.store.read(partQuery(key, '1'))).toBeDefined();
      expect(inbox().messages.filter(({ flags }) => flags.has('\\Flagged'))).toHaveLength(1);
    },
  );

  it('of a mailbox that is gone takes its cached mail away, and the engine goes on', async () => {
    await open(3);
    const account = place.server.accounts[0]!;
    account.create('Projects');
    await place.deliver(ada, 'Projects', say('in a project'));
    await device.stop();
    device.start();
    const projects = await device.mailbox('Projects');
    device.wish({ mailbox: projects.key });
    await device.find('Projects', 'in a project');
    account.delete('Projects');
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    await device.stop();
    device.start();
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    await eventually('gone', async () => (await device.store.read(rowsQuery(projects.key))).length === 0);
    await place.deliver(ada, 'INBOX', say('still listening'));
    await device.find('inbox', 'still listening');
  });
});

describe('a connection that breaks in the middle of a FETCH', () => {
  it('stores no truncated text, and fetches it again', async () => {
    await open(1);
    const text = 'A long line of text that is cut somewhere. '.repeat(4000);
    // Before it is there: it may be kept ahead before anybody opens it.
    place.server.faults.closeInLiteralAfter = 5000;
    await place.deliver(ada, 'INBOX', say('long', text));
    const row = await device.find('inbox', 'long');
    device.wish({ mailbox: row.mailbox, messages: [row.key] });
    const part = await eventually('the text', () => device.store.read(partQuery(row.key, '1')));
    expect(new TextDecoder().decode(part.bytes)).toBe(`${text}\r\n`);
    expect(place.server.faults.closeInLiteralAfter).toBeUndefined();
  });
});

describe('a download', () => {
  const attachment = randomBytes(1_500_000);
  const message = [
    `From: ${grace.address}`,
    `To: ${ada.address}`,
    'Subject: with a file',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'See the file.',
    '--b',
    'Content-Type: application/octet-stream; name=file.bin',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=file.bin',
    '',
    attachment.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--b--',
    '',
  ].join('\r\n');
  const pieces = (): Extract<EngineNote, { note: 'piece' }>[] =>
    device.notes.filter((note) => note.note === 'piece');

  it('comes in pieces, in order, byte for byte, and lets what is more urgent go first', async () => {
    await open(1);
    await place.deliver(ada, 'INBOX', message);
    const row = await device.find('inbox', 'with a file');
    const other = await device.find('inbox', 'letter 1');
    const download = { id: 'd1', message: row.key, section: '2' };
    device.wish({ mailbox: row.mailbox, downloads: [download] });
    await eventually('first piece', () => pieces().length > 0);
    device.wish({ mailbox: row.mailbox, messages: [other.key], downloads: [download] });
    await eventually('downloaded', () => device.notes.some((note) => note.note === 'downloaded'));
    const whole = Buffer.concat(pieces().map(({ bytes }) => bytes));
    expect(createHash('sha256').update(whole).digest('hex')).toBe(
      createHash('sha256').update(attachment).digest('hex'),
    );
    expect(pieces().length).toBeGreaterThan(2);
    expect(pieces().at(-1)?.received).toBe(pieces().at(-1)?.total);
  });

  it('ends when it is not wanted any more', async () => {
    await open(1);
    await place.deliver(ada, 'INBOX', message);
    const row = await device.find('inbox', 'with a file');
    place.server.faults.delay = (command) => (command === 'UID FETCH' ? 50 : 0);
    device.wish({ mailbox: row.mailbox, downloads: [{ id: 'd2', message: row.key, section: '2' }] });
    await eventually('first piece', () => pieces().length > 0);
    device.wish({ mailbox: row.mailbox });
    const letterRow = await device.find('inbox', 'letter 1');
    device.wish({ mailbox: row.mailbox, messages: [letterRow.key] });
    await eventually('the next text', () => device.store.read(partQuery(letterRow.key, '1')));
    expect(device.notes.some((note) => note.note === 'downloaded')).toBe(false);
    expect(pieces().length).toBeLessThan(4);
  });
});

describe('a search', () => {
  it('asks the server, for any script', async () => {
    await open(3);
    await place.deliver(ada, 'INBOX', say('plain subject', 'Der Hafenmeister grüßt: 灯台'));
    const row = await device.find('inbox', 'plain subject');
    device.wish({ mailbox: row.mailbox, search: { id: 's1', mailbox: row.mailbox, text: '灯台' } });
    const found = await eventually('found', () => device.notes.find((note) => note.note === 'found'));
    expect(found).toMatchObject({ id: 's1', keys: [row.key] });
  });
});

describe('a first look at a large mailbox', () => {
  it('brings the newest first, and then all of them, once', async () => {
    place = await startEmbedded();
    gateway = await openGateway(place);
    for (let i = 1; i <= 3000; i++) await place.deliver(ada, 'INBOX', say(`letter ${i}`));
    // A gap of UIDs, as years of deleting leave one.
    inbox().uidNext += 1_000_000;
    for (let i = 3001; i <= 3100; i++) await place.deliver(ada, 'INBOX', say(`letter ${i}`));
    device = await Device.open(gateway, ada);
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    const first = await eventually('first rows', async () => {
      const subjects = await device.subjects('inbox');
      return subjects.length > 0 && subjects;
    });
    expect(first).toContain('letter 3100');
    expect(first.length).toBeLessThan(1000);
    await device.caughtUp('inbox', 3100);
    expect(new Set(await device.subjects('inbox')).size).toBe(3100);
  }, 30_000);
});
