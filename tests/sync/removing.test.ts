import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Script, ScriptedCommand } from './scripted-server.ts';

/** RFC 4549 §4.2.4, where a plain EXPUNGE is all there is: what others have marked \Deleted is theirs. */
let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

/** Letters 1 and 4 are marked by somebody else, 2 and 3 are not. */
async function open(): Promise<{ inbox: number; archive: number; keys: number[] }> {
  server = new ScriptedServer('INBOX', 'Archive');
  server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
  for (let i = 1; i <= 4; i++)
    server.add('INBOX', `letter ${i}`, { flags: i % 3 === 1 ? ['\\Deleted'] : [] });
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  const { key: inbox } = await desk.look();
  const rows = (await desk.rows()).toSorted((a, b) => a.uid - b.uid);
  return { inbox, archive: (await desk.mailbox('Archive')).key, keys: rows.map(({ key }) => key) };
}

const there = (name = 'INBOX'): string[] =>
  server.mailboxes.get(name)!.messages.map(({ subject, flags }) => `${subject} ${flags.join(' ')}`.trim());
const here = async (name = 'INBOX'): Promise<string[]> => {
  const subjects = await desk.subjects(name);
  const rows = await desk.rows(name);
  return rows.map(({ flags }, i) => `${subjects[i]} ${flags.join(' ')}`.trim()).toSorted();
};
const marked = (): string[] => there().filter((line) => line.includes('Deleted'));
const others = ['letter 1 \\Deleted', 'letter 4 \\Deleted'];

type Wanted = (keys: number[], inbox: number, archive: number) => Record<string, unknown>;
const kinds: [string, Wanted, left: string[], archived: string[]][] = [
  [
    'removed for ever',
    ([, second], mailbox) => ({ kind: 'expunge', mailbox, messages: [second] }),
    ['letter 1 \\Deleted', 'letter 3', 'letter 4 \\Deleted'],
    [],
  ],
  [
    'moved',
    ([, second, third], from, to) => ({ kind: 'move', from, to, messages: [second, third] }),
    others,
    ['letter 2', 'letter 3'],
  ],
];

describe.each(kinds)('what is %s', (_, wanted, left, archived) => {
  it('goes, and what others have marked stays, marked', async () => {
    const { keys, inbox, archive } = await open();
    server.script = ({ name }) => {
      if (name === 'EXPUNGE') expect(marked()).not.toContain(others[0]);
      return undefined;
    };
    await desk.act(wanted(keys, inbox, archive));
    await desk.clock.pass(20_000);
    expect([there(), there('Archive')]).toEqual([left, archived]);
    expect([await here(), await here('Archive')]).toEqual([left, archived]);
    expect(await desk.actions()).toEqual([]);
    expect(server.named('EXPUNGE')).toHaveLength(1);
  });

  it('goes once, and the marks come back, wherever the worker is killed', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let at = 1, killed = true; killed; at++) {
        const { keys, inbox, archive } = await open();
        killed = false;
        let commands = 0;
        let last: ScriptedCommand | undefined;
        const kill = (): void => {
          killed = true;
          void desk.engine.stop();
        };
        server.script = (command) => {
          const counts = command.selected === 'INBOX' && /STORE|SEARCH|EXPUNGE|COPY/.test(command.name);
          if (killed || !counts || ++commands !== at) return undefined;
          last = command;
          if (when === 'after') return undefined;
          kill();
          return 'drop';
        };
        server.edit = (text) => {
          if (when === 'before' || killed || !last || !text.startsWith(`${last.tag} OK`)) return text;
          kill();
          server.dropAll();
          return '';
        };
        await desk.act(wanted(keys, inbox, archive));
        await desk.clock.pass(5000);
        if (killed) desk.start();
        await desk.look();
        await desk.clock.pass(60_000);
        const point = `${when} ${last?.name} ${last?.args}, command ${at}`;
        expect([there(), there('Archive')], point).toEqual([left, archived]);
        expect([await here(), await here('Archive')], point).toEqual([left, archived]);
        expect(await desk.actions(), point).toEqual([]);
        expect(desk.bugs).toEqual([]);
        if (killed) expect(at).toBeLessThan(30);
        else expect(at).toBeGreaterThan(7);
        await desk.stop();
      }
    }
  });

  it('goes alone where the session was not told yet of what came with a mark', async () => {
    const { keys, inbox, archive } = await open();
    let told = true;
    server.script = ({ name, tag, args }) => {
      if (name === 'NOOP') told = true;
      if (name === 'UID SEARCH' && args.includes('DELETED') && !told)
        return `* SEARCH 2\r\n${tag} OK done\r\n`;
      if (name !== 'UID STORE' || there().some((line) => line.startsWith('late'))) return undefined;
      told = false;
      server.add('INBOX', 'late', { flags: ['\\Deleted'] });
      return undefined;
    };
    await desk.act(wanted(keys, inbox, archive));
    await desk.clock.pass(20_000);
    expect(there()).toEqual([...left, 'late \\Deleted']);
    expect(await desk.actions()).toEqual([]);
  });

  it.each(['a message that came', 'a mark'])(
    'goes alone where the session is told of %s only with what it was looked for',
    async (what) => {
      const { keys, inbox, archive } = await open();
      const late = what === 'a mark' ? [] : ['late \\Deleted'];
      server.script = ({ name, tag, args }) => {
        const cleared = !marked().some((line) => others.includes(line));
        if (name !== 'UID SEARCH' || !args.includes('DELETED') || !cleared) return undefined;
        server.script = () => undefined;
        const found = `* SEARCH ${marked()
          .map((line) => line.split(' ')[1])
          .join(' ')}\r\n`;
        if (what === 'a mark') server.mailboxes.get('INBOX')!.messages[3]!.flags.push('\\Deleted');
        else server.add('INBOX', 'late', { flags: ['\\Deleted'] });
        const told = what === 'a mark' ? '4 FETCH (FLAGS (\\Deleted))' : '5 EXISTS';
        return `${found}* ${told}\r\n${tag} OK done\r\n`;
      };
      await desk.act(wanted(keys, inbox, archive));
      await desk.clock.pass(20_000);
      expect(there()).toEqual([...left, ...late]);
      expect(await desk.actions()).toEqual([]);
    },
  );

  it('leaves the marks of others where EXPUNGE is refused, and goes when the person tries again', async () => {
    const { keys, inbox, archive } = await open();
    let refuse = true;
    server.script = ({ name, tag }) =>
      name === 'EXPUNGE' && refuse ? `${tag} NO [NOPERM] not allowed\r\n` : undefined;
    await desk.act(wanted(keys, inbox, archive));
    await desk.clock.pass(5000);
    const [failed] = await desk.actions();
    expect(failed).toMatchObject({ state: { name: 'failed' } });
    expect(marked()).toEqual(expect.arrayContaining(others));
    refuse = false;
    await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
    await desk.clock.pass(20_000);
    expect([there(), there('Archive')]).toEqual([left, archived]);
    expect(await desk.actions()).toEqual([]);
  });
});

describe('the marks of others', () => {
  const expunge = async (script: Script): Promise<void> => {
    const { keys, inbox } = await open();
    server.script = script;
    await desk.act({ kind: 'expunge', mailbox: inbox, messages: [keys[1]] });
    await desk.clock.pass(20_000);
  };
  const flagsOf = (uid: number): string[] =>
    server.mailboxes.get('INBOX')!.messages.find((message) => message.uid === uid)!.flags;

  it('that are made while ours are cleared are found by a second look', async () => {
    let done = false;
    await expunge(({ name, args }) => {
      if (name === 'UID STORE' && args.includes('-FLAGS') && !done) {
        done = true;
        flagsOf(3).push('\\Deleted');
      }
      return undefined;
    });
    expect(there()).toEqual(['letter 1 \\Deleted', 'letter 3 \\Deleted', 'letter 4 \\Deleted']);
    expect(await desk.actions()).toEqual([]);
  });

  it('may be cleared by another client like us, and ours by it: then ours are set once more', async () => {
    let done = false;
    await expunge(({ name }) => {
      if (name !== 'EXPUNGE' || done) return undefined;
      done = true;
      flagsOf(2).length = 0;
      return undefined;
    });
    expect(there()).toEqual(['letter 1 \\Deleted', 'letter 3', 'letter 4 \\Deleted']);
    expect(await desk.actions()).toEqual([]);
    expect(server.named('EXPUNGE')).toHaveLength(2);
  });

  it('come back although the person discards what they were cleared for', async () => {
    await expunge(({ name }) => {
      if (name !== 'EXPUNGE') return undefined;
      void desk.engine.stop();
      return 'drop';
    });
    expect(marked()).toEqual(['letter 2 \\Deleted']);
    const [action] = await desk.actions();
    await desk.store.commit([{ kind: 'action-removed', id: action!.id }]);
    server.script = () => undefined;
    desk.start();
    await desk.clock.pass(5000);
    expect(marked()).toEqual(['letter 1 \\Deleted', 'letter 2 \\Deleted', 'letter 4 \\Deleted']);
    const stores = server.named('UID STORE').length;
    await desk.stop();
    desk.start();
    await desk.clock.pass(5000);
    expect(server.named('UID STORE')).toHaveLength(stores);
  });

  it.each(['while they are cleared', 'when the marks are set again'])(
    'come back in a mailbox that is renamed %s',
    async (when) => {
      const { keys, archive } = await open();
      for (let i = 1; i <= 3; i++) server.add('Archive', `old ${i}`, { flags: i < 3 ? ['\\Deleted'] : [] });
      await desk.look('Archive');
      const old = (await desk.rows('Archive')).find(({ uid }) => uid === 3)!;
      expect(keys).not.toContain(old.key);
      const rename = (): void => {
        server.mailboxes.set('Kept', server.mailboxes.get('Archive')!);
        server.mailboxes.delete('Archive');
        server.script = () => undefined;
      };
      let cleared = false;
      server.script = ({ name, args, selected }) => {
        if (selected !== 'Archive') return undefined;
        if (name === 'UID STORE' && args.includes('-FLAGS')) cleared = true;
        const last = when.startsWith('while') ? 'NOOP' : 'EXPUNGE';
        if (!cleared || name !== last) return undefined;
        queueMicrotask(rename);
        return 'lose';
      };
      await desk.act({ kind: 'expunge', mailbox: archive, messages: [old.key] });
      await desk.clock.pass(60_000);
      expect(there('Kept')).toEqual(['old 1 \\Deleted', 'old 2 \\Deleted']);
      expect(await desk.actions()).toEqual([]);
      expect(desk.bugs).toEqual([]);
    },
  );

  it('are not made in a mailbox that was numbered anew meanwhile', async () => {
    await expunge(({ name }) => {
      if (name !== 'EXPUNGE') return undefined;
      void desk.engine.stop();
      return 'drop';
    });
    server.mailboxes.set('INBOX', { uidValidity: 8, uidNext: 1, messages: [] });
    for (let i = 1; i <= 4; i++) server.add('INBOX', `new ${i}`, { messageId: `<${i}@new.example>` });
    server.script = () => undefined;
    desk.start();
    await desk.clock.pass(60_000);
    expect(marked()).toEqual([]);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'uidvalidity' } }]);
  });
});

it('what was moved elsewhere before its removal was tried again stays there, and is shown', async () => {
  const { keys, inbox, archive } = await open();
  server.script = ({ name, tag }) =>
    name === 'UID STORE' ? `${tag} NO [NOPERM] not allowed\r\n` : undefined;
  await desk.act({ kind: 'expunge', mailbox: inbox, messages: [keys[1]] });
  await desk.clock.pass(5000);
  server.script = () => undefined;
  await desk.act({ kind: 'move', from: inbox, to: archive, messages: [keys[1]] });
  await desk.clock.pass(20_000);
  const [failed] = await desk.actions();
  await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
  await desk.clock.pass(5000);
  expect(there('Archive')).toEqual(['letter 2']);
  expect(await desk.actions()).toMatchObject([
    { messages: [keys[1]], state: { name: 'failed', reason: 'gone' } },
  ]);
});

describe('with UIDPLUS, where another client clears our marks before UID EXPUNGE', () => {
  /** So many times. EXPUNGE of nothing is OK. */
  const openCleared = async (times: number): ReturnType<typeof open> => {
    const opened = await open();
    server.capabilities += ' UIDPLUS';
    server.dropAll();
    let left = times;
    server.script = ({ name }) => {
      if (name === 'UID EXPUNGE' && left-- > 0)
        for (const { uid, flags } of server.mailboxes.get('INBOX')!.messages)
          if (uid === 2 || uid === 3) flags.length = 0;
      return undefined;
    };
    return opened;
  };

  it.each(kinds)('what is %s goes all the same', async (_, wanted, left, archived) => {
    const { keys, inbox, archive } = await openCleared(1);
    await desk.act(wanted(keys, inbox, archive));
    await desk.clock.pass(20_000);
    expect([there(), there('Archive')]).toEqual([left, archived]);
    expect([await here(), await here('Archive')]).toEqual([left, archived]);
    expect(await desk.actions()).toEqual([]);
    expect(server.named('UID EXPUNGE')).toHaveLength(2);
  });

  it.each(kinds)(
    'for good, what is %s is told to the person, and can be tried again',
    async (_, wanted, left, archived) => {
      const { keys, inbox, archive } = await openCleared(Infinity);
      await desk.act(wanted(keys, inbox, archive));
      await desk.clock.pass(20_000);
      expect(await desk.actions()).toMatchObject([{ state: { name: 'running' } }]);
      await desk.clock.pass(100_000);
      const [failed] = await desk.actions();
      expect(failed).toMatchObject({ state: { name: 'failed', reason: 'not-removed' } });
      expect(there()).toHaveLength(4);
      expect(there('Archive')).toEqual(archived);
      server.script = () => undefined;
      await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
      await desk.clock.pass(20_000);
      expect([there(), there('Archive')]).toEqual([left, archived]);
      expect([await here(), await here('Archive')]).toEqual([left, archived]);
      expect(await desk.actions()).toEqual([]);
    },
  );
});

it.each(['', ' UIDPLUS'])(
  'what could not be removed is not left marked for others to remove (capability:%s)',
  async (capability) => {
    const { keys, inbox } = await open();
    server.capabilities += capability;
    server.dropAll();
    await desk.clock.pass(5000);
    server.script = ({ name, tag }) =>
      /EXPUNGE/.test(name) ? `${tag} NO [NOPERM] not allowed\r\n` : undefined;
    await desk.act({ kind: 'expunge', mailbox: inbox, messages: keys.slice(0, 2) });
    await desk.clock.pass(20_000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed' } }]);
    const left = ['letter 1 \\Deleted', 'letter 2', 'letter 3', 'letter 4 \\Deleted'];
    expect([there(), await here()]).toEqual([left, left]);
  },
);
