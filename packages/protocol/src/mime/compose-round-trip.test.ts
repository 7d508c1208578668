/** Whatever is composed is read back as it was written. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { concatBytes } from '../bytes/index.ts';
import { parseAddresses } from './address.ts';
import { textOfPart } from './body-text.ts';
import { compose } from './compose.ts';
import type { Outgoing } from './compose.ts';
import { parseDate } from './date.ts';
import { messageIds } from './header.ts';
import { parseMessage } from './message.ts';
import { choosePresentation } from './presentation.ts';
import { decodeTransfer } from './transfer.ts';

/** A line that people can write: no controls, no marks that turn it around, no white space but spaces, none around it. */
const line = fc.string({ unit: 'grapheme', maxLength: 120 }).map((text) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim(),
);
/** Single quotes around a whole name are taken for some program's. */
const name = line.filter((text) => !/^['"].*['"]$/.test(text));
const address = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9.+]{0,8}[a-z0-9]$/), fc.domain())
  .map(([local, domain]) => `${local.replace(/\.+/g, '.')}@${domain.toLowerCase()}`);
const people = fc.array(fc.record({ name, address }), { maxLength: 4 });
const fileName = line
  .map((text) => text.replace(/[/\\<>:"|?*]/g, '_').replace(/^[\s.]+|[\s.]+$/g, ''))
  .filter((text) => text !== '' && text.length <= 200);
const id = fc.stringMatching(/^<[a-z0-9.]{1,60}@[a-z]{1,20}>$/);
const text = fc
  .array(
    line.filter((one) => !/^>|^-- ?$/.test(one)),
    { minLength: 1, maxLength: 6 },
  )
  .map((lines) => lines.join('\n'))
  .filter((whole) => !whole.endsWith('\n') && whole !== '');

/** HTML of two octets is taken for none: some programs put a line break where they have no HTML to say. */
const html = text.filter((whole) => whole.length > 2);

const message = fc.record({
  from: fc.record({ name, address }),
  to: people,
  cc: people,
  bcc: people,
  replyTo: people,
  subject: line,
  text,
  html: fc.option(html, { nil: undefined }),
  date: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  timeZoneOffset: fc.integer({ min: -12 * 60, max: 14 * 60 }),
  messageId: id,
  inReplyTo: fc.option(id, { nil: undefined }),
  references: fc.uniqueArray(id, { maxLength: 10 }),
  files: fc.array(fc.record({ name: fileName, bytes: fc.uint8Array({ maxLength: 300 }) }), { maxLength: 3 }),
});

it('is read back', async () => {
  await fc.assert(
    fc.asyncProperty(message, async ({ files, html, inReplyTo, ...fields }) => {
      const outgoing: Outgoing = {
        ...fields,
        ...(html === undefined ? {} : { html }),
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
        attachments: files.map((file) => ({
          name: file.name,
          type: 'application/pdf',
          octets: file.bytes.length,
          async *read() {
            yield file.bytes;
          },
        })),
      };
      const chunks: Uint8Array[] = [];
      for await (const chunk of compose(outgoing).chunks()) chunks.push(chunk.slice());
      const { headers, structure, body, defects } = parseMessage(concatBytes(chunks));
      expect(defects).toEqual([]);
      const list = (field: string) =>
        parseAddresses(headers.rawList(field)).filter((one) => one.address !== '');
      expect(list('from')).toEqual([fields.from]);
      expect(list('to')).toEqual(fields.to);
      expect(list('cc')).toEqual(fields.cc);
      expect(list('bcc')).toEqual(fields.bcc);
      expect(list('reply-to')).toEqual(fields.replyTo);
      expect(headers.get('subject') ?? '').toBe(fields.subject);
      expect(parseDate(headers.raw('date')!)).toBe(fields.date);
      expect(messageIds(headers.raw('message-id')!)).toEqual([fields.messageId]);
      expect(messageIds(headers.raw('in-reply-to') ?? '')[0]).toBe(inReplyTo);
      expect(messageIds(headers.raw('references') ?? '')).toEqual(fields.references);
      const read = (prefer: 'html' | 'plain') => choosePresentation(structure, { prefer });
      const texts = (prefer: 'html' | 'plain') =>
        read(prefer).shown.map(({ part }) =>
          textOfPart(part, decodeTransfer(body(part.section)!, part.encoding)).text.replace(/\n$/, ''),
        );
      expect(texts('plain')).toEqual([fields.text]);
      expect(texts('html')).toEqual([html ?? fields.text]);
      const saved = read('html').attachments.map((one) => ({
        name: one.name,
        bytes: decodeTransfer(body(one.section)!, one.encoding),
      }));
      expect(saved).toEqual(files);
    }),
    { numRuns: 200 },
  );
});
