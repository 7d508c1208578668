import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeLatin1, encodeText } from '../bytes/index.ts';
import { textOfPart } from './body-text.ts';
import { compose } from './compose.ts';
import type { Outgoing, OutgoingAttachment } from './compose.ts';
import { parseMailto } from './mailto.ts';
import { parseMessage } from './message.ts';
import { choosePresentation } from './presentation.ts';
import { reply } from './reply.ts';
import type { Original } from './reply.ts';
import { decodeTransfer } from './transfer.ts';

const BASE: Outgoing = {
  from: { name: 'Ada', address: 'ada@example.org' },
  to: [{ name: 'Bob', address: 'bob@example.org' }],
  cc: [],
  bcc: [],
  subject: 'Tea',
  text: 'Tea, with a picture\n',
  html: '<p>Tea, with <img src="cid:cup@example.org"></p>\n',
  date: Date.UTC(2025, 10, 3, 10),
  timeZoneOffset: 60,
  messageId: '<0123456789abcdef@example.org>',
  attachments: [],
};

function file(name: string, type: string, more: Partial<OutgoingAttachment> = {}): OutgoingAttachment {
  const content = encodeText('Subject: inner\r\n\r\ncontent\r\n');
  return {
    name,
    type,
    octets: content.length,
    async *read() {
      yield content;
    },
    ...more,
  };
}

const CUP = file('cup.png', 'image/png', { inline: { contentId: 'cup@example.org' } });

async function written(message: Partial<Outgoing>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const composed = compose({ ...BASE, ...message });
  for await (const chunk of composed.chunks()) chunks.push(chunk.slice());
  const whole = concatBytes(chunks);
  expect(whole.length).toBe(composed.octets);
  return whole;
}

async function outline(message: Partial<Outgoing>): Promise<string> {
  const of = (structure: ReturnType<typeof parseMessage>['structure']): string =>
    structure.kind === 'part'
      ? `${structure.type}/${structure.subtype}`
      : `${structure.subtype}(${structure.parts.map(of).join(' ')})`;
  return of(parseMessage(await written(message)).structure);
}

describe('compose with HTML', () => {
  it.each([
    ['alone', [], 'alternative(text/plain text/html)'],
    ['a picture', [CUP], 'alternative(text/plain related(text/html image/png))'],
    [
      'a file',
      [file('a.pdf', 'application/pdf')],
      'mixed(alternative(text/plain text/html) application/pdf)',
    ],
    [
      'a picture, a file and a message',
      [file('a.pdf', 'application/pdf'), CUP, file('b.eml', 'message/rfc822', { message: true })],
      'mixed(alternative(text/plain related(text/html image/png)) application/pdf message/rfc822)',
    ],
  ])('%s', async (_, attachments, expected) => {
    expect(await outline({ attachments })).toBe(expected);
  });

  it('is read back: either form, and the picture by its cid', async () => {
    const message = parseMessage(await written({ attachments: [CUP] }));
    const html = choosePresentation(message.structure, { prefer: 'html' });
    const said = [...html.shown, ...html.alternatives].map(({ part }) => {
      const octets = decodeTransfer(message.body(part.section)!, part.encoding);
      return textOfPart(part, octets).text.trim();
    });
    expect(said).toEqual([BASE.html!.trim(), BASE.text.trim()]);
    expect(html.related).toMatchObject([{ contentId: 'cup@example.org', name: 'cup.png' }]);
    expect(html.attachments).toEqual([]);
  });

  it('keeps any HTML as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 400 }), async (text) => {
        const html = `<p>${text.replace(/[\p{Cc}\p{Cs}]/gu, ' ')}--=_related_0123456789abcdefexampleorg--</p>`;
        const message = parseMessage(await written({ html, attachments: [CUP] }));
        const [shown] = choosePresentation(message.structure, { prefer: 'html' }).shown;
        const octets = decodeTransfer(message.body(shown!.section)!, shown!.part.encoding);
        expect(textOfPart(shown!.part, octets).text.trim()).toBe(html);
      }),
      { numRuns: 200 },
    );
  });
});

/** The names of all fields of all headers: of the message, and behind each delimiter. */
function fieldNames(bytes: Uint8Array): string[] {
  const text = decodeLatin1(bytes);
  const headers = text.split(/^--=_.*\r\n/m).map((piece) => piece.split('\r\n\r\n', 1)[0]!);
  return headers.flatMap((header) => header.split(/\r\n(?![ \t])/).map((line) => line.split(':', 1)[0]!));
}

const EVIL = fc
  .array(
    fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      '\r\n\r\n',
      '\u2028',
      '\x85',
      '\0',
      'Bcc: eve@example.org',
      ' ',
      '"',
      '>',
      '<',
      ',',
      ';',
      ':',
      '\\',
      '=?utf-8?Q?=0D=0AX:?=',
      'é',
      '--=_mixed_0123456789abcdefexampleorg',
      'a',
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

/** Message fields that are left out where nothing of them can be written. */
const OPTIONAL = new Set([
  'To',
  'Cc',
  'Bcc',
  'Reply-To',
  'In-Reply-To',
  'References',
  'Content-ID',
  'Message-ID',
  'Subject',
]);

it('no value of a message that is answered or forwarded, or of a mailto: URL, can begin a field', async () => {
  const known = new Set([...OPTIONAL, ...fieldNames(await written({ attachments: [file('x', 'x/y')] }))]);
  const address = fc.record({ name: EVIL, address: EVIL.map((text) => `a${text}@b`) });
  const original = fc.record({
    from: fc.array(address, { minLength: 1, maxLength: 2 }),
    replyTo: fc.array(address, { maxLength: 1 }),
    to: fc.array(address, { maxLength: 2 }),
    cc: fc.array(address, { maxLength: 2 }),
    subject: EVIL,
    messageId: EVIL.map((text) => `<1${text}@x>`),
    references: fc.array(
      EVIL.map((text) => `<2${text}@x>`),
      { maxLength: 3 },
    ),
    date: fc.constant(0),
    text: EVIL,
    html: EVIL,
  });
  const words = {
    onWrote: ({ from }: Original) => `${from[0]?.name} wrote:`,
    forwardedHeader: ({ subject }: Original) => `Subject: ${subject}`,
  };
  const mailto = fc
    .tuple(
      EVIL,
      EVIL,
      EVIL,
      EVIL,
      fc.constantFrom('cc', 'bcc', 'subject', 'in-reply-to', 'from', 'x-y'),
      EVIL,
    )
    .map(
      ([to, subject, cc, body, name, value]) =>
        `mailto:${encodeURIComponent(to)}?subject=${encodeURIComponent(subject)}&cc=${cc.replace(/[&?#]/g, '')}` +
        `&body=${encodeURIComponent(body)}&${name}=${encodeURIComponent(value)}&${encodeURIComponent(value)}=x`,
    );
  const mode = fc.constantFrom('reply', 'reply-all', 'forward', 'forward-attached');
  const draft = fc.oneof(
    fc.tuple(original, mode).map(([message, how]) => reply(message, [BASE.from], how, words)),
    mailto.map((url) => parseMailto(url)!),
  );
  await fc.assert(
    fc.asyncProperty(draft, EVIL, async (fields, name) => {
      const bytes = await written({ html: 'x', ...fields, attachments: [file(name, name)] });
      const names = fieldNames(bytes);
      expect(names.filter((one) => !known.has(one))).toEqual([]);
      for (const once of ['From', 'Subject', 'To', 'Bcc', 'Message-ID', 'References'])
        expect(names.filter((one) => one === once).length).toBeLessThanOrEqual(1);
      expect(decodeLatin1(bytes)).not.toMatch(/[^\r]\n|\r(?!\n)/);
    }),
    { numRuns: 300 },
  );
});

it('no value of any field can begin a field, end a header or a part', async () => {
  const expected = fieldNames(
    await written({
      attachments: [CUP, file('x', 'x/y')],
      userAgent: 'x',
      inReplyTo: '<a@b>',
      references: ['<a@b>'],
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(EVIL, { minLength: 16, maxLength: 16 }), async (v) => {
      const bytes = await written({
        from: { name: v[0]!, address: `a${v[1]!}@example.org` },
        to: [{ name: v[2]!, address: `b${v[3]!}@example.org` }],
        replyTo: [{ name: v[13]!, address: v[14]! }],
        subject: `s${v[4]!}`,
        userAgent: `u${v[5]!}`,
        inReplyTo: `<a${v[6]!}@b>`,
        references: [`<a${v[7]!}@b>`, '<a@b>'],
        text: `t${v[8]!}`,
        html: `h${v[9]!}`,
        attachments: [
          { ...CUP, name: v[10]!, inline: { contentId: `c${v[11]!}` } },
          file(v[12]!, `x/y${v[15]!}`),
        ],
      });
      const optional = new Set(['Reply-To', 'In-Reply-To', 'References', 'Content-ID']);
      const needed = (names: readonly string[]) => names.filter((name) => !optional.has(name));
      expect(needed(fieldNames(bytes))).toEqual(needed(expected));
      const known = new Set([...expected, 'Reply-To']);
      expect(fieldNames(bytes).filter((name) => !known.has(name))).toEqual([]);
      expect(decodeLatin1(bytes)).not.toMatch(/[^\r]\n|\r(?!\n)/);
    }),
    { numRuns: 300 },
  );
});
