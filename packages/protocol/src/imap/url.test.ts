import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../error.ts';
import { formatImapUrl, type ImapUrl, parseImapUrl, readReferrals, resolveImapUrl } from './url.ts';

const server = { host: 'minbari.example.org' };

describe('an IMAP URL', () => {
  it.each<[text: string, url: ImapUrl, formatted?: string]>([
    [
      'imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024',
      {
        form: 'url',
        server,
        mailbox: 'gray-council',
        uidValidity: 385759045,
        uid: 20,
        partial: { origin: 0, octets: 1024 },
      },
    ],
    [
      'imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97',
      { form: 'url', server: { host: 'psicorp.example.org' }, mailbox: '~peter/日本語/台北' },
    ],
    [
      'imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;uid=20/;section=1.2',
      {
        form: 'url',
        server: { ...server, auth: 'GSSAPI' },
        mailbox: 'gray-council',
        uid: 20,
        section: '1.2',
      },
      'imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;UID=20/;SECTION=1.2',
    ],
    [
      'imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows',
      { form: 'url', server: { ...server, auth: '*' }, mailbox: 'gray council', search: 'SUBJECT shadows' },
    ],
    [
      'imap://john;AUTH=*@minbari.example.org/babylon5/personel?charset%20UTF-8%20SUBJECT%20%7B14+%7D%0D%0A%D0%98%D0%B2',
      {
        form: 'url',
        server: { ...server, user: 'john', auth: '*' },
        mailbox: 'babylon5/personel',
        search: 'charset UTF-8 SUBJECT {14+}\r\nИв',
      },
    ],
    [
      'imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:91354a473744909de610943775f92038',
      {
        form: 'url',
        server: { host: 'example.com', user: 'joe' },
        mailbox: 'INBOX',
        uid: 20,
        section: '1.2',
        urlAuth: ';urlauth=submit+fred:internal:91354a473744909de610943775f92038',
      },
      'imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;urlauth=submit+fred:internal:91354a473744909de610943775f92038',
    ],
    [
      'imap://h/x/;UID=1;EXPIRE=2026-01-01T00:00:00Z;URLAUTH=anonymous',
      {
        form: 'url',
        server: { host: 'h' },
        mailbox: 'x',
        uid: 1,
        urlAuth: ';EXPIRE=2026-01-01T00:00:00Z;URLAUTH=anonymous',
      },
    ],
    [
      'imap://imap.example.com',
      { form: 'url', server: { host: 'imap.example.com' } },
      'imap://imap.example.com/',
    ],
    [
      'IMAP://Mike%40home@[2001:db8::1]:1143/',
      { form: 'url', server: { host: '2001:db8::1', port: 1143, user: 'Mike@home' } },
      'imap://Mike%40home@[2001:db8::1]:1143/',
    ],
    ['//h/a/;UID=3', { form: 'network', server: { host: 'h' }, mailbox: 'a', uid: 3 }],
    ['/Drafts/;UID=3002', { form: 'absolute', mailbox: 'Drafts', uid: 3002 }],
    ['/', { form: 'absolute' }],
    ['', { form: 'relative' }],
    [';UID=20', { form: 'relative', uid: 20 }],
    [';section=1.4', { form: 'relative', section: '1.4' }, ';SECTION=1.4'],
    [';SECTION=HEADER/;PARTIAL=5', { form: 'relative', section: 'HEADER', partial: { origin: 5 } }],
    [';PARTIAL=0.1', { form: 'relative', partial: { origin: 0, octets: 1 } }],
    ['a/b//;UID=1', { form: 'relative', mailbox: 'a/b/', uid: 1 }],
    ['imap://h/x/;UIDVALIDITY=1', { form: 'url', server: { host: 'h' }, mailbox: 'x/', uidValidity: 1 }],
    ['a%3Ab/c', { form: 'relative', mailbox: 'a:b/c' }, 'a%3Ab/c'],
    ['/%2E%2E/a.b/..c/%2E/%2E%2E', { form: 'absolute', mailbox: '../a.b/..c/./..' }],
    ['/a:b', { form: 'absolute', mailbox: 'a:b' }],
    ['/%2Fetc?ALL', { form: 'absolute', mailbox: '/etc', search: 'ALL' }],
  ])('%s is read and written', (text, url, formatted = text) => {
    expect(parseImapUrl(text)).toEqual(url);
    expect(formatImapUrl(url)).toBe(formatted);
  });

  it.each([
    'http://example.com/',
    'mailto:a',
    'imap:',
    'imap:///x',
    'imap://',
    'imap://a@b@c/x',
    'imap://h:99999/x',
    'imap://h:x/x',
    'imap://h/a b',
    'imap://h/ä',
    'imap://h/%zz',
    'imap://h/%FF',
    'imap://%/x',
    'imap://h/;UID=1',
    'imap://h/x/;UID=0',
    'imap://h/x;UID=1',
    'imap://h/x/;UID=1?ALL',
    '?ALL',
    ';UIDVALIDITY=1',
    'imap://h/x/;PARTIAL=1.0',
    'imap://user;auth=@h/',
    'imap://h?ALL',
    '///x',
    `imap://h/${'x'.repeat(9000)}`,
    'imap://h/x\r\ny',
  ])('%s is none', (text) => {
    expect(parseImapUrl(text)).toBeUndefined();
  });

  it.each<[string, ImapUrl]>([
    ['no server', { form: 'url', mailbox: 'x' }],
    ['a server too many', { form: 'absolute', server, mailbox: 'x' }],
    ['a message of no mailbox', { form: 'absolute', uid: 1 }],
    ['a search of no mailbox', { form: 'relative', search: 'ALL' }],
    ['a message and a search', { form: 'absolute', mailbox: 'x', uid: 1, search: 'ALL' }],
    ['UID 0', { form: 'absolute', mailbox: 'x', uid: 0 }],
    ['half an octet', { form: 'absolute', mailbox: 'x', uid: 1, partial: { origin: 0.5 } }],
    ['an empty name', { form: 'absolute', mailbox: '' }],
    [
      'a URLAUTH with a search behind it',
      { form: 'absolute', mailbox: 'x', uid: 1, urlAuth: ';URLAUTH=a?ALL' },
    ],
  ])('of %s cannot be said', (_, url) => {
    expect(() => formatImapUrl(url)).toThrow(UsageError);
  });
});

describe('a reference', () => {
  const base = 'imap://ada;AUTH=PLAIN@h:1143/foo/bar;UIDVALIDITY=7/;UID=20/;SECTION=1.2';
  const at = { form: 'url', server: { host: 'h', port: 1143, user: 'ada', auth: 'PLAIN' } } as const;
  const message = { ...at, mailbox: 'foo/bar', uidValidity: 7, uid: 20 };

  it.each<[string, ImapUrl]>([
    ['', { ...message, section: '1.2' }],
    [';SECTION=1.4', { ...message, section: '1.4' }],
    [';section=1.4/;partial=0.5', { ...message, section: '1.4', partial: { origin: 0, octets: 5 } }],
    ['../;UID=21', { ...message, uid: 21 }],
    ['../../other/;UID=21', { ...at, mailbox: 'foo/other', uid: 21 }],
    ['../../../../../x', { ...at, mailbox: 'x' }],
    ['/foo/;UID=20/..', { ...at, mailbox: 'foo' }],
    ['/x?ALL', { ...at, mailbox: 'x', search: 'ALL' }],
    ['/', at],
    ['//other/x', { form: 'url', server: { host: 'other' }, mailbox: 'x' }],
    ['imap://other/x', { form: 'url', server: { host: 'other' }, mailbox: 'x' }],
  ])('%j is resolved', (reference, url) => {
    expect(resolveImapUrl(base, reference)).toEqual(url);
  });

  it('is resolved where the base is a server alone, and a name of dots is no way up', () => {
    expect(resolveImapUrl('imap://h', ';UID=1')).toBeUndefined();
    expect(resolveImapUrl('imap://h', 'a/;UID=1')).toMatchObject({ mailbox: 'a', uid: 1 });
    expect(resolveImapUrl('imap://h/a/b', '..;UIDVALIDITY=3/;UID=2')).toMatchObject({
      mailbox: 'a/..',
      uidValidity: 3,
      uid: 2,
    });
    expect(resolveImapUrl('imap://h/a/b', '%2E%2E/c')).toMatchObject({ mailbox: 'a/../c' });
  });

  it.each([
    ['/relative', 'x'],
    ['imap://h:99999/', 'x'],
    ['imap://h/', 'http://x/'],
    ['imap://h/', 'mailto:x'],
    ['imap://h/x', '%zz'],
  ])('of %s to %s is none', (from, reference) => {
    expect(resolveImapUrl(from, reference)).toBeUndefined();
  });
});

/** Text of any script; a lone surrogate has no octets. */
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const positive = fc.integer({ min: 1, max: 0xffff_ffff });
const anyServer = fc.record(
  {
    host: fc.constantFrom('h', 'imap.example.com', '192.0.2.1', '2001:db8::1', 'bücher.example'),
    port: fc.integer({ min: 0, max: 65535 }),
    user: text,
    auth: fc.constantFrom('*', 'PLAIN', 'SCRAM-SHA-256'),
  },
  { requiredKeys: ['host'] },
);
const inside = fc.record(
  {
    uid: positive,
    section: fc.constantFrom('1', '1.2', 'HEADER', '1.MIME', 'HEADER.FIELDS (Subject)'),
    partial: fc.oneof(fc.record({ origin: fc.nat() }), fc.record({ origin: fc.nat(), octets: positive })),
    urlAuth: fc.constantFrom(';URLAUTH=anonymous', ';EXPIRE=2026-01-01T00:00:00Z;URLAUTH=user+a:INTERNAL:00'),
  },
  { requiredKeys: ['uid'] },
);
const withMailbox = fc.record({ mailbox: text, uidValidity: positive }, { requiredKeys: ['mailbox'] });
const command = fc
  .tuple(withMailbox, fc.oneof(fc.record({}), inside, fc.record({ search: text })))
  .map(([mailbox, rest]) => ({ ...mailbox, ...rest }));
const anyUrl: fc.Arbitrary<ImapUrl> = fc.oneof(
  fc
    .tuple(fc.constantFrom('url' as const, 'network' as const), anyServer, fc.oneof(command, fc.record({})))
    .map(([form, at, rest]) => ({ form, server: at, ...rest })),
  command.map((rest) => ({ form: 'absolute' as const, ...rest })),
  command.map((rest) => ({ form: 'relative' as const, ...rest })),
  inside.map((rest) => ({ form: 'relative' as const, ...rest })),
);

describe('whatever is written', () => {
  it('is read again', () => {
    fc.assert(
      fc.property(anyUrl, (url) => {
        const written = formatImapUrl(url);
        expect(written).toMatch(/^[!-~]*$/);
        expect(parseImapUrl(written)).toEqual(url);
      }),
      { numRuns: 500 },
    );
  });

  it('and whatever is read, is written as something that reads the same', () => {
    const pieces = fc.constantFrom(
      'imap://',
      '//',
      '/',
      ';UID=',
      '1',
      ';SECTION=',
      ';PARTIAL=',
      '%C3%A4',
      '?',
      'a',
      '@',
      ':',
      ';AUTH=',
      ';URLAUTH=',
      '.',
      '%2F',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const url = parseImapUrl(parts.join(''));
        fc.pre(url !== undefined);
        expect(parseImapUrl(formatImapUrl(url))).toEqual(url);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('referrals', () => {
  it('are read in order, those that can be', () => {
    const urls = [
      'imap://MIKE@SERVER2/',
      'ldap://x/',
      'imap://user;AUTH=*@SERVER3:144/REMOTE%20one',
      '/relative',
    ];
    expect(readReferrals({ name: 'REFERRAL', urls })).toEqual([
      { host: 'SERVER2', port: 143, user: 'MIKE', mailbox: undefined },
      { host: 'SERVER3', port: 144, user: 'user', auth: '*', mailbox: 'REMOTE one' },
    ]);
  });
});
