import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRecipients, isAddress, readRecipients } from './recipients.ts';

describe('isAddress', () => {
  it.each([
    'ada@example.org',
    'ada+list@mail.example.org',
    "o'hara!#$%&*/=?^_`{|}~-@example.org",
    'a..b.@docomo.example',
    'ada@localhost',
    'ada@host_1.example',
    'ada@192.0.2.1',
    'ada@[192.0.2.1]',
    'ada@[IPv6:2001:db8::1]',
    '"a b"@example.org',
    '"a\\"b@c"@example.org',
    'grüße@пример.example',
    'ada@bücher.example',
    'ada@xn--bcher-kva.example',
    'ada@例え。テスト',
    'ada@col·legi.example',
  ])('%s', (address) => expect(isAddress(address)).toBe(true));

  it.each([
    '',
    'ada',
    'ada@',
    '@example.org',
    'ada@@example.org',
    'ada@home@example.org',
    'ada@exam ple.org',
    'ada lovelace@example.org',
    'ada@example..org',
    'ada@example.org.',
    'ada@.example.org',
    'ada@example...',
    'ada@-example.org',
    'ada@example-.org',
    'ada@example.org,',
    'ada@example.org;',
    'ada@example:org',
    'ada@example.org>',
    '<ada@example.org>',
    'ada@example.org)',
    "'ada@example.org'",
    '“ada@example.org”',
    'ada@exam!ple.org',
    'ada@exam/ple.org',
    'ada＠example.org',
    'ada@[192.0.2.1',
    'ada@[]',
    '"ada@example.org',
    '"a"b@example.org',
    '""@example.org',
    'a\u200bda@example.org',
    'ada@exa\u202emple.org',
    'ada@exa\0mple.org',
    'ada\\@example.org',
    `ada@${'a'.repeat(64)}.example`,
    `ada@${'ü'.repeat(63)}.example`,
    `ada@${'abcdefgh.'.repeat(29)}example`,
    `${'a'.repeat(310)}@example.org`,
  ])('%s: none', (address) => expect(isAddress(address)).toBe(false));
});

/** Recipients as `name <address>`, what is no address between slashes, a group before its members. */
const look = (typed: string) =>
  readRecipients(typed).map(({ name, address, group }) => {
    const one = address === '' || isAddress(address) ? address : `/${address}/`;
    return `${group === undefined ? '' : `${group}: `}${name === '' ? one : `${name} <${one}>`}`;
  });

const cases: readonly (readonly [typed: string, ...recipients: string[]])[] = [
  ['', ...[]],
  [' , ;\n', ...[]],
  ['ada@example.org', 'ada@example.org'],
  [' ada@example.org , ', 'ada@example.org'],
  ['Ada Lovelace <ada@example.org>', 'Ada Lovelace <ada@example.org>'],
  ['Ada < ada@example.org >', 'Ada <ada@example.org>'],
  ['"Lovelace, Ada" <ada@example.org>', 'Lovelace, Ada <ada@example.org>'],
  ['"a;b:c" <ada@example.org>;', 'a;b:c <ada@example.org>'],
  ['ada@example.org (Ada)', 'Ada <ada@example.org>'],
  ['mailto:ada@example.org', 'ada@example.org'],
  ['<mailto:ada@example.org>', 'ada@example.org'],
  ['\u200bada@example.org\u200e', 'ada@example.org'],
  ['\ufeffAda <\u202aada@example.org\u202c>', 'Ada <ada@example.org>'],
  ['"a b"@example.org', '"a b"@example.org'],
  ['ada@[IPv6:2001:db8::1]', 'ada@[IPv6:2001:db8::1]'],
  ['jürgen@bücher.example', 'jürgen@bücher.example'],
  [
    "ada@example.org <ADA@example.org>, 'b@example.org' <b@example.org>",
    'ada@example.org <ADA@example.org>',
    'b@example.org <b@example.org>',
  ],
  ['=?utf-8?Q?J=C3=B6rg?= <j@example.org>', 'Jörg <j@example.org>'],
  // Several.
  [
    'a@x.example,b@x.example;c@x.example\nd@x.example',
    'a@x.example',
    'b@x.example',
    'c@x.example',
    'd@x.example',
  ],
  ['a@x.example b@x.example\tc@x.example', 'a@x.example', 'b@x.example', 'c@x.example'],
  [
    'Ada <a@x.example> Bob B. <b@x.example> c@x.example',
    'Ada <a@x.example>',
    'Bob B. <b@x.example>',
    'c@x.example',
  ],
  ['a@x.example，b@x.example、c@x.example', 'a@x.example', 'b@x.example', 'c@x.example'],
  [
    'Doe, Jane <jane@x.example>; Roe, R. <r@x.example>',
    'Doe, Jane <jane@x.example>',
    'Roe, R. <r@x.example>',
  ],
  ['Ada\r\n <a@x.example>,\r\n\tBob <b@x.example>', 'Ada <a@x.example>', 'Bob <b@x.example>'],
  [
    'Team: Ada <a@x.example>, b@x.example; c@x.example',
    'Team: Ada <a@x.example>',
    'Team: b@x.example',
    'c@x.example',
  ],
  ['undisclosed-recipients:;', 'undisclosed-recipients: '],
  // Half an address is another address.
  ['ada@exam ple.org', '/ada@exam ple.org/'],
  ['ada lovelace@example.org', '/ada lovelace@example.org/'],
  ['Ada Lovelace ada@example.org', '/Ada Lovelace ada@example.org/'],
  ['ada@example.org Lovelace', '/ada@example.org Lovelace/'],
  ['ada @example.org', '/ada @example.org/'],
  ['ada@example. org', '/ada@example. org/'],
  ['Ada <ada@exam ple.org>', '/Ada <ada@exam ple.org>/'],
  ['Ada <ada@exam(x)ple.org>', '/Ada <ada@exam(x)ple.org>/'],
  ['Ada <@host.example:ada@example.org>', '/Ada <@host.example:ada@example.org>/'],
  ['ada(x)@example.org', '/ada(x)@example.org/'],
  ['ada@example,org', 'ada@example', '/org/'],
  ['ada@x.example@y.example', '/ada@x.example@y.example/'],
  ['ada@@x.example', '/ada@@x.example/'],
  ['a@x.exampleb@y.example', '/a@x.exampleb@y.example/'],
  ['ada@example.org.', '/ada@example.org./'],
  ['ada@example…', '/ada@example…/'],
  ['ada@example:org', '/ada@example:org/'],
  // What nothing closes may have swallowed somebody, or been cut off.
  ['Ada <ada@example.co', '/Ada <ada@example.co/'],
  ['Ada <ada@example.org, b@x.example', '/Ada <ada@example.org/', 'b@x.example'],
  ['Ada <ada@exam ple.org, b@x.example', '/Ada <ada@exam ple.org/', 'b@x.example'],
  ['ada@example.org>', '/ada@example.org>/'],
  ['Ada <<ada@example.org>>', '/Ada <<ada@example.org>>/'],
  ['Ada <>', '/Ada <>/'],
  ['"Ada <ada@example.org>', '/"Ada <ada@example.org>/'],
  ['Ada" <ada@example.org>', '/Ada" <ada@example.org>/'],
  ['ada@example.org (work, b@x.example', '/ada@example.org (work, b@x.example/'],
  ['ada@example.org (a (b), c@x.example (d)', '/ada@example.org (a (b), c@x.example (d)/'],
  ['Team: a@x.example, b@x.example', '/Team: a@x.example, b@x.example/'],
  ['To: ada@example.org', '/To: ada@example.org/'],
  // A name that is another address: a comma is missing.
  ['a@x.example <b@x.example>', '/a@x.example <b@x.example>/'],
  ['Ada <a@x.example> Bob b@x.example', '/Ada <a@x.example> Bob b@x.example/'],
  ['Ada <a@x.example> Bob', '/Ada <a@x.example> Bob/'],
  ['Bob, a@x.example', '/Bob/', 'a@x.example'],
  ['bob, Ada <a@x.example>', '/bob/', 'Ada <a@x.example>'],
  ['Bob; Ada <a@x.example>', '/Bob/', 'Ada <a@x.example>'],
  ['"Bob", Ada <a@x.example>', '/Bob/', 'Ada <a@x.example>'],
  ['root', '/root/'],
  ['"ada@example.org"', 'ada@example.org'],
  ['ada@example.org"', '/ada@example.org"/'],
  ['"", a@x.example', 'a@x.example'],
];

describe('readRecipients', () => {
  it.each(cases.map(([typed, ...recipients]) => ({ typed, recipients })))(
    '$typed',
    ({ typed, recipients }) => {
      expect(look(typed)).toEqual(recipients);
    },
  );

  it('reads back what is written of them, and never makes an address of what is none', () => {
    const piece = fc.constantFrom(
      ...['<', '>', '"', '\\', '(', ')', ',', ';', ':', '@', ' ', '.', '\n', '、'],
      ...['ada@x.example', 'Bob', 'b@y.example', 'Team:', 'mailto:', '"C, D" <c@d.example>', "'", '\u200b'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const read = readRecipients(pieces.join(''));
        const again = readRecipients(formatRecipients(read));
        const right = (list: typeof read) =>
          list.map(({ address }) => address).filter((address) => isAddress(address));
        const isWrong = (list: typeof read) =>
          list.some(({ name, address }) => !isAddress(address) && name + address !== '');
        expect(right(again)).toEqual(right(read));
        if (isWrong(read)) expect(isWrong(again)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps its bounds, in time in proportion to the length', () => {
    expect(readRecipients('a@b.example,'.repeat(6000))).toHaveLength(5000);
    for (const piece of [
      '<',
      '"',
      '(',
      '\\"',
      '<"\\',
      ':',
      'a:',
      'a ',
      'a@ :',
      'A,',
      '<,',
      'mailto:',
      '()',
    ]) {
      const started = performance.now();
      readRecipients(piece.repeat(300_000 / piece.length));
      expect(performance.now() - started, piece).toBeLessThan(5000);
    }
  });
});
