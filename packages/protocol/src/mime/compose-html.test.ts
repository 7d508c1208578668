import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeLatin1, encodeText } from '../bytes/index.ts';
import { textOfPart } from './body-text.ts';
import { compose } from './compose.ts';
import type { Outgoing, OutgoingAttachment } from './compose.ts';
import { parseMessage } from './message.ts';
import { choosePresentation } from './presentation.ts';
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

it('no value of any field can begin a field, end a header or a part', async () => {
  const evil = fc
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
  const expected = fieldNames(
    await written({
      attachments: [CUP, file('x', 'x/y')],
      userAgent: 'x',
      inReplyTo: '<a@b>',
      references: ['<a@b>'],
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(evil, { minLength: 16, maxLength: 16 }), async (v) => {
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
