import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { readRtf } from './rtf-text.ts';

const read = (rtf: string) => readRtf(Uint8Array.from(rtf, (letter) => letter.charCodeAt(0)));
const html = (body: string) =>
  read(`{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0 Arial;}}${body}}`);
const plain = (body: string) => read(`{\\rtf1\\ansi\\ansicpg1252\\deff0${body}}`);

describe('HTML wrapped into RTF', () => {
  it.each([
    ['tags, and text between them', '{\\*\\htmltag84 <b>}Hi{\\*\\htmltag92 </b>}', '<b>Hi</b>'],
    ['what is for readers of RTF', '\\htmlrtf \\par {\\b no}\\htmlrtf0 yes', 'yes'],
    ['a group for readers of RTF ends with its brace', '{\\htmlrtf {no} no}yes', 'yes'],
    ['lines and tabs', '{\\*\\htmltag <p\\par\nclass="a">\\tab}x\\line y', '<p\nclass="a">\tx\ny'],
    ['braces and backslashes', '{\\*\\htmltag a\\{color:red\\}}\\\\', 'a{color:red}\\'],
    [
      'references stay',
      "{\\*\\htmltag &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 {\\*\\htmltag &lt;}\\htmlrtf <\\htmlrtf0 a",
      '&nbsp;&lt;a',
    ],
    [
      'other destinations',
      '{\\*\\mhtmltag <img src="x">}{\\*\\htmltag <img src="cid:x">}',
      '<img src="cid:x">',
    ],
    ['octets of the code page', "Gr\\'fc\\'dfe \\'80", 'Grüße €'],
    ['letters beyond it', "\\u26085 ?\\u26412\\'3f", '日本'],
    ['two units for one letter', '\\uc1\\u-10179?\\u-8704?', '😀'],
    ['several letters that stand in', '\\uc2\\u8364 ab{\\uc0\\u8364}c', '€€c'],
    ['quotes and dashes', '\\ldblquote a\\rdblquote\\emdash\\~b', '“a”—\u00a0b'],
  ])('%s', (_, body, expected) => {
    expect(html(body)).toEqual({ kind: 'html', text: expected });
  });

  it('reads text in the charset of its font', () => {
    const fonts =
      '{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 MS Mincho;}}';
    expect(html(`${fonts}\\f1 \\'cf\\'f0{\\f2 \\'83\\'5c\\'83[}\\'e8\\plain \\'e8`)?.text).toBe('Прソゼиè');
  });
});

describe('other RTF', () => {
  it.each([
    ['paragraphs', '\\pard one\\par\ntwo\\line three\\par', 'one\ntwo\nthree'],
    [
      'what is drawn',
      '{\\stylesheet{\\s0 Normal;}}{\\info{\\title No}}{\\pict\\wmetafile8 0100}{\\*\\generator No;}yes',
      'yes',
    ],
    ['links by their text', '{\\field{\\*\\fldinst HYPERLINK "https://x"}{\\fldrslt here}}', 'here'],
    ['tables', 'a\\cell b\\cell\\row c', 'a\tb\t\nc'],
    ['binary octets', 'a{\\bin3 }}}b}c', 'abc'],
    ['bare braces', 'a}b}c', 'abc'],
  ])('%s', (_, body, expected) => {
    expect(plain(body)).toEqual({ kind: 'text', text: expected });
  });

  it('is none', () => {
    expect(read('<html>')).toBeUndefined();
    expect(readRtf(new Uint8Array(0))).toBeUndefined();
  });

  it('is not HTML because its text says so', () => {
    expect(plain(`${'x'.repeat(100)}\\fromhtml1 `)?.kind).toBe('text');
  });
});

describe('hostile RTF', () => {
  it('keeps to its bounds', () => {
    const deep = plain(`${'{a'.repeat(100_000)}${'}'.repeat(100_000)}end`);
    expect(deep?.text).toBe(`${'a'.repeat(100_000)}end`);
    // What is deeper than is kept apart changes nothing outside.
    expect(html(`${'{'.repeat(300)}\\htmlrtf a${'}'.repeat(300)}b`)?.text).toBe('b');
    expect(plain('\\bin9999999999 lost')?.text).toBe('');
    expect(plain('\\bin-5 kept')?.text).toBe('kept');
    expect(plain("a\\'zzb\\'")?.text).toBe('azzb');
  });

  it('never throws, and never gives more than it got', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '\\',
        "\\'e9",
        '\\*',
        '\\htmltag',
        '\\htmlrtf ',
        '\\htmlrtf0 ',
        '\\u-1 ',
        '\\uc9 ',
        '\\f1',
        '\\par',
        'a',
      ],
      ...['\\fonttbl', '\\fcharset128', '\\bin2', '\\ansicpg932 ', '\u00e9', ' ', '\n'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, wrapped) => {
        const body = pieces.join('');
        const text = (wrapped ? html(body) : plain(body))!.text;
        expect(text.length).toBeLessThanOrEqual(body.length);
        expect(text).not.toMatch(/[\ud800-\udfff]/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads what is there when cut anywhere', () => {
    const whole = encodeText("{\\rtf1\\fromhtml1{\\*\\htmltag <p>}caf\\'e9 \\u8364 ?{\\*\\htmltag </p>}}");
    for (let length = 5; length <= whole.length; length++)
      expect(readRtf(whole.subarray(0, length))).toBeDefined();
    expect(readRtf(whole)?.text).toBe('<p>café €</p>');
  });
});
