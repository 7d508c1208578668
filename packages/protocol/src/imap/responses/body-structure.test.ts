import { describe, expect, it } from 'vitest';
import { parse } from '../../testing/parse.ts';
import type { BodyPart, BodyStructure } from '../types.ts';

function structure(wire: string): BodyStructure {
  const { response, defects } = parse(`* 1 FETCH (UID 1 BODYSTRUCTURE ${wire} FLAGS (last))`);
  expect(defects).toEqual([]);
  if (response?.type !== 'fetch' || !response.message.structure) throw new Error('no structure');
  expect(response.message.flags).toEqual(['last']);
  return response.message.structure;
}

/** `section type/subtype`, children indented: what a person would draw. */
function drawn(body: BodyStructure, indent = ''): string {
  const head = `${indent}[${body.section}] `;
  if (body.kind === 'multipart') {
    return [`${head}multipart/${body.subtype}`, ...body.parts.map((part) => drawn(part, `${indent}  `))].join(
      '\n',
    );
  }
  const line = `${head}${body.type}/${body.subtype}`;
  return body.body ? `${line}\n${drawn(body.body, `${indent}  `)}` : line;
}

const text = '("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 10 1)';
const gif = '("image" "gif" NIL NIL NIL "base64" 200)';
const envelope = '(NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL)';
const message = (body: string): string =>
  `("message" "rfc822" NIL NIL NIL "7bit" 900 ${envelope} ${body} 20)`;

const part: BodyPart = {
  kind: 'part',
  section: '1',
  type: 'text',
  subtype: 'plain',
  parameters: [['charset', 'us-ascii']],
  id: null,
  description: null,
  encoding: '7bit',
  octets: 10,
  lines: 1,
  md5: null,
  envelope: null,
  body: null,
  disposition: null,
  language: [],
  location: null,
};

it('of a message that says BODY as well is the one that says more', () => {
  const wire = `* 1 FETCH (BODYSTRUCTURE ${gif.replace(')', ' "md5")')} BODY ${gif} UID 1)`;
  const { response, defects } = parse(wire);
  expect(defects).toEqual([]);
  expect(response).toMatchObject({ type: 'fetch', message: { uid: 1, structure: { md5: 'md5' } } });
});

describe('sections', () => {
  it.each([
    [text, '[1] text/plain'],
    [`(${text}${gif} "MIXED")`, '[] multipart/mixed\n  [1] text/plain\n  [2] image/gif'],
    [
      `((${text}${text} "alternative")${gif} "mixed")`,
      '[] multipart/mixed\n  [1] multipart/alternative\n    [1.1] text/plain\n    [1.2] text/plain\n  [2] image/gif',
    ],
    [message(text), '[1] message/rfc822\n  [1.1] text/plain'],
    [
      message(`(${text}${gif} "mixed")`),
      '[1] message/rfc822\n  [1] multipart/mixed\n    [1.1] text/plain\n    [1.2] image/gif',
    ],
  ])('of %s', (wire, expected) => {
    expect(drawn(structure(wire))).toBe(expected);
  });

  it('are those of RFC 3501 §6.4.5’s example', () => {
    const octets = '("application" "octet-stream" NIL NIL NIL "base64" 9)';
    const inner2 = `(${text}(${text}("text" "richtext" NIL NIL NIL "7bit" 1 1) "alternative") "mixed")`;
    const inner1 = message(`(${text}${octets} "mixed")`);
    const wire = `(${text}${octets}${inner1}(${gif}${message(inner2)} "mixed") "mixed")`;
    expect(drawn(structure(wire))).toBe(
      `[] multipart/mixed
  [1] text/plain
  [2] application/octet-stream
  [3] message/rfc822
    [3] multipart/mixed
      [3.1] text/plain
      [3.2] application/octet-stream
  [4] multipart/mixed
    [4.1] image/gif
    [4.2] message/rfc822
      [4.2] multipart/mixed
        [4.2.1] text/plain
        [4.2.2] multipart/alternative
          [4.2.2.1] text/plain
          [4.2.2.2] text/richtext`,
    );
  });
});

describe('fields', () => {
  it('are all there', () => {
    const wire =
      '("TEXT" "Plain" ("Charset" "utf-8" "NAME" "a b") "<id@x>" "what" "QUOTED-PRINTABLE" 2279 48 "md5==" ' +
      '("INLINE" ("FileName" "a \\"b\\".txt")) ("en" "de") "http://x/" "future" (1 2))';
    expect(structure(wire)).toEqual({
      ...part,
      parameters: [
        ['charset', 'utf-8'],
        ['name', 'a b'],
      ],
      id: '<id@x>',
      description: 'what',
      encoding: 'quoted-printable',
      octets: 2279,
      lines: 48,
      md5: 'md5==',
      disposition: { type: 'inline', parameters: [['filename', 'a "b".txt']] },
      language: ['en', 'de'],
      location: 'http://x/',
    });
  });

  it('of a multipart are there too', () => {
    const wire = `(${text} "MIXED" ("BOUNDARY" "x") ("attachment" NIL) "en" "here" 1)`;
    expect(structure(wire)).toEqual({
      kind: 'multipart',
      section: '',
      subtype: 'mixed',
      parts: [part],
      parameters: [['boundary', 'x']],
      disposition: { type: 'attachment', parameters: [] },
      language: ['en'],
      location: 'here',
    });
  });

  it('of an enclosed message are its envelope, its structure and its lines', () => {
    expect(
      structure(`("message" "rfc822" NIL NIL NIL "7bit" 900 ${envelope} ${text} 20 NIL ("attachment" NIL))`),
    ).toMatchObject({
      envelope: { subject: 'inner' },
      body: { section: '1.1' },
      lines: 20,
      disposition: { type: 'attachment' },
    });
  });
});

describe('what servers get wrong', () => {
  it.each([
    ['Gmail, GMX', '("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)', [['boundary', 'x']]],
    ['Dovecot', '(NIL "alternative" ("boundary" "x") NIL NIL NIL)', [['boundary', 'x']]],
    ['others', '("ALTERNATIVE" NIL NIL NIL)', []],
  ])('a multipart without children (%s)', (_, wire, parameters) => {
    const body = structure(`(${wire}${text} "mixed")`);
    expect(drawn(body)).toBe('[] multipart/mixed\n  [1] multipart/alternative\n  [2] text/plain');
    expect(body.kind === 'multipart' && body.parts[0]).toMatchObject({ parts: [], parameters });
  });

  it('base64 message/rfc822 described as a basic part (Gmail)', () => {
    const wire = '("message" "rfc822" NIL NIL NIL "base64" 900 NIL ("attachment" ("filename" "x.eml")) NIL)';
    expect(structure(wire)).toMatchObject({
      envelope: null,
      body: null,
      octets: 900,
      disposition: { type: 'attachment', parameters: [['filename', 'x.eml']] },
    });
  });

  it('disposition as a bare string (Exchange)', () => {
    expect(structure('("image" "gif" NIL NIL NIL "base64" 1 NIL "inline" NIL)')).toMatchObject({
      disposition: { type: 'inline', parameters: [] },
    });
    expect(structure('("image" "gif" NIL NIL NIL "base64" 1 NIL INLINE NIL)')).toMatchObject({
      disposition: { type: 'inline' },
    });
    expect(structure('("image" "gif" NIL NIL NIL "base64" 1 NIL (NIL NIL) NIL)')).toMatchObject({
      disposition: null,
    });
  });

  it('a part of nothing but NIL (Exchange)', () => {
    expect(structure('(NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL NIL)')).toMatchObject({
      kind: 'part',
      type: 'application',
      subtype: 'octet-stream',
      octets: 0,
    });
  });

  it('encoding NIL or with a space, size −1, NIL, or as 9.37e+06 (Exchange, mail.ru)', () => {
    expect(structure('("image" "gif" NIL NIL NIL NIL -1)')).toMatchObject({ encoding: '7bit', octets: -1 });
    expect(structure('("image" "gif" NIL NIL NIL "base64 " NIL NIL ("inline" NIL))')).toMatchObject({
      encoding: 'base64',
      octets: -1,
      disposition: { type: 'inline' },
    });
    expect(structure('("image" "gif" NIL NIL NIL "base64" 9.37e+06)')).toMatchObject({ octets: 9_370_000 });
  });

  it('the subtype missing', () => {
    expect(structure('("text" ("charset" "x") NIL NIL "7bit" 3 1)')).toMatchObject({
      type: 'text',
      subtype: 'plain',
      parameters: [['charset', 'x']],
      octets: 3,
    });
  });

  it('the line count missing, or NIL', () => {
    const rest = { octets: 3, lines: null, md5: null, disposition: { type: 'inline', parameters: [] } };
    expect(structure('("text" "plain" NIL NIL NIL "7bit" 3 NIL ("inline" NIL) NIL NIL)')).toMatchObject(rest);
    expect(structure('("text" "plain" NIL NIL NIL "7bit" 3 NIL NIL ("inline" NIL) NIL NIL)')).toMatchObject(
      rest,
    );
  });

  it('parameters as (), odd in number, or with a NIL value', () => {
    expect(structure('("text" "plain" () NIL NIL "7bit" 3 1)')).toMatchObject({ parameters: [] });
    expect(structure('("text" "plain" ("a" NIL "b" "c" "d") NIL NIL "7bit" 3 1)')).toMatchObject({
      parameters: [['b', 'c']],
    });
    expect(structure('("text" "plain" "x" NIL NIL "7bit" 3 1)')).toMatchObject({ parameters: [] });
  });

  it('everything after the type missing', () => {
    expect(structure('("text" "html")')).toMatchObject({ subtype: 'html', encoding: '7bit', octets: -1 });
    expect(structure('(NIL "mixed")')).toMatchObject({ kind: 'multipart', parts: [] });
  });

  it('more parts than anybody sends', () => {
    const { response, defects } = parse(
      `* 1 FETCH (UID 1 BODYSTRUCTURE (${text.repeat(10_001)} "mixed") FLAGS ())`,
    );
    expect(defects).toHaveLength(1);
    expect(response).toEqual({ type: 'fetch', seq: 1, message: { uid: 1, flags: [] } });
  });
});
