import { encodeText } from '../bytes/index.ts';
import type { Response } from '../imap/response.ts';

/** Responses as the RFCs have them: wire, and what they mean. */
export const valid: readonly (readonly [wire: string, response: Response])[] = [
  ['+ idling', { type: 'continuation', text: 'idling' }],
  ['+ ', { type: 'continuation', text: '' }],
  ['P1 OK done', { type: 'receipt', tag: 'P1', status: 'OK', code: undefined, text: 'done' }],
  [
    'P2 NO [TRYCREATE] no',
    { type: 'receipt', tag: 'P2', status: 'NO', code: { name: 'ATOM', code: 'TRYCREATE' }, text: 'no' },
  ],
  [
    'P3 OK [COPYUID 38505 304,319:320 3956:3958] Done',
    {
      type: 'receipt',
      tag: 'P3',
      status: 'OK',
      code: {
        name: 'COPYUID',
        uidValidity: 38505 as never,
        source: [304, 319, 320] as never,
        destination: [3956, 3957, 3958] as never,
      },
      text: 'Done',
    },
  ],
  [
    'P4 OK [APPENDUID 38505 3955] ok',
    {
      type: 'receipt',
      tag: 'P4',
      status: 'OK',
      code: { name: 'APPENDUID', uidValidity: 38505 as never, uids: [3955] as never },
      text: 'ok',
    },
  ],
  [
    'P5 OK [MODIFIED 7,9] ok',
    { type: 'receipt', tag: 'P5', status: 'OK', code: { name: 'MODIFIED', uids: [7, 9] }, text: 'ok' },
  ],
  [
    'P6 NO [BADCHARSET (US-ASCII "UTF-8")] ?',
    {
      type: 'receipt',
      tag: 'P6',
      status: 'NO',
      code: { name: 'BADCHARSET', charsets: ['US-ASCII', 'UTF-8'] },
      text: '?',
    },
  ],
  [
    'P7 NO [REFERRAL imap://user;AUTH=*@SERVER2/ imap://s3/] x',
    {
      type: 'receipt',
      tag: 'P7',
      status: 'NO',
      code: { name: 'REFERRAL', urls: ['imap://user;AUTH=*@SERVER2/', 'imap://s3/'] },
      text: 'x',
    },
  ],
  [
    'P8 NO [NEWNAME "F\\\\OO" BAR] Mailbox has been renamed',
    {
      type: 'receipt',
      tag: 'P8',
      status: 'NO',
      code: { name: 'NEWNAME', before: 'F\\OO', after: 'BAR' },
      text: 'Mailbox has been renamed',
    },
  ],
  [
    'P8 NO [NEWNAME FOO "BAR BAZ"] Mailbox has been renamed',
    {
      type: 'receipt',
      tag: 'P8',
      status: 'NO',
      code: { name: 'NEWNAME', before: 'FOO', after: 'BAR BAZ' },
      text: 'Mailbox has been renamed',
    },
  ],
  [
    '* OK [UIDVALIDITY 3857529045] UIDs valid',
    {
      type: 'status',
      status: 'OK',
      code: { name: 'UIDVALIDITY', uidValidity: 3857529045 as never },
      text: 'UIDs valid',
    },
  ],
  [
    '* OK [HIGHESTMODSEQ 90060115205545359] x',
    {
      type: 'status',
      status: 'OK',
      code: { name: 'HIGHESTMODSEQ', modSeq: 90060115205545359n as never },
      text: 'x',
    },
  ],
  [
    '* OK [PERMANENTFLAGS (\\Deleted \\seen \\*)] Limited',
    {
      type: 'status',
      status: 'OK',
      code: { name: 'PERMANENTFLAGS', flags: ['\\Deleted', '\\Seen', '\\*'] },
      text: 'Limited',
    },
  ],
  [
    '* OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Ok',
    {
      type: 'status',
      status: 'OK',
      code: { name: 'MAILBOXID', mailboxId: 'F2212ea87-6097-4256-9d51-71338625' },
      text: 'Ok',
    },
  ],
  ['* PREAUTH hi', { type: 'status', status: 'PREAUTH', code: undefined, text: 'hi' }],
  ['* 23 EXISTS', { type: 'exists', count: 23 }],
  ['* 5 RECENT', { type: 'recent', count: 5 }],
  ['* 44 EXPUNGE', { type: 'expunge', seq: 44 as never }],
  ['* FLAGS (\\Answered kw)', { type: 'flags', flags: ['\\Answered', 'kw'] }],
  [
    '* CAPABILITY IMAP4rev1 AUTH=PLAIN XPIG-LATIN',
    { type: 'capability', capabilities: ['IMAP4REV1', 'AUTH=PLAIN', 'XPIG-LATIN'] },
  ],
  ['* ENABLED CONDSTORE', { type: 'enabled', capabilities: ['CONDSTORE'] }],
  ['* ENABLED', { type: 'enabled', capabilities: [] }],
  [
    '* VANISHED (EARLIER) 41,43:116,118',
    {
      type: 'vanished',
      earlier: true,
      uids: [
        [41, 41],
        [43, 116],
        [118, 118],
      ],
    },
  ],
  [
    '* VANISHED 405,407',
    {
      type: 'vanished',
      earlier: false,
      uids: [
        [405, 405],
        [407, 407],
      ],
    },
  ],
  ['* SEARCH', { type: 'search', numbers: [], modSeq: undefined }],
  ['* SEARCH 2 3 6 (MODSEQ 917162500)', { type: 'search', numbers: [2, 3, 6], modSeq: 917162500n as never }],
  [
    '* ESEARCH (TAG "P1") UID MIN 2 MAX 47 COUNT 3 ALL 2,10:11 MODSEQ 917',
    {
      type: 'esearch',
      result: {
        tag: 'P1',
        uid: true,
        min: 2,
        max: 47,
        count: 3,
        all: [
          [2, 2],
          [10, 11],
        ],
        modSeq: 917n as never,
      },
    },
  ],
  ['* ESEARCH (TAG "P1") UID', { type: 'esearch', result: { tag: 'P1', uid: true } }],
  [
    '* LIST (\\Noselect) "/" ~/Mail/foo',
    {
      type: 'list',
      mailbox: { name: '~/Mail/foo', wireName: '~/Mail/foo', delimiter: '/', attributes: ['\\Noselect'] },
    },
  ],
  [
    '* LIST (\\subscribed) "\\\\" "a \\"b\\" &U,BTFw-" ("CHILDINFO" ("SUBSCRIBED"))',
    {
      type: 'list',
      mailbox: {
        name: 'a "b" 台北',
        wireName: 'a "b" &U,BTFw-',
        delimiter: '\\',
        attributes: ['\\Subscribed'],
        childInfo: ['SUBSCRIBED'],
      },
    },
  ],
  [
    '* LSUB () NIL {5}\r\ninbox',
    { type: 'lsub', mailbox: { name: 'INBOX', wireName: 'inbox', delimiter: null, attributes: [] } },
  ],
  [
    '* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 1 UNSEEN 3 HIGHESTMODSEQ 7011231777 SIZE 22)',
    {
      type: 'mailbox-status',
      status: {
        wireName: 'blurdybloop',
        messages: 231,
        uidNext: 44292 as never,
        uidValidity: 1 as never,
        unseen: 3,
        highestModSeq: 7011231777n as never,
        size: 22,
      },
    },
  ],
  [
    '* STATUS "x" (MAILBOXID (F99) MESSAGES 1 X-OTHER "y")',
    { type: 'mailbox-status', status: { wireName: 'x', mailboxId: 'F99', messages: 1 } },
  ],
  [
    '* NAMESPACE (("" "/")("#mh/" NIL "X-PARAM" ("FLAG1" "FLAG2"))) NIL (("inbox.&ANw-" "."))',
    {
      type: 'namespace',
      namespaces: {
        personal: [
          { prefix: '', wirePrefix: '', delimiter: '/' },
          { prefix: '#mh/', wirePrefix: '#mh/', delimiter: null },
        ],
        others: [],
        shared: [{ prefix: 'INBOX.Ü', wirePrefix: 'inbox.&ANw-', delimiter: '.' }],
      },
    },
  ],
  ['* ID NIL', { type: 'id', fields: null }],
  ['* ID ("NAME" "Cyrus" "os" NIL)', { type: 'id', fields: new Map([['name', 'Cyrus']]) }],
];

/** Items of a FETCH response, and the message they make. */
export const fetched: readonly (readonly [items: string, message: Record<string, unknown>])[] = [
  ['UID 7 FLAGS (\\Seen \\recent kw)', { uid: 7, flags: ['\\Seen', '\\Recent', 'kw'] }],
  ['MODSEQ (624140003) UID 12', { uid: 12, modSeq: 624140003n }],
  [
    'INTERNALDATE "17-Jul-1996 02:44:25 -0700"',
    { uid: undefined, internalDate: Date.UTC(1996, 6, 17, 9, 44, 25) },
  ],
  [
    'INTERNALDATE " 1-Feb-2024 00:00:00 +0130"',
    { uid: undefined, internalDate: Date.UTC(2024, 0, 31, 22, 30) },
  ],
  ['RFC822.SIZE 44827', { uid: undefined, size: 44827 }],
  [
    'BODY[HEADER.FIELDS (From "List-Id")] "x" BODY[1.2.mime]<10> {2}\r\nab BODY[] NIL',
    {
      uid: undefined,
      sections: [
        { section: 'HEADER.FIELDS (FROM LIST-ID)', origin: undefined, data: encodeText('x') },
        { section: '1.2.MIME', origin: 10, data: encodeText('ab') },
        { section: '', origin: undefined, data: null },
      ],
    },
  ],
  [
    'BINARY[1] ~{3}\r\na\0b BINARY.SIZE[1] 3',
    {
      uid: undefined,
      sections: [{ section: '1', origin: undefined, data: encodeText('a\0b'), binary: true }],
      binarySizes: new Map([['1', 3]]),
    },
  ],
  [
    'RFC822.HEADER {2}\r\nab RFC822.TEXT "c" RFC822 ""',
    {
      uid: undefined,
      sections: [
        { section: 'HEADER', origin: undefined, data: encodeText('ab') },
        { section: 'TEXT', origin: undefined, data: encodeText('c') },
        { section: '', origin: undefined, data: encodeText('') },
      ],
    },
  ],
  [
    'X-GM-LABELS (\\Inbox "b c" "\\\\Important" "x&APw-" {3}\r\na&-) X-GM-MSGID 1278455344230334865 EMAILID (M6d99) PREVIEW NIL SAVEDATE NIL UID 3',
    {
      uid: 3,
      gmailLabels: [
        { name: '\\Inbox', wireName: '\\Inbox', system: true },
        { name: 'b c', wireName: 'b c', system: false },
        { name: '\\Important', wireName: '\\Important', system: true },
        { name: 'xü', wireName: 'x&APw-', system: false },
        { name: 'a&', wireName: 'a&-', system: false },
      ],
      gmailMessage: 1278455344230334865n,
      emailId: 'M6d99',
      preview: null,
      saveDate: null,
    },
  ],
];

export const nobody = {
  from: [],
  sender: [],
  replyTo: [],
  to: [],
  cc: [],
  bcc: [],
  inReplyTo: null,
  messageId: null,
};
