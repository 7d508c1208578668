import { describe, expect, it } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { selectedSession } from '../../testing/session.ts';
import { speaker } from '../../testing/speaker.ts';
import {
  appendCatenated,
  fetchMessages,
  KeptSearch,
  listMailboxes,
  type News,
  searchMessages,
  type SearchKey,
  searchThen,
  type UrlReader,
  uidFetch,
  uidStore,
} from '../index.ts';

const hello: SearchKey = { key: 'SUBJECT', text: 'hello' };
const failure = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('searchThen', () => {
  const RES = 'IMAP4rev1 ESEARCH SEARCHRES';
  const marking = (set: Parameters<typeof uidStore>[0]) => uidStore(set, { mode: 'add', flags: ['a'] });

  it('goes in one flight, and never works on what an older search found', async () => {
    const { session, wire } = await selectedSession(undefined, RES);
    const run = searchThen(session, hello, marking);
    expect(await wire.heard()).toBe(
      [
        'P2 UID SEARCH RETURN (SAVE) NOT ALL',
        'P3 UID SEARCH RETURN (SAVE COUNT) SUBJECT "hello"',
        'P4 UID STORE $ +FLAGS (a)',
        '',
      ].join('\r\n'),
    );
    wire.say('P2 OK', '* ESEARCH (TAG "P3") UID COUNT 2', 'P3 OK', 'P4 OK');
    expect(await run).toEqual({ count: 2, results: [{ modified: [] }] });
  });

  it('reads without more', async () => {
    const { session, wire } = await selectedSession(undefined, RES);
    const run = searchThen(session, hello, (set) => uidFetch(set, ['FLAGS']));
    expect(await wire.heard()).toMatch(/^P2 UID SEARCH RETURN \(SAVE COUNT\) .*\r\nP3 UID FETCH \$ .*\r\n$/);
    wire.say('P2 BAD what', 'P3 OK');
    expect(await failure(run)).toMatchObject({ command: 'UID SEARCH', status: 'BAD' });
  });

  it('names the UIDs where the server cannot keep them', async () => {
    const session = speaker(
      RES,
      [],
      ['$tag NO [NOTSAVED] too many'],
      [],
      ['* ESEARCH (TAG "$tag") UID ALL 4,6'],
      [],
    );
    expect(await searchThen(session, hello, marking)).toEqual({ count: 2, results: [{ modified: [] }] });
    expect(session.written.slice(3)).toEqual([
      'UID SEARCH RETURN (ALL) SUBJECT "hello"',
      'UID STORE 4,6 +FLAGS (a)',
    ]);
  });

  it('fails as its search does, and as its command does', async () => {
    const refused = speaker(RES, [], ['$tag NO [UNAVAILABLE] later'], []);
    expect(await failure(searchThen(refused, hello, marking))).toMatchObject({ command: 'UID SEARCH' });
    const readOnly = speaker(RES, [], ['* ESEARCH (TAG "$tag") UID COUNT 1'], ['$tag NO [NOPERM] no']);
    expect(await failure(searchThen(readOnly, hello, marking))).toMatchObject({ command: 'UID STORE' });
  });
});

describe('searchMessages', () => {
  it('decides by the second, whatever zone the server keeps dates in', async () => {
    // 4 September, 00:00 UTC, less an hour.
    const session = speaker(
      'IMAP4rev1',
      ['* SEARCH 9'],
      ['* SEARCH 1 2 3 4 9'],
      [
        '* 1 FETCH (UID 1 INTERNALDATE "04-Sep-2026 12:59:59 +1400")',
        '* 2 FETCH (UID 2 INTERNALDATE "04-Sep-2026 13:00:00 +1400")',
        '* 3 FETCH (UID 3 INTERNALDATE "03-Sep-2026 11:00:00 -1200")',
        '* 8 FETCH (UID 8 INTERNALDATE "04-Sep-2026 13:00:00 +1400")',
      ],
    );
    session.clock.now = () => Date.UTC(2026, 8, 4) + 999;
    const { all } = await searchMessages(session, { key: 'YOUNGER', seconds: 3600 });
    expect(all).toEqual([2, 3, 9]);
    expect(session.written).toEqual([
      'UID SEARCH SINCE 5-Sep-2026',
      'UID SEARCH SINCE 2-Sep-2026',
      'UID FETCH 1:4 (UID INTERNALDATE)',
    ]);
  });

  it('never says NOT NOT, which Courier refuses', async () => {
    const session = speaker('IMAP4rev1');
    session.clock.now = () => Date.UTC(2026, 8, 4);
    await searchMessages(session, { key: 'NOT', not: { key: 'OLDER', seconds: 3600 } });
    expect(session.written).toEqual(['UID SEARCH SINCE 5-Sep-2026', 'UID SEARCH SINCE 2-Sep-2026']);
  });

  it('asks for no dates where none is in doubt', async () => {
    const session = speaker('IMAP4rev1', ['* SEARCH 9'], ['* SEARCH 9']);
    expect((await searchMessages(session, { key: 'YOUNGER', seconds: 60 }, { count: true })).count).toBe(1);
    expect(session.written).toHaveLength(2);
  });
});

describe('fetchMessages', () => {
  it('tells of each message asked for once, however many lines that takes', async () => {
    const { session, wire, news } = await selectedSession();
    const uids = Array.from({ length: 400 }, (_, at) => at * 2 + 1000);
    const told: (number | undefined)[] = [];
    const run = fetchMessages(session, uids, ['RFC822.SIZE'], ({ uid, size }) => told.push(uid, size));
    const lines = (await wire.heard()).trimEnd().split('\r\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThan(1000);
    wire.say('* 1 FETCH (UID 1000 RFC822.SIZE 5)', '* 2 FETCH (UID 1001 RFC822.SIZE 6)');
    wire.say(...lines.map((line) => `${line.split(' ')[0]} OK`));
    await run;
    expect(told).toEqual([1000, 5]);
    expect(news).toHaveLength(2);
  });
});

describe('appendCatenated', () => {
  it('takes parts larger than what is kept', async () => {
    const size = 9 * 2 ** 20;
    const session = speaker(
      'IMAP4rev1 LITERAL+',
      [`* 1 FETCH (UID 7 BODY[2] {${size}}\r\n${'x'.repeat(size)})`],
      [],
    );
    const reader: UrlReader = { run: session.run, selected: { name: 'INBOX', readOnly: true } };
    const parts = [{ text: encodeText('begin ') }, { url: ';UID=7/;SECTION=2' }];
    const append = { name: 'APPEND', sent: 0 };
    const counting = {
      ...session,
      async run<R>(command: Parameters<typeof session.run<R>>[0]): Promise<R> {
        const [, , literal] = command.write(session.capabilities);
        const piece = command.write(session.capabilities).find((each) => typeof each === 'object');
        expect(literal ?? piece).toBeDefined();
        if (typeof piece === 'object' && 'chunks' in piece && typeof piece.chunks === 'function') {
          expect(piece.octets).toBe(size + 6);
          for await (const chunk of piece.chunks()) append.sent += chunk.length;
        }
        return undefined as R;
      },
    };
    await appendCatenated(counting, 'Drafts', { parts }, reader);
    expect(append.sent).toBe(size + 6);
  });
});

describe('listMailboxes', () => {
  it('takes no parent for subscribed, as Courier lists them', async () => {
    const session = speaker(
      'IMAP4rev1',
      ['* LIST () "." "a"', '* LIST () "." "a.b"'],
      ['* LSUB (\\Noselect \\HasChildren) "." "a"', '* LSUB () "." "a.b"'],
    );
    const listed = await listMailboxes(session, '', ['*'], { returnSubscribed: true });
    expect(listed.map(({ attributes }) => attributes)).toEqual([[], ['\\Subscribed']]);
  });

  it('asks no more where CHILDREN told', async () => {
    const session = speaker('IMAP4rev1 CHILDREN', [
      '* LIST (\\HasChildren) "/" "a"',
      '* LIST (\\HasNoChildren) "/" "b"',
    ]);
    const listed = await listMailboxes(session, '', ['%'], { returnChildren: true });
    expect(listed.map(({ attributes }) => attributes)).toEqual([['\\HasChildren'], ['\\HasNoChildren']]);
    expect(session.written).toEqual(['LIST "" "%"']);
  });

  it('knows INBOX however it is spelled, and nothing by its use where the server does not say uses', async () => {
    const session = speaker(
      'IMAP4rev1',
      ['* LIST () "/" "INBOX"', '* LIST () NIL "flat"'],
      ['* LIST () "/" "INBOX"', '* LIST () "/" "Inbox/a"', '* LIST () NIL "flat/b"'],
    );
    const listed = await listMailboxes(session, '', ['%'], { returnChildren: true });
    expect(listed.map(({ attributes }) => attributes)).toEqual([['\\HasChildren'], ['\\HasNoChildren']]);
    expect(await listMailboxes(session, '', ['*'], { only: ['SPECIAL-USE'] })).toEqual([]);
    const uses = speaker('IMAP4rev1 SPECIAL-USE', ['* LIST (\\Sent) "/" "a"', '* LIST () "/" "b"']);
    expect(await listMailboxes(uses, '', ['*'], { only: ['SPECIAL-USE'] })).toMatchObject([{ name: 'a' }]);
    expect(uses.written).toEqual(['LIST "" "*"']);
  });
});

describe('KeptSearch', () => {
  const flags: News = { type: 'fetch', message: { uid: undefined, flags: [] } };

  it('is told by a server that goes on searching', async () => {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 ESEARCH CONTEXT=SEARCH', {
      onNews: (news) => kept.hear(news),
    });
    const kept = new KeptSearch(session, hello);
    const first = kept.changes();
    expect(await wire.heard()).toBe('P2 UID SEARCH RETURN (UPDATE ALL) SUBJECT "hello"\r\n');
    // The update is heard before whoever asked goes on.
    wire.say('* ESEARCH (TAG "P2") UID ALL 1:3\r\nP2 OK\r\n* ESEARCH (TAG "P2") UID ADDTO (0 9)');
    expect(await first).toEqual({
      added: [
        [1, 3],
        [9, 9],
      ],
      removed: [],
    });
    wire.say(
      '* ESEARCH (TAG "P2") UID REMOVEFROM (0 2)',
      '* ESEARCH (TAG "P7") UID ADDTO (0 5)',
      '* 12 EXISTS',
    );
    expect(await wire.heard()).toBe('');
    expect(await kept.changes()).toEqual({ added: [], removed: [[2, 2]] });
    wire.say('* NO [NOUPDATE "P2"] no more');
    await wire.heard();
    expect(kept.stale).toBe(true);
    const again = kept.changes();
    expect(await wire.heard()).toContain('P3 UID SEARCH RETURN (UPDATE ALL)');
    wire.say('* ESEARCH (TAG "P3") UID ALL 1', 'P3 OK');
    expect(await again).toEqual({
      added: [],
      removed: [
        [3, 3],
        [9, 9],
      ],
    });
    const end = kept.end();
    expect(await wire.heard()).toBe('P4 CANCELUPDATE "P3"\r\n');
    wire.say('P4 OK');
    await end;
  });

  it('searches again where something may have changed', async () => {
    const session = speaker(
      'IMAP4rev1',
      ['* SEARCH 1 2 3'],
      ['* SEARCH 1 3 4'],
      ['$tag NO later'],
      ['* SEARCH 1'],
    );
    const kept = new KeptSearch(session, hello);
    expect(await kept.changes()).toEqual({ added: [[1, 3]], removed: [] });
    expect(await kept.changes()).toEqual({ added: [], removed: [] });
    expect(session.written).toHaveLength(1);
    kept.hear({ type: 'exists', count: 4 });
    expect(await kept.changes()).toEqual({ added: [[4, 4]], removed: [[2, 2]] });
    kept.hear({ type: 'vanished', uids: [[3, 3]], earlier: false });
    expect(await kept.changes()).toEqual({ added: [], removed: [[3, 3]] });
    expect(session.written).toHaveLength(2);
    kept.hear(flags);
    expect(await failure(kept.changes())).toBeDefined();
    expect(await kept.changes()).toEqual({ added: [], removed: [[4, 4]] });
    await kept.end();
    expect(session.written).toHaveLength(4);
  });

  it('forgets nothing that is heard while it searches', async () => {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1', {
      onNews: (news) => kept.hear(news),
    });
    const kept = new KeptSearch(session, hello);
    const first = kept.changes();
    await wire.heard();
    wire.say('* SEARCH 1 2\r\nP2 OK\r\n* VANISHED 2\r\n* 1 FETCH (FLAGS (\\Seen))');
    expect(await first).toEqual({ added: [[1, 1]], removed: [] });
    expect(kept.stale).toBe(true);
  });

  it('goes by the clock where the server cannot', () => {
    const young: SearchKey = { key: 'YOUNGER', seconds: 60 };
    expect(new KeptSearch(speaker('IMAP4rev1'), young).stale).toBe(true);
  });
});
