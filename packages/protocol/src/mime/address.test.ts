import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesOf, formatAddresses, parseAddresses } from './address.ts';
import type { MailAddress } from './address.ts';

type Short = readonly [name: string, address: string, group?: string];
const short = (list: readonly MailAddress[]): Short[] =>
  list.map(({ name, address, group }) => (group === undefined ? [name, address] : [name, address, group]));

const cases: readonly (readonly [raw: string, ...addresses: Short[]])[] = [
  ['', ...[]],
  [' , ;', ...[]],
  ['jane@example.org', ['', 'jane@example.org']],
  ['Jane Doe <jane@example.org>', ['Jane Doe', 'jane@example.org']],
  ['"Doe, \\"Jane\\"" <jane@example.org>', ['Doe, "Jane"', 'jane@example.org']],
  ['Who? <one@y.test>, <boss@nil.test>', ['Who?', 'one@y.test'], ['', 'boss@nil.test']],
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['Pete', 'pete@silly.test']],
  [
    'Mary <@node.test,@b.test:mary@example.net>, , jdoe@test  . example',
    ['Mary', 'mary@example.net'],
    ['', 'jdoe@test.example'],
  ],
  ['jane@example.org (Jane Doe)', ['Jane Doe', 'jane@example.org']],
  ['root (Cron Daemon)', ['Cron Daemon', 'root']],
  [
    'A Group:Ed Jones <c@a.test>,joe@where.test;',
    ['Ed Jones', 'c@a.test', 'A Group'],
    ['', 'joe@where.test', 'A Group'],
  ],
  ['Undisclosed recipients:;', ['', '', 'Undisclosed recipients']],
  ['(Empty list)(start)Hidden  :(nobody(that I know))  ;', ['', '', 'Hidden']],
  ['L1: a@b; L2: c@d; e@f', ['', 'a@b', 'L1'], ['', 'c@d', 'L2'], ['', 'e@f']],
  ['=?ISO-8859-1?Q?Andr=E9?= Pirard <p@example.be>', ['André Pirard', 'p@example.be']],
  ['=?utf-8?Q?Doe, Jane?= <jane@example.org>', ['Doe, Jane', 'jane@example.org']],
  ['"=?utf-8?Q?J=C3=A9?=" <j@example.org>', ['Jé', 'j@example.org']],
  [`=?utf-8?B?${btoa('Jane <jane@example.org>')}?=`, ['Jane', 'jane@example.org']],
  ['"a b"@example.org', ['', '"a b"@example.org']],
  ['<"a\\"b@c"@example.org>', ['', '"a\\"b@c"@example.org']],
  ['"\\\\" <a@b.c>', ['\\', 'a@b.c']],
  ['user@[192.0.2.1]', ['', 'user@[192.0.2.1]']],
  ['jürgen@bücher.example', ['', 'jürgen@bücher.example']],
  // What people type and programs get wrong.
  ['a@b.c d@e.f\ng@h.i', ['', 'a@b.c'], ['', 'd@e.f'], ['', 'g@h.i']],
  ['a@b.c; d@e.f', ['', 'a@b.c'], ['', 'd@e.f']],
  [
    'Doe, Jane <jane@example.org>; Roe, R. <r@example.org>',
    ['Doe, Jane', 'jane@example.org'],
    ['Roe, R.', 'r@example.org'],
  ],
  ['bob, alice <a@b.c>', ['', 'bob'], ['alice', 'a@b.c']],
  ['Jane Doe jane@example.org', ['Jane Doe', 'jane@example.org']],
  ['"Jane" <jane@example.org', ['Jane', 'jane@example.org']],
  ['<a@b, "C" <c@d>', ['', 'a@b'], ['C', 'c@d']],
  ['<a@b> <c@d>', ['', 'a@b'], ['', 'c@d']],
  ['Ann <a@b> Cid D. <c@d>', ['Ann', 'a@b'], ['Cid D.', 'c@d']],
  ['<a@b> Ann', ['Ann', 'a@b']],
  ['"unbalanced <a@b.c>, d@e.f', ['unbalanced', 'a@b.c'], ['', 'd@e.f']],
  ['open (comment <a@b.c>', ['comment <a@b.c>', 'open']],
  ["'Jane' <jane@example.org>", ['Jane', 'jane@example.org']],
  ['Jane <<jane@example.org>>, <<<a@b.c>', ['Jane', 'jane@example.org'], ['', 'a@b.c']],
  ['a@b.c，d@e.f；Ann <g@h.i>、j@k.l', ['', 'a@b.c'], ['', 'd@e.f'], ['Ann', 'g@h.i'], ['', 'j@k.l']],
  ['山田、太郎 <taro@example.jp>', ['山田、太郎', 'taro@example.jp']],
  ['mailto:jane@example.org', ['', 'jane@example.org']],
  ['Jane Doe', ['Jane Doe', '']],
  ['root', ['', 'root']],
  ['Jane\r\n Doe\r\n\t<jane@example.org>', ['Jane Doe', 'jane@example.org']],
  ['Evil\0\r\nBcc: x <a@b.c>', ['x', 'a@b.c', 'Evil Bcc']],
];

describe('parseAddresses', () => {
  it.each(cases.map(([raw, ...addresses]) => ({ raw, addresses })))('$raw', ({ raw, addresses }) => {
    expect(short(parseAddresses(raw))).toEqual(addresses);
  });

  it('never throws and keeps its bounds', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      '\\',
      '(',
      ')',
      ',',
      ';',
      ':',
      '@',
      'a',
      ' ',
      '.',
      '=?utf-8?Q?',
      '?=',
      '\r\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        for (const { name, address } of parseAddresses(pieces.join(''))) {
          expect(name + address).not.toMatch(/[\r\n]/);
        }
      }),
    );
    expect(parseAddresses('a@b,'.repeat(20_000))).toHaveLength(5000);
  });

  it('takes time in proportion to the length', () => {
    for (const piece of ['<', '"', '(', '\\"', '<"\\', ':', 'a ', 'a@ :', '=?a?q?', '<a ', 'A,', '<,']) {
      const started = performance.now();
      parseAddresses(piece.repeat(300_000 / piece.length));
      expect(performance.now() - started, piece).toBeLessThan(5000);
    }
  });
});

describe('formatAddresses', () => {
  it('quotes what has to be', () => {
    const list = [
      { name: 'Doe, "J" \\', address: 'a@b.c' },
      { name: 'Zoë Ölçer', address: 'z@b.c' },
      { name: '', address: 'x@y.z' },
    ];
    expect(formatAddresses(list)).toBe('"Doe, \\"J\\" \\\\" <a@b.c>, Zoë Ölçer <z@b.c>, x@y.z');
  });

  it('is what parseAddresses reads', () => {
    const name = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((text) => parseAddresses(`"${text.replace(/[\\"]/g, '')}" <a@b>`)[0]?.name ?? '');
    const address = fc
      .tuple(fc.stringMatching(/^[a-z][a-z0-9.+]{0,8}$/), fc.domain())
      .map(([local, domain]) => `${local}@${domain}`);
    const group = fc.option(fc.constantFrom('Team', 'Verein für Mail'), { nil: undefined });
    const entry = fc.record({ name, address, group });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const list = entries
          .filter((one) => !/^'.*'$|=\?/.test(one.name))
          .map((one) =>
            one.group === undefined ? { name: one.name, address: one.address } : { ...one, group: one.group },
          );
        expect(parseAddresses(formatAddresses(list))).toEqual(list);
      }),
    );
  });
});

describe('addressesOf', () => {
  const of = (name: string | null, mailbox: string | null, host: string | null) => ({ name, mailbox, host });

  it('decodes names and flattens groups', () => {
    const list = [
      of(null, 'Team =?utf-8?Q?=C3=A9?=', null),
      of('=?utf-8?Q?J=C3=A9?=', 'j', 'example.org'),
      of(null, null, null),
      of(null, 'nobody', null),
      of(null, null, null),
      of('Jane', 'jane', 'example.org'),
    ];
    expect(short(addressesOf(list))).toEqual([
      ['Jé', 'j@example.org', 'Team é'],
      ['', '', 'nobody'],
      ['Jane', 'jane@example.org'],
    ]);
  });

  it.each<[string, ReturnType<typeof of>, Short[]]>([
    [
      'Gmail: name and mailbox swapped',
      of('jane@example.org', 'Jane Doe', ''),
      [['Jane Doe', 'jane@example.org']],
    ],
    [
      'Gmail: swapped, with a host',
      of('jane@example.org', '=?utf-8?Q?J=C3=A9?=', 'x'),
      [['Jé', 'jane@example.org']],
    ],
    [
      'a name that is an address is no swap',
      of('other@example.com', 'jane', 'example.org'),
      [['other@example.com', 'jane@example.org']],
    ],
    ['Dovecot: MISSING_DOMAIN', of(null, 'root', 'MISSING_DOMAIN'), [['', 'root']]],
    ['Dovecot: MISSING_MAILBOX', of('Jane', 'MISSING_MAILBOX', 'MISSING_DOMAIN'), [['Jane', '']]],
    ['UW: .SYNTAX-ERROR.', of(null, 'x y', '.SYNTAX-ERROR.'), [['', 'x y']]],
    [
      'quotes left in the name',
      of('"Doe, Jane"', 'jane', 'example.org'),
      [['Doe, Jane', 'jane@example.org']],
    ],
    ['nothing at all', of('', '', ''), []],
  ])('%s', (_, entry, expected) => {
    expect(short(addressesOf([entry]))).toEqual(expected);
  });
});
