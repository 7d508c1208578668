import { expect } from 'vitest';
import { ConnectionLost } from '../../error.ts';
import { testQuirks, type WireQuirk } from '../../testing/quirks.ts';
import { selectedSession, signedInSession } from '../../testing/session.ts';
import { failure } from '../../testing/wire.ts';
import {
  type Command,
  enable,
  type FetchItem,
  noop,
  uidCopy,
  uidFetch,
  uidMove,
  uidSearch,
  uidStore,
} from '../index.ts';

const structure = (wire: string): string => `* 1 FETCH (UID 5 BODYSTRUCTURE ${wire} FLAGS (kept))`;
const envelope = (wire: string): string => `* 1 FETCH (UID 5 ENVELOPE (${wire}) FLAGS (kept))`;
const whole = (message: object): object[] => [
  { type: 'fetch', message: { uid: 5, flags: ['kept'], ...message } },
];

const TABLE: readonly WireQuirk[] = [
  {
    server: 'Yahoo',
    quirk: '() for a NIL list of addresses',
    bytes: envelope('NIL "s" () () () () () () NIL "<id>"'),
    expected: whole({ envelope: { subject: 's', from: [], bcc: [], messageId: '<id>' } }),
  },
  {
    server: 'iCloud',
    quirk: 'BYE with no space',
    bytes: '*BYE',
    expected: [{ type: 'status', status: 'BYE', text: '' }],
  },
  {
    server: 'iCloud',
    quirk: 'BYE with no space',
    bytes: '* BYE',
    expected: [{ type: 'status', status: 'BYE', text: '' }],
  },
  {
    server: 'Yandex',
    quirk: 'BODY with no value',
    bytes: '* 1 FETCH (UID 5 FLAGS (kept) BODY[1] )',
    expected: whole({ sections: [{ section: '1', data: null }] }),
  },
  {
    server: 'Yandex',
    quirk: 'BODY with no value',
    bytes: '* 1 FETCH (UID 5 BODY[HEADER.FIELDS (REFERENCES)] FLAGS (kept))',
    expected: whole({ sections: [{ section: 'HEADER.FIELDS (REFERENCES)', data: null }] }),
  },
  {
    server: 'Yandex',
    quirk: 'a BODYSTRUCTURE that breaks off',
    bytes: structure('("text" "plain")'),
    expected: whole({ structure: { subtype: 'plain', octets: -1 } }),
  },
  {
    server: 'Yandex',
    quirk: 'a BODYSTRUCTURE that breaks off',
    bytes: '* 1 FETCH (UID 5 FLAGS (kept) BODYSTRUCTURE ("text" "plain" NIL NIL)',
    expected: whole({ structure: { subtype: 'plain', octets: -1 } }),
  },
  {
    server: 'Yandex',
    quirk: 'a BODYSTRUCTURE that breaks off',
    bytes: '* 1 FETCH (UID 5 FLAGS (kept) BODYSTRUCTURE (("text" "plain" NIL',
    expected: whole({}),
    absent: 'structure',
    defects: 1,
  },
  {
    server: 'Coremail',
    quirk: 'a quoted string that ends in an escaped quote',
    bytes: envelope('NIL "s" ((NIL NIL "a" "qq.com\\")) NIL NIL NIL NIL NIL NIL "<id>"'),
    expected: whole({ envelope: { messageId: '<id>', from: [{ mailbox: 'a', host: 'qq.com\\' }] } }),
  },
  {
    server: 'Coremail',
    quirk: 'a quoted string that ends in an escaped quote',
    bytes: structure('("text" "plain" ("charset" "gb2312\\") NIL NIL "7bit" 3 1)'),
    expected: whole({ structure: { octets: 3, parameters: [['charset', 'gb2312\\']] } }),
  },
  {
    server: 'Coremail',
    quirk: 'STATUS with an empty list',
    bytes: '* STATUS "INBOX" ()',
    expected: [{ type: 'mailbox-status', status: { wireName: 'INBOX' } }],
  },
  {
    server: 'Coremail',
    quirk: 'quotes that are not escaped, and nothing else',
    bytes: envelope('NIL """" ((""x"" NIL "a" "b")) NIL NIL NIL NIL NIL NIL "<id>"'),
    expected: whole({
      envelope: { subject: '""', messageId: '<id>', from: [{ name: '"x"', mailbox: 'a' }] },
    }),
  },
  {
    server: 'GMX',
    quirk: 'a multipart with no children',
    bytes: structure('(("mixed" NIL NIL NIL)("text" "plain" NIL NIL NIL "7bit" 3 1) "mixed")'),
    expected: whole({ structure: { parts: [{ kind: 'multipart', parts: [] }, { section: '2' }] } }),
  },
  {
    server: 'GMX',
    quirk: 'NIL for values that are never NIL',
    bytes: structure('("text" NIL ("charset" NIL) NIL NIL NIL NIL NIL NIL ("inline" NIL) NIL NIL)'),
    expected: whole({
      structure: {
        subtype: 'plain',
        parameters: [],
        encoding: '7bit',
        octets: -1,
        disposition: { type: 'inline' },
      },
    }),
  },
  {
    server: 'GMX',
    quirk: 'NIL for values that are never NIL',
    bytes: '* 1 FETCH (UID 5 INTERNALDATE NIL RFC822.SIZE NIL ENVELOPE NIL BODYSTRUCTURE NIL FLAGS (kept))',
    expected: whole({}),
    absent: 'size',
    defects: 1,
  },
  {
    server: 'mail.ru',
    quirk: 'sizes in floating point',
    bytes: '* 1 FETCH (UID 5 RFC822.SIZE 9.37e+06 FLAGS (kept))',
    expected: whole({ size: 9_370_000 }),
  },
  {
    server: 'Zoho',
    quirk: 'a MODSEQ of −1',
    bytes: '* 1 FETCH (UID 5 MODSEQ (-1) FLAGS (kept))\r\n* OK [HIGHESTMODSEQ -1] m',
    expected: [...whole({ modSeq: 0n }), { code: { name: 'HIGHESTMODSEQ', modSeq: 0n } }],
  },
];

testQuirks('Yahoo', TABLE, {
  async 'numbers above EXISTS in large mailboxes'() {
    const { session, wire, news } = await selectedSession(['* 10000 EXISTS', '* OK [UIDVALIDITY 9] v']);
    const run = session.run(uidFetch([[70_000, 70_002]], ['FLAGS']));
    wire.say('* 10001 FETCH (UID 70000 FLAGS (a))', '* 10002 FETCH (UID 70001 FLAGS ())');
    wire.say('* 10000 FETCH (UID 69999 FLAGS ())', '* 10000 EXPUNGE', 'P2 OK');
    expect(await run).toBe(2);
    expect(news).toEqual([
      { type: 'fetch', message: { uid: 70_000, flags: ['a'] } },
      { type: 'fetch', message: { uid: 70_001, flags: [] } },
      { type: 'fetch', message: { uid: 69_999, flags: [] } },
      { type: 'expunge', uid: 69_999 },
    ]);
  },
});

testQuirks('iCloud', TABLE, {
  async 'ENABLE: OK, and no ENABLED'() {
    const { session, wire } = await signedInSession('IMAP4rev1 ENABLE CONDSTORE QRESYNC');
    const run = session.run(enable(['QRESYNC']));
    wire.say('P1 OK ENABLE completed');
    expect(await run).toEqual(new Set());
  },
});

testQuirks('Yandex', TABLE, {
  async 'BYE again and again'() {
    const { session, wire, clock } = await signedInSession();
    const run = session.run(noop());
    wire.say('* BYE shutting down', '* BYE shutting down');
    await wire.heard();
    // Taking leave for ever keeps nothing alive.
    for (let second = 0; second < 10; second++) {
      wire.say('* BYE shutting down');
      await clock.pass(1000);
    }
    expect(await failure(run)).toBeInstanceOf(ConnectionLost);
    expect(session.state).toBe('closed');
  },
});

testQuirks('Coremail', TABLE, {
  async 'sets from the highest UID down give BAD'() {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 MOVE');
    const set = [9, 8, 7, 3, 5, 4];
    const items: FetchItem[] = ['FLAGS'];
    const commands: readonly Command<unknown>[] = [
      uidFetch(set, items),
      uidFetch([[9, 3]], items),
      uidCopy(set, 'x'),
      uidMove(set, 'x'),
      uidStore(set, { mode: 'add', flags: ['a'] }),
      uidSearch({ key: 'UID', uids: set }),
    ];
    for (const [at, command] of commands.entries()) {
      const run = session.run(command);
      expect(await wire.heard()).toMatch(/ (?:3:5,7:9|3:9)[ \r]/);
      wire.say(`P${at + 2} OK`);
      await run;
    }
  },
});

testQuirks('GMX', TABLE);
testQuirks('mail.ru', TABLE);
testQuirks('Zoho', TABLE);
