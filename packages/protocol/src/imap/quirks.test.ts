/** What real servers get wrong, by what it looks like; each was seen on the server named, or on several. */
import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { parse } from '../testing/parse.ts';
import type { Response } from './response.ts';

function good(wire: string): Response {
  const { response, defects } = parse(wire);
  expect(defects).toEqual([]);
  if (!response) throw new Error('nothing read');
  return response;
}

function message(items: string): unknown {
  const response = good(`* 1 FETCH (${items})`);
  return response.type === 'fetch' && response.message;
}

describe('status responses', () => {
  it.each([
    ['* OK [HIGHESTMODSEQ 5]', { name: 'HIGHESTMODSEQ', modSeq: 5n }, ''],
    ['* OK [UIDVALIDITY 0]no space', { name: 'UIDVALIDITY', uidValidity: 0 }, 'no space'],
    ['* OK [PERMANENTFLAGS ()]', { name: 'PERMANENTFLAGS', flags: [] }, ''],
    ['* OK [HIGHESTMODSEQ -1] Zoho', { name: 'HIGHESTMODSEQ', modSeq: 0n }, 'Zoho'],
    [
      '* OK [CAPABILITY IMAP4rev1 LITERAL +  IDLE ] x',
      { name: 'CAPABILITY', capabilities: ['IMAP4REV1', 'LITERAL+', 'IDLE'] },
      'x',
    ],
    ['* OK', undefined, ''],
    ['* OK [UNFINISHED text', undefined, '[UNFINISHED text'],
    [
      '[COPYUID 14 1:2 5:6] Exchange',
      { name: 'COPYUID', uidValidity: 14, source: [1, 2], destination: [5, 6] },
      'Exchange',
    ],
    ['* [COPYUID 14 1 5]', { name: 'COPYUID', uidValidity: 14, source: [1], destination: [5] }, ''],
    [
      '* OK [COPYUID 14  ] Exchange, empty',
      { name: 'OTHER', code: 'COPYUID', text: '14' },
      'Exchange, empty',
    ],
    ['* OK [COPYUID 1 1:3 1:2] uneven', { name: 'OTHER', code: 'COPYUID', text: '1 1:3 1:2' }, 'uneven'],
    [
      '* OK [COPYUID 1 1:4294967295 1:4294967295] huge',
      { name: 'OTHER', code: 'COPYUID', text: '1 1:4294967295 1:4294967295' },
      'huge',
    ],
    ['* OK [alert] lower case', { name: 'ATOM', code: 'ALERT' }, 'lower case'],
  ])('%s', (wire, code, text) => {
    expect(good(wire)).toEqual({ type: 'status', status: 'OK', code, text });
  });

  it.each(['* BYE', '*BYE', '* bye', '* BYE '])('BYE in any dress: %j (iCloud)', (wire) => {
    expect(good(wire)).toEqual({ type: 'status', status: 'BYE', code: undefined, text: '' });
  });

  it('a receipt without text', () => {
    expect(good('P1 OK')).toEqual({ type: 'receipt', tag: 'P1', status: 'OK', code: undefined, text: '' });
  });

  it('a continuation with no space, or no text', () => {
    expect(good('+')).toEqual({ type: 'continuation', text: '' });
    expect(good('+go')).toEqual({ type: 'continuation', text: 'go' });
  });

  it('a raw line with no tag is a defect, and nothing more', () => {
    const { response, defects } = parse('Server Unavailable. 15');
    expect(response).toBeUndefined();
    expect(defects).toHaveLength(1);
  });

  it('NULs in front, empty lines and stray parentheses are nothing', () => {
    expect(good('\0\0* 3 EXISTS')).toEqual({ type: 'exists', count: 3 });
    for (const wire of ['', ' ', ')']) expect(parse(wire)).toEqual({ response: undefined, defects: [] });
  });
});

describe('lists', () => {
  it.each([
    ['* CAPABILITY IMAP4rev1  IDLE  ', { type: 'capability', capabilities: ['IMAP4REV1', 'IDLE'] }],
    ['* FLAGS (\\seen  kw )', { type: 'flags', flags: ['\\Seen', 'kw'] }],
    [
      '* FLAGS (a[1] {x} "two words" \\Custom)',
      { type: 'flags', flags: ['a[1]', '{x}', 'two words', '\\Custom'] },
    ],
    ['* FLAGS NIL', { type: 'flags', flags: [] }],
    ['* SEARCH  1  2 ', { type: 'search', numbers: [1, 2], modSeq: undefined }],
  ])('with spaces too many, or odd words: %s', (wire, response) => {
    expect(good(wire)).toEqual(response);
  });
});

describe('mailbox names', () => {
  const name = (wire: string): unknown => {
    const response = good(wire);
    return response.type === 'list' && [response.mailbox.name, response.mailbox.wireName];
  };

  it('in raw UTF-8, in bad modified UTF-7, and in neither', () => {
    expect(name('* LIST () "/" "Entwürfe"')).toEqual(['Entwürfe', 'Entwürfe']);
    expect(name('* LIST () "/" R&D')).toEqual(['R&D', 'R&D']);
    const latin1 = Uint8Array.from('* LIST () "/" "Entw\xfcrfe"\r\n', (c) => c.charCodeAt(0));
    const { response } = parse(latin1);
    expect(response).toMatchObject({ mailbox: { name: 'Entw\ufffdrfe', wireName: 'Entw\udcfcrfe' } });
  });

  it('with spaces and no quotes', () => {
    expect(name('* LIST () "/" Sent Items')).toEqual(['Sent Items', 'Sent Items']);
    expect(good('* STATUS Sent Items (MESSAGES 3)')).toEqual({
      type: 'mailbox-status',
      status: { wireName: 'Sent Items', messages: 3 },
    });
  });

  it('NIL, which is none', () => {
    expect(parse('* LIST () "/" NIL').defects).toHaveLength(1);
    expect(name('* LIST () "/" "NIL"')).toEqual(['NIL', 'NIL']);
  });

  it('a STATUS without items, or with an item without value (Coremail)', () => {
    expect(good('* STATUS INBOX ()')).toMatchObject({ status: { wireName: 'INBOX' } });
    expect(good('* STATUS INBOX (UNSEEN 1 MESSAGES)')).toMatchObject({ status: { unseen: 1 } });
    expect(good('* STATUS INBOX')).toMatchObject({ status: { wireName: 'INBOX' } });
  });
});

describe('FETCH', () => {
  it.each([
    ['nothing', '', { uid: undefined }],
    ['UID glued to MODSEQ (Zimbra)', 'UID 5MODSEQ (7)', { uid: 5, modSeq: 7n }],
    ['MODSEQ −1 (Zoho), or bare', 'MODSEQ (-1) UID 3', { uid: 3, modSeq: 0n }],
    ['MODSEQ bare', 'MODSEQ 9 UID 3', { uid: 3, modSeq: 9n }],
    ['double spaces', ' UID  5   FLAGS  ( a  b ) ', { uid: 5, flags: ['a', 'b'] }],
    ['a size in floating point (mail.ru)', 'RFC822.SIZE 9.37e+06', { uid: undefined, size: 9_370_000 }],
    ['a size of −1', 'UID 5 RFC822.SIZE -1', { uid: 5 }],
    ['no date (Domino)', 'UID 5 INTERNALDATE "00-Jan-0000 00:00:00 +0000"', { uid: 5 }],
    ['date NIL', 'UID 5 INTERNALDATE NIL', { uid: 5 }],
    ['UID 0', 'UID 0', { uid: undefined }],
    ['structure and envelope NIL', 'UID 5 BODYSTRUCTURE NIL ENVELOPE NIL', { uid: 5 }],
    [
      'a section without its value (Yandex)',
      'UID 5 BODY[1] ',
      { uid: 5, sections: [{ section: '1', origin: undefined, data: null }] },
    ],
  ])('%s', (_, items, expected) => {
    expect(message(items)).toEqual(expected);
  });

  it('of message 0, or above EXISTS (Courier, Yahoo)', () => {
    expect(good('* 0 FETCH (UID 5)')).toMatchObject({ seq: 0, message: { uid: 5 } });
  });

  it('closed after a line break (Xeams)', () => {
    expect(good('* 1 FETCH (UID 5 BODY[] {2}\r\nab')).toMatchObject({
      message: { uid: 5, sections: [{ data: encodeText('ab') }] },
    });
  });

  it('loses the item that cannot be read, and no other', () => {
    const { response, defects } = parse(
      '* 1 FETCH (UID 5 RFC822.SIZE many ENVELOPE "x" BODY[(}] 1 BODYSTRUCTURE "x" FLAGS (a))',
    );
    expect(response).toEqual({ type: 'fetch', seq: 1, message: { uid: 5, flags: ['a'] } });
    expect(defects.length).toBe(4);
  });
});

it('a response of nothing but damage is given up', () => {
  const { response, defects } = parse(`* 1 FETCH (UID 5 ${'RFC822.SIZE x '.repeat(1000)})`);
  expect(response).toMatchObject({ message: { uid: 5 } });
  expect(defects).toHaveLength(8);
});

describe('quoted strings', () => {
  const subject = (quoted: string): unknown => {
    const read = message(`ENVELOPE (NIL ${quoted} NIL NIL NIL NIL NIL NIL NIL "<id>") UID 5`) as {
      uid: number;
      envelope: { subject: string; messageId: string };
    };
    expect(read.uid).toBe(5);
    expect(read.envelope.messageId).toBe('<id>');
    return read.envelope.subject;
  };

  it.each([
    ['"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    ['"a \\b"', 'a \\b'],
    ['"say "hi", Bob"', 'say "hi", Bob'],
    ['""""', '""'],
    ['""x"', '"x'],
  ])('%s', (wire, text) => {
    expect(subject(wire)).toBe(text);
  });

  it('that end in an escaped quote (QQ)', () => {
    expect(message('ENVELOPE (NIL "s" ((NIL NIL "a" "qq.com\\")))')).toMatchObject({
      envelope: { from: [{ name: null, mailbox: 'a', host: 'qq.com\\' }] },
    });
  });
});

describe('envelopes', () => {
  const from = (list: string): unknown => {
    const read = message(`ENVELOPE (NIL NIL ${list}) UID 5`) as { envelope: { from: unknown } };
    expect(read).toMatchObject({ uid: 5 });
    return read.envelope.from;
  };
  const ada = { name: 'Ada', mailbox: 'ada', host: 'x.org' };

  it.each([
    ['() for NIL (Yahoo)', '()', []],
    [
      'spaces between addresses (Exchange)',
      '(("Ada" NIL "ada" "x.org")  ("Ada" NIL "ada" "x.org") )',
      [ada, ada],
    ],
    ['a string for the list', '"Ada"', []],
    ['NIL for an address', '(NIL ("Ada" NIL "ada" "x.org"))', [ada]],
    ['an address that is too short', '(("Ada" NIL))', [{ name: 'Ada', mailbox: null, host: null }]],
    ['one that is too long', '(("Ada" NIL "ada" "x.org" "more" (1)))', [ada]],
    [
      'no domain, in words (Dovecot)',
      '((NIL NIL "ada" "MISSING_DOMAIN")(NIL NIL "MISSING_MAILBOX" "x.org"))',
      [
        { name: null, mailbox: 'ada', host: '' },
        { name: null, mailbox: '', host: 'x.org' },
      ],
    ],
    [
      'display name and address swapped (Gmail)',
      '(("ada@x.org" NIL "Ada Lovelace" "x.org"))',
      [{ name: 'Ada Lovelace', mailbox: 'ada', host: 'x.org' }],
    ],
    [
      'groups are as they should be',
      '((NIL NIL "friends" NIL)("Ada" NIL "ada" "x.org")(NIL NIL NIL NIL))',
      [{ name: null, mailbox: 'friends', host: null }, ada, { name: null, mailbox: null, host: null }],
    ],
  ])('%s', (_, list, expected) => {
    expect(from(list)).toEqual(expected);
  });

  it('in one more pair of parentheses (Domino)', () => {
    expect(message('ENVELOPE (("date" "subject" NIL NIL NIL NIL NIL NIL NIL "<id>")) UID 5')).toMatchObject({
      uid: 5,
      envelope: { date: 'date', subject: 'subject', messageId: '<id>' },
    });
  });

  it('without their last fields', () => {
    expect(message('ENVELOPE ("date" "subject") UID 5')).toMatchObject({
      uid: 5,
      envelope: { subject: 'subject', from: [], messageId: null },
    });
  });
});
