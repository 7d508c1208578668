import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify } from './linkify.ts';
import { readPlainText } from './plain-text.ts';
import { excessOf } from './limits.ts';

const links = (text: string): [string, string][] =>
  linkify(text).flatMap((piece) => ('href' in piece ? [[piece.link, piece.href] as [string, string]] : []));

describe('linkify', () => {
  it.each([
    ['see https://example.org/a.', [['https://example.org/a', 'https://example.org/a']]],
    ['(http://example.org/x_(y))', [['http://example.org/x_(y)', 'http://example.org/x_(y)']]],
    ['<https://example.org>', [['https://example.org', 'https://example.org/']]],
    ['www.example.org', [['www.example.org', 'https://www.example.org/']]],
    ['example.com/x', [['example.com/x', 'https://example.com/x']]],
    ['ada@example.org', [['ada@example.org', 'mailto:ada@example.org']]],
    ['https://example.org/?q="a"', [['https://example.org/?q="a"', 'https://example.org/?q=%22a%22']]],
    [
      'два https://пример.рф/путь!',
      [['https://пример.рф/путь', 'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C']],
    ],
    [
      'a https://x.example\nb https://y.example',
      [
        ['https://x.example', 'https://x.example/'],
        ['https://y.example', 'https://y.example/'],
      ],
    ],
  ])('%j', (text, found) => expect(links(text)).toEqual(found));

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.org/',
    '//example.org',
    'README.md',
    'main.rs',
    '1.2.3.4',
    'e.g. i.e. a.m.',
    'file:///etc',
    'and/or',
    '10:30',
  ])('nothing in %j', (text) => expect(links(text)).toEqual([]));

  it('loses and adds nothing, and only ever links what may be opened', () => {
    const words = fc.constantFrom(
      'http://',
      'https://x.example',
      'mailto:',
      'a@b.example',
      'javascript:',
      '"',
      '<',
      '>',
      '(',
      ')',
      '\n',
      ' ',
      'www.x.example',
      '\u202e',
      '.',
      '%0d',
      '?',
      '&',
    );
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 20 }).map((parts) => parts.join('')),
        (text) => {
          const pieces = linkify(text);
          expect(pieces.map((piece) => ('href' in piece ? piece.link : piece.text)).join('')).toBe(text);
          for (const piece of pieces)
            if ('href' in piece) expect(piece.href).toMatch(/^(?:https?:\/\/|mailto:)/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('does not labour over what is made to be laboured over', () => {
    const begun = performance.now();
    for (const text of [
      'a@'.repeat(50_000),
      'http://'.repeat(20_000),
      'www.'.repeat(50_000),
      '('.repeat(100_000),
      'x.'.repeat(100_000),
      `http://a/${'('.repeat(20_000)}`,
    ])
      linkify(text);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});

describe('plain mail', () => {
  const kinds = (text: string): string[] =>
    readPlainText(text).blocks.map(({ kind, level }) => `${kind}${level}`);

  it('knows quotations by their level, and the signature', () => {
    expect(kinds('hi\n> a\n>> b\n> > c\nme\n-- \nAda\nx')).toEqual([
      'text0',
      'quote1',
      'quote2',
      'text0',
      'signature0',
    ]);
  });

  it.each([
    ['Yes.\n\nOn Mon, 3 Nov 2025 at 10:01, Ada <ada@example.org> wrote:\n\n> Shall we?\n> Yes?', 'Yes.', 2],
    ['Yes.\n\nAm 03.11.2025 um 10:01 schrieb Ada:\n> Wollen wir?\n', 'Yes.', 2],
    ['Yes.\n\n-----Original Message-----\nFrom: Ada\nSent: today\n\nShall we?', 'Yes.', 1],
    ['Yes.\n> Shall we?\n\n', 'Yes.', 1],
  ])('folds history below an answer: %j', (text, answer, folded) => {
    const mail = readPlainText(text);
    expect(mail.blocks.map((block) => block.text.trim())).toEqual([answer]);
    expect(mail.history).toHaveLength(folded);
  });

  it.each([
    '> all quoted',
    '> asked\n\nanswered',
    'intro\n> asked\nanswered',
    '---------- Forwarded message ----------\nFrom: Ada\n\nhello',
    'no quote at all',
  ])('folds nothing in %j', (text) => expect(readPlainText(text).history).toEqual([]));

  it('takes the line that introduces history out of a signature above it', () => {
    const { blocks, history } = readPlainText('Yes.\n-- \nAda\n\nOn 3 Nov 2025, Grace wrote:\n> Shall we?');
    expect(blocks.map(({ text }) => text)).toEqual(['Yes.', '-- \nAda']);
    expect(history.map(({ text }) => text)).toEqual(['On 3 Nov 2025, Grace wrote:', 'Shall we?']);
  });

  it('sees columns', () => {
    expect(readPlainText('a     b     c\n1     2     3\n4     5     6\n7     8     9').aligned).toBe(true);
    expect(readPlainText('diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b').aligned).toBe(true);
    expect(readPlainText('Dear Ada,\n\nthis is prose.\n\nGrace').aligned).toBe(false);
  });

  it('loses no words', () => {
    const line = fc.constantFrom(
      'hello',
      '> quoted',
      '>> more',
      '-- ',
      'On 1 Jan 2025, ada@example.org wrote:',
      '',
      '>',
      'From: x',
      '-----Original Message-----',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 15 }), (lines) => {
        const { blocks, history } = readPlainText(lines.join('\r\n'));
        const words = (text: string): string[] => text.match(/[a-z@.]+/gi) ?? [];
        const shown = [...blocks, ...history].map(({ text }) => text).join('\n');
        expect(words(shown)).toEqual(words(lines.join('\n')));
      }),
    );
  });
});

describe('limits', () => {
  it.each([
    ['a newsletter', `${'<table><tr><td><font>x</font></td></tr></table>'.repeat(1000)}`, undefined],
    [
      'unclosed fonts of an old program',
      `${'<font size=2>'.repeat(20)}${'<p>x</p>'.repeat(1000)}`,
      undefined,
    ],
    ['16 Mi characters', 'x'.repeat(16 * 1024 * 1024 + 1), 'too-large'],
    [
      'a picture of 8 Mi characters',
      `<img src="data:image/png;base64,${'A'.repeat(8 * 1024 * 1024)}">`,
      undefined,
    ],
    ['too many tags', '<i>x</i>'.repeat(50_000), 'too-complex'],
    ['a few tags that become many', `${'<b>'.repeat(5000)}${'<p>x'.repeat(5000)}`, 'too-complex'],
  ])('%s: %#', (_name, html, excess) => expect(excessOf(html)).toBe(excess));
});
