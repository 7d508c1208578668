/**
 * Bytes to the text that is shown, beside postal-mime and mailparser on the same messages. What each side does:
 *
 * - `ours, whole`: headers and structure read from the octets of the message, the parts to show chosen, and those decoded.
 *   Attachments are found and named, and not decoded: nobody has asked for them yet.
 * - `ours, as in IMAP`: what the app does. The server has sent BODYSTRUCTURE (parsing it is measured above) and then the
 *   sections that were chosen from it, so that attachments never come. The parts are chosen anew, and decoded.
 * - postal-mime and mailparser read the message whole and decode every attachment; mailparser is asked not to make text of
 *   HTML nor HTML of text.
 */
import {
  choosePresentation,
  decodeTransfer,
  decodeWords,
  parseAddresses,
  parseDate,
  parseMessage,
  textOfPart,
} from '@postern/protocol/mime';
import type { Display } from '@postern/protocol/mime';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import type { Race } from './alone.ts';
import { race } from './figures.ts';
import type { Figure } from './figures.ts';

interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  /** Messages read in one round, so that a round takes milliseconds. */
  readonly times: number;
  /** How the text that is shown begins, to see that all read the same. */
  readonly begins: string;
}

const ROUNDS = 7;
const HEADER = [
  'Received: from mx.example.org (mx.example.org [192.0.2.7]) by mail.example.org with ESMTPS id 1A2B3C; Mon, 3 Nov 2025 10:20:31 +0100',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=k1; h=from:to:subject:date;',
  `\tbh=${'Qk'.repeat(21)}=; b=${'Zm'.repeat(120)}`,
  'Date: Mon, 3 Nov 2025 10:20:30 +0100',
  'From: =?utf-8?Q?J=C3=BCrgen_M=C3=BCller?= <juergen@example.org>',
  'To: "Doe, Jane" <jane@example.com>, Bob <bob@example.net>',
  'Subject: =?utf-8?B?R3LDvMOfZSBhdXMgZGVyIEvDvGNoZQ==?=',
  'Message-ID: <20251103102030.1A2B3C@example.org>',
  'MIME-Version: 1.0',
].join('\r\n');

function message(type: string, encoding: string, body: string): string {
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

function multipart(subtype: string, parts: readonly string[]): string {
  const boundary = `=_${subtype}_0123456789`;
  const inner = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return message(`multipart/${subtype}; boundary="${boundary}"`, '7bit', `${inner}--${boundary}--\r\n`);
}

const quotedPrintable = (text: string): string =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[^\x20-\x3c\x3e-\x7e\n]/g, (letter) => `=${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .split('\n')
    .map((line) => line.replace(/(?:=..|[^=]){70}(?!$)/g, '$&=\r\n'))
    .join('\r\n');

function attachment(name: string, type: string, octets: number): string {
  const content = Buffer.from(
    Uint8Array.from({ length: octets }, (_, index) => (index * 131) ^ (index >> 7)),
  );
  const lines = content.toString('base64').replace(/.{76}/g, '$&\r\n');
  return message(type, 'base64', lines).replace(
    '\r\n\r\n',
    `\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n`,
  );
}

const LETTER =
  'Grüße aus der Küche.\nEs gibt Suppe, und danach reden wir über den Plan für nächste Woche.\n\n';
const STORY =
  '<tr><td style="padding:12px;font-family:sans-serif"><h2>Grüße &amp; Neues</h2><p>Was es alles gibt: “Suppe”, Brot – und mehr. <a href="https://example.org/a?b=c&amp;d=e">Weiter</a></p></td></tr>\n';

const text = message('text/plain; charset=utf-8', 'quoted-printable', quotedPrintable(LETTER.repeat(12)));
const html = message(
  'text/html; charset=utf-8',
  'quoted-printable',
  quotedPrintable(`<!doctype html><html><body><table>\n${STORY.repeat(250)}</table></body></html>`),
);
const alternative = multipart('alternative', [text, html]);
const whole = (entity: string): Buffer => Buffer.from(`${HEADER}\r\n${entity}`, 'latin1');

const SAMPLES: readonly Sample[] = [
  { name: 'a short text', bytes: whole(text), times: 400, begins: 'Grüße aus' },
  { name: 'text and HTML', bytes: whole(alternative), times: 20, begins: '<!doctype' },
  {
    name: 'text, HTML and three attachments',
    bytes: whole(
      multipart('mixed', [
        alternative,
        attachment('plan.pdf', 'application/pdf', 2_000_000),
        attachment('photo.jpg', 'image/jpeg', 1_500_000),
        attachment('table.xlsx', 'application/octet-stream', 200_000),
      ]),
    ),
    times: 4,
    begins: '<!doctype',
  },
];

function shownText(display: Display, body: (section: string) => Uint8Array | undefined): string {
  return display.shown
    .map(({ part, section }) => {
      const octets = decodeTransfer(body(section) ?? new Uint8Array(), part.encoding);
      return textOfPart(part, octets).text;
    })
    .join('\n');
}

function wholeByUs(bytes: Uint8Array): string {
  const { headers, structure, body } = parseMessage(bytes);
  for (const name of ['from', 'to']) parseAddresses(headers.rawList(name));
  decodeWords(headers.raw('subject') ?? '');
  parseDate(headers.raw('date') ?? '');
  return shownText(choosePresentation(structure, { prefer: 'html' }), body);
}

async function byPostalMime(bytes: Buffer): Promise<string> {
  const mail = await PostalMime.parse(bytes);
  return mail.html ?? mail.text ?? '';
}

async function byMailparser(bytes: Buffer): Promise<string> {
  const mail = await simpleParser(bytes, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  return mail.html || (mail.text ?? '');
}

/** Each way over the same octets, checked to give the same text. */
async function sampleFigures({ name, bytes, times, begins }: Sample): Promise<Figure[]> {
  const { structure, body } = parseMessage(bytes);
  const chosen = choosePresentation(structure, { prefer: 'html' });
  const sections = new Map(chosen.shown.map(({ section }) => [section, body(section)?.slice()]));
  const asInImap = () =>
    shownText(choosePresentation(structure, { prefer: 'html' }), (section) => sections.get(section));
  const ways = {
    'ours, whole': () => wholeByUs(bytes),
    'ours, as in IMAP': asInImap,
    'postal-mime': () => byPostalMime(bytes),
    mailparser: () => byMailparser(bytes),
  };
  for (const [way, read] of Object.entries(ways)) {
    if (!(await read()).startsWith(begins)) throw new Error(`${way} does not read ${name}`);
  }
  const repeated = Object.entries(ways).map(
    ([way, read]) =>
      [
        way,
        async () => {
          for (let time = 0; time < times; time++) await read();
        },
      ] as const,
  );
  const measured = await race(Object.fromEntries(repeated), ROUNDS);
  const took = (way: keyof typeof ways): number => (measured[way] ?? Number.NaN) / times;
  const size =
    bytes.length < 100_000
      ? `${Math.round(bytes.length / 1000)} kB`
      : `${(bytes.length / 1e6).toFixed(1)} MB`;
  return (['ours, whole', 'ours, as in IMAP'] as const).flatMap((own) =>
    (['postal-mime', 'mailparser'] as const).map((peer) => ({
      id: `${name}, ${size}: ${own}`,
      unit: 'ms',
      ours: took(own),
      peer,
      theirs: took(peer),
      ratio: took(peer) / took(own),
      target: undefined,
    })),
  );
}

/** Milliseconds for one message. */
export const MIME_RACES: readonly Race[] = SAMPLES.map((sample) => ({
  id: `text of ${sample.name}`,
  run: () => sampleFigures(sample),
}));
