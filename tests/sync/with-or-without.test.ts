/** What the library does by an extension, and without it where a server has none: the same, told apart only by what was said. */
import { type Profile, profiles } from '@postern/mailserver';
import {
  appendCatenated,
  capability,
  type Command,
  type FetchedMessage,
  fetchWindow,
  formatImapUrl,
  listMailboxes,
  type ListOptions,
  type MessageSet,
  type News,
  noop,
  searchMessages,
  type SearchKey,
  searchThen,
  select,
  Session,
  setMetadata,
  subscribe,
  uidCopy,
  uidFetch,
  uidStore,
} from '@postern/protocol/imap';
import { sortMessages, threadMessages } from '@postern/protocol/order';
import type { Clock } from '@postern/protocol/port';
import { describe, expect, it } from 'vitest';
import { disorder } from '../support/disorder.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

const HOUR = 3600;
const NOW = Date.UTC(2026, 8, 4, 12);
const clock: Clock = { now: () => NOW, sleep: () => new Promise(() => undefined) };
const ALL = { key: 'ALL' } as const;

interface Desk {
  readonly server: ServerWithoutSockets;
  readonly session: Session;
  readonly news: News[];
}

/** A session before a mailbox in disorder. */
async function deskBefore(profile: Profile, count: number, seed: number): Promise<Desk> {
  const server = new ServerWithoutSockets(profile, clock.now);
  for (const { message, internalDate } of disorder(count, seed)) {
    server.mailbox('Box').add({ content: new TextEncoder().encode(message), internalDate });
  }
  const news: News[] = [];
  const session = new Session(server.connect(), { clock, onNews: (each) => news.push(each) });
  await session.ready;
  await session.run(capability());
  await session.run(select('Box'));
  server.said.length = 0;
  return { server, session, news };
}

/** Before a server that has everything, and one that has nothing. */
const both = (count: number, seed = 1): Promise<readonly [has: Desk, lacks: Desk]> =>
  Promise.all([deskBefore(profiles.full, count, seed), deskBefore(profiles.rev1, count, seed)]);

describe('sortMessages', () => {
  it.each(['ARRIVAL', 'DATE', 'SIZE', 'SUBJECT', 'FROM', 'TO', 'CC'] as const)(
    'by %s agrees with SORT',
    async (by) => {
      for (let seed = 1; seed <= 5; seed++) {
        const [has, lacks] = await both(150, seed);
        for (const reverse of [false, true]) {
          const asked = [{ by, reverse }];
          const sorted = await sortMessages(has.session, asked, ALL);
          expect((await sortMessages(lacks.session, asked, ALL)).all).toEqual(sorted.all);
        }
        expect(has.server.count(/UID SORT/)).toBe(2);
        expect(lacks.server.count(/UID SORT/)).toBe(0);
      }
    },
  );

  it('by several, of some, a window and its ends', async () => {
    const [has, lacks] = await both(120);
    const asked = [{ by: 'SUBJECT', reverse: true }, { by: 'FROM' }, { by: 'DATE', reverse: true }] as const;
    const wanted = { min: true, max: true, count: true, partial: [-1, -10] } as const;
    const key: SearchKey = {
      key: 'AND',
      all: [
        { key: 'YOUNGER', seconds: 60 * HOUR },
        { key: 'TEXT', text: 'e' },
      ],
    };
    const { tag: _, ...sorted } = await sortMessages(has.session, asked, key, wanted);
    expect(sorted.partial).toHaveLength(10);
    expect(await sortMessages(lacks.session, asked, key, wanted)).toMatchObject(sorted);
  });
});

describe('threadMessages', () => {
  it.each(['REFERENCES', 'ORDEREDSUBJECT'] as const)('by %s agrees with THREAD', async (algorithm) => {
    for (let seed = 1; seed <= 20; seed++) {
      const [has, lacks] = await both(120, seed);
      const key: SearchKey = seed % 2 ? ALL : { key: 'OLDER', seconds: 30 * HOUR };
      const threads = await threadMessages(has.session, algorithm, key);
      expect(threads.length).toBeGreaterThan(5);
      expect(await threadMessages(lacks.session, algorithm, key)).toEqual(threads);
      expect(has.server.count(/UID THREAD/)).toBe(1);
      expect(lacks.server.count(/UID THREAD/)).toBe(0);
    }
  });
});

describe('searchMessages', () => {
  const younger = (hours: number): SearchKey => ({ key: 'YOUNGER', seconds: hours * HOUR });
  const older = (hours: number): SearchKey => ({ key: 'OLDER', seconds: hours * HOUR });
  const seen: SearchKey = { key: 'SUBJECT', text: 'hello' };

  it.each<[string, SearchKey]>([
    ['younger', younger(33)],
    ['older', older(33)],
    ['older than all', older(1000)],
    ['younger than none', younger(1)],
    ['between', { key: 'AND', all: [older(20), younger(50)] }],
    ['outside', { key: 'OR', either: [younger(20), older(50)] }],
    ['neither', { key: 'NOT', not: { key: 'OR', either: [younger(20), { key: 'NOT', not: younger(50) }] } }],
    ['with a text', { key: 'OR', either: [{ key: 'AND', all: [seen, younger(33)] }, older(70)] }],
    ['to the second', { key: 'AND', all: [older(36), younger(36)] }],
    ['since ever', younger(1e6)],
  ])('%s agrees with WITHIN', async (_, key) => {
    const [has, lacks] = await both(150);
    const wanted = { all: true, min: true, max: true, count: true } as const;
    const { tag, ...found } = await searchMessages(has.session, key, wanted);
    expect(tag).toBeDefined();
    expect(await searchMessages(lacks.session, key, wanted)).toMatchObject(found);
    expect(has.server.count(/SINCE/)).toBe(0);
    expect(lacks.server.count(/YOUNGER|OLDER/)).toBe(0);
  });

  it('asks only for the dates of those in doubt', async () => {
    const { session, news } = await deskBefore(profiles.rev1, 150, 1);
    const { count = 0 } = await searchMessages(session, younger(33), { count: true });
    const asked = news.filter(({ type }) => type === 'fetch').length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(150);
    expect(count).toBeGreaterThan(0);
  });

  it('goes on where a server looks at so many at a time', async () => {
    const { session } = await deskBefore({ name: 'limited', messageLimit: 40 } as Profile, 150, 1);
    expect((await searchMessages(session, ALL, { count: true })).count).toBe(150);
    const [{ session: whole }] = await both(150);
    const asked = [{ by: 'SUBJECT' }] as const;
    expect((await sortMessages(session, asked, ALL)).all).toEqual(
      (await sortMessages(whole, asked, ALL)).all,
    );
    expect(await threadMessages(session, 'REFERENCES', ALL)).toEqual(
      await threadMessages(whole, 'REFERENCES', ALL),
    );
  });
});

describe('fetchWindow', () => {
  it.each<[first: number, last: number]>([
    [-1, -10],
    [1, 10],
    [5, 7],
    [-60, -40],
  ])('%d:%d agrees with PARTIAL', async (first, last) => {
    const [has, lacks] = await both(50);
    const told = await Promise.all(
      [has, lacks].map(async ({ session, server }) => {
        server.expunge('Box', '9 things', 'eleve');
        await session.run(noop());
        const messages = new Map<number, FetchedMessage>();
        await fetchWindow(session, [[3, 4_294_967_295]], [first, last], ['RFC822.SIZE'], (message) => {
          if (message.size !== undefined) messages.set(message.uid, message);
        });
        return [...messages.values()].map(({ uid, size }) => ({ uid, size }));
      }),
    );
    expect(told[0]!.length).toBeGreaterThan(0);
    expect(told[1]).toEqual(told[0]);
    expect(has.server.count(/PARTIAL/)).toBe(1);
    expect(lacks.server.count(/PARTIAL/)).toBe(0);
  });
});

describe('searchThen', () => {
  const hello: SearchKey = { key: 'SUBJECT', text: 'hello' };

  it.each<[string, (set: MessageSet) => Command<unknown>, (desk: Desk) => unknown]>([
    [
      'marks',
      (set) => uidStore(set, { mode: 'add', flags: ['\\Flagged'], silent: true }),
      ({ server }) => server.mailbox('Box').messages.filter(({ flags }) => flags.has('\\Flagged')).length,
    ],
    ['copies', (set) => uidCopy(set, 'Other'), ({ server }) => server.mailbox('Other').messages.length],
    [
      'fetches',
      (set) => uidFetch(set, ['RFC822.SIZE']),
      ({ news }) => news.filter((each) => each.type === 'fetch' && each.message.size).length,
    ],
  ])('%s what was found', async (_, make, done) => {
    const [has, lacks] = await both(60);
    const counts = await Promise.all(
      [has, lacks].map(async (desk) => {
        desk.server.mailbox('Other');
        const followed = await searchThen(desk.session, hello, make);
        expect(followed.results).toHaveLength(1);
        expect(done(desk)).toBe(followed.count);
        return followed.count;
      }),
    );
    expect(counts[0]).toBeGreaterThan(5);
    expect(counts[1]).toBe(counts[0]);
    expect(has.server.count(/ \$ /)).toBe(1);
    expect(lacks.server.count(/\$/)).toBe(0);
  });

  it('does nothing where nothing was found', async () => {
    for (const { session, server } of await both(20)) {
      await searchThen(session, hello, (set) => uidStore(set, { mode: 'add', flags: ['a'] }));
      const none: SearchKey = { key: 'SUBJECT', text: 'nowhere' };
      const followed = await searchThen(session, none, (set) => uidStore(set, { mode: 'add', flags: ['b'] }));
      expect(followed).toEqual({ count: 0, results: [] });
      expect(server.mailbox('Box').messages.some(({ flags }) => flags.has('b'))).toBe(false);
    }
  });
});

describe('appendCatenated', () => {
  const text = new TextEncoder();
  const own = 'Subject: put together\r\nContent-Type: text/plain\r\n\r\n';

  async function put(desk: Desk, ...urls: readonly string[]): Promise<string> {
    const { server, session } = desk;
    server.mailbox('Drafts');
    const parts = [
      { text: text.encode(own) },
      ...urls.map((url) => ({ url })),
      { text: text.encode('End.\r\n') },
    ];
    await appendCatenated(session, 'Drafts', { parts, flags: ['\\Draft'], internalDate: NOW }, session);
    const [message] = server.mailbox('Drafts').messages;
    expect(message!.internalDate).toBe(NOW);
    expect([...message!.flags]).toContain('\\Draft');
    const { content } = message!;
    return new TextDecoder().decode(content.read(0, content.size));
  }

  it.each<[string, (validity: number) => Parameters<typeof formatImapUrl>[0]]>([
    ['a part', (uidValidity) => ({ form: 'absolute', mailbox: 'Box', uidValidity, uid: 4, section: 'TEXT' })],
    [
      'some of a header',
      () => ({ form: 'absolute', mailbox: 'Box', uid: 4, section: 'HEADER.FIELDS (TO DATE)' }),
    ],
    ['a stretch', () => ({ form: 'absolute', mailbox: 'Box', uid: 4, partial: { origin: 7, octets: 20 } })],
    ['an end', () => ({ form: 'relative', uid: 4, partial: { origin: 30 } })],
    ['the selected mailbox', () => ({ form: 'relative', uid: 5 })],
    ['another mailbox', () => ({ form: 'absolute', mailbox: 'Entwürfe', uid: 1 })],
  ])('puts in %s as CATENATE does', async (_, url) => {
    const [has, lacks] = await both(8);
    const messages = await Promise.all(
      [has, lacks].map((desk) => {
        desk.server.add('Entwürfe', 'elsewhere');
        return put(desk, formatImapUrl(url(desk.server.mailbox('Box').uidValidity)));
      }),
    );
    expect(messages[0]!.length).toBeGreaterThan(own.length + 10);
    expect(messages[1]).toBe(messages[0]);
    expect(has.server.count(/CATENATE/)).toBe(1);
    expect(has.server.count(/UID FETCH/)).toBe(0);
    expect(lacks.server.count(/CATENATE/)).toBe(0);
  });

  it.each([
    ['is gone', { form: 'relative', uid: 999 }],
    ['was numbered anew', { form: 'absolute', mailbox: 'Box', uidValidity: 1, uid: 4 }],
    ['is in another mailbox, numbered anew', { form: 'absolute', mailbox: 'Old', uidValidity: 1, uid: 1 }],
    ['is a mailbox', { form: 'absolute', mailbox: 'Box' }],
    ['is of another server', { form: 'url', server: { host: 'x' }, mailbox: 'Box', uid: 4 }],
  ] as const)('appends nothing where what a URL names %s', async (_, url) => {
    for (const desk of await both(8)) {
      desk.server.add('Old', 'elsewhere');
      const failure = await put(desk, formatImapUrl(url)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: 'CommandError', status: 'NO', code: { code: 'BADURL' } });
      expect(desk.server.mailbox('Drafts').messages).toHaveLength(0);
    }
  });
});

describe('listMailboxes', () => {
  /** A session of an account with some mailboxes, of which some are subscribed. */
  async function among(profile: Profile): Promise<Desk> {
    const desk = await deskBefore(profile, 1, 1);
    for (const name of ['Drafts', 'Work/2025', 'Work/2026/Q1', 'Work/2026/Q2', 'Entwürfe', 'Gone']) {
      desk.server.mailbox(name);
    }
    desk.server.add('Work/2026/Q1', 'one', 'two');
    for (const name of ['Work/2026/Q1', 'Entwürfe', 'Box', 'Gone']) await desk.session.run(subscribe(name));
    desk.server.account.delete('Gone');
    desk.server.said.length = 0;
    return desk;
  }

  it.each<[string, readonly string[], ListOptions]>([
    ['all', ['*'], {}],
    ['several patterns', ['Work/%', 'B%', 'Work/2025'], {}],
    ['what is subscribed', ['*'], { only: ['SUBSCRIBED'] }],
    ['what is subscribed here or below', ['%'], { only: ['SUBSCRIBED', 'RECURSIVEMATCH'] }],
    ['with who is subscribed', ['*'], { returnSubscribed: true }],
    ['with what is below', ['%', 'Work/%'], { returnChildren: true }],
    ['with counts', ['Work/*', 'Box'], { returnStatus: ['MESSAGES', 'UIDNEXT'] }],
  ])('lists %s as LIST-EXTENDED does', async (_, patterns, options) => {
    const desks = await Promise.all([among(profiles.full), among(profiles.rev1)]);
    const [has, lacks] = await Promise.all(
      desks.map(async ({ session }) => {
        const listed = await listMailboxes(session, '', patterns, options);
        // What is not asked for may be told all the same, and LIST knows no \NonExistent.
        const asked = (each: string): boolean => each === '\\Noselect' || told(options).includes(each);
        return listed
          .map(({ attributes, ...mailbox }) => ({
            ...mailbox,
            attributes: attributes
              .map((each) => each.replace('NonExistent', 'Noselect'))
              .filter(asked)
              .toSorted(),
          }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),
    );
    expect(has!.length).toBeGreaterThan(1);
    expect(lacks).toEqual(has);
    expect(desks[0].server.said).toHaveLength(1);
    expect(desks[1].server.count(/RETURN|LIST \(/)).toBe(0);
    expect(desks[1].server.count(/STATUS/)).toBe(lacks!.filter(({ status }) => status).length);
  });

  const told = ({ only = [], returnSubscribed, returnChildren }: ListOptions): readonly string[] => [
    ...(returnSubscribed || only.includes('SUBSCRIBED') ? ['\\Subscribed'] : []),
    ...(returnChildren ? ['\\HasChildren', '\\HasNoChildren'] : []),
  ];

  it('tells rights and notes of each where the server has these, and leaves out what it refuses', async () => {
    const desk = await among({
      name: 'each by itself',
      capabilities: { 'LIST-EXTENDED': false, 'LIST-MYRIGHTS': false, IMAP4rev2: false },
    });
    const wanted = { returnRights: true, returnMetadata: ['/private/comment'] };
    await desk.session.run(
      setMetadata('Box', new Map([['/private/comment', new TextEncoder().encode('hi')]])),
    );
    const [box] = await listMailboxes(desk.session, '', ['Box'], wanted);
    expect(box?.rights).toContain('r');
    expect(String(box?.metadata?.get('/private/comment'))).toBe('104,105');
    const lacking = await among(profiles.rev1);
    const [plain] = await listMailboxes(lacking.session, '', ['Box'], wanted);
    expect(plain).toMatchObject({ name: 'Box' });
    expect(plain).not.toHaveProperty('rights');
    lacking.server.when(/STATUS/, () => lacking.server.account.delete('Box'));
    const [gone] = await listMailboxes(lacking.session, '', ['Box'], { returnStatus: ['MESSAGES'] });
    expect(gone).not.toHaveProperty('status');
  });
});
