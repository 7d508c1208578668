import type { NewMessage } from '../account/mailbox.ts';
import { GeneratedMessage } from '../message/source.ts';
import { dateField, DAY } from './letter.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';

const FIRST =
  'Agnes Bilal Carmen Daniel Elif Femi Greta Hugo Ines Jamal Karin Lorenzo Mei Nadia Otis Paula Quentin Rosa Samir Tilde Uma Viktor Wanda Xenia Yusuf Zora'.split(
    ' ',
  );
const LAST =
  'Abbott Barros Calder Dahl Eriksen Fontaine Greer Haas Imai Jansen Kowalski Lindqvist Moreau Nwosu Ortega Patel Quist Rahman Suzuki Tanner Ueda Varga Whelan Yilmaz Zeller'.split(
    ' ',
  );
const OPENINGS = [
  'Notes on',
  'Question about',
  'Photos from',
  'Invoice for',
  'Minutes of',
  'Plan for',
  'Thanks for',
  'Change to',
  'Reminder:',
  'Idea for',
  'Report on',
  'Tickets for',
];
const MATTERS = [
  'the spring fair',
  'the boiler',
  'Thursday’s rehearsal',
  'the north roof',
  'our visit to Lyon',
  'the reading group',
  'the van',
  'the new timetable',
  'the choir',
  'the café rota',
  'the flood maps',
  'the beehives',
  'the annual meeting',
  'the bicycle shed',
  'the archive boxes',
  'the school garden',
];
const SENTENCES = [
  'I have put the list on the door so that nobody can say they did not see it.',
  'The second quotation came in lower, and it includes the scaffolding.',
  'Could you let me know by Friday, or by Thursday if you are passing?',
  'It took longer than we thought and was nicer than we thought.',
  'Nobody has the key, which narrows it down to all of us.',
  'I measured it twice and got three numbers.',
  'The weather held until the very last chair was inside.',
  'Attached is nothing at all; I will send it when I find it.',
  'We agreed to try it for a month and then to be honest about it.',
  'Please thank your sister for the loan of the trestle.',
];

/** How many plausible messages, from which seed, ending when (milliseconds since 1970). */
export interface BigMailboxOptions {
  readonly count: number;
  readonly seed: number;
  readonly now: number;
}

/**
 * Messages for tests of large mailboxes, oldest first, one in four a reply to an earlier one. Their octets are made
 * whenever they are fetched and hardly anything is held: 100,000 take some 40 MB. Add them to a mailbox one by one:
 * `for (const message of bigMailbox(…)) mailbox.add(message)`.
 */
export function* bigMailbox({ count, seed, now }: BigMailboxOptions): Generator<NewMessage, void> {
  const span = Math.min(3650, 30 + count / 25) * DAY;
  for (let index = 0; index < count; index++) {
    const random = seeded(seed + index * 31);
    const date = Math.floor((now - span * (1 - (index + random.next()) / count)) / 1000) * 1000;
    const flags: string[] = [];
    if (index < count * 0.98 || random.chance(0.5)) flags.push('\\Seen');
    if (random.chance(0.03)) flags.push('\\Flagged');
    if (random.chance(0.12)) flags.push('\\Answered');
    yield { content: new GeneratedMessage(() => octets(index, seed, date)), flags, internalDate: date };
  }
}

/** First message of the conversation a message belongs to. */
function rootOf(index: number, random: Random): number {
  return random.chance(0.25) ? Math.max(0, index - random.between(1, 40)) : index;
}

function octets(index: number, seed: number, date: number): Buffer {
  const random = seeded(seed ^ (index * 2654435761));
  const root = rootOf(index, random);
  const about = seeded(seed ^ (root * 40503));
  const subject = `${root === index ? '' : 'Re: '}${about.pick(OPENINGS)} ${about.pick(MATTERS)}, ${root}`;
  const name = `${random.pick(FIRST)} ${random.pick(LAST)}`;
  const address = `${name.toLowerCase().replace(' ', '.')}@example.net`;
  const paragraphs = Array.from({ length: random.between(1, 4) }, () =>
    Array.from({ length: random.between(1, 4) }, () => random.pick(SENTENCES)).join('\r\n'),
  );
  const plain = `${paragraphs.join('\r\n\r\n')}\r\n\r\n${name}\r\n`;
  const html = random.chance(0.3);
  const replies =
    root === index
      ? ''
      : `In-Reply-To: <m${root}.${seed}@example.net>\r\nReferences: <m${root}.${seed}@example.net>\r\n`;
  const head =
    `Date: ${dateField(date, 0)}\r\nFrom: ${name} <${address}>\r\nTo: Ada Marlowe <ada@postern.example>\r\n` +
    `Subject: =?utf-8?Q?${subject.replace(/[^A-Za-z0-9]/g, (c) => (c === ' ' ? '_' : [...Buffer.from(c)].map((o) => `=${o.toString(16).toUpperCase()}`).join('')))}?=\r\n` +
    `Message-ID: <m${index}.${seed}@example.net>\r\n${replies}MIME-Version: 1.0\r\n`;
  const type = (subtype: string): string => `Content-Type: text/${subtype}; charset=utf-8\r\n\r\n`;
  if (!html) return Buffer.from(`${head}${type('plain')}${plain}`);
  const markup = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\r\n');
  return Buffer.from(
    `${head}Content-Type: multipart/alternative; boundary="b${index}"\r\n\r\n--b${index}\r\n${type('plain')}${plain}` +
      `\r\n--b${index}\r\n${type('html')}${markup}\r\n--b${index}--\r\n`,
  );
}
