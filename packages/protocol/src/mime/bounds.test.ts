/** Every bound, at it and beyond it: what is too much costs itself, and nothing else. */
import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { addressesOf, parseAddresses, readAddresses } from './address.ts';
import { parseAuthenticationResults } from './authentication-results.ts';
import { decodeWords } from './encoded-word.ts';
import { messageIds, parseHeaders } from './header.ts';
import { textOfHtml } from './html-text.ts';
import { mailingListOf } from './list-fields.ts';
import { parseMessage } from './message.ts';
import { parseMailto } from './mailto.ts';
import { parameterValue, parseParameters } from './parameter.ts';
import { quotedStretches } from './quoted-text.ts';
import { parseDeliveryStatus } from './report/delivery-status.ts';
import { ancestorsOf } from './thread/message.ts';
import { unflow } from './flowed.ts';
import { unpackTnef } from './tnef/tnef.ts';
import { unpackUuencoded } from './uuencoded.ts';

describe('addresses', () => {
  it('5000 of a field', () => {
    expect(parseAddresses('a@b, '.repeat(5000))).toHaveLength(5000);
    expect(parseAddresses(`${'a@b, '.repeat(5000)} last@c`).at(-1)?.address).toBe('a@b');
  });

  it('a million characters of a field, the address that is cut at its end included', () => {
    expect(parseAddresses(`${'x'.repeat(999_990)} <a@b.example>, <c@d>`)[0]?.name).toHaveLength(999_990);
    expect(parseAddresses(`(${'x'.repeat(2_000_000)}) <a@b>`)).toEqual([]);
  });

  it('what is beyond is a defect, in a message within a message too', () => {
    const cut = ['addresses-truncated'];
    expect(readAddresses('a@b, '.repeat(5000)).defects).toEqual([]);
    expect(readAddresses('a@b,'.repeat(4999) + 'a@b').defects).toEqual([]);
    expect(readAddresses('a@b,'.repeat(5000) + 'a@b').defects).toEqual(cut);
    expect(readAddresses(`${'a@b, '.repeat(5000)} last@c, `).defects).toEqual(cut);
    expect(readAddresses(`a@b ${'(c) '.repeat(250_000)}`).defects).toEqual(cut);
    const enclosing = (count: number) =>
      encodeText(
        `Content-Type: message/rfc822\n\nTo: ${Array.from({ length: count }, () => 'a@b').join(',\n ')}\n\nx`,
      );
    expect(parseMessage(enclosing(5000)).defects).toEqual([]);
    expect(parseMessage(enclosing(5001)).defects).toEqual(cut);
  });

  it('5000 of an ENVELOPE, groups without members included', () => {
    const one = { name: null, mailbox: 'a', host: 'b' };
    const group = { name: null, mailbox: 'g', host: null };
    expect(addressesOf(Array.from({ length: 6000 }, () => one))).toHaveLength(5000);
    expect(addressesOf(Array.from({ length: 6000 }, () => group))).toHaveLength(5000);
  });

  it('groups within groups: there is but one level, and nobody is lost', () => {
    const found = parseAddresses(`${'g:'.repeat(1000)} a@b;`);
    expect(found.at(-1)?.address).toBe('a@b');
    expect(found.length).toBeLessThanOrEqual(1001);
  });

  it('50 comments within each other', () => {
    const nested = (depth: number) => `a@b ${'('.repeat(depth)}x${')'.repeat(depth)}, c@d`;
    expect(parseAddresses(nested(50)).map(({ address }) => address)).toEqual(['a@b', 'c@d']);
    expect(parseAddresses(nested(60))[0]?.address).toBe('a@b');
  });
});

describe('parameters', () => {
  it('1000 of a field', () => {
    const { parameters } = parseParameters(`text/plain${'; a=b'.repeat(2000)}; charset=utf-8`);
    expect(parameters.length).toBeLessThanOrEqual(1000);
    expect(
      parameterValue([...Array.from({ length: 1000 }, () => ['a', 'b'] as const), ['c', 'd']], 'c'),
    ).toBe(undefined);
  });

  it('1000 sections of one', () => {
    const sections = Array.from({ length: 3000 }, (_, index) => [`name*${index}`, 'x'] as const);
    expect(parameterValue(sections, 'name')).toBe('x'.repeat(1000));
  });
});

describe('identifiers', () => {
  it('1000 of a field, of at most 998 characters', () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `<${index}@x>`).join(' ');
    expect(messageIds(ids)).toHaveLength(1000);
    expect(messageIds(`<${'x'.repeat(999)}> <a@b>`)).toEqual(['<a@b>']);
  });

  it('50 references: the root and the latest', () => {
    const ids = Array.from({ length: 900 }, (_, index) => `<${index}@x>`);
    expect(ancestorsOf(ids.join(' '), undefined)).toEqual(['<0@x>', ...ids.slice(-49)]);
  });
});

describe('fields', () => {
  it('an encoded word with a charset of 80 characters', () => {
    const word = (length: number) => `=?${'x'.repeat(length)}?Q?a?=`;
    expect(decodeWords(word(70))).toBe('a');
    expect(decodeWords(word(100))).toBe(word(100));
  });

  it('20 URLs of a list field, of 4000 characters', () => {
    const list = (raw: string) =>
      mailingListOf(parseHeaders(encodeText(`List-Unsubscribe: ${raw}\r\n\r\n`)))!;
    expect(list('<https://x/>,'.repeat(100)).unsubscribe).toHaveLength(20);
    expect(list(`<https://x/${'y'.repeat(5000)}>, <https://z/>`).unsubscribe).toEqual(['https://z/']);
  });

  it('100 checks of authentication', () => {
    expect(parseAuthenticationResults(`x${'; spf=pass'.repeat(500)}`)?.results).toHaveLength(100);
  });

  it('a mailto: URL of 100,000 characters', () => {
    const draft = parseMailto(`mailto:a@b.c?subject=${'x'.repeat(200_000)}&cc=d@e.f`);
    expect(draft?.subject.length).toBeLessThan(100_000);
    expect(draft?.cc).toEqual([]);
  });

  it('1000 recipients of a report, and what a server says of one', () => {
    const report = encodeText(
      `Final-Recipient: rfc822; a@b\r\nDiagnostic-Code: smtp; ${'x'.repeat(10_000)}\r\n\r\n`.repeat(1100),
    );
    const status = parseDeliveryStatus(report);
    expect(status?.recipients).toHaveLength(1000);
    expect(status?.recipients[0]?.diagnostic).toHaveLength(2000);
  });
});

describe('text', () => {
  it('quotes 100 deep', () => {
    expect(quotedStretches(`${'>'.repeat(5000)} x`)[0]?.depth).toBe(100);
    expect(unflow(`${'>'.repeat(5000)} x`, false)).toBe(`${'>'.repeat(100)} x`);
  });

  it('50,000 lines: the rest belongs to the last stretch', () => {
    const found = quotedStretches(`${'a\n'.repeat(50_000)}> b`);
    expect(found).toHaveLength(1);
    expect(found[0]?.text.endsWith('\n> b')).toBe(true);
  });

  it('4 Mi characters of HTML, 200 elements open', () => {
    expect(textOfHtml(`${'x'.repeat(5 * 1024 * 1024)}`).replaceAll('\n', '')).toHaveLength(4 * 1024 * 1024);
    // What is not kept in mind closes nothing of what is.
    expect(textOfHtml(`${'<b>'.repeat(5000)}a${'</b>'.repeat(5000)}<p>b`)).toBe('a\n\nb');
  });
});

describe('what is packed', () => {
  it('100 uuencoded files of a text: those after them stay text', () => {
    const file = 'begin 644 x\n#86)C\n`\nend\n';
    const { files, text } = unpackUuencoded(encodeText(file.repeat(102)));
    expect(files).toHaveLength(100);
    expect(decodeLatin1(text[0]!)).toBe(file.repeat(2));
  });

  it('1000 files of a winmail.dat', () => {
    const header = [0x78, 0x9f, 0x3e, 0x22, 1, 0];
    const begin = [2, 2, 0x90, 6, 0, 0, 0, 0, 0, 0, 0];
    const made = (files: number) =>
      unpackTnef(Uint8Array.from([...header, ...Array.from({ length: files }, () => begin).flat()]))!;
    expect(made(1000)).toMatchObject({ truncated: false, files: { length: 1000 } });
    expect(made(1001)).toMatchObject({ truncated: true, files: { length: 1000 } });
  });

  it('20,000 attributes of a winmail.dat', () => {
    const bytes = new Uint8Array(6 + 11 * 20_001);
    bytes.set([0x78, 0x9f, 0x3e, 0x22, 1, 0]);
    expect(unpackTnef(bytes.subarray(0, 6 + 11 * 20_000))?.truncated).toBe(false);
    expect(unpackTnef(bytes)?.truncated).toBe(true);
  });
});
