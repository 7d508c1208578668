import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../bytes/index.ts';
import { withoutBcc } from './bcc.ts';
import { compose } from './compose.ts';
import type { Outgoing, OutgoingAttachment } from './compose.ts';
import { asciiDomain } from './domain.ts';
import { parseHeaders } from './header.ts';
import { newMessageId } from './message-id.ts';
import type { Octets } from './octets.ts';
import { wireAddress } from './wire-address.ts';

const BASE: Outgoing = {
  from: { name: 'Ada', address: 'ada@example.org' },
  to: [{ name: 'Bob', address: 'bob@example.org' }],
  cc: [],
  bcc: [],
  subject: 'Tea',
  text: 'Shall we?\n',
  date: Date.UTC(2025, 10, 3, 10),
  timeZoneOffset: 60,
  messageId: '<0123456789abcdef@example.org>',
  attachments: [],
};

function file(bytes: Uint8Array, more: Partial<OutgoingAttachment> = {}): OutgoingAttachment {
  return {
    name: 'a.bin',
    type: 'application/octet-stream',
    octets: bytes.length,
    async *read() {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
    },
    ...more,
  };
}

async function octets(source: Octets): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks()) chunks.push(chunk.slice());
  return concatBytes(chunks);
}

const textOf = async (message: Partial<Outgoing>) =>
  new TextDecoder().decode(await octets(compose({ ...BASE, ...message })));

describe('compose', () => {
  it('writes a plain message', async () => {
    expect(
      await textOf({ inReplyTo: '<1@y>', references: ['<0@y>', '<1@y>'], userAgent: 'Postern/0.1' }),
    ).toBe(
      [
        'Date: Mon, 3 Nov 2025 11:00:00 +0100',
        'From: Ada <ada@example.org>',
        'To: Bob <bob@example.org>',
        'Subject: Tea',
        'Message-ID: <0123456789abcdef@example.org>',
        'In-Reply-To: <1@y>',
        'References: <0@y> <1@y>',
        'User-Agent: Postern/0.1',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8; format=flowed',
        'Content-Transfer-Encoding: 7bit',
        '',
        'Shall we?',
        '',
      ].join('\r\n'),
    );
  });

  it.each([
    ['ASCII', 'plain', '7bit'],
    ['some beyond ASCII', 'caf\u00e9 and then a lot of ASCII', 'quoted-printable'],
    ['mostly beyond ASCII', '日本語の手紙', 'base64'],
    ['a line too long to send', 'x'.repeat(1200), 'quoted-printable'],
  ])('encodes the text as suits: %s', async (_, text, encoding) => {
    expect(await textOf({ text })).toContain(`Content-Transfer-Encoding: ${encoding}\r\n`);
  });

  it('says how many octets there are, and gives the same again', async () => {
    const random = fc.uint8Array({ maxLength: 600 });
    const attachment = fc.tuple(random, fc.boolean()).map(([bytes, message]) => file(bytes, { message }));
    await fc.assert(
      fc.asyncProperty(fc.array(attachment, { maxLength: 3 }), fc.string(), async (attachments, text) => {
        const composed = compose({ ...BASE, text, attachments, bcc: [{ name: '', address: 'x@y.z' }] });
        const first = await octets(composed);
        expect(first.length).toBe(composed.octets);
        expect(await octets(composed)).toEqual(first);
        const submitted = await octets(composed.submission);
        expect(submitted.length).toBe(composed.submission.octets);
        expect(withoutBcc(first)).toEqual(submitted);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['longer', 99],
    ['shorter', 101],
  ])('fails when a file has become %s', async (_, octetsSaid) => {
    const composed = compose({ ...BASE, attachments: [file(new Uint8Array(100), { octets: octetsSaid })] });
    await expect(octets(composed)).rejects.toThrow('has changed');
  });

  it('keeps lines short and ASCII, whatever is written', async () => {
    const any = fc.string({ unit: 'grapheme', maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(any, any, any, async (subject, name, text) => {
        const message = await textOf({
          subject,
          text,
          to: [{ name, address: 'b@x.y' }],
          attachments: [file(new Uint8Array(200), { name })],
        });
        const [header = '', ...body] = message.split('\r\n\r\n');
        for (const line of header.split('\r\n'))
          expect(line.length).toBeLessThanOrEqual(name.length > 200 ? 998 : 400);
        for (const line of body.join('\r\n\r\n').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
        expect(message).toMatch(/^[\x20-\x7e\r\n\t]*$/);
        expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('cannot be made to write a field that it was not asked for', async () => {
    const evil = fc
      .array(
        fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          'X-Evil: 1',
          'Bcc: x@y',
          ' ',
          '\t',
          '<',
          '>',
          '"',
          '\\',
          ',',
          ';',
          '@',
          'a',
          'é',
          '=?utf-8?Q?=0D=0AX-Evil:_1?=',
          '\0',
          '\u2028',
          '\x85',
        ),
        { maxLength: 12 },
      )
      .map((pieces) => pieces.join(''));
    const expected = new Set(
      'date from reply-to to cc bcc subject message-id in-reply-to references user-agent mime-version content-type content-transfer-encoding'.split(
        ' ',
      ),
    );
    const partExpected = new Set([
      'content-type',
      'content-transfer-encoding',
      'content-disposition',
      'content-id',
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(evil, { minLength: 12, maxLength: 12 }), async (words) => {
        const [
          w0 = '',
          w1 = '',
          w2 = '',
          w3 = '',
          w4 = '',
          w5 = '',
          w6 = '',
          w7 = '',
          w8 = '',
          w9 = '',
          w10 = '',
          w11 = '',
        ] = words;
        const message = await octets(
          compose({
            ...BASE,
            from: { name: w0, address: `${w1}@x.y` },
            to: [
              { name: w1, address: w2 },
              { name: '', address: `a@${w3}` },
            ],
            cc: [{ name: w4, address: w0 }],
            bcc: [{ name: w5, address: w6 }],
            replyTo: [{ name: w6, address: w7 }],
            subject: w8,
            messageId: w9,
            inReplyTo: w10,
            references: [w11, w0, `<${w1}>`],
            userAgent: w2,
            attachments: [file(new Uint8Array(1), { name: w3, type: w4, inline: { contentId: w5 } })],
          }),
        );
        const header = parseHeaders(message);
        expect(header.fields.filter(({ name }) => !expected.has(name))).toEqual([]);
        expect(new Set(header.fields.map(({ name }) => name)).size).toBe(header.fields.length);
        const parts = new TextDecoder()
          .decode(message.subarray(header.octets))
          .split(/(?:^|\r\n)--=_[A-Za-z0-9_]*\r\n/)
          .slice(1);
        expect(parts).toHaveLength(2);
        for (const part of parts) {
          const fields = parseHeaders(encodeText(part)).fields;
          expect(fields.filter(({ name }) => !partExpected.has(name))).toEqual([]);
        }
      }),
    );
  });

  it('makes one line of a subject and of a name', async () => {
    const text = await textOf({
      subject: 'a\r\nBcc: b\0\u202e',
      to: [{ name: 'c\n d\x1b', address: 'e@f.g' }],
    });
    expect(text).toContain('\r\nSubject: a Bcc: b\r\n');
    expect(text).toContain('\r\nTo: c d <e@f.g>\r\n');
  });

  it('says whom to send it to, each once, domains in ASCII', () => {
    const composed = compose({
      ...BASE,
      to: [{ name: '', address: 'bob@BÜCHER.example' }],
      cc: [
        { name: 'Bob', address: 'bob@xn--bcher-kva.example' },
        { name: 'nobody', address: '' },
      ],
      bcc: [{ name: '', address: 'eve@example.org' }],
    });
    expect(composed.sender).toBe('ada@example.org');
    expect(composed.recipients).toEqual(['bob@xn--bcher-kva.example', 'eve@example.org']);
    expect(composed).toMatchObject({ eightBit: false, utf8: false });
  });

  it('says what submission needs', () => {
    expect(compose({ ...BASE, attachments: [file(new Uint8Array(1), { message: true })] })).toMatchObject({
      eightBit: true,
      utf8: false,
    });
    expect(compose({ ...BASE, to: [{ name: '', address: 'jürgen@example.org' }] })).toMatchObject({
      eightBit: true,
      utf8: true,
    });
  });

  it('does not call a message in base64 a message', async () => {
    const text = await textOf({
      attachments: [file(new Uint8Array(1), { name: 'a.eml', type: 'message/rfc822' })],
    });
    expect(text).toContain('Content-Type: application/octet-stream\r\n');
  });

  it('hides that there is nobody but Bcc', async () => {
    expect(await textOf({ to: [], bcc: [{ name: '', address: 'x@y.z' }] })).toContain(
      'To: undisclosed-recipients:;\r\n',
    );
  });
});

describe('withoutBcc', () => {
  it.each([
    ['A: 1\r\nBcc: x@y.z,\r\n\tz@y.z\r\nB: 2\r\n\r\nBcc: body\r\n', 'A: 1\r\nB: 2\r\n\r\nBcc: body\r\n'],
    ['BCC : x\r\nresent-bcc: y\r\nBccx: 1\r\n\r\n', 'Bccx: 1\r\n\r\n'],
    ['A: 1\nbcc:\n x\n\nbody', 'A: 1\n\nbody'],
    ['A: 1\r\nBcc: x', 'A: 1\r\n'],
    ['A: 1\r\n\r\nbody', 'A: 1\r\n\r\nbody'],
    ['', ''],
  ])('%j', (message, expected) => {
    expect(new TextDecoder().decode(withoutBcc(encodeText(message)))).toBe(expected);
  });
});

describe('wireAddress', () => {
  it('is never too long for a line (RFC 5322 §2.1.1), whatever it is written in', () => {
    for (const letter of ['日', '😀', '"', 'a']) {
      const address = wireAddress(`${letter.repeat(2000)}@example.org`);
      expect(encodeText(`Reply-To: <${address}>,`).length).toBeLessThanOrEqual(998);
    }
  });

  it.each([
    ['jane@Example.ORG', 'jane@example.org'],
    ['"jane"@example.org', 'jane@example.org'],
    ['"a b"@example.org', '"a b"@example.org'],
    ['a"b@example.org', '"a\\"b"@example.org'],
    ['a..b@example.org', '"a..b"@example.org'],
    ['user@[192.0.2.1]', 'user@[192.0.2.1]'],
    ['user@[IPv6:2001:db8::1]', 'user@[IPv6:2001:db8::1]'],
    ['jane@bücher.example', 'jane@xn--bcher-kva.example'],
    ['a@b>\r\nRCPT TO:<c@d', '"a@b> RCPT TO:<c"@d'],
    ['a@b.c> SIZE=1', 'a@b.csize1'],
  ])('%j', (address, expected) => {
    expect(wireAddress(address)).toBe(expected);
  });
});

it.each([
  ['münchen.de', 'xn--mnchen-3ya.de'],
  ['Bücher.example', 'xn--bcher-kva.example'],
  ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
  ['почта.рф', 'xn--80a1acny.xn--p1ai'],
  ['example.org', 'example.org'],
  ['ｅｘａｍｐｌｅ．org', 'example.org'],
  ['faß.example', 'xn--fa-hia.example'],
])('asciiDomain(%s)', (domain, ascii) => {
  expect(asciiDomain(domain)).toBe(ascii);
});

it('newMessageId', () => {
  const random = Uint8Array.from({ length: 16 }, (_, i) => i);
  expect(newMessageId('bücher.example', random)).toBe(
    '<000102030405060708090a0b0c0d0e0f@xn--bcher-kva.example>',
  );
  expect(newMessageId('>\r\n..', random)).toBe('<000102030405060708090a0b0c0d0e0f@localhost>');
});
