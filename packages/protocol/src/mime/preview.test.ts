import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewOf } from './preview.ts';

describe('previewOf', () => {
  it.each([
    ['lines', 'Hello,\r\n\r\nhow  are\tyou?\r\n', 'Hello, how are you?'],
    [
      'an answer above its quote',
      'Yes.\n\nOn Mon, 3 Nov 2025 at 10:00, Ada <a@b.c> wrote:\n> Shall we?\n',
      'Yes.',
    ],
    [
      'an attribution over two lines',
      'Yes.\n\nOn Mon, 3 Nov 2025 at 10:00, Ada Lovelace\n<ada@example.org> wrote:\n\n> Shall we?',
      'Yes.',
    ],
    ['an attribution in German', 'Ja.\n\nAm 03.11.25 um 10:00 schrieb Ada:\n> Wollen wir?', 'Ja.'],
    [
      'an attribution in a language not known, before a quote',
      'Joo.\n\n3.11.2025 klo 10.00 Ada kirjoitti:\n> Mennäänkö?',
      'Joo.',
    ],
    ['a colon that is no attribution', 'Things to bring:\n1. bread', 'Things to bring: 1. bread'],
    ['an answer between quotes', '> One?\nYes.\n> Two?\nNo.', 'Yes. No.'],
    ['a signature', 'Bye\n-- \nAda\nCountess', 'Bye'],
    ['an original below', 'Fine.\n-----Original Message-----\nFrom: Bob', 'Fine.'],
    ['rules', '=====\nNews\n* * *\n_______', 'News'],
    ['nothing but a quote', '> Only this\n> here', 'Only this here'],
    ['nothing but a signature', '-- \nAda', 'Ada'.padStart(6, '-- ')],
    ['pictures', '[cid:image001.png@01] Hi [image: logo]', 'Hi'],
    ['long addresses', `See <https://example.org/${'x'.repeat(80)}> now`, 'See … now'],
    ['a uuencoded file', 'Look:\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nBye', 'Look: Bye'],
    [
      'a uuencoded file that is cut',
      `Look:\nbegin 644 cat.txt\nM${'x'.repeat(60)}\nM${'x'.repeat(20)}`,
      'Look:',
    ],
    ['words that begin like one', 'Look:\nbegin 644 of them\nand end', 'Look: begin 644 of them and end'],
    ['nothing', ' \r\n', ''],
    ['controls', 'a\0\x1b[31mb', 'a [31mb'],
    ['Persian needs its non-joiner', 'می\u200cخواهم\u200c', 'می\u200cخواهم'],
    ['a family', 'x 👨\u200d👩\u200d👧 y', 'x 👨\u200d👩\u200d👧 y'],
  ])('plain: %s', (_, text, preview) => {
    expect(previewOf(text, 'plain')).toBe(preview);
  });

  it.each([
    [
      'a preheader with its spacing',
      '<div style="display:none">Up to half off&zwnj;&nbsp;&zwnj;&nbsp;&#847;&#8203;&#65279;&shy;</div><h1>Sale</h1>',
      'Up to half off Sale',
    ],
    ['no links', '<a href="https://example.org/x">Read</a> on', 'Read on'],
    ['no quotes', '<p>Yes.</p><blockquote>Shall we?</blockquote>', 'Yes.'],
    ['nothing but a quote', '<blockquote>Shall we?</blockquote>', ''],
    ['no style, no script', '<style>p{color:red}</style><script>x()</script><p>Hi</p>', 'Hi'],
    ['a title is no text', '<html><head><title>No</title></head><body>Yes</body></html>', 'Yes'],
    ['cut off by a partial fetch', '<p>Hello <a href="https://exam', 'Hello'],
    ['a style cut off', '<p>Hello</p><style>p {', 'Hello'],
  ])('html: %s', (_, html, preview) => {
    expect(previewOf(html, 'html')).toBe(preview);
  });

  it('counts characters, not code units', () => {
    expect(previewOf('😀'.repeat(500), 'plain', 10)).toBe('😀'.repeat(10));
    expect([...previewOf('word '.repeat(500), 'plain')].length).toBeLessThanOrEqual(160);
  });

  it('is one line of text, whatever comes', () => {
    const piece = fc.constantFrom(
      '>',
      '\n',
      '--',
      ' ',
      ':',
      'On ',
      'wrote:',
      '<p>',
      '&zwnj;',
      '\u200b',
      '\ud800',
      '\t',
      'a',
      '[cid:',
      ']',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 80 }),
        fc.constantFrom('plain' as const, 'html' as const),
        (pieces, kind) => {
          const preview = previewOf(pieces.join(''), kind);
          expect(preview).not.toMatch(/[\n\t\u200b]|^ | $| {2}/);
          expect(preview.length).toBeLessThanOrEqual(320);
        },
      ),
    );
  });
});
