import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flow, unflow } from './flowed.ts';

describe('unflow', () => {
  it.each([
    ['paragraphs', 'one \r\ntwo\r\nthree\r\n', 'one two\nthree'],
    ['RFC 3676 §4.5', '>> a \r\n>> b\r\n> c\r\nd\r\n', '>> a b\n> c\nd'],
    ['depth changes in the middle', '> a \r\nb\r\n', '> a \nb'],
    ['space-stuffing', ' From here\r\n  two\r\n', 'From here\n two'],
    ['signature', 'bye \r\n-- \r\nJane\r\n', 'bye \n-- \nJane'],
    ['quoted signature', '> bye \r\n> -- \r\n> Jane\r\n', '> bye \n> -- \n> Jane'],
    ['flowed at the very end', 'a \r\n', 'a '],
    ['no line break at the end', 'a \r\nb', 'a b'],
    ['empty lines', 'a\r\n\r\nb\r\n', 'a\n\nb'],
    ['nothing', '', ''],
  ])('%s', (_, raw, text) => {
    expect(unflow(raw, false)).toBe(text);
  });

  it('drops the space with DelSp', () => {
    expect(unflow('日本 \r\n語 \r\n', true)).toBe('日本語');
  });
});

describe('flow', () => {
  it.each([
    ['short', 'a\nb', 'a\r\nb\r\n'],
    ['stuffs', 'From x\n y\n>z', ' From x\r\n  y\r\n> z\r\n'],
    ['joins quote marks', '> > a\n>>b\n>', '>> a\r\n>> b\r\n>\r\n'],
    ['drops white space at the end', 'a  \n-- \nb', 'a\r\n-- \r\nb\r\n'],
    ['nothing', '', ''],
  ])('%s', (_, text, raw) => {
    expect(flow(text)).toBe(raw);
  });

  it('wraps, and leaves a long word whole', () => {
    const url = `https://example.org/${'x'.repeat(120)}`;
    const lines = flow(`${'word '.repeat(30)}${url} end`).split('\r\n');
    expect(lines.filter((line) => !line.includes(url)).every((line) => line.length <= 72)).toBe(true);
    expect(lines.some((line) => line.includes(url))).toBe(true);
  });

  it('comes back from unflow', () => {
    const word = fc.constantFrom('a', 'From', '>', '>>', '--', '-- ', '', 'é', 'x'.repeat(90), 'word', 'to');
    const line = fc.array(word, { maxLength: 40 }).map((words) => words.join(' '));
    // What flow normalises: white space at the end, spaces between quote marks, the space after them.
    const normal = (text: string) => {
      if (text === '-- ') return text;
      const marks = /^(?:> ?)+/.exec(text)?.[0] ?? '';
      const depth = marks.replaceAll(' ', '').length;
      const content = text.slice(marks.length);
      const rest = content === '-- ' ? content : content.trimEnd();
      return depth === 0 ? rest : `${'>'.repeat(depth)} ${rest}`;
    };
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = [...lines, 'end'].join('\n');
        expect(unflow(flow(text), false)).toBe(text.split('\n').map(normal).join('\n'));
      }),
    );
  });
});
