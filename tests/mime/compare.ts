/** One message as Postern and as mailparser read it, in terms that can be compared. */
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
import { simpleParser } from 'mailparser';
import type { AddressObject, ParsedMail } from 'mailparser';
import type { Field } from './disagreements.ts';

const oneSpace = (text: string | undefined | false) => (text || '').replace(/\s+/g, ' ').trim();
const digest = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex').slice(0, 12);

export type Seen = Record<Field, unknown>;

export function byPostern(message: ParsedMessage): Seen {
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

/** The fields in which the two read a message differently. */
export async function disagreements(bytes: Uint8Array): Promise<Field[]> {
  const ours = byPostern(parseMessage(bytes));
  const options = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true };
  const theirs = byMailparser(await simpleParser(Buffer.from(bytes), options));
  return (Object.keys(ours) as Field[]).filter(
    (field) => JSON.stringify(ours[field]) !== JSON.stringify(theirs[field]),
  );
}
