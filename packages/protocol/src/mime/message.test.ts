import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import type { BodyStructure } from '../imap/types.ts';
import { textOfPart } from './body-text.ts';
import { parseMessage } from './message.ts';

function outline(structure: BodyStructure): string {
  if (structure.kind === 'multipart')
    return `${structure.section}:${structure.subtype}(${structure.parts.map(outline).join(' ')})`;
  const inner = structure.body === null ? '' : `[${outline(structure.body)}]`;
  return `${structure.section}:${structure.type}/${structure.subtype}${inner}`;
}

const read = (...lines: string[]) => parseMessage(encodeText(lines.join('\r\n')));
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

describe('parseMessage', () => {
  it('reads a message of one part', () => {
    const message = read('Subject: x', '', 'body', '');
    expect(outline(message.structure)).toBe('1:text/plain');
    expect(text(message.body('1'))).toBe('body\r\n');
    expect(message.structure).toMatchObject({ octets: 6, encoding: '7bit' });
  });

  it('numbers parts as IMAP does (RFC 3501 §6.4.5)', () => {
    const message = read(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      'preamble',
      '--a',
      '',
      'one',
      '--a',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      'Content-Type: multipart/alternative; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'two',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>',
      '--b--',
      '--a',
      'Content-Type: message/rfc822',
      '',
      'Subject: single',
      '',
      'three',
      '--a--',
      'epilogue',
    );
    expect(outline(message.structure)).toBe(
      ':mixed(1:text/plain 2:message/rfc822[2:alternative(2.1:text/plain 2.2:text/html)] 3:message/rfc822[3.1:text/plain])',
    );
    expect(['1', '2.1', '2.2', '3.1'].map((section) => text(message.body(section)))).toEqual([
      'one',
      'two',
      '<p>',
      'three',
    ]);
    expect(text(message.body('3'))).toBe('Subject: single\r\n\r\nthree');
    expect(text(message.body('2'))).toContain('Subject: inner');
  });

  it.each([
    ['no last delimiter', ['--a', '', 'one', '--a', '', 'two'], ['one', 'two']],
    [
      'no blank line after the header',
      ['--a', 'Content-Type: text/plain', '--a', '', 'two', '--a--'],
      ['', 'two'],
    ],
    ['a boundary that begins alike', ['--a', '', 'one', '--ab', '--a--'], ['one\r\n--ab']],
    ['white space after the delimiter', ['--a  ', '', 'one', '--a--\t'], ['one']],
    ['text after white space after the delimiter', ['--a  b', '', 'one', '--a--\t'], ['one']],
    ['text after the last delimiter', ['--a', '', 'one', '--a--', 'epilogue'], ['one']],
    [
      'more after the last delimiter (Outlook Express)',
      ['--a', '', 'one', '--a--', '', '--a', '', 'two', '--a--'],
      ['one', 'two'],
    ],
    ['nothing', [], []],
  ])('reads a multipart with %s', (_, body, parts) => {
    const message = read('Content-Type: multipart/mixed; boundary=a', '', ...body);
    expect(parts.map((__, index) => text(message.body(`${index + 1}`)))).toEqual(parts);
    expect(message.body(`${parts.length + 1}`)).toBeUndefined();
  });

  it.each([
    ['a multipart without boundary', 'Content-Type: multipart/mixed', ['', 'Hello'], 'Hello'],
    [
      'a multipart whose boundary never comes',
      'Content-Type: multipart/mixed; boundary=a',
      ['', 'Hello'],
      'Hello',
    ],
    ['text that begins at once', 'Hello', ['Ada: here', 'I am'], undefined],
    ['text with no header at all', 'Hello you', ['there', '', 'Bye'], 'Hello you\r\nthere\r\n\r\nBye'],
  ])('shows %s as the text it is', (_, first, rest, expected) => {
    const message = read(first, ...rest);
    expect(outline(message.structure)).toBe('1:text/plain');
    if (expected !== undefined) expect(text(message.body('1'))).toBe(expected);
  });

  it('shows parts without header, and multiparts without parts, as the text they are', () => {
    const message = read(
      'Content-Type: multipart/mixed; boundary="a "',
      '',
      '--a',
      'no header here',
      '--a ',
      'Content-Type: multipart/alternative',
      '',
      'inner',
      '--a--',
    );
    expect(outline(message.structure)).toBe(':mixed(1:text/plain 2:text/plain)');
    expect([text(message.body('1')), text(message.body('2'))]).toEqual(['no header here', 'inner']);
  });

  it('takes the line with which a mailbox begins a message for no text', () => {
    expect(text(read('From ada@example.org Mon Jan  1 00:00:00 2024', '', 'Hello').body('1'))).toBe('Hello');
  });

  it('reads bare LF', () => {
    const message = parseMessage(
      encodeText('Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n--a--\n'),
    );
    expect(text(message.body('1'))).toBe('one');
  });

  it('takes parts of a digest for messages, and leaves an encoded message closed', () => {
    const digest = read(
      'Content-Type: multipart/digest; boundary=a',
      '',
      '--a',
      '',
      'Subject: x',
      '',
      'y',
      '--a--',
    );
    expect(outline(digest.structure)).toBe(':digest(1:message/rfc822[1.1:text/plain])');
    const encoded = read(
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      '',
      'U3ViamVjdDogeA==',
    );
    expect(outline(encoded.structure)).toBe('1:message/rfc822');
  });

  it('gives an embedded message its envelope', () => {
    const { structure } = read(
      'Content-Type: message/rfc822',
      '',
      'From: Ada <ada@example.org>',
      'To: a@b.c',
      'To: Team: d@e.f;',
      'Subject: =?utf-8?Q?=C3=A9?=',
      '',
      '',
    );
    expect(structure).toMatchObject({
      envelope: {
        subject: '=?utf-8?Q?=C3=A9?=',
        from: [{ name: 'Ada', mailbox: 'ada', host: 'example.org' }],
        sender: [{ name: 'Ada', mailbox: 'ada', host: 'example.org' }],
        to: [
          { name: null, mailbox: 'a', host: 'b.c' },
          { name: null, mailbox: 'Team', host: null },
          { name: null, mailbox: 'd', host: 'e.f' },
          { name: null, mailbox: null, host: null },
        ],
      },
    });
  });

  it('keeps its bounds and never throws', () => {
    let deep = 'x';
    for (let i = 0; i < 200; i++)
      deep = `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n${deep}\n--b${i}--`;
    const nested = parseMessage(encodeText(deep));
    expect(outline(nested.structure).match(/mixed/g)).toHaveLength(51);
    expect(nested.defects).toEqual(['parts-truncated']);
    const messages = parseMessage(encodeText('Content-Type: message/rfc822\n\n'.repeat(200)));
    expect(outline(messages.structure).match(/rfc822/g)).toHaveLength(51);
    expect(messages.defects).toEqual(['parts-truncated']);
    const wide = parseMessage(
      encodeText(`Content-Type: multipart/mixed; boundary=a\n\n${'--a\n\nx\n'.repeat(5000)}`),
    );
    expect(wide.structure.kind === 'multipart' && wide.structure.parts.length).toBe(999);
    expect(wide.defects).toEqual(['parts-truncated']);
    const line = fc.constantFrom(
      '--a',
      '--a--',
      '',
      'Content-Type: multipart/mixed; boundary=a',
      'Content-Type: message/rfc822',
      'x',
      '--',
    );
    fc.assert(fc.property(fc.array(line, { maxLength: 60 }), (lines) => void read(...lines)));
  });
});

describe('defects', () => {
  const MIXED = 'Content-Type: multipart/mixed; boundary=a\n\n';
  it.each([
    ['none', `${MIXED}--a\n\nx\n--a--\n`, []],
    ['cut off', `${MIXED}--a\n\nx\n`, ['multipart-unclosed']],
    ['cut off before the first part', MIXED, ['multipart-unclosed']],
    ['no boundary', 'Content-Type: multipart/mixed\n\n--a\n\nx\n--a--\n', ['boundary-missing']],
    [
      'a header too long, of a part',
      `${MIXED}--a\n${'A: 1\n'.repeat(1001)}\nx\n--a--\n`,
      ['header-truncated'],
    ],
    [
      'two, once each',
      `${MIXED}--a\n${MIXED.replace('=a', '=b')}--b\n--a\n${MIXED.replace('=a', '=c')}--c\n--a\n${MIXED.replace('; boundary=a', '')}`,
      ['multipart-unclosed', 'boundary-missing'],
    ],
  ])('%s', (_, text, expected) => {
    expect(new Set(parseMessage(encodeText(text)).defects)).toEqual(new Set(expected));
  });
});

describe('textOfPart', () => {
  it.each([
    ['Content-Type: text/plain; charset=iso-8859-1', [0x61, 0x0d, 0x0a, 0xe9], 'a\né'],
    ['Content-Type: text/plain; format=flowed', [...encodeText('a \r\nb\r\n')], 'a b'],
    ['Content-Type: text/plain; format=Flowed; delsp=YES', [...encodeText('a \r\nb\r\n')], 'ab'],
    ['Content-Type: text/html; format=flowed', [...encodeText('a \r\nb')], 'a \nb'],
    [
      'Content-Type: text/enriched',
      [...encodeText('<bold>a</bold><color><param>red</param>b</color>\nc <<\n\nd')],
      'ab c <\nd',
    ],
  ])('%s', (header, octets, expected) => {
    const { structure } = read(header, '', '');
    expect(structure.kind === 'part' && textOfPart(structure, Uint8Array.from(octets)).text).toBe(expected);
  });
});
