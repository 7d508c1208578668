import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOfHtml } from './html-text.ts';

describe('textOfHtml', () => {
  it.each([
    ['white space', '<p>a\r\n  b\t c</p>', 'a b c'],
    ['inline elements', 'a<b>b</b> <i> c</i>d', 'ab cd'],
    ['blocks', '<div>a</div><div>b<div>c</div></div>d', 'a\nb\nc\nd'],
    ['paragraphs', '<p>a<p>b</p><h2>c</h2>d', 'a\n\nb\n\nc\n\nd'],
    ['line breaks', 'a<br>b<br/><br>c', 'a\nb\n\nc'],
    ['lists', '<ul><li>a</li><li>b<ol><li>c<li>d</ol></li></ul>', '- a\n- b\n1. c\n2. d'],
    ['tables', '<table><tr><td>a<td>b</tr><tr><th>c</th></tr></table>', 'a b\nc'],
    ['quotes', 'a<blockquote>b<blockquote><p>c</p></blockquote></blockquote>d', 'a\n\n> b\n>\n>> c\n\nd'],
    ['pre', '<pre>  a\n\tb</pre>c', '  a\n\tb\n\nc'],
    ['rules', 'a<hr>b', 'a\n----\nb'],
    ['pictures', '<img src=x alt="A cat"> <img src=y>', 'A cat'],
    ['links', '<a href="https://x.org/?a=1&amp;b=2">here</a>!', 'here <https://x.org/?a=1&b=2>!'],
    [
      'links that are their own text',
      '<a href="https://www.x.org/">x.org</a> <a href="mailto:a@b.c">a@b.c</a>',
      'x.org a@b.c',
    ],
    [
      'links that lead nowhere',
      '<a href="#top">top</a> <a href="javascript:x()">run</a> <a>a</a>',
      'top run a',
    ],
    ['references', '&lt;&amp;&eacute;&#233;&#xE9;&euro;&#150;&nonsense;&copy', '<&ééé€–&nonsense;©'],
    ['references that are no characters', '&#0;&#xD800;&#x110000;', '\ufffd\ufffd\ufffd'],
    [
      'scripts, styles, head',
      '<head><title>t</title></head><style>p{}</style>a<script>if(1<2)x()</script>b',
      'ab',
    ],
    ['comments and declarations', '<!doctype html><!-- <p>x --><![if !mso]>a<![endif]><?xml x?>b', 'ab'],
    ['hidden', 'a<div style="color:red; display : none">b<p>c</p></div><span hidden>d</span>e', 'ae'],
    ['not hidden', '<td style="font-size:0px"><p data-hidden="x" title="hidden">a</p></td>', 'a'],
    ['a > in an attribute', '<img alt="a > b">c', 'a > bc'],
    ['a < that is no tag', 'a < b <3 c', 'a < b <3 c'],
    ['hidden, its end left out', '<p hidden>a<p>b<table><tr hidden><td>c<tr><td>d', 'b\n\nd'],
    ['unclosed', '<p>a <b', 'a'],
    ['an unclosed comment', 'a<!-- b', 'a'],
    ['stray closing tags', 'a</div></blockquote>b', 'ab'],
    ['non-breaking space', 'a&nbsp;b', 'a\u00a0b'],
  ])('%s', (_, html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      'p',
      'blockquote',
      ' a="',
      '"',
      "'",
      '=',
      '<!--',
      '-->',
      '&#',
      '1',
      ';',
      '<pre>',
      '\n',
      'x',
      '<script>',
      '<li>',
      '<ol>',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 100 }),
        (pieces) => typeof textOfHtml(pieces.join('')) === 'string',
      ),
    );
  });

  it('ends where it is told to', () => {
    expect(textOfHtml('<p>word '.repeat(1000), 50)).toHaveLength(50);
    expect(textOfHtml('word', 50)).toBe('word');
  });

  it('takes time in proportion to the length', () => {
    for (const piece of [
      '<',
      'a<b>',
      '<a b="',
      '<blockquote>',
      '</x>',
      '<a href="http://x.y">z</a>',
      '<!--',
      '&',
      '<title>',
      '<p hidden ',
      " '=",
      '<li>',
    ]) {
      const started = performance.now();
      textOfHtml(piece.repeat(500_000 / piece.length));
      expect(performance.now() - started, piece).toBeLessThan(5000);
    }
  });
});
