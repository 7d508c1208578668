import { expect } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { ConnectionLost } from '../../error.ts';
import { testQuirks, type WireQuirk } from '../../testing/quirks.ts';
import { openSession, selectedSession, signedInSession } from '../../testing/session.ts';
import { failure } from '../../testing/wire.ts';
import { signIn } from '../../sign-in/index.ts';
import { noop, status, uidFetch } from '../index.ts';

const server = 'any server';
const text = (octets: string): Uint8Array => encodeText(octets);
const structure = (wire: string): string => `* 1 FETCH (UID 5 BODYSTRUCTURE ${wire} FLAGS (kept))`;
const fetched = (message: object): object[] => [{ type: 'fetch', message }];
const whole = (message: object): object[] => fetched({ uid: 5, flags: ['kept'], ...message });

const TABLE: readonly WireQuirk[] = [
  {
    server,
    quirk: 'UNSEEN 0',
    bytes: '* OK [UNSEEN 0] none',
    expected: [{ status: 'OK', code: { name: 'UNSEEN', number: 0 }, text: 'none' }],
  },
  {
    server,
    quirk: 'a response code with no text after it',
    bytes: '* OK [HIGHESTMODSEQ 5]',
    expected: [{ status: 'OK', code: { name: 'HIGHESTMODSEQ', modSeq: 5n }, text: '' }],
  },
  {
    server,
    quirk: 'PERMANENTFLAGS with no text',
    bytes: '* OK [PERMANENTFLAGS (\\Seen \\*)]',
    expected: [{ code: { name: 'PERMANENTFLAGS', flags: ['\\Seen', '\\*'] }, text: '' }],
  },
  {
    server,
    quirk: 'unescaped quotes in a quoted string',
    bytes: '* 1 FETCH (UID 5 ENVELOPE (NIL "say "hi", Bob" NIL NIL NIL NIL NIL NIL NIL "<id>") FLAGS (kept))',
    expected: whole({ envelope: { subject: 'say "hi", Bob', messageId: '<id>' } }),
  },
  {
    server,
    quirk: 'a literal counted in characters',
    bytes: '* 1 FETCH (UID 5 BODY[1] {5}\r\nGrüße FLAGS (kept))',
    // What is cut off is not passed on as the whole of it, and what follows may be part of it.
    expected: fetched({ uid: 5 }),
    absent: 'sections',
    defects: 1,
  },
  {
    server,
    quirk: 'a literal counted in characters',
    bytes: '* 1 FETCH (UID 5 BODY[1] {12}\r\nGrüße\r\nüber)',
    expected: fetched({ uid: 5 }),
    absent: 'sections',
    defects: 1,
  },
  {
    server,
    quirk: 'a literal shorter than announced',
    bytes: '* 1 FETCH (UID 5 BODY[1] {10}\r\nabc FLAGS (kept))\r\n* 2 FETCH (UID 6 FLAGS ())',
    expected: [
      { type: 'fetch', seq: 1, message: { uid: 5 } },
      { type: 'fetch', seq: 2, message: { uid: 6, flags: [] } },
    ],
    absent: 'sections',
    defects: 1,
  },
  {
    server,
    quirk: 'a literal shorter than announced',
    bytes: '* 1 FETCH (UID 5 BODY[1] {20}\r\nabcdef)\r\n* 2 FETCH (UID 6 FLAGS ())\r\n* 3 EXISTS',
    expected: [
      { type: 'fetch', seq: 1, message: { uid: 5 } },
      { type: 'exists', count: 3 },
    ],
    absent: 'sections',
    defects: 1,
  },
  {
    server,
    quirk: 'a literal without its last CRLF',
    bytes: '* 1 FETCH (UID 5 FLAGS (kept) BODY[1] {5}\r\nabc)',
    expected: whole({ sections: [{ section: '1', origin: undefined, data: text('abc\r\n') }] }),
  },
  {
    server,
    quirk: 'LITERAL + in two words',
    bytes: '* CAPABILITY IMAP4rev1 LITERAL + IDLE',
    expected: [{ type: 'capability', capabilities: ['IMAP4REV1', 'LITERAL+', 'IDLE'] }],
  },
  {
    server,
    quirk: 'the media subtype missing',
    bytes: structure('("text" ("charset" "x") NIL NIL "7bit" 3 1)'),
    expected: whole({ structure: { type: 'text', subtype: 'plain', octets: 3, lines: 1 } }),
  },
  {
    server,
    quirk: 'the line count missing',
    bytes: structure('("text" "plain" NIL NIL NIL "7bit" 3 NIL ("inline" NIL) NIL NIL)'),
    expected: whole({ structure: { octets: 3, lines: null, disposition: { type: 'inline' } } }),
  },
  {
    server,
    quirk: 'the last fields of an envelope missing',
    bytes: '* 1 FETCH (UID 5 ENVELOPE ("date" "subject" ((NIL NIL "a" "b"))) FLAGS (kept))',
    expected: whole({ envelope: { subject: 'subject', from: [{ mailbox: 'a' }], to: [], messageId: null } }),
  },
  {
    server,
    quirk: 'NIL for the name of a mailbox',
    bytes: '* LIST () "/" NIL\r\n* LIST () "/" INBOX',
    expected: [{ type: 'list', mailbox: { name: 'INBOX' } }],
    defects: 1,
  },
  {
    server,
    quirk: 'a name in STATUS without quotes',
    bytes: '* STATUS Sent Items (MESSAGES 3)',
    expected: [{ type: 'mailbox-status', status: { wireName: 'Sent Items', messages: 3 } }],
  },
  {
    server,
    quirk: 'NULs before a response',
    bytes: '\0\0\0* 3 EXISTS',
    expected: [{ type: 'exists', count: 3 }],
  },
  {
    server,
    quirk: 'spaces at the end of CAPABILITY',
    bytes: '* CAPABILITY IMAP4rev1 IDLE  ',
    expected: [{ type: 'capability', capabilities: ['IMAP4REV1', 'IDLE'] }],
  },
  {
    server,
    quirk: 'spaces at the end of SEARCH',
    bytes: '* SEARCH 1 2 ',
    expected: [{ type: 'search', numbers: [1, 2] }],
  },
  {
    server,
    quirk: 'spaces at the end of SEARCH',
    bytes: '* SEARCH ',
    expected: [{ type: 'search', numbers: [] }],
  },
  {
    server,
    quirk: 'spaces at the end of a list of flags',
    bytes: '* FLAGS (\\Seen kw ) ',
    expected: [{ type: 'flags', flags: ['\\Seen', 'kw'] }],
  },
  {
    server,
    quirk: 'spaces at the end of a list of flags',
    bytes: '* 1 FETCH (FLAGS (\\Seen  ) UID 5 ) ',
    expected: fetched({ uid: 5, flags: ['\\Seen'] }),
  },
  {
    server,
    quirk: 'two spaces between the items of a list',
    bytes: '* 1 FETCH  ( UID  5   FLAGS  ( a  b )  RFC822.SIZE  9 )',
    expected: fetched({ uid: 5, flags: ['a', 'b'], size: 9 }),
  },
  {
    server,
    quirk: 'two spaces between the items of a list',
    bytes: '* STATUS INBOX  ( MESSAGES  3  UNSEEN  1 )',
    expected: [{ type: 'mailbox-status', status: { messages: 3, unseen: 1 } }],
  },
  { server, quirk: 'FETCH of nothing', bytes: '* 1 FETCH ()', expected: fetched({}), absent: 'uid' },
  {
    server,
    quirk: 'a size of −1',
    bytes: '* 1 FETCH (RFC822.SIZE -1 UID 5 FLAGS (kept))',
    expected: whole({}),
    absent: 'size',
  },
  {
    server,
    quirk: 'a MODSEQ of −1',
    bytes: '* 1 FETCH (MODSEQ (-1) UID 5 FLAGS (kept))',
    expected: whole({ modSeq: 0n }),
  },
  {
    server,
    quirk: 'a sequence number of −1',
    bytes: '* -1 FETCH (UID 5 FLAGS (kept))',
    expected: whole({}),
  },
  { server, quirk: 'a sequence number of −1', bytes: '* -1 EXPUNGE', expected: [], defects: 1 },
  {
    server,
    quirk: 'a number as 9.37e+06',
    bytes: structure('("image" "gif" NIL NIL NIL "base64" 9.37e+06)'),
    expected: whole({ structure: { octets: 9_370_000 } }),
  },
  {
    server,
    quirk: 'BYE with no space',
    bytes: '*BYE',
    expected: [{ type: 'status', status: 'BYE', text: '' }],
  },
  {
    server,
    quirk: 'flags with brackets',
    bytes: '* 1 FETCH (UID 5 FLAGS (a[1] [x] {y} \\Seen))',
    expected: fetched({ uid: 5, flags: ['a[1]', '[x]', '{y}', '\\Seen'] }),
  },
  {
    server,
    quirk: 'flags with spaces',
    bytes: '* 1 FETCH (UID 5 FLAGS ("two words" \\Seen))',
    expected: fetched({ uid: 5, flags: ['two words', '\\Seen'] }),
  },
  {
    server,
    quirk: 'bad modified UTF-7',
    bytes: '* LIST () "/" "R&D &AOk &A- &AOk-"',
    expected: [{ mailbox: { name: 'R&D &AOk &A- é', wireName: 'R&D &AOk &A- &AOk-' } }],
  },
  {
    server,
    quirk: 'names in raw UTF-8',
    bytes: '* LIST () "/" "Entwürfe"',
    expected: [{ mailbox: { name: 'Entwürfe', wireName: 'Entwürfe' } }],
  },
];

testQuirks(server, TABLE, {
  async 'UIDVALIDITY 0'() {
    const { mailbox } = await selectedSession(['* 3 EXISTS', '* OK [UIDVALIDITY 0] v']);
    expect(mailbox).toMatchObject({ exists: 3, uidValidity: 0 });
  },

  async 'UIDNEXT 0'() {
    const { mailbox } = await selectedSession(['* 3 EXISTS', '* OK [UIDNEXT 0] n']);
    expect(mailbox).toMatchObject({ exists: 3, uidNext: undefined });
  },

  async 'HIGHESTMODSEQ 0'() {
    const { mailbox } = await selectedSession(['* 3 EXISTS', '* OK [HIGHESTMODSEQ 0] m']);
    expect(mailbox).toMatchObject({ exists: 3, highestModSeq: undefined });
  },

  async 'a continuation request with no space or text'() {
    const { session, wire } = await signedInSession('IMAP4rev1 IDLE');
    for (const [tag, dress] of ['+', '+idling', '+ '].entries()) {
      const idling = session.idle();
      const done = idling.done();
      wire.say(dress);
      expect(await wire.heard()).toBe(`P${tag + 1} IDLE\r\nDONE\r\n`);
      wire.say(`P${tag + 1} OK`);
      await done;
    }
  },

  async 'FETCH above EXISTS'() {
    const { session, wire, news } = await selectedSession();
    const run = session.run(uidFetch([7], ['FLAGS']));
    wire.say('* 5 FETCH (UID 7 FLAGS (a))', '* 5 FETCH (FLAGS (b))', '* 2 FETCH (UID 8 FLAGS ())', 'P2 OK');
    await run;
    expect(news).toEqual([
      { type: 'fetch', message: { uid: 7, flags: ['a'] } },
      { type: 'fetch', message: { uid: undefined, flags: ['b'] } },
      { type: 'fetch', message: { uid: 8, flags: [] } },
    ]);
  },

  async 'EXPUNGE above EXISTS'() {
    const { session, wire, news, defects } = await selectedSession();
    const run = session.run(noop());
    wire.say('* 3 FETCH (UID 8 FLAGS ())', '* 5 EXPUNGE', '* 3 EXPUNGE', 'P2 OK');
    await run;
    expect(defects).toHaveLength(1);
    expect(news.slice(1)).toEqual([{ type: 'expunge', uid: 8 }]);
  },

  async 'EXISTS that falls'() {
    const { session, wire, news, defects } = await selectedSession();
    const run = session.run(noop());
    wire.say('* 2 FETCH (UID 8 FLAGS ())', '* 2 EXISTS', '* 2 EXPUNGE', 'P2 OK');
    await run;
    expect(defects).toHaveLength(1);
    // Which of them went is not known, so the numbers mean nothing any more.
    expect(news.slice(1)).toEqual([
      { type: 'exists', count: 2 },
      { type: 'expunge', uid: undefined },
    ]);
  },

  async 'message number 0'() {
    const { session, wire, news, defects } = await selectedSession();
    const run = session.run(noop());
    wire.say('* 0 FETCH (UID 8 FLAGS (a))', '* 0 EXPUNGE', '* 1 FETCH (UID 6 FLAGS ())', 'P2 OK');
    await run;
    expect(defects).toHaveLength(1);
    expect(news).toEqual([
      { type: 'fetch', message: { uid: 8, flags: ['a'] } },
      { type: 'fetch', message: { uid: 6, flags: [] } },
    ]);
  },

  async 'CAPABILITY before the OK of the sign-in'() {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello');
    const done = signIn(session, { user: 'ada', password: 'x' });
    await wire.heard();
    wire.say('* CAPABILITY IMAP4rev1 IDLE', 'P1 OK in');
    await done;
    expect(await wire.heard()).toBe('');
    expect([...session.capabilities]).toEqual(['IMAP4REV1', 'IDLE']);
  },

  async 'BYE again and again'() {
    const { session, wire } = await signedInSession();
    const run = session.run(noop());
    wire.say('* BYE out of time', '* BYE out of time', '* BYE', undefined);
    expect(await failure(run)).toBeInstanceOf(ConnectionLost);
    expect(await session.closed).toMatchObject({ message: expect.stringContaining('bye') });
  },

  async 'a line of text with no tag'() {
    const { session, wire, defects } = await signedInSession();
    const run = session.run(status('INBOX', ['MESSAGES']));
    wire.say('Server Unavailable. 15', 'try later', '* STATUS INBOX (MESSAGES 3)', 'P1 OK done');
    expect(await run).toMatchObject({ messages: 3 });
    expect(defects).toHaveLength(2);
  },
});
