/** Responses of the extensions, mostly the RFCs' own examples: wire, and what they mean. */
import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { parse } from '../testing/parse.ts';
import { frameOf } from './fragmenter.ts';
import { parseResponse } from './parse.ts';

const responses: readonly (readonly [wire: string, response: Record<string, unknown>])[] = [
  ['* SORT 2 84 882', { type: 'sort', numbers: [2, 84, 882], modSeq: undefined }],
  ['* SORT 2 3 (MODSEQ 9)', { type: 'sort', numbers: [2, 3], modSeq: 9n }],
  ['* THREAD', { type: 'thread', threads: [] }],
  [
    '* THREAD (2)(3 6 (4 23)(44 7 96))((3)(5))',
    {
      type: 'thread',
      threads: [
        { line: [2], branches: [] },
        {
          line: [3, 6],
          branches: [
            { line: [4, 23], branches: [] },
            { line: [44, 7, 96], branches: [] },
          ],
        },
        {
          line: [],
          branches: [
            { line: [3], branches: [] },
            { line: [5], branches: [] },
          ],
        },
      ],
    },
  ],
  [
    '* ACL INBOX Fred rwipsldexta -Joe "w"',
    {
      type: 'acl',
      list: {
        wireName: 'INBOX',
        entries: [
          { identifier: 'Fred', rights: 'rwipsldexta' },
          { identifier: '-Joe', rights: 'w' },
        ],
      },
    },
  ],
  [
    '* LISTRIGHTS ~/Mail/saved smith "" la r swicdkxte',
    {
      type: 'list-rights',
      choice: {
        wireName: '~/Mail/saved',
        identifier: 'smith',
        required: '',
        optional: ['la', 'r', 'swicdkxte'],
      },
    },
  ],
  ['* MYRIGHTS "a b" rwiptsldaex', { type: 'my-rights', rights: { wireName: 'a b', rights: 'rwiptsldaex' } }],
  [
    '* QUOTA "" (STORAGE 10 9223372036854775807 MESSAGE 1 2)',
    {
      type: 'quota',
      quota: {
        root: '',
        resources: [
          { name: 'STORAGE', usage: 10n, limit: 9223372036854775807n },
          { name: 'MESSAGE', usage: 1n, limit: 2n },
        ],
      },
    },
  ],
  ['* QUOTA x ()', { type: 'quota', quota: { root: 'x', resources: [] } }],
  [
    '* QUOTAROOT INBOX "" "#user/fred"',
    { type: 'quota-root', roots: { wireName: 'INBOX', roots: ['', '#user/fred'] } },
  ],
  ['* QUOTAROOT comp.mail.mime', { type: 'quota-root', roots: { wireName: 'comp.mail.mime', roots: [] } }],
  [
    '* METADATA "INBOX" (/private/Comment {4}\r\na\r\nb /shared/comment NIL)',
    {
      type: 'metadata',
      metadata: {
        wireName: 'INBOX',
        values: new Map([
          ['/private/comment', encodeText('a\r\nb')],
          ['/shared/comment', null],
        ]),
      },
    },
  ],
  [
    '* METADATA "" /shared/comment /shared/admin',
    { type: 'metadata', metadata: { wireName: '', changed: ['/shared/comment', '/shared/admin'] } },
  ],
  [
    '* ESEARCH (TAG "C01") UID PARTIAL (-1:-100 2,4) RELEVANCY (4 99)',
    {
      type: 'esearch',
      result: {
        tag: 'C01',
        uid: true,
        partial: {
          first: -1,
          last: -100,
          found: [
            [2, 2],
            [4, 4],
          ],
        },
        relevancy: [4, 99],
      },
    },
  ],
  [
    '* ESEARCH (TAG "A1") PARTIAL (1:5 NIL)',
    { type: 'esearch', result: { tag: 'A1', uid: false, partial: { first: 1, last: 5, found: [] } } },
  ],
  [
    '* ESEARCH (TAG "B01") UID ADDTO (0 32768:32769 1 7) REMOVEFROM (0 5)',
    {
      type: 'esearch',
      result: {
        tag: 'B01',
        uid: true,
        updates: [
          { type: 'add', position: 0, found: [[32768, 32769]] },
          { type: 'add', position: 1, found: [[7, 7]] },
          { type: 'remove', position: 0, found: [[5, 5]] },
        ],
      },
    },
  ],
  [
    '* ESEARCH (TAG "t" MAILBOX "a b" UIDVALIDITY 7) UID COUNT 2',
    { type: 'esearch', result: { tag: 't', uid: true, wireName: 'a b', uidValidity: 7, count: 2 } },
  ],
  [
    '* LIST () "/" "new" ("OLDNAME" ("old &-")) ',
    {
      type: 'list',
      mailbox: { name: 'new', wireName: 'new', delimiter: '/', attributes: [], oldName: 'old &-' },
    },
  ],
  [
    '* STATUS x (DELETED 3 DELETED-STORAGE 4 APPENDLIMIT NIL RECENT 1)',
    {
      type: 'mailbox-status',
      status: { wireName: 'x', deleted: 3, deletedOctets: 4, appendLimit: null, recent: 1 },
    },
  ],
  [
    '* STATUS x (APPENDLIMIT 257890)',
    { type: 'mailbox-status', status: { wireName: 'x', appendLimit: 257890 } },
  ],
  [
    '* 25997 UIDFETCH (FLAGS (\\Seen) THREADID (T64b) X-GM-THRID 18446744073709551615)',
    {
      type: 'fetch',
      seq: 0,
      message: { uid: 25997, flags: ['\\Seen'], threadId: 'T64b', gmailThread: 18446744073709551615n },
    },
  ],
  [
    '* 1 FETCH (THREADID NIL PREVIEW "Hi" SAVEDATE "17-Jul-1996 02:44:25 +0000" X-GM-LABELS ())',
    {
      type: 'fetch',
      seq: 1,
      message: {
        uid: undefined,
        threadId: null,
        preview: 'Hi',
        saveDate: Date.UTC(1996, 6, 17, 2, 44, 25),
        gmailLabels: [],
      },
    },
  ],
];

const codes: readonly (readonly [wire: string, code: Record<string, unknown>])[] = [
  ['MAILBOXID (F2212ea8)', { name: 'MAILBOXID', mailboxId: 'F2212ea8' }],
  ['INPROGRESS', { name: 'ATOM', code: 'INPROGRESS' }],
  ['INPROGRESS ("A1" 454 1000)', { name: 'INPROGRESS', tag: 'A1', progress: 454, goal: 1000 }],
  ['INPROGRESS (NIL NIL NIL)', { name: 'INPROGRESS', tag: undefined, progress: undefined, goal: undefined }],
  ['MESSAGELIMIT 1000 23221', { name: 'MESSAGELIMIT', limit: 1000, uid: 23221 }],
  ['MESSAGELIMIT 1000', { name: 'MESSAGELIMIT', limit: 1000, uid: undefined }],
  ['NOUPDATE "B02"', { name: 'NOUPDATE', tag: 'B02' }],
  ['BADEVENT (FlagChange MessageNew)', { name: 'BADEVENT', events: ['FlagChange', 'MessageNew'] }],
  ['METADATA LONGENTRIES 2199', { name: 'METADATA', reason: 'LONGENTRIES', octets: 2199 }],
  ['METADATA NOPRIVATE', { name: 'METADATA', reason: 'NOPRIVATE', octets: undefined }],
  ['METADATA ODD', { name: 'OTHER', code: 'METADATA', text: 'ODD' }],
  ['MAILBOXID ()', { name: 'OTHER', code: 'MAILBOXID', text: '()' }],
  ['NOTIFICATIONOVERFLOW', { name: 'ATOM', code: 'NOTIFICATIONOVERFLOW' }],
  ['UNDEFINED-FILTER on-the-road', { name: 'OTHER', code: 'UNDEFINED-FILTER', text: 'on-the-road' }],
];

describe('responses of extensions', () => {
  it.each(responses)('%s', (wire, response) => {
    expect(parse(wire)).toEqual({ response, defects: [] });
  });

  it.each(codes)('[%s]', (wire, code) => {
    expect(parse(`* OK [${wire}] x`).response).toEqual({ type: 'status', status: 'OK', code, text: 'x' });
  });

  it('cut anywhere are a defect at worst', () => {
    for (const wire of [...responses.map(([each]) => each), ...codes.map(([code]) => `* OK [${code}] x`)]) {
      const bytes = encodeText(wire);
      for (let cut = 0; cut < bytes.length; cut++) {
        const { defects } = parseResponse(frameOf(bytes.subarray(0, cut)));
        for (const defect of defects) expect(defect).toBeInstanceOf(ProtocolError);
      }
    }
  });

  it('that nest without end are given up', () => {
    expect(parse(`* THREAD ${'('.repeat(100_000)}`).defects).toHaveLength(1);
  });
});
