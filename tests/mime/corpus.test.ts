/**
 * Messages from other projects' test suites, read by Postern and by mailparser. Where the two disagree, the table below says
 * why; a disagreement that is not in it fails, and so does one that is no more.
 */
import {
  choosePresentation,
  decodeTransfer,
  parseAddresses,
  parseDate,
  parseMessage,
  textOfPart,
} from '@postern/protocol/mime';
import type { Display, ParsedMessage } from '@postern/protocol/mime';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { simpleParser } from 'mailparser';
import type { AddressObject, ParsedMail } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { DISAGREEMENTS } from './disagreements.ts';
import type { Field } from './disagreements.ts';

const CORPUS = new URL('../../../shared/corpus/', import.meta.url).pathname;
const present = existsSync(join(CORPUS, 'eml'));
if (!present) console.warn(`No test messages at ${CORPUS}: the tests that read them are skipped.`);

function messages(): string[] {
  const files = readdirSync(join(CORPUS, 'eml'), { recursive: true, withFileTypes: true });
  return files
    .filter(
      (file) =>
        file.isFile() && /\.(?:eml|txt|msg|raw|golden)$/.test(file.name) && file.name !== 'SOURCE.txt',
    )
    .map((file) => relative(join(CORPUS, 'eml'), join(file.parentPath, file.name)))
    .filter((path) => !path.includes('expected'))
    .sort();
}

const oneSpace = (text: string | undefined | false) => (text || '').replace(/\s+/g, ' ').trim();
const digest = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex').slice(0, 12);

type Seen = Record<Field, unknown>;

function byPostern(message: ParsedMessage): Seen {
  const { headers, structure } = message;
  const html = choosePresentation(structure, { prefer: 'html' });
  const plain = choosePresentation(structure, { prefer: 'plain' });
  const octets = (section: string, encoding: string) =>
    decodeTransfer(message.body(section) ?? new Uint8Array(), encoding);
  const text = (display: Display, kind: 'plain' | 'html') =>
    display.shown
      .filter((shown) => shown.kind === kind && shown.depth === 0)
      .map(({ part }) => textOfPart(part, octets(part.section, part.encoding)).text)
      .join('\n');
  const files = new Map([...html.attachments, ...html.related].map((one) => [one.section, one]));
  const opened = html.shown.filter(({ kind, depth }) => kind === 'message' && depth === 0);
  const own = [...files.values()].filter(
    ({ section }) => !opened.some((one) => section.startsWith(`${one.section}.`)),
  );
  return {
    subject: oneSpace(headers.get('subject')),
    date: parseDate(headers.raw('date') ?? ''),
    addresses: ['from', 'to', 'cc', 'reply-to'].map((name) =>
      parseAddresses(headers.rawList(name))
        .filter((one) => one.name !== '' || one.address !== '')
        .map(({ name: who, address }) => [oneSpace(who), address]),
    ),
    plain: oneSpace(text(plain, 'plain')),
    html: oneSpace(text(html, 'html')),
    attachments: own.map((one) => digest(octets(one.section, one.encoding))).sort(),
  };
}

function byMailparser(mail: ParsedMail): Seen {
  const people = (name: string) => {
    const field = mail.headers.get(name) as AddressObject | AddressObject[] | undefined;
    const list = field === undefined ? [] : Array.isArray(field) ? field : [field];
    return list
      .flatMap(({ value }) => value.flatMap((one) => one.group ?? [one]))
      .map(({ name: who, address }) => [oneSpace(who), address ?? '']);
  };
  return {
    subject: oneSpace(mail.subject),
    // It says now where it cannot read a date.
    date:
      mail.date && Math.abs(mail.date.getTime() - Date.now()) > 86_400_000 ? mail.date.getTime() : undefined,
    addresses: ['from', 'to', 'cc', 'reply-to'].map(people),
    plain: oneSpace(mail.text),
    html: oneSpace(mail.html),
    attachments: mail.attachments.map(({ content }) => digest(content)).sort(),
  };
}

describe.skipIf(!present)('messages of the corpus', () => {
  it('are read as mailparser reads them, but for what the table says', async () => {
    const found = new Map<Field, string[]>();
    const paths = messages();
    for (const path of paths) {
      const bytes = readFileSync(join(CORPUS, 'eml', path));
      const ours = byPostern(parseMessage(bytes));
      const options = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true };
      const theirs = byMailparser(await simpleParser(bytes, options));
      for (const field of Object.keys(ours) as Field[]) {
        if (JSON.stringify(ours[field]) === JSON.stringify(theirs[field])) continue;
        found.set(field, [...(found.get(field) ?? []), path]);
      }
    }
    expect(paths.length).toBeGreaterThan(200);
    for (const field of Object.keys(DISAGREEMENTS) as Field[]) {
      const listed = Object.values(DISAGREEMENTS[field]).flat().sort();
      expect(found.get(field) ?? [], field).toEqual(listed);
    }
  });

  it('cost no exception when cut or damaged anywhere', () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed % below;
    };
    for (const path of messages()) {
      const whole = new Uint8Array(readFileSync(join(CORPUS, 'eml', path))).subarray(0, 50_000);
      for (let round = 0; round < 5; round++) {
        const bytes = whole.slice(0, round === 0 ? random(whole.length + 1) : whole.length);
        for (let hit = 0; hit < 20 && bytes.length > 0; hit++) bytes[random(bytes.length)] = random(256);
        byPostern(parseMessage(bytes));
      }
    }
  });
});
