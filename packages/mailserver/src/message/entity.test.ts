import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bodyStructure } from '../imap/body-structure.ts';
import type { Entity } from './entity.ts';
import { parseEntity } from './entity.ts';

function structureOf(text: string): string {
  return bodyStructure(parseEntity(Buffer.from(text.replace(/\n/g, '\r\n'), 'latin1')), true);
}

const table: ReadonlyArray<readonly [what: string, message: string, structure: string]> = [
  [
    'plain text without any MIME',
    'Subject: x\n\nOne\nTwo\n',
    '("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 10 2 NIL NIL NIL NIL)',
  ],
  [
    'an empty body',
    'Subject: x\n\n',
    '("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)',
  ],
  [
    'no body at all',
    'Subject: x',
    '("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)',
  ],
  [
    'a type that is none',
    'Content-Type: attachment\n\nx',
    '("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 1 1 NIL NIL NIL NIL)',
  ],
  [
    'quoted and commented parameters',
    'Content-Type: text/html; charset="utf-8" (of course); x=a\\"b\nContent-Transfer-Encoding: Quoted-Printable (yes)\n\n',
    '("TEXT" "HTML" ("CHARSET" "utf-8" "X" "a\\\\\\"b") NIL NIL "QUOTED-PRINTABLE" 0 0 NIL NIL NIL NIL)',
  ],
  [
    'disposition, language, location, id, description',
    'Content-Type: image/png\nContent-ID: <a@b>\nContent-Description: A gull\nContent-Disposition: inline; filename="g.png"\nContent-Language: en, cy\nContent-Location: g\n\nAA==',
    '("IMAGE" "PNG" NIL "<a@b>" "A gull" "7BIT" 4 NIL ("INLINE" ("FILENAME" "g.png")) ("en" "cy") "g")',
  ],
  [
    'a multipart whose parts never come',
    'Content-Type: multipart/mixed; boundary=b\n\nnothing\n',
    '(("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL)',
  ],
  [
    'a multipart that never closes, with a boundary that begins like another',
    'Content-Type: multipart/mixed; boundary=b\n\n--bb\n--b \n\nOne --b\n--b\n\nTwo\n',
    '(("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL NIL)("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 5 1 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL)',
  ],
  [
    'a digest',
    'Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nHi\n--b--\n',
    '(("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 17 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 2 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL) "DIGEST" ("BOUNDARY" "b") NIL NIL NIL)',
  ],
  [
    'an attached message',
    'Content-Type: message/rfc822\nContent-Disposition: attachment\n\nSubject: in\n\nHi\n',
    '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 19 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 4 1 NIL NIL NIL NIL) 3 NIL ("ATTACHMENT" NIL) NIL NIL)',
  ],
];

test.each(table)('BODYSTRUCTURE of %s', (_, message, structure) => {
  expect(structureOf(message)).toBe(structure);
});

function checkRanges(entity: Entity, whole: string): void {
  expect(entity.start).toBeLessThanOrEqual(entity.bodyStart);
  expect(entity.bodyStart).toBeLessThanOrEqual(entity.end);
  expect(entity.end).toBeLessThanOrEqual(whole.length);
  const header = whole.slice(entity.start, entity.bodyStart);
  expect(entity.header.map((field) => field.raw).join('')).toBe(header.replace(/(^|\n)\r?\n$/, '$1'));
  let after = entity.bodyStart;
  for (const child of entity.children ?? (entity.message === undefined ? [] : [entity.message])) {
    expect(child.start).toBeGreaterThanOrEqual(after);
    expect(child.end).toBeLessThanOrEqual(entity.end);
    checkRanges(child, whole);
    after = child.end;
  }
}

test('nesting without end is described as far as it is sane', () => {
  let message = 'x';
  for (let i = 0; i < 200; i++) message = `Content-Type: message/rfc822\r\n\r\n${message}`;
  expect(bodyStructure(parseEntity(Buffer.from(message)), true).match(/RFC822/g)).toHaveLength(40);
});

const corpus = new URL('../../../../../shared/corpus/eml', import.meta.url).pathname;

test.skipIf(!existsSync(corpus))(
  'every message of the corpus (../shared/corpus/eml) has a structure, octet by octet',
  () => {
    const files = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const entry of files) {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      if (bytes.length > 2_000_000) continue;
      const entity = parseEntity(bytes);
      expect(entity.end).toBe(bytes.length);
      checkRanges(entity, bytes.toString('latin1'));
      const structure = bodyStructure(entity, true);
      expect(structure.startsWith('(') && structure.endsWith(')')).toBe(true);
    }
  },
);
