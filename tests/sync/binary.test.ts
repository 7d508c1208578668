/** Parts that the server decodes (RFC 3516), by servers that do, that cannot, and that do it wrongly: the same is kept of all. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { partQuery, piecesQuery } from '@postern/protocol/sync';
import type { MessageRow } from '@postern/protocol/sync';
import { desk, notes, openDesk, server } from './scripted-desk.ts';
import type { ScriptedCommand } from './scripted-server.ts';

afterEach(() => desk.stop());

const KB = 1024;

/** What is asked of a decoded part, and what the file is. */
interface Asked {
  readonly file: Buffer;
  readonly encoded: string;
  readonly origin: number | undefined;
  readonly count: number;
  readonly asksSize: boolean;
  readonly command: ScriptedCommand;
}

/** The items of the answer, or a whole answer where it begins with the tag; `drop` ends the line. */
type Habit = (asked: Asked) => string | 'drop';

const literal = (octets: Buffer | string, mark = ''): string =>
  `${mark}{${octets.length}}\r\n${typeof octets === 'string' ? octets : octets.toString('latin1')}`;

/** As RFC 3516 has it. */
const sound: Habit = ({ file, origin, count, asksSize }) => {
  const size = asksSize ? `BINARY.SIZE[1] ${file.length} ` : '';
  const octets = file.subarray(origin ?? 0, (origin ?? 0) + count);
  return `${size}BINARY[1]${origin === undefined ? '' : `<${origin}>`} ${literal(octets, '~')}`;
};

const refused: Habit = ({ command }) => `${command.tag} NO [UNKNOWN-CTE] no\r\n`;
const misunderstood: Habit = ({ command }) => `${command.tag} BAD what?\r\n`;
/** Its words for what is still encoded. */
const undecoded: Habit = ({ encoded, origin, count }) =>
  `BINARY.SIZE[1] ${encoded.length} BINARY[1]${origin === undefined ? '' : `<${origin}>`} ${literal(encoded.slice(origin ?? 0, (origin ?? 0) + count))}`;
/** Answers BODY instead, and says so. */
const plain: Habit = ({ encoded, origin, count }) =>
  `BODY[1]${origin === undefined ? '' : `<${origin}>`} ${literal(encoded.slice(origin ?? 0, (origin ?? 0) + count))}`;
const shortened: Habit = (asked) =>
  sound({ ...asked, file: asked.file.subarray(0, asked.file.length - 300) });
/** Counts ranges before it decodes. */
const miscounted: Habit = (asked) => sound({ ...asked, count: Math.floor(asked.count / 4) * 3 });
const nothing: Habit = () => 'BINARY[1] NIL';

let habit: Habit = sound;

async function open(
  octets: number,
  capabilities = 'BINARY',
  lines = 76,
): Promise<{ file: Buffer; row: MessageRow }> {
  const file = randomBytes(octets);
  const encoded = file.toString('base64').replace(new RegExp(`.{${lines}}`, 'g'), '$&\r\n');
  openDesk({ capabilities: `IMAP4rev1 IDLE LITERAL+ UIDPLUS ${capabilities}` });
  server.edit = (text) =>
    text.replace(
      /"TEXT" "PLAIN" \("CHARSET" "utf-8"\) NIL NIL "7BIT" (\d+) 1/,
      '"APPLICATION" "X" NIL NIL NIL "BASE64" $1',
    );
  server.script = (command) => {
    const { name, args, tag } = command;
    const item = /BINARY\.PEEK\[1\](?:<(\d+)\.(\d+)>)?/.exec(args);
    if (name !== 'UID FETCH' || !item) return undefined;
    const [, origin, count] = item;
    const answer = habit({
      file,
      encoded,
      origin: origin === undefined ? undefined : Number(origin),
      count: Number(count ?? 1e9),
      asksSize: args.includes('BINARY.SIZE'),
      command,
    });
    if (answer === 'drop' || answer.startsWith(tag)) return answer;
    return `* 1 FETCH (UID 1 ${answer})\r\n${tag} OK done\r\n`;
  };
  // So old that nothing of it is kept ahead.
  server.add('INBOX', 'a file', { text: encoded, date: '17-Jul-2020 02:44:25 +0000' });
  await desk.look();
  const [row] = await desk.rows();
  return { file, row: row! };
}

const asked = (what: string): number =>
  server.named('UID FETCH').filter(({ args }) => args.includes(`${what}.PEEK[1]`)).length;

async function kept({ key }: MessageRow): Promise<Buffer | undefined> {
  const part = await desk.store.read(partQuery(key, '1'));
  return part && Buffer.from(part.bytes);
}

async function wished(octets: number, capabilities?: string, lines?: number): Promise<void> {
  const { file, row } = await open(octets, capabilities, lines);
  desk.wish({ mailbox: row.mailbox, parts: [{ message: row.key, section: '1' }] });
  await desk.clock.pass(20_000);
  expect(file.equals((await kept(row)) ?? Buffer.alloc(0))).toBe(true);
}

const wrong: readonly (readonly [string, Habit])[] = [
  ['refuses it', refused],
  ['does not know the command', misunderstood],
  ['decodes nothing', undecoded],
  ['leaves out some of it', shortened],
  ['gives nothing', nothing],
];

describe('a part that is shown', () => {
  it.each([100 * KB, 700 * KB])('comes decoded, %i octets', async (octets) => {
    habit = sound;
    await wished(octets);
    expect([asked('BINARY'), asked('BODY')]).toEqual([octets > 400 * KB ? 2 : 1, 0]);
  });

  it('comes decoded from a server of IMAP4rev2, which need not name BINARY', async () => {
    habit = sound;
    await wished(100 * KB, 'IMAP4rev2');
    expect(asked('BINARY')).toBe(1);
  });

  it('comes encoded where the server has no BINARY', async () => {
    await wished(100 * KB, 'MOVE');
    expect([asked('BINARY'), asked('BODY')]).toEqual([0, 1]);
  });

  it.each(wrong)('comes encoded from a server that %s, small or large', async (_, how) => {
    habit = how;
    await wished(100 * KB);
    expect([asked('BINARY'), asked('BODY')]).toEqual([1, 1]);
    await desk.stop();
    await wished(700 * KB);
    expect([asked('BINARY'), asked('BODY')]).toEqual([1, 2]);
  });

  it('is taken as it says, where the server answers with what is encoded', async () => {
    habit = plain;
    await wished(100 * KB);
    expect([asked('BINARY'), asked('BODY')]).toEqual([1, 0]);
  });

  it('comes encoded where ranges are counted otherwise', async () => {
    habit = miscounted;
    await wished(700 * KB);
    expect([asked('BINARY'), asked('BODY')]).toEqual([1, 2]);
  });

  it('comes encoded where nobody can tell how much it holds', async () => {
    habit = sound;
    await wished(100 * KB, 'BINARY', 20);
    expect([asked('BINARY'), asked('BODY')]).toEqual([1, 1]);
  });

  it('comes encoded in the end where BINARY breaks every connection', async () => {
    habit = ({ command }) => {
      setImmediate(() => server.dropAll());
      return command.connection > 0 ? 'drop' : '';
    };
    const { file, row } = await open(100 * KB);
    desk.wish({ mailbox: row.mailbox, parts: [{ message: row.key, section: '1' }] });
    await desk.clock.pass(300_000);
    desk.wish({ mailbox: row.mailbox });
    await desk.clock.pass(1000);
    desk.wish({ mailbox: row.mailbox, parts: [{ message: row.key, section: '1' }] });
    await desk.clock.pass(20_000);
    expect(file.equals((await kept(row)) ?? Buffer.alloc(0))).toBe(true);
    expect(asked('BINARY')).toBe(3);
  });
});

describe('a server that does not understand BINARY', () => {
  it('is asked once', async () => {
    habit = misunderstood;
    const { row } = await open(100 * KB);
    for (const id of ['a', 'b', 'c']) {
      desk.wish({ mailbox: row.mailbox, downloads: [{ id, message: row.key, section: '1' }] });
      await desk.clock.pass(5000);
    }
    expect(notes('downloaded')).toHaveLength(3);
    expect(asked('BINARY')).toBe(1);
  });
});

describe('a download', () => {
  async function downloaded(octets: number): Promise<void> {
    const { file, row } = await open(octets);
    desk.wish({ mailbox: row.mailbox, downloads: [{ id: 'd', message: row.key, section: '1' }] });
    await desk.clock.pass(20_000);
    expect(notes('downloaded')).toHaveLength(1);
    const pieces = notes('piece');
    expect(file.equals(Buffer.concat(pieces.map(({ bytes }) => bytes)))).toBe(true);
    expect(pieces.at(-1)?.received).toBe(pieces.at(-1)?.total);
    expect(new Set(pieces.map(({ total }) => total)).size).toBe(1);
  }

  it('comes decoded', async () => {
    habit = sound;
    await downloaded(1200 * KB);
    expect([asked('BINARY'), asked('BODY')]).toEqual([3, 0]);
  });

  it.each(wrong)('is the same from a server that %s', async (_, how) => {
    habit = how;
    await downloaded(1200 * KB);
    expect([asked('BINARY'), asked('BODY')]).toEqual([1, 4]);
  });

  it.each(wrong)('is the same where the server %s from the middle on', async (_, how) => {
    habit = (it) => ((it.origin ?? 0) >= 1024 * KB ? how : sound)(it);
    await downloaded(1200 * KB);
    expect([asked('BINARY'), asked('BODY')]).toEqual([3, 4]);
  });
});

describe('a part that is kept', () => {
  async function begun(octets: number): Promise<{ file: Buffer; row: MessageRow }> {
    const opened = await open(octets);
    await desk.store.commit([{ kind: 'mode', mailbox: opened.row.mailbox, mode: 'offline' }]);
    return opened;
  }

  it('goes on decoded where it was, after the engine was gone', async () => {
    habit = (it) => {
      if ((it.origin ?? 0) < 1024 * KB) return sound(it);
      setImmediate(() => server.dropAll());
      return 'drop';
    };
    const { file, row } = await begun(1200 * KB);
    await desk.clock.pass(500);
    await desk.stop();
    const pieces = await desk.store.read(piecesQuery(row.key, '1'));
    expect(pieces.map(({ from, decoded }) => [from, decoded])).toEqual([
      [0, true],
      [512 * KB, true],
    ]);
    habit = sound;
    const before = asked('BINARY');
    desk.start();
    await desk.look();
    await desk.clock.pass(20_000);
    expect(file.equals((await kept(row))!)).toBe(true);
    expect(asked('BINARY') - before).toBe(1);
    expect(asked('BODY')).toBe(0);
    expect(await desk.store.read(piecesQuery(row.key, '1'))).toEqual([]);
  });

  it('that was begun encoded goes on so', async () => {
    habit = sound;
    const { file, row } = await open(1200 * KB);
    const encoded = server.mailboxes.get('INBOX')!.messages[0]!.text;
    const bytes = new Uint8Array(Buffer.from(encoded.slice(0, 1024 * KB)));
    const piece = { message: row.key, section: '1', from: 0, bytes };
    await desk.store.commit([
      { kind: 'piece', piece },
      { kind: 'mode', mailbox: row.mailbox, mode: 'offline' },
    ]);
    desk.server.dropAll();
    await desk.clock.pass(20_000);
    expect(file.equals((await kept(row))!)).toBe(true);
    expect([asked('BINARY'), asked('BODY')]).toEqual([0, 2]);
  });

  it.each(wrong)('is the same where the server %s from the middle on', async (_, how) => {
    habit = (it) => ((it.origin ?? 0) >= 512 * KB ? how : sound)(it);
    const { file, row } = await begun(1200 * KB);
    await desk.clock.pass(20_000);
    expect(file.equals((await kept(row))!)).toBe(true);
    expect([asked('BINARY'), asked('BODY')]).toEqual([2, 4]);
    expect(await desk.store.read(piecesQuery(row.key, '1'))).toEqual([]);
  });
});
