/** What is done by an extension, and without it, gives the same on real servers, which are so asked both ways. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ALL_UIDS,
  appendCatenated,
  create,
  type FetchedMessage,
  fetchWindow,
  formatImapUrl,
  listMailboxes,
  type MessageSet,
  searchMessages,
  type Searcher,
  type SearchKey,
  searchThen,
  subscribe,
  type Thread,
  uidStore,
} from '@postern/protocol/imap';
import { sortMessages, threadMessages } from '@postern/protocol/order';
import { courierMissing, startCourier } from '../support/courier.ts';
import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { disorder, orderly } from '../support/disorder.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { MailPlace } from '../support/place.ts';
import { Bench, type Opened } from './conformance/bench.ts';
import { attachment, nested } from './conformance/letters.ts';

const servers: readonly (readonly [
  name: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
])[] = [
  ['Courier', courierMissing(), () => startCourier()],
  ['Cyrus', cyrusMissing(), () => startCyrus()],
  ['Dovecot', dovecotMissing(), () => startDovecot()],
];

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

const ALL = { key: 'ALL' } as const;

/** The same connection, with some of its capabilities not looked at. */
function without(session: Searcher, ...names: readonly string[]): Searcher {
  const { clock } = session;
  const capabilities = new Set([...session.capabilities].filter((each) => !names.includes(each)));
  return { clock, capabilities, run: (command) => session.run(command) };
}

const written = ({ line, branches }: Thread): string =>
  `(${[...line, branches.map(written).join('')].filter((each) => each !== '').join(' ')})`;

/** What servers do with mail in disorder against the letter of RFC 5256; taken off the list when they do it no more. */
const NOT_TO_THE_LETTER: Readonly<Record<string, string>> = {
  'Cyrus SUBJECT': 'letters beyond ASCII come where no collation has them',
  'Cyrus ORDEREDSUBJECT': 'subjects in encoded words are told apart by more than the text',
  'Courier ARRIVAL': 'of equals the last comes first',
  'Courier DATE': 'of equals the last comes first, and without Date a message is of the earliest day',
  'Courier SIZE': 'of equals the last comes first',
  'Courier SUBJECT': 'of equals the last comes first',
  'Courier FROM': 'of equals the last comes first',
  'Courier TO': 'of equals the last comes first',
  'Courier CC': 'of equals the last comes first',
  'Courier REFERENCES': 'what contradicts itself is threaded otherwise',
  'Courier ORDEREDSUBJECT': 'of equals the last comes first',
};

describe.each(servers)('a real %s', (server, missing, start) => {
  if (missing) {
    it('answers alike', ({ skip }) => skip(missing));
    return;
  }

  let bench: Bench;
  let place: MailPlace;
  /** In disorder, and in order. */
  let mess: Opened;
  let tidy: Opened;

  beforeAll(async () => {
    place = await start();
    bench = new Bench(place, await Bench.survey(place));
    mess = await bench.open(disorder(120, 3));
    tidy = await bench.open(orderly(12, 4, 1));
  }, 120_000);
  afterAll(async () => {
    await bench?.close();
    await place?.close();
  });

  /** The two answers are the same, but for what a server is known for. */
  function agree(what: string, ours: unknown, theirs: unknown): void {
    if (`${server} ${what}` in NOT_TO_THE_LETTER) expect(ours).not.toEqual(theirs);
    else expect(ours).toEqual(theirs);
  }

  const criteria = [
    'ARRIVAL',
    'DATE',
    'SIZE',
    'SUBJECT',
    'FROM',
    'TO',
    'CC',
    'DISPLAYFROM',
    'DISPLAYTO',
  ] as const;

  it.each(criteria)('sorts by %s', async (by) => {
    for (const reverse of [false, true]) {
      for (const { session } of [mess.client, tidy.client]) {
        const lacking = without(session, by.startsWith('DISPLAY') ? 'SORT=DISPLAY' : 'SORT');
        if (by.startsWith('DISPLAY') && !session.capabilities.has('SORT=DISPLAY')) continue;
        const asked = [{ by, reverse }, { by: 'DATE' }] as const;
        const isTidy = session === tidy.client.session;
        const wanted = isTidy ? asked : asked.slice(0, 1);
        const { all: theirs } = await sortMessages(session, wanted, ALL);
        const { all: ours } = await sortMessages(lacking, wanted, ALL);
        expect(ours).toHaveLength(isTidy ? 48 : 120);
        if (isTidy) expect(ours).toEqual(theirs);
        else agree(by, ours, theirs);
      }
    }
  });

  it.each(['REFERENCES', 'ORDEREDSUBJECT'] as const)('threads by %s', async (algorithm) => {
    for (const { session } of [mess.client, tidy.client]) {
      const theirs = (await threadMessages(session, algorithm, ALL)).map(written);
      const lacking = without(session, `THREAD=${algorithm}`);
      const ours = (await threadMessages(lacking, algorithm, ALL)).map(written);
      if (session === tidy.client.session) expect(ours).toEqual(theirs);
      else agree(algorithm, ours, theirs);
    }
  });

  it.each<[string, (seconds: number) => SearchKey]>([
    ['younger', (seconds) => ({ key: 'YOUNGER', seconds })],
    ['older', (seconds) => ({ key: 'OLDER', seconds })],
    [
      'between',
      (seconds) => ({
        key: 'AND',
        all: [
          { key: 'OLDER', seconds: seconds - 86_400 },
          { key: 'NOT', not: { key: 'OLDER', seconds } },
        ],
      }),
    ],
  ])('finds by age: %s', async (_, key) => {
    const { session } = mess.client;
    // No message came in that minute.
    const moment = Date.UTC(2026, 8, 3, 10, 30);
    const asked = key(Math.floor((session.clock.now() - moment) / 1000));
    const { all = [] } = await searchMessages(without(session, 'WITHIN'), asked);
    expect(all.length).toBeGreaterThan(10);
    if (session.capabilities.has('WITHIN')) {
      expect(all).toEqual((await searchMessages(session, asked)).all);
    } else {
      const dates = disorder(120, 3).map(({ internalDate }) => internalDate);
      const until = asked.key === 'YOUNGER' ? Infinity : asked.key === 'OLDER' ? moment : moment + 86_400_000;
      const from = asked.key === 'OLDER' ? 0 : moment;
      const expected = mess.uids.filter((__, at) => dates[at]! >= from && dates[at]! < until);
      expect(all).toEqual(expected);
    }
  });

  it('fetches the newest, however many there are', async () => {
    const { session } = mess.client;
    for (const reader of [session, without(session, 'PARTIAL')]) {
      const told: FetchedMessage[] = [];
      const window = [-1, -7] as const;
      await fetchWindow(reader, ALL_UIDS, window, ['RFC822.SIZE'], (message) => told.push(message));
      expect(told.filter(({ size }) => size !== undefined).map(({ uid }) => uid)).toEqual(
        mess.uids.slice(-7),
      );
    }
  });

  it('works on what it found', async () => {
    const { session } = tidy.client;
    const key: SearchKey = { key: 'SUBJECT', text: 'h1 matter' };
    const flagged = async () => (await searchMessages(session, { key: 'FLAGGED' }, { count: true })).count;
    const marking = (mode: 'add' | 'remove') => (set: MessageSet) =>
      uidStore(set, { mode, flags: ['\\Flagged'] });
    for (const worker of [session, without(session, 'SEARCHRES', 'IMAP4REV2')]) {
      expect(await searchThen(worker, key, marking('add'))).toMatchObject({ count: 4 });
      expect(await flagged()).toBe(4);
      expect(await searchThen(worker, key, marking('remove'))).toMatchObject({ count: 4 });
      expect(await flagged()).toBe(0);
      const nothing = await searchThen(worker, { key: 'SUBJECT', text: 'nowhere' }, marking('add'));
      expect(nothing).toEqual({ count: 0, results: [] });
      expect(await flagged()).toBe(0);
    }
  });

  it('lists mailboxes', async () => {
    const { client } = await bench.open([nested]);
    const { session } = client;
    const above = await bench.mailbox(client);
    for (const name of ['one', 'two']) await client.run(create(`${above}${bench.delimiter}${name}`));
    await client.run(subscribe(`${above}${bench.delimiter}two`));
    const below = `${above}${bench.delimiter}*`;
    const none = ['LIST-EXTENDED', 'LIST-STATUS', 'IMAP4REV2'];
    for (const lister of [session, without(session, ...none)]) {
      const options = { returnSubscribed: true, returnChildren: true, returnStatus: ['MESSAGES'] } as const;
      const listed = await listMailboxes(lister, '', [below, above], options);
      const kinds = ['\\Subscribed', '\\HasChildren'];
      expect(
        listed
          .map(({ name, attributes, status }) => ({
            name: name.slice(above.length + 1),
            told: kinds.filter((kind) => attributes.includes(kind)),
            messages: status?.messages,
          }))
          .toSorted((a, b) => a.name.localeCompare(b.name)),
      ).toEqual([
        { name: '', told: ['\\HasChildren'], messages: 0 },
        { name: 'one', told: [], messages: 0 },
        { name: 'two', told: ['\\Subscribed'], messages: 0 },
      ]);
      const chosen = await listMailboxes(lister, '', [below, above], { only: ['SUBSCRIBED'] });
      expect(chosen.map(({ name }) => name.slice(above.length + 1))).toEqual(['two']);
    }
  });

  it('puts messages together', async () => {
    const { client, name, uids, selected } = await bench.open([nested]);
    const { session } = client;
    const target = await bench.mailbox(client);
    const url = { form: 'absolute', mailbox: name, uidValidity: selected.uidValidity, uid: uids[0] } as const;
    const parts = [
      { text: octets(nested.slice(0, nested.indexOf('--outer'))) },
      { text: octets('--outer\r\n') },
      { url: formatImapUrl({ ...url, section: '2.MIME' }) },
      { url: formatImapUrl({ ...url, section: '2' }) },
      { text: octets('\r\n--outer--\r\n') },
    ];
    for (const writer of [session, without(session, 'CATENATE')]) {
      await appendCatenated(writer, target, { parts, flags: ['\\Seen'] }, session);
    }
    const gone = [{ text: octets('a') }, { url: formatImapUrl({ ...url, uid: 4711 }) }];
    for (const writer of [session, without(session, 'CATENATE')]) {
      const error = await appendCatenated(writer, target, { parts: gone }, session).catch(
        (each: unknown) => each,
      );
      expect(error).toMatchObject({ kind: 'CommandError', code: { code: 'BADURL' } });
    }
    const reader = await bench.second(target);
    const [first, second, ...more] = await reader.uids();
    expect(more).toEqual([]);
    const texts = await Promise.all([first, second].map((uid) => reader.section(uid!, { section: '' })));
    expect(texts[1]).toBe(texts[0]);
    expect(texts[0]).toContain(Buffer.from(attachment).toString('base64').slice(0, 76));
  });
});
