/** What no real server can be made to do, and what must come of it: one bad thing costs no more than itself. */
import { afterEach, describe, expect, it } from 'vitest';
import { descriptorsQuery, partQuery } from '@postern/protocol/sync';
import { desk, notes, open, server } from './scripted-desk.ts';
import { fetchLine } from './scripted-server.ts';
import type { ScriptedCommand } from './scripted-server.ts';

afterEach(() => desk.stop());

const asksFor = (command: ScriptedCommand, uid: number): boolean => {
  const [first = 0, last = first] = (command.args.split(' ')[0] ?? '')
    .split(',')
    .flatMap((range) => range.split(':').map((bound) => (bound === '*' ? Infinity : Number(bound))));
  return command.name === 'UID FETCH' && uid >= first && uid <= last;
};

describe('a message that the server cannot describe', () => {
  it('refused: the others come, and it is shown by what its header says', async () => {
    open(30, (command) =>
      asksFor(command, 17) && /ENVELOPE/.test(command.args)
        ? `${command.tag} NO [SERVERBUG] cannot\r\n`
        : undefined,
    );
    await desk.look();
    await desk.clock.pass(5000);
    const subjects = await desk.subjects();
    expect(subjects.toSorted()).toEqual(Array.from({ length: 30 }, (_, i) => `letter ${i + 1}`).toSorted());
    const bad = (await desk.rows()).find(({ uid }) => uid === 17)!;
    expect((await desk.store.read(descriptorsQuery([bad.key]))).get(bad.key)).toMatchObject({
      messageId: '<INBOX-17@example.org>',
      from: [{ address: 'grace@example.org' }],
    });
  });

  it('with an item left out: it is asked for again, and shown', async () => {
    open(3, ({ name, args, tag }) =>
      name === 'UID FETCH' && args.includes('ENVELOPE')
        ? [0, 1, 2]
            .map((i) =>
              fetchLine(i + 1, server.mailboxes.get('INBOX')!.messages[i]!, args, i === 1 ? 'ENVELOPE' : ''),
            )
            .join('') + `${tag} OK done\r\n`
        : undefined,
    );
    await desk.look();
    expect((await desk.subjects()).toSorted()).toEqual(['letter 1', 'letter 2', 'letter 3']);
  });
});

it('asks for what changed in the first flight: SELECT waits for no answer but the greeting', async () => {
  open(3);
  server.capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS ENABLE CONDSTORE QRESYNC';
  server.edit = (text) => (text.includes('[UIDNEXT') ? `${text}* OK [HIGHESTMODSEQ 50] ok\r\n` : text);
  server.script = ({ name, tag }) => (name === 'ENABLE' ? `* ENABLED QRESYNC\r\n${tag} OK\r\n` : undefined);
  await desk.look();
  await desk.clock.pass(5000);
  server.commands.length = 0;
  server.script = () => '';
  server.dropAll();
  await desk.clock.pass(40_000);
  const last = server.commands.filter(({ connection }) => connection === server.connections);
  expect(last.map(({ name, args }) => `${name} ${args}`)).toEqual([
    'ENABLE QRESYNC',
    'SELECT "INBOX" (QRESYNC (7 50 1:3))',
  ]);
});

describe('a text that comes empty where octets were announced (RFC 2180 §4.1.3)', () => {
  async function wish(gone: boolean): Promise<Uint8Array | undefined> {
    open(2);
    await desk.look();
    await desk.clock.pass(5000);
    const box = server.mailboxes.get('INBOX')!;
    // Old enough not to be kept ahead of its being opened.
    const date = '17-Jul-2020 02:44:25 +0000';
    const message = server.add('INBOX', 'long', { text: 'x'.repeat(100_000), date });
    await desk.clock.pass(5000);
    const row = (await desk.rows()).find(({ uid }) => uid === message.uid)!;
    let hollow = false;
    server.script = ({ name, args, tag }) => {
      if (name === 'UID FETCH' && args.includes('BODY.PEEK[1]')) {
        hollow = true;
        return `* 3 FETCH (UID ${message.uid} BODY[1] "")\r\n${tag} OK done\r\n`;
      }
      if (name !== 'NOOP' || !hollow || !gone || !box.messages.includes(message)) return undefined;
      box.messages.pop();
      return `* 3 EXPUNGE\r\n${tag} OK done\r\n`;
    };
    desk.engine.wish('screen', { mailbox: row.mailbox, messages: [row.key], parts: [], downloads: [] });
    await desk.clock.pass(20_000);
    expect(hollow).toBe(true);
    return (await desk.store.read(partQuery(row.key, '1')))?.bytes;
  }

  it('is no text where the message turns out to be gone', async () => {
    expect(await wish(true)).toBeUndefined();
  });

  it('is what there is where the message is still there', async () => {
    expect(await wish(false)).toEqual(new Uint8Array());
  });
});

describe('the cursor', () => {
  it('does not move past mail that was not described, even if the connection is lost before it is', async () => {
    open(3);
    await desk.look();
    const box = server.mailboxes.get('INBOX')!;
    let armed = true;
    server.script = ({ name, args, tag }) => {
      if (!armed || name !== 'UID FETCH' || !args.includes('ENVELOPE')) return undefined;
      armed = false;
      // Arrived while the answer was under way: only its flags are spoken of, and then the line breaks.
      const [late] = [4, 5].map((n) => server.add('INBOX', `late ${n}`)).slice(1);
      setImmediate(() => setImmediate(() => server.dropAll()));
      return `* 5 EXISTS\r\n* 5 FETCH (UID ${late!.uid + 1} FLAGS ())\r\n${tag} OK done\r\n`;
    };
    server.add('INBOX', 'first');
    await desk.clock.pass(60_000);
    expect((await desk.subjects()).toSorted()).toEqual(box.messages.map(({ subject }) => subject).toSorted());
  });
});

describe('a mailbox', () => {
  it('is not emptied because FETCH and SEARCH give nothing while EXISTS says otherwise', async () => {
    open(5, undefined, 'INBOX', 'Other');
    await desk.look();
    await desk.stop();
    server.script = ({ name, tag }) =>
      name === 'UID FETCH' || name === 'UID SEARCH' ? `${tag} OK done\r\n` : undefined;
    desk.start();
    await desk.look();
    expect(await desk.rows()).toHaveLength(5);
  });

  it('is not emptied because SELECT says no UIDVALIDITY once', async () => {
    open(5);
    await desk.look();
    const keys = (await desk.rows()).map(({ key }) => key);
    server.edit = (text) => text.replace(/\* OK \[UIDVALIDITY.*\r\n/, '');
    server.dropAll();
    await desk.clock.pass(5000);
    expect((await desk.rows()).map(({ key }) => key)).toEqual(keys);
  });

  it('is not forgotten because LIST leaves it out', async () => {
    open(2, undefined, 'INBOX', 'Other');
    server.add('Other', 'kept');
    await desk.look('Other');
    server.edit = (text) => text.replace(/\* LIST .*"Other"\r\n/, '');
    server.dropAll();
    await desk.clock.pass(5000);
    expect(await desk.subjects('Other')).toEqual(['kept']);
    server.mailboxes.delete('Other');
    server.dropAll();
    await desk.clock.pass(5000);
    await expect(desk.mailbox('Other')).rejects.toThrow('no mailbox');
  });

  it.each(['[UNAVAILABLE] The storage is down', '[SERVERBUG] Internal error', '[INUSE] Locked'])(
    'is not forgotten because it cannot be had now: %s',
    async (words) => {
      open(2, undefined, 'INBOX', 'Other');
      server.add('Other', 'kept');
      const { key } = await desk.look('Other');
      await desk.store.commit([{ kind: 'mode', mailbox: key, mode: 'offline' }]);
      server.edit = (text) => text.replace(/\* LIST .*"Other"\r\n/, '');
      server.script = ({ name, args, tag }) =>
        (name === 'STATUS' || name === 'SELECT') && args.includes('Other')
          ? `${tag} NO ${words}\r\n`
          : undefined;
      server.dropAll();
      await desk.clock.pass(5000);
      expect(await desk.subjects('Other')).toEqual(['kept']);
      expect(await desk.mailbox('Other')).toMatchObject({ key, mode: 'offline' });
    },
  );

  it('that is added here while the server lists its own stays', async () => {
    open(1);
    const inbox = await desk.look();
    const key = await desk.store.allocate(1);
    const made = { ...inbox, key: Number(key) as typeof inbox.key, name: 'Archive', wireName: 'Archive' };
    server.script = ({ name }) => {
      if (name === 'LIST') void desk.store.commit([{ kind: 'mailbox', mailbox: made }]);
      return undefined;
    };
    server.dropAll();
    await desk.clock.pass(5000);
    expect(server.named('LIST')).toHaveLength(2);
    expect(await desk.mailbox('Archive')).toMatchObject({ key: made.key });
  });

  it('that is refused while it is on screen keeps nobody from hearing of new mail', async () => {
    open(2, undefined, 'INBOX', 'Other');
    await desk.look('Other');
    server.mailboxes.delete('Other');
    server.dropAll();
    await desk.clock.pass(10_000);
    server.add('INBOX', 'new');
    await desk.clock.pass(2000);
    expect(await desk.subjects()).toContain('new');
  });
});

describe('news of the selected mailbox leaves the engine at rest', () => {
  /** The most reads of the store at one moment; a loop that never rests gives way to the test that watches it. */
  async function mostReads(milliseconds: number): Promise<number> {
    const read = desk.store.read.bind(desk.store);
    let [at, reads, most] = [0, 0, 0];
    desk.store.read = async (query) => {
      if (at !== desk.clock.now()) [at, reads] = [desk.clock.now(), 0];
      most = Math.max(most, ++reads);
      if (reads % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      return read(query);
    };
    await desk.clock.pass(milliseconds);
    return most;
  }

  it('although the mailbox is just found to be gone', async () => {
    open(1, undefined, 'INBOX', 'Projects');
    await desk.look('Projects');
    let told = false;
    server.script = ({ name, tag, selected }) => {
      if (name !== 'LIST' || selected !== 'Projects') return undefined;
      told = true;
      server.mailboxes.delete('Projects');
      return `* LIST () "/" "INBOX"\r\n* 5 EXISTS\r\n${tag} OK done\r\n`;
    };
    expect(await mostReads(20 * 60_000)).toBeLessThan(500);
    expect(told).toBe(true);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
    server.add('INBOX', 'new');
    await desk.clock.pass(2000);
    expect(await desk.subjects()).toEqual(['letter 1', 'new']);
  });

  it('although the mailbox is refused meanwhile', async () => {
    open(1, undefined, 'INBOX', 'Projects');
    server.add('Projects', 'old');
    await desk.look('Projects');
    await desk.look();
    let told = 0;
    server.script = ({ name, tag, selected }) => {
      if (name !== 'UID FETCH' || selected !== 'Projects') return undefined;
      told++;
      return `* 5 EXISTS\r\n${tag} NO not now\r\n`;
    };
    desk.wish({ mailbox: (await desk.mailbox('Projects')).key });
    expect(await mostReads(60_000)).toBeLessThan(500);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(30);
  });
});

describe('new mail in INBOX', () => {
  it('shows within two seconds while another mailbox is on screen', async () => {
    open(2, undefined, 'INBOX', 'Other');
    await desk.look();
    await desk.look('Other');
    server.add('INBOX', 'new');
    await desk.clock.pass(2000);
    expect(await desk.subjects()).toContain('new');
    server.add('INBOX', 'and more');
    await desk.clock.pass(2000);
    expect(await desk.subjects()).toContain('and more');
    const [row] = await desk.rows();
    desk.wish({ mailbox: (await desk.mailbox('Other')).key, messages: [row!.key] });
    await desk.clock.pass(100);
    expect(await desk.store.read(partQuery(row!.key, '1'))).toBeDefined();
  });
});

describe('200 mailboxes', () => {
  it('are counted in a few round trips', async () => {
    open(1, undefined, 'INBOX', ...Array.from({ length: 200 }, (_, i) => `box ${i}`));
    let most = 0;
    let waiting: (() => void)[] = [];
    server.script = ({ name }) => {
      if (name === 'STATUS')
        most = Math.max(
          most,
          waiting.push(() => undefined),
        );
      else waiting = [];
      return undefined;
    };
    await desk.clock.pass(3000);
    // All but INBOX, which has been looked into.
    expect(server.named('STATUS').length).toBe(200);
    expect(await desk.mailbox('INBOX')).toMatchObject({ messages: 1, unseen: 1 });
    expect(await desk.mailbox('box 7')).toMatchObject({ messages: 0, unseen: 0 });
  });
});

describe('a part', () => {
  const long = 'x'.repeat(1_300_000);
  const openMessage = async (): Promise<{ key: number; text: string | undefined }> => {
    const { key: mailbox } = await desk.look();
    const [row] = await desk.rows();
    desk.wish({ mailbox, messages: [row!.key] });
    await desk.clock.pass(5000);
    const part = await desk.store.read(partQuery(row!.key, '1'));
    return { key: row!.key, text: part && new TextDecoder().decode(part.bytes) };
  };

  it('is whole although the server gives less at once than it is asked for', async () => {
    open(0);
    server.add('INBOX', 'long', { text: long });
    server.script = ({ name, args, tag }) => {
      const range = /<(\d+)\.524288>/.exec(args);
      if (name !== 'UID FETCH' || !range) return undefined;
      const data = long.slice(Number(range[1]), Number(range[1]) + 300_000);
      return `* 1 FETCH (UID 1 BODY[1]<${range[1]}> {${data.length}}\r\n${data})\r\n${tag} OK done\r\n`;
    };
    expect((await openMessage()).text).toBe(long);
  });

  it('is not stored when the message goes away in the middle of it', async () => {
    open(0);
    server.add('INBOX', 'long', { text: long });
    server.script = ({ name, args, tag }) =>
      name === 'UID FETCH' && /<524288\./.test(args)
        ? `* 1 FETCH (UID 1 BODY[1]<524288> NIL)\r\n${tag} OK done\r\n`
        : undefined;
    const { key, text } = await openMessage();
    expect(text).toBeUndefined();
    expect(notes('unavailable')).toContainEqual({ note: 'unavailable', message: key, reason: 'gone' });
  });

  it('is whole although BODYSTRUCTURE announces more than there is', async () => {
    open(0);
    server.add('INBOX', 'long', { text: long });
    server.edit = (text) => text.replace(/"7BIT" \d+ 1/, '"7BIT" 1400000 1');
    expect((await openMessage()).text).toBe(long);
  });

  it('whose fetching breaks every connection is given up, and what comes after it is done', async () => {
    open(2, (command) => (asksFor(command, 1) && /BODY\.PEEK\[1\]/.test(command.args) ? 'drop' : undefined));
    const { key: mailbox } = await desk.look();
    const [bad, good] = await desk.rows();
    desk.wish({ mailbox, messages: [bad!.key] });
    await desk.act({ kind: 'flag', mailbox, messages: [good!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(120_000);
    expect(notes('unavailable')).toContainEqual({
      note: 'unavailable',
      message: bad!.key,
      reason: 'refused',
    });
    expect(await desk.actions()).toEqual([]);
    desk.wish({ mailbox, messages: [good!.key] });
    await desk.clock.pass(60_000);
    expect(await desk.store.read(partQuery(good!.key, '1'))).toBeDefined();
  });
});
