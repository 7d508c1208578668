/** A session under IMAP4rev2 (RFC 9051, Appendix E), and under UTF8=ACCEPT (RFC 6855). */
import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { plain } from '../sasl/index.ts';
import { Exchange, utf8 } from '../testing/exchange.ts';
import {
  authenticate,
  enable,
  id,
  list,
  noop,
  select,
  type SelectedMailbox,
  status,
  uidExtendedSearch,
  uidFetch,
  uidMove,
  uidSearch,
  unselect,
} from './index.ts';

describe.each([
  ['enabled', 'IMAP4rev1 IMAP4rev2', 'IMAP4rev2'],
  ['the only one', 'IMAP4rev2', ''],
])('IMAP4rev2, %s', (_, capabilities, enabled) => {
  const begun = (): Exchange => new Exchange(capabilities, enabled);

  it('has what it need not say (RFC 9051, Appendix E)', () => {
    const { capabilities } = begun().connection;
    for (const name of ['IDLE', 'MOVE', 'UIDPLUS', 'ENABLE', 'UNSELECT', 'LIST-STATUS', 'LIST-EXTENDED'])
      expect(capabilities).toContain(name);
    expect([...new Exchange('IMAP4rev1 MOVE').connection.capabilities]).toEqual(['IMAP4REV1', 'MOVE']);
  });

  it('takes the first response of a sign-in at once', () => {
    const { capabilities } = begun().connection;
    expect(authenticate(plain('a', 'b')).write(capabilities)).toEqual(['AUTHENTICATE PLAIN AGEAYg==']);
    expect(authenticate(plain('a', 'b')).write(new Set(['IMAP4REV2']))).toEqual([
      'AUTHENTICATE PLAIN AGEAYg==',
    ]);
    expect(authenticate(plain('a', 'b')).write(new Set(['IMAP4REV1']))).toEqual(['AUTHENTICATE PLAIN']);
  });

  it('shows on the connection', () => {
    expect([...begun().connection.enabled]).toEqual(['IMAP4REV2']);
    expect([...new Exchange('IMAP4rev1 IMAP4rev2').connection.enabled]).toEqual([]);
  });

  it('selects another mailbox: the old one is closed, nothing is recent, and its line of LIST is news', () => {
    const { value, news } = begun().run(
      select('Entwürfe'),
      '* 4 EXISTS',
      '* 2 EXPUNGE',
      '* 3 FETCH (UID 9 FLAGS (\\Seen))',
      '* OK [CLOSED] Previous mailbox is now closed',
      '* 2 EXISTS',
      '* OK [UIDVALIDITY 3857529045] Validity',
      '* OK [UIDNEXT 4392] Predicted next UID',
      '* OK [MAILBOXID (F22)] Ok',
      '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
      '* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited',
      utf8('* LIST () "/" "Entwürfe" ("OLDNAME" ("entwürfe"))'),
      '$tag OK [READ-WRITE] SELECT completed',
    );
    expect(value).toMatchObject({
      exists: 2,
      uidValidity: 3857529045,
      uidNext: 4392,
      mailboxId: 'F22',
      readOnly: false,
    } satisfies Partial<Record<keyof SelectedMailbox, unknown>>);
    expect(news).toMatchObject([{ type: 'list', mailbox: { name: 'Entwürfe', oldName: 'entwürfe' } }]);
  });

  it('knows by number only what came after the old mailbox was closed', () => {
    const exchange = begun();
    exchange.run(noop(), '* 1 FETCH (UID 7 FLAGS ())');
    exchange.run(select('other'), '* 3 EXISTS', '* OK [CLOSED] closed', '* 1 EXISTS');
    // Whose UID this is was not told yet.
    expect(exchange.run(noop(), '* 1 FETCH (FLAGS (\\Seen))').news).toMatchObject([
      { message: { uid: undefined } },
    ]);
  });

  it('takes all for the new mailbox where a server says CLOSED to nobody', () => {
    const { value, news } = begun().run(
      select('other'),
      '* FLAGS (\\Seen)',
      '* 2 EXISTS',
      '* OK [UIDVALIDITY 7] v',
      '* 1 FETCH (UID 9 FLAGS (\\Seen))',
    );
    expect(value).toMatchObject({ exists: 2, uidValidity: 7, flags: ['\\Seen'] });
    expect(news).toMatchObject([{ type: 'fetch', message: { uid: 9 } }]);
    // Not only once all of it has come.
    const { connection } = begun();
    connection.send(select('other'));
    connection.receive(encodeText('* 2 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* 1 FETCH (UID 9 FLAGS ())\r\n'));
    expect(connection.next()).toMatchObject({ type: 'news', news: { type: 'fetch', message: { uid: 9 } } });
    const silent = begun().run(select('other'), '* 5 EXISTS');
    expect(silent.value).toMatchObject({ exists: 5 });
  });

  it('searches with ESEARCH for an answer, whatever was asked', () => {
    const exchange = begun();
    expect(
      exchange.run(uidSearch({ key: 'UNSEEN' }), '* ESEARCH (TAG "$tag") UID ALL 2,10:11'),
    ).toMatchObject({
      written: 'UID SEARCH RETURN (ALL) UNSEEN',
      value: [2, 10, 11],
    });
    expect(exchange.run(uidSearch({ key: 'UNSEEN' }), '* ESEARCH (TAG "$tag") UID').value).toEqual([]);
    expect(
      exchange.run(
        uidExtendedSearch({ key: 'SUBJECT', text: 'ä' }, { count: true, save: true }),
        '* ESEARCH (TAG "$tag") UID COUNT 0',
      ),
    ).toMatchObject({ written: utf8('UID SEARCH RETURN (SAVE COUNT) SUBJECT "ä"'), value: { count: 0 } });
  });

  it('has sizes beyond 32 bits, parts decoded, and no literal asks below 4096 octets', () => {
    const exchange = begun();
    const { written, news } = exchange.run(
      uidFetch([5], ['RFC822.SIZE', { binarySize: '1' }]),
      '* 1 FETCH (UID 5 RFC822.SIZE 9007199254740991 BINARY.SIZE[1] 4294967296)',
    );
    expect(written).toBe('UID FETCH 5 (UID RFC822.SIZE BINARY.SIZE[1])');
    expect(news).toMatchObject([
      { message: { size: 9007199254740991, binarySizes: new Map([['1', 4294967296]]) } },
    ]);
    exchange.connection.send(uidSearch({ key: 'TEXT', text: 'a\r\nb' }));
    expect(decodeLatin1(exchange.connection.output()!)).toMatch(/TEXT \{4\+\}\r\na\r\nb\r\n$/);
  });

  it('moves and says where to, lists and counts at once', () => {
    const exchange = begun();
    const moved = exchange.run(
      uidMove([42, 69], 'foo'),
      '* OK [COPYUID 432432 42,69 1202:1203]',
      '* 2 EXPUNGE',
      '* 1 EXPUNGE',
    );
    expect(moved.value).toMatchObject({ destination: [1202, 1203] });
    expect(moved.news).toHaveLength(2);
    const listed = exchange.run(
      list('', '%', { returnStatus: ['MESSAGES', 'DELETED'] }),
      '* LIST () "." "INBOX"',
      '* STATUS "INBOX" (MESSAGES 17 DELETED 2)',
      '* LIST (\\NonExistent \\HasChildren) "." "foo"',
    );
    expect(listed.value).toMatchObject([
      { name: 'INBOX', status: { messages: 17, deleted: 2 } },
      { name: 'foo', attributes: ['\\NonExistent', '\\HasChildren'] },
    ]);
  });

  it('reads UTF-8 in the texts of the server', () => {
    expect(begun().run(noop(), utf8('* OK [ALERT] Grüße')).news).toMatchObject([
      { status: { text: 'Grüße' } },
    ]);
  });

  it('stays when the mailbox is left', () => {
    const exchange = begun();
    exchange.run(unselect());
    expect(exchange.run(status('ä', ['MESSAGES'])).written).toBe(utf8('STATUS "ä" (MESSAGES)'));
  });
});

describe('ENABLE', () => {
  it('holds for what the server said it enabled, not for what it was asked', () => {
    const exchange = new Exchange('IMAP4rev1 ENABLE UNSELECT UTF8=ACCEPT');
    exchange.run(unselect());
    expect(exchange.run(enable(['UTF8=ACCEPT', 'X-OTHER']), '* ENABLED').value).toEqual(new Set());
    expect(exchange.run(status('ä', ['MESSAGES'])).written).toBe('STATUS "&AOQ-" (MESSAGES)');
    exchange.run(enable(['UTF8=ACCEPT']), '* ENABLED utf8=accept');
    expect(exchange.connection.enabled).toEqual(new Set(['UTF8=ACCEPT']));
    expect(exchange.run(status('ä', ['MESSAGES'])).written).toBe(utf8('STATUS "ä" (MESSAGES)'));
  });
});

describe('UTF8=ACCEPT', () => {
  it('reads UTF-8 in quoted strings and writes it where a string may stand', () => {
    const exchange = new Exchange('IMAP4rev1 UTF8=ACCEPT', 'UTF8=ACCEPT');
    const { news } = exchange.run(
      uidFetch([5], ['ENVELOPE']),
      utf8('* 1 FETCH (UID 5 ENVELOPE (NIL "Grüße \\"日本\\"" NIL NIL NIL NIL NIL NIL NIL NIL))'),
    );
    expect(news).toMatchObject([{ message: { envelope: { subject: 'Grüße "日本"' } } }]);
    expect(exchange.run(id({ name: 'Postern' })).written).toBe('ID ("name" "Postern")');
  });
});
