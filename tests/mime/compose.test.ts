/** What Postern composes, read by an independent parser. */
import { compose, newMessageId, parseAddresses } from '@postern/protocol/mime';
import type { MailAddress, Octets, Outgoing, OutgoingAttachment } from '@postern/protocol/mime';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import type { AddressObject, ParsedMail } from 'mailparser';
import { describe, expect, it } from 'vitest';

async function whole(source: Octets): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks()) chunks.push(chunk.slice());
  return Buffer.concat(chunks);
}

function file(
  name: string,
  type: string,
  content: Buffer,
  more: Partial<OutgoingAttachment> = {},
): OutgoingAttachment {
  return {
    name,
    type,
    octets: content.length,
    async *read() {
      for (let at = 0; at < content.length; at += 1000) yield content.subarray(at, at + 1000);
    },
    ...more,
  };
}

const BASE: Outgoing = {
  from: { name: 'Ada Lovelace', address: 'ada@example.org' },
  to: parseAddresses('Bob <bob@example.org>'),
  cc: [],
  bcc: [],
  subject: 'Tea',
  text: 'Shall we?\n',
  date: Date.UTC(2025, 10, 3, 10, 20, 30),
  timeZoneOffset: -210,
  messageId: newMessageId('example.org', new Uint8Array(16).fill(0xab)),
  attachments: [],
};

const parse = async (message: Partial<Outgoing>): Promise<ParsedMail> =>
  simpleParser(await whole(compose({ ...BASE, ...message })));

function people(field: AddressObject | AddressObject[] | undefined): MailAddress[] {
  const list = field === undefined ? [] : Array.isArray(field) ? field : [field];
  return list.flatMap(({ value }) => value.map(({ name, address = '' }) => ({ name, address })));
}

const NAMES = [
  'Jürgen Müller',
  '山田 太郎',
  'Doe, Jane "JD" \\',
  'محمد علي',
  'O’Brien & Söhne (Vertrieb) <x>',
  '😀 Smile 👨‍👩‍👧',
  'A name so long that it cannot stand in one line of a header, whatever happens to it on the way',
  '=?utf-8?Q?not_encoded?=',
];

describe('mailparser reads', () => {
  it.each(NAMES)('the name %s', async (name) => {
    const list = [
      { name, address: 'a@example.org' },
      { name: '', address: 'b@example.org' },
      { name, address: 'c@example.org' },
    ];
    const mail = await parse({
      from: { name, address: 'x@example.org' },
      to: list,
      cc: list,
      bcc: list,
      replyTo: list,
    });
    expect(people(mail.from)).toEqual([{ name, address: 'x@example.org' }]);
    for (const field of [mail.to, mail.cc, mail.bcc, mail.replyTo]) expect(people(field)).toEqual(list);
  });

  it.each([
    'Grüße aus der Küche',
    'Re: ASCII, then 日本語の件名がとても長くて一行には収まりきらない場合でも正しく読めること, then ASCII',
    'x'.repeat(2000),
    'many words '.repeat(60).trim(),
    'two  spaces   and more',
    '=?utf-8?Q?quoted?= in a subject',
    '🏳️‍🌈 flags and 👩🏽‍🚀 people '.repeat(8).trim(),
  ])('the subject %s', async (subject) => {
    expect((await parse({ subject })).subject).toBe(subject);
  });

  it('any subject', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 12 }), async (words) => {
        // What is no text in a line is taken out on purpose.
        const subject = words
          .join(' ')
          .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')
          .replace(/\s+/gu, ' ')
          .trim();
        fc.pre(subject !== '' && !subject.includes('=?'));
        expect((await parse({ subject })).subject).toBe(subject);
      }),
      { numRuns: 100 },
    );
  });

  it('date, Message-ID and thread', async () => {
    const references = Array.from(
      { length: 20 },
      (_, i) => `<some-quite-long-identifier-${i}@mail.example.org>`,
    );
    const mail = await parse({ inReplyTo: references[19]!, references });
    expect(mail.date?.getTime()).toBe(BASE.date);
    expect(mail.messageId).toBe(BASE.messageId);
    expect(mail.inReplyTo).toBe(references[19]);
    expect(mail.references).toEqual(references);
  });

  it.each([
    ['ASCII', 'Hello,\n\nhow are you?\n'],
    ['Latin', 'Grüße,\n\nJürgen\n'],
    ['Japanese', 'こんにちは。\n'.repeat(50)],
    ['a long line', `${'x'.repeat(5000)}\n`],
    ['lines that mean something to transports', 'From here\n.\n..\n> From\n-- \nsig\n'],
    ['its own boundary', `--=_mixed_${BASE.messageId.replace(/\W/g, '')}--\n`],
  ])('text: %s', async (_, text) => {
    const mail = await parse({ text, attachments: [file('a', 'x/y', Buffer.from('1'))] });
    expect(mail.text?.trimEnd()).toBe(text.trimEnd());
    expect(mail.attachments).toHaveLength(1);
  });

  it('paragraphs of format=flowed as paragraphs', async () => {
    const text = `${'word '.repeat(100).trim()}\n\n${'Wörter '.repeat(50).trim()}\n`;
    expect((await parse({ text })).text?.trimEnd()).toBe(text.trimEnd());
  });

  it.each([
    'plain.txt',
    'two words.pdf',
    'Übersicht 2025 – endgültig.pdf',
    '請求書（最終版）.xlsx',
    `${'sehr lange Übersicht '.repeat(12)}.pdf`,
    `${'long '.repeat(40)}name.pdf`,
    'quote"back;semi=colon\'.txt',
    '100% sure*.txt',
    '😀.png',
  ])('the file name %s', async (name) => {
    const mail = await parse({ attachments: [file(name, 'application/pdf', Buffer.from('x'))] });
    expect(mail.attachments[0]).toMatchObject({
      filename: name,
      contentType: 'application/pdf',
      contentDisposition: 'attachment',
    });
  });

  it('attachments of every length, byte for byte', async () => {
    for (const length of [0, 1, 2, 3, 56, 57, 58, 59, 113, 114, 115, 999, 1000, 1001, 5000, 100_000]) {
      const content = Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 131) ^ (i >> 8)));
      const composed = compose({
        ...BASE,
        attachments: [file('a.bin', 'application/octet-stream', content), file('b', 'image/png', content)],
      });
      const bytes = await whole(composed);
      expect(bytes.length).toBe(composed.octets);
      const mail = await simpleParser(bytes);
      expect(mail.attachments.map(({ content: found }) => found.equals(content))).toEqual([true, true]);
    }
  });

  it('a picture in its place', async () => {
    const mail = await parse({
      attachments: [
        file('a.png', 'image/png', Buffer.from('x'), { inline: { contentId: 'logo@example.org' } }),
      ],
    });
    expect(mail.attachments[0]).toMatchObject({ cid: 'logo@example.org', contentDisposition: 'inline' });
  });

  it('HTML beside the text, with its picture', async () => {
    const mail = await parse({
      text: 'Grüße\n',
      html: '<p>Grüße <img src="cid:logo@example.org"></p>\n',
      attachments: [
        file('a.png', 'image/png', Buffer.from('picture'), { inline: { contentId: 'logo@example.org' } }),
        file('b.pdf', 'application/pdf', Buffer.from('file')),
      ],
    });
    expect(mail.text?.trim()).toBe('Grüße');
    // It puts the picture in, which shows that it found the one that is meant.
    const data = Buffer.from('picture').toString('base64');
    expect(mail.html).toContain(`<p>Grüße <img src="data:image/png;base64,${data}"></p>`);
    expect(mail.attachments).toMatchObject([{ filename: 'a.png', related: true }, { filename: 'b.pdf' }]);
  });

  it('a message forwarded whole', async () => {
    const inner = await whole(
      compose({
        ...BASE,
        subject: 'Inner é',
        text: 'é',
        attachments: [file('x.bin', 'x/y', Buffer.alloc(3000, 7))],
      }),
    );
    const outer = { ...BASE, messageId: newMessageId('example.org', new Uint8Array(16).fill(1)) };
    const composed = compose({
      ...outer,
      attachments: [file('Inner.eml', 'message/rfc822', inner, { message: true })],
    });
    const mail = await simpleParser(await whole(composed));
    expect(mail.attachments[0]?.contentType).toBe('message/rfc822');
    expect(mail.attachments[0]?.content.toString('latin1')).toBe(inner.toString('latin1'));
    const again = await simpleParser(mail.attachments[0]!.content);
    expect([again.subject, again.text?.trim(), again.attachments[0]?.size]).toEqual(['Inner é', 'é', 3000]);
  });

  it('nothing of Bcc in what is submitted', async () => {
    const composed = compose({ ...BASE, bcc: parseAddresses('Eve <eve@example.org>') });
    const submitted = await whole(composed.submission);
    expect(submitted.toString()).not.toMatch(/bcc|eve/i);
    expect((await simpleParser(submitted)).subject).toBe('Tea');
    expect(people((await simpleParser(await whole(composed))).bcc)).toEqual([
      { name: 'Eve', address: 'eve@example.org' },
    ]);
  });
});

it('holds no attachment in memory: chunks pass one at a time', async () => {
  let ahead = 0;
  let most = 0;
  const big: OutgoingAttachment = {
    name: 'video.mp4',
    type: 'video/mp4',
    octets: 64 * 1024 * 1024,
    async *read() {
      for (let i = 0; i < 1024; i++) {
        most = Math.max(most, ++ahead);
        yield new Uint8Array(64 * 1024);
      }
    },
  };
  const composed = compose({ ...BASE, attachments: [big] });
  let octets = 0;
  for await (const chunk of composed.chunks()) {
    octets += chunk.length;
    if (chunk.length > 60_000) ahead--;
  }
  expect(octets).toBe(composed.octets);
  expect(most).toBeLessThanOrEqual(2);
});

it('needs no second copy of an attachment, in many pieces or in one: octets in use are counted while it goes out', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const inUse = (): number => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const size = 48 * 1024 * 1024;
  const whole = new Uint8Array(size);
  const sources: Record<string, () => AsyncIterable<Uint8Array>> = {
    'many pieces': async function* () {
      for (let at = 0; at < size; at += 64 * 1024) yield new Uint8Array(64 * 1024);
    },
    'one piece': async function* () {
      yield whole;
    },
  };
  for (const [name, read] of Object.entries(sources)) {
    const video: OutgoingAttachment = { name: 'video.mp4', type: 'video/mp4', octets: size, read };
    const before = inUse();
    const composed = compose({ ...BASE, attachments: [video] });
    let peak = 0;
    let chunks = 0;
    for await (const chunk of composed.chunks()) {
      if (chunks++ % 64 === 0) peak = Math.max(peak, inUse() - before);
      expect(chunk.length).toBeLessThan(1024 * 1024);
    }
    console.log(
      `${name}: at most ${(peak / 1024).toFixed(0)} KiB beside ${size / 1024 / 1024} MiB of attachment`,
    );
    // What was freed is counted for a while.
    expect(peak).toBeLessThan(size / 2);
  }
});
