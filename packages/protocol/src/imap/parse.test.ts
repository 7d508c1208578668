import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { parse } from '../testing/parse.ts';
import { fetched, nobody, valid } from '../testing/responses.ts';
import { frameOf } from './fragmenter.ts';
import { parseResponse } from './parse.ts';

it('reads a long SEARCH as a short one', () => {
  const numbers = Array.from({ length: 60_000 }, (_, n) => (n % 7 === 0 ? 4_294_967_000 - n : n * 3 + 1));
  const line = `* SEARCH ${numbers.join(' ').replaceAll('1 ', '1  ')} (MODSEQ 5)`;
  const { response, defects } = parseResponse(frameOf(encodeText(line)));
  expect(defects).toEqual([]);
  // Element by element: an array with room to spare is equal to one that ends where it should.
  expect(response).toStrictEqual({ type: 'search', numbers, modSeq: 5n });
});

describe('parseResponse', () => {
  it.each(valid)('reads %s', (wire, response) => {
    expect(parse(wire)).toEqual({ response, defects: [] });
  });

  it.each(fetched)('reads FETCH (%s)', (items, message) => {
    expect(parse(`* 12 FETCH (${items})`)).toEqual({
      response: { type: 'fetch', seq: 12, message },
      defects: [],
    });
  });

  it('reads an envelope, RFC 3501 §8', () => {
    const terry = { name: 'Terry Gray', mailbox: 'gray', host: 'cac.washington.edu' };
    const { response, defects } = parse(
      '* 12 FETCH (ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ' +
        '(("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ' +
        '(("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ' +
        '((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL ' +
        '"<B27397-0100000@cac.washington.edu>"))',
    );
    expect(defects).toEqual([]);
    expect(response?.type === 'fetch' && response.message.envelope).toEqual({
      date: 'Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
      subject: 'IMAP4rev1 WG mtg summary and minutes',
      from: [terry],
      sender: [terry],
      replyTo: [terry],
      to: [{ name: null, mailbox: 'imap', host: 'cac.washington.edu' }],
      cc: [
        { name: null, mailbox: 'minutes', host: 'CNRI.Reston.VA.US' },
        { name: 'John Klensin', mailbox: 'KLENSIN', host: 'MIT.EDU' },
      ],
      bcc: [],
      inReplyTo: null,
      messageId: '<B27397-0100000@cac.washington.edu>',
    });
  });

  it('reads text that is UTF-8, and text that is not, as windows-1252', () => {
    const bad = Uint8Array.from('* 1 FETCH (ENVELOPE (NIL "Gr\xfc\xdfe \x96"))\r\n', (c) => c.charCodeAt(0));
    const { response } = parse(bad);
    expect(response?.type === 'fetch' && response.message.envelope).toEqual({
      date: null,
      subject: 'Grüße –',
      ...nobody,
    });
  });

  it('takes any response cut anywhere: what is wrong with it comes as a defect', () => {
    for (const [wire] of valid) {
      const bytes = encodeText(wire);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { defects } = parseResponse(frameOf(bytes.subarray(0, cut)));
        for (const defect of defects) expect(defect).toBeInstanceOf(ProtocolError);
      }
    }
  });

  it('survives any octets', () => {
    const words = fc.constantFrom(
      ...'* + P1 OK NO BYE FETCH LIST STATUS ( ) [ ] " \\ {1} NIL UID FLAGS BODY[ BODYSTRUCTURE ENVELOPE -1 1e5 : , < > 99999999999999999999'.split(
        ' ',
      ),
      ' ',
      '\0',
      '"text"',
      '("text" "plain" NIL NIL NIL "7bit" 1 1)',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), fc.boolean(), (list, spaced) => {
        const bytes = encodeText(`* 1 FETCH (${list.join(spaced ? ' ' : '')}`);
        const { defects } = parseResponse(frameOf(bytes));
        for (const defect of defects) expect(defect).toBeInstanceOf(ProtocolError);
        const { defects: others } = parseResponse(frameOf(bytes.subarray(11)));
        for (const defect of others) expect(defect).toBeInstanceOf(ProtocolError);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not fall over deep nesting', () => {
    const deep = '('.repeat(200_000);
    for (const item of ['BODYSTRUCTURE', 'ENVELOPE', 'X-DEEP', 'FLAGS']) {
      const { response, defects } = parse(`* 1 FETCH (UID 4 ${item} ${deep}`);
      expect(defects).not.toEqual([]);
      expect(response).toMatchObject({ type: 'fetch', message: { uid: 4 } });
    }
  });

  it('tells a defect without telling what people wrote', () => {
    const { defects } = parse('* 1 FETCH (ENVELOPE "Passwort 123" SECRET ada@example.org');
    expect(defects).toHaveLength(1);
    expect(defects[0]!.excerpt).not.toMatch(/secret|Passwort|123|ada|example/);
    expect(defects[0]!.excerpt.length).toBeLessThanOrEqual(80);
    expect(defects[0]!.excerpt).toContain('ENVELOPE');
  });
});
