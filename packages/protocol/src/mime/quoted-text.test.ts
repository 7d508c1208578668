import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quotedStretches } from './quoted-text.ts';

const short = (text: string) =>
  quotedStretches(text).map(
    ({ kind, depth, text: said }) => `${kind}${depth > 0 ? depth : ''}: ${said.replaceAll('\n', '|')}`,
  );

it.each([
  ['nothing', '', ['own: ']],
  ['own words', 'Hello\n\nBye', ['own: Hello||Bye']],
  [
    'a quote below its attribution',
    'Yes.\n\nOn Mon, 3 Nov 2025, Ada wrote:\n> Tea?\n>> Or\n> > coffee\n',
    [
      'own: Yes.|',
      'attribution: On Mon, 3 Nov 2025, Ada wrote:',
      'quote1: Tea?',
      'quote2: Or|coffee',
      'own: ',
    ],
  ],
  [
    'an attribution over two lines',
    'On Mon, 3 Nov 2025 at 10:00, Ada\n<ada@example.org> wrote:\n> Tea?',
    ['attribution: On Mon, 3 Nov 2025 at 10:00, Ada|<ada@example.org> wrote:', 'quote1: Tea?'],
  ],
  [
    'another language',
    'Am 3.11.2025 um 10 schrieb Ada:\n> Tee?',
    ['attribution: Am 3.11.2025 um 10 schrieb Ada:', 'quote1: Tee?'],
  ],
  [
    'an original without marks',
    'Yes.\n-----Original Message-----\nFrom: Ada\n> deeper',
    ['own: Yes.', 'original: -----Original Message-----|From: Ada|> deeper'],
  ],
  [
    'an attribution over three lines',
    'Yes.\n\nOn Mon, 3 Nov 2025 at 10:00, Ada\n<ada@example.org>\nwrote:\n> Tea?',
    ['own: Yes.|', 'attribution: On Mon, 3 Nov 2025 at 10:00, Ada|<ada@example.org>|wrote:', 'quote1: Tea?'],
  ],
  [
    'an attribution below a signature',
    'Yes.\n-- \nAda\n\nOn 3 Nov 2025, Grace wrote:\n> Tea?',
    ['own: Yes.', 'signature: -- |Ada|', 'attribution: On 3 Nov 2025, Grace wrote:', 'quote1: Tea?'],
  ],
  [
    'the rule of Outlook, with a header below it',
    'Yes.\n________________________________\nVon: Ada\nTee?',
    ['own: Yes.', 'original: ________________________________|Von: Ada|Tee?'],
  ],
  ['a rule alone', 'News\n____________________\n> Tea?', ['own: News|____________________', 'quote1: Tea?']],
  ['a signature', 'Yes.\n-- \nAda\n', ['own: Yes.', 'signature: -- |Ada|']],
  [
    'a signature above a quote',
    'Yes.\n-- \nAda\n> Tea?',
    ['own: Yes.', 'signature: -- |Ada', 'quote1: Tea?'],
  ],
  [
    'own words below a signature and a quote',
    'Yes.\n-- \nAda\n> Tea?\nMore.',
    ['own: Yes.', 'signature: -- |Ada', 'quote1: Tea?', 'own: More.'],
  ],
  ['an arrow is no quote', 'a > b\n->c', ['own: a > b|->c']],
  ['From of mailboxes', '>From here on', ['own: >From here on']],
  ['a colon is no attribution', 'Two things:\nthis', ['own: Two things:|this']],
])('%s', (_, text, expected) => {
  expect(short(text)).toEqual(expected);
});

it('loses no line', () => {
  const line = fc.constantFrom(
    '',
    'a',
    '> b',
    '>> c',
    '-- ',
    'On Monday the 3rd, Ada wrote:',
    '___________',
    'x:',
  );
  const unmarked = (text: string) => text.replace(/^(?:> ?)+/gm, '');
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      const found = quotedStretches(lines.join('\n')).map(({ text }) => text);
      expect(unmarked(found.join('\n'))).toBe(unmarked(lines.join('\n')));
    }),
  );
});
