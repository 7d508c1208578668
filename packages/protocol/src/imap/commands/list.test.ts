import { describe, expect, it } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import { Exchange, utf8 } from '../../testing/exchange.ts';
import {
  type Command,
  create,
  list,
  lsub,
  namespace,
  rename,
  rlist,
  rlsub,
  status,
  uidFetch,
} from '../index.ts';

const REV1 = 'IMAP4rev1 LITERAL+';
const EXTENDED = `${REV1} LIST-EXTENDED SPECIAL-USE LIST-STATUS LIST-MYRIGHTS LIST-METADATA CREATE-SPECIAL-USE`;

describe('LIST', () => {
  it.each<[command: Command<unknown>, written: string]>([
    [
      list('', ['INBOX', 'Drafts', 'a/%'], { only: ['SUBSCRIBED', 'RECURSIVEMATCH', 'REMOTE'] }),
      'LIST (SUBSCRIBED RECURSIVEMATCH REMOTE) "" ("INBOX" "Drafts" "a/%")',
    ],
    [list('', '*', { only: ['SPECIAL-USE'] }), 'LIST (SPECIAL-USE) "" "*"'],
    [
      list('', '%', {
        returnSpecialUse: true,
        returnSubscribed: true,
        returnChildren: true,
        returnStatus: ['MESSAGES', 'SIZE'],
        returnRights: true,
        returnMetadata: ['/shared/comment'],
      }),
      'LIST "" "%" RETURN (SPECIAL-USE SUBSCRIBED CHILDREN STATUS (MESSAGES SIZE) MYRIGHTS METADATA (/shared/comment))',
    ],
    [list('Ä', ['%', 'Ö']), 'LIST "&AMQ-" ("%" "&ANY-")'],
  ])('%# is written', (command, written) => {
    expect(new Exchange(EXTENDED).run(command).written).toBe(written);
  });

  it('puts what comes beside it to its mailbox', () => {
    const command = list('', '%', {
      returnStatus: ['MESSAGES'],
      returnRights: true,
      returnMetadata: ['/shared/comment', '/private/x'],
    });
    const { value, news } = new Exchange(EXTENDED).run(
      command,
      '* LIST () "." "INBOX"',
      '* MYRIGHTS "INBOX" lrs',
      '* METADATA "INBOX" (/shared/comment "hi")',
      '* METADATA "INBOX" (/private/x NIL)',
      '* STATUS INBOX (MESSAGES 17)',
      '* LIST (\\NonExistent) "." "bar" (CHILDINFO ("SUBSCRIBED"))',
    );
    expect(value).toMatchObject([
      { name: 'INBOX', status: { messages: 17 }, rights: 'lrs' },
      { name: 'bar', attributes: ['\\NonExistent'], childInfo: ['SUBSCRIBED'] },
    ]);
    expect((value as { metadata?: unknown }[])[0]?.metadata).toEqual(
      new Map([
        ['/shared/comment', encodeText('hi')],
        ['/private/x', null],
      ]),
    );
    expect(Object.keys((value as object[])[1]!)).not.toContain('rights');
    expect(news).toEqual([]);
  });

  it('lets nobody overlap whose answers would be taken for its own', () => {
    for (const beside of [
      { returnStatus: ['MESSAGES'] },
      { returnRights: true },
      { returnMetadata: ['/shared/x'] },
    ] as const) {
      const { connection } = new Exchange(EXTENDED);
      connection.send(list('', '*', beside));
      expect(connection.canSend(status('a', ['MESSAGES']))).toBe(false);
      expect(connection.canSend(list('', '*'))).toBe(false);
    }
    const { connection } = new Exchange(EXTENDED);
    connection.send(list('', '*', { returnChildren: true }));
    expect(connection.canSend(status('a', ['MESSAGES']))).toBe(true);
  });

  it('goes beside UID FETCH, whatever it brings', () => {
    const { connection } = new Exchange(EXTENDED);
    const fetching = uidFetch([1], ['FLAGS']);
    connection.send(fetching);
    const listing = list('', '*', { returnStatus: ['MESSAGES'] });
    expect(connection.canSend(listing)).toBe(true);
    connection.send(listing);
    expect(connection.canSend(fetching)).toBe(true);
    expect(connection.canSend(status('a', ['MESSAGES']))).toBe(false);
  });

  it.each<[string, string, () => Command<unknown>]>([
    ['several patterns', REV1, () => list('', ['a', 'b'])],
    ['selection', REV1, () => list('', '*', { only: ['SUBSCRIBED'] })],
    ['selection by use', 'IMAP4rev1 LIST-EXTENDED', () => list('', '*', { only: ['SPECIAL-USE'] })],
    ['RECURSIVEMATCH alone', EXTENDED, () => list('', '*', { only: ['RECURSIVEMATCH', 'REMOTE'] })],
    ['no pattern', EXTENDED, () => list('', [])],
    ['a wildcard for an entry', EXTENDED, () => list('', '*', { returnMetadata: ['/shared/*'] })],
  ])('%s cannot be said with %s', (_, capabilities, make) => {
    expect(() => new Exchange(capabilities).run(make())).toThrow(UsageError);
  });

  it('selects under IMAP4rev2 without another word from the server', () => {
    const exchange = new Exchange('IMAP4rev2');
    expect(exchange.run(list('', ['a', 'b'], { only: ['SUBSCRIBED'] })).written).toBe(
      'LIST (SUBSCRIBED) "" ("a" "b")',
    );
  });
});

describe('LSUB, RLIST and RLSUB', () => {
  it.each<[Command<unknown>, capabilities: string, enabled: string, written: string, answer: string]>([
    [lsub('', '*'), REV1, '', 'LSUB "" "*"', '* LSUB () "/" a'],
    [
      lsub('', '*'),
      'IMAP4rev1 IMAP4rev2',
      'IMAP4rev2',
      'LIST (SUBSCRIBED) "" "*"',
      '* LIST (\\Subscribed) "/" a',
    ],
    [lsub('', '*'), 'IMAP4rev2', '', 'LIST (SUBSCRIBED) "" "*"', '* LIST (\\Subscribed) "/" a'],
    [rlist('', '*'), `${REV1} MAILBOX-REFERRALS`, '', 'RLIST "" "*"', '* LIST () "/" a'],
    [rlist('', '*'), REV1, '', 'LIST "" "*"', '* LIST () "/" a'],
    [rlsub('', '*'), `${REV1} MAILBOX-REFERRALS`, '', 'RLSUB "" "*"', '* LSUB () "/" a'],
    [rlsub('', '*'), REV1, '', 'LSUB "" "*"', '* LSUB () "/" a'],
  ])('%# are written, and their answers read', (command, capabilities, enabled, written, answer) => {
    const exchange = new Exchange(capabilities, enabled);
    expect(exchange.run(command, answer)).toMatchObject({ written, value: [{ name: 'a' }], news: [] });
  });
});

describe('LIST beside LSUB', () => {
  it('is news (RFC 5465)', () => {
    const { value, news } = new Exchange(REV1).run(lsub('', '*'), '* LIST () "/" new');
    expect(value).toEqual([]);
    expect(news).toMatchObject([{ type: 'list', mailbox: { name: 'new' } }]);
  });
});

describe('CREATE and STATUS', () => {
  it('say what a mailbox is for where the server can hear it', () => {
    const command = create('Gesendet', ['\\Sent']);
    expect(new Exchange(EXTENDED).run(command, '$tag OK [MAILBOXID (F22)] done')).toMatchObject({
      written: 'CREATE "Gesendet" (USE (\\Sent))',
      value: 'F22',
    });
    expect(new Exchange(REV1).run(command)).toMatchObject({ written: 'CREATE "Gesendet"', value: undefined });
    expect(() => create('x', ['\\Sent)'])).toThrow(UsageError);
  });

  it('asks only for what the server has', () => {
    const command = status('a', [
      'MESSAGES',
      'RECENT',
      'DELETED',
      'APPENDLIMIT',
      'MAILBOXID',
      'DELETED-STORAGE',
    ]);
    expect(new Exchange(REV1).run(command).written).toBe('STATUS "a" (MESSAGES RECENT)');
    expect(new Exchange(`${REV1} APPENDLIMIT OBJECTID QUOTA=RES-STORAGE`).run(command).written).toBe(
      'STATUS "a" (MESSAGES RECENT APPENDLIMIT MAILBOXID DELETED-STORAGE)',
    );
    expect(new Exchange('IMAP4rev2').run(command, '* STATUS a (MESSAGES 3 DELETED 1)')).toMatchObject({
      written: 'STATUS "a" (MESSAGES DELETED)',
      value: { messages: 3, deleted: 1 },
    });
    expect(() => new Exchange(REV1).run(status('a', ['MAILBOXID']))).toThrow(UsageError);
  });
});

describe('names once UTF-8 is enabled', () => {
  it.each(['UTF8=ACCEPT', 'IMAP4rev2'])('by %s go both ways as they are', (extension) => {
    const exchange = new Exchange(`IMAP4rev1 NAMESPACE ${extension}`, extension);
    const listed = exchange.run(
      list('', '*'),
      utf8('* LIST () "/" "Entwürfe & \\"mehr\\""'),
      '* LIST () "/" a&-b',
    );
    expect(listed.value).toMatchObject([
      { name: 'Entwürfe & "mehr"', wireName: 'Entw&APw-rfe &- "mehr"' },
      { name: 'a&-b' },
    ]);
    expect(exchange.run(rename('Entwürfe & "mehr"', { wire: 'ü' })).written).toBe(
      utf8('RENAME "Entwürfe & \\"mehr\\"" "ü"'),
    );
    const answer = utf8('* STATUS "Ü&" (MESSAGES 1)');
    expect(exchange.run(status('Ü&', ['MESSAGES']), answer)).toMatchObject({
      value: { messages: 1 },
      news: [],
    });
    expect(exchange.run(namespace(), '* NAMESPACE (("a&-/" "/")) NIL NIL').value).toMatchObject({
      personal: [{ prefix: 'a&-/' }],
    });
  });

  it('are modified UTF-7 until then, whatever the server has', () => {
    const exchange = new Exchange('IMAP4rev1 IMAP4rev2 UTF8=ACCEPT');
    expect(exchange.run(rename('Ä', 'a&b')).written).toBe('RENAME "&AMQ-" "a&-b"');
    expect(exchange.run(list('', '*'), '* LIST () "/" a&-b').value).toMatchObject([{ name: 'a&b' }]);
  });

  it('with line breaks go as literals, and octets that are no text as they came', () => {
    const exchange = new Exchange('IMAP4rev1 UTF8=ACCEPT LITERAL+', 'UTF8=ACCEPT');
    expect(exchange.run(create('a\r\nb')).written).toBe('CREATE {4+}\r\na\r\nb');
    expect(exchange.run(create({ wire: 'x\udcfc' })).written).toBe('CREATE {2+}\r\nx\xfc');
  });
});
