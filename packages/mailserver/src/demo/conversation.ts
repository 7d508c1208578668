import { DeferredMessage } from '../message/source.ts';
import type { Letter } from './letter.ts';
import { byDay, compose, dateField, DAY, HOUR, MINUTE, partiesOf } from './letter.ts';
import type { Part } from './mime.ts';
import { multipart, text } from './mime.ts';
import type { Person, PersonName } from './people.ts';
import { people } from './people.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';

/** One message of a conversation. */
export interface Turn {
  readonly by: PersonName;
  /** Hours after the message before it. */
  readonly after: number;
  readonly says: string;
  /** Given when the message is sent. */
  readonly files?: (date: number) => readonly Part[];
  readonly flags?: readonly string[];
  /** No quotation of the message before. */
  readonly bare?: boolean;
}

/** People writing to each other; every message goes to all of them. */
export interface Conversation {
  /** Where it is filed once it is no longer recent; Archive unless given. */
  readonly mailbox?: string;
  readonly subject: string;
  /** Days before now. */
  readonly ago: number;
  readonly with: readonly PersonName[];
  readonly turns: readonly Turn[];
}

/** A turn in few words. */
export function turn(by: PersonName, after: number, says: string, more: Partial<Turn> = {}): Turn {
  return { by, after, says: says.trim(), ...more };
}

/** Mail younger than this stays in INBOX. */
export const RECENT = 45 * DAY;

const SIGNATURES: Partial<Record<PersonName, string>> = {
  ada: 'Ada Marlowe\nSaltmere Harbour Trust',
  grace: 'Grace Okafor, treasurer\nSaltmere Harbour Trust',
  priya: 'Priya Raman CEng\nRaman Structures · 14 Ropewalk, Saltmere',
  owen: 'Owen Pritchard\nThe Lightkeepers’ Society',
  ingrid: 'Ingrid Solheim\nSaltmere Archive, the old customs house\nopen Tuesday to Thursday',
  nell: 'Nell\nHarbour Kitchen, by the slip',
  jonas: 'Jonas Brändli\nSeemuseum Zürich',
};

/** The messages of a conversation. What Ada writes goes to Sent; what is old enough is filed and read. */
export function converse(conversation: Conversation, now: number, random: Random): Letter[] {
  const letters: Letter[] = [];
  const ids: string[] = [];
  let date = now - conversation.ago * DAY;
  let before: { readonly from: Person; readonly date: number; readonly says: string } | undefined;
  for (const [index, turn] of conversation.turns.entries()) {
    date = Math.min(
      date + turn.after * HOUR + random.between(0, 40) * MINUTE + random.between(0, 59) * 1000,
      now - 2 * MINUTE,
    );
    date = byDay(date, now);
    const from = people[turn.by];
    const others = conversation.with.filter((name) => name !== turn.by);
    const first = before !== undefined && before.from !== from ? before.from : people[others[0] ?? 'ada'];
    const rest = others.map((name) => people[name]).filter((person) => person !== first);
    const id = `${random.between(0x100000, 0xffffff).toString(16)}.${date.toString(36)}@${from.address.split('@')[1]}`;
    const heading = {
      from,
      to: [first],
      cc: rest,
      subject: index === 0 ? conversation.subject : `Re: ${conversation.subject}`,
      date,
      id,
      references: [...ids],
    };
    const quoted = turn.bare ? undefined : before;
    // What is made later must not depend on when: it has its own chance.
    const own = seeded(random.between(0, 0x7fffffff));
    letters.push({
      mailbox: mailboxOf(conversation, turn, date, now),
      date,
      flags: turn.by === 'ada' ? ['\\Seen'] : flagsOf(conversation, index, date, now, random),
      content: new DeferredMessage(() => compose(heading, partOf(turn, { from, date }, quoted, own))),
      parties: partiesOf(heading),
    });
    ids.push(id);
    before = { from, date, says: turn.says };
  }
  return letters;
}

function mailboxOf(conversation: Conversation, turn: Turn, date: number, now: number): string {
  if (turn.by === 'ada') return 'Sent';
  return now - date < RECENT ? 'INBOX' : (conversation.mailbox ?? 'Archive');
}

function flagsOf(
  conversation: Conversation,
  index: number,
  date: number,
  now: number,
  random: Random,
): string[] {
  const flags = [...(conversation.turns[index]?.flags ?? [])];
  const answered = conversation.turns[index + 1]?.by === 'ada';
  const age = now - date;
  if (answered) flags.push('\\Answered');
  if (answered || age > 6 * DAY || random.chance(Math.min(0.8, age / (3 * DAY)))) flags.push('\\Seen');
  if (random.chance(0.04)) flags.push('$Forwarded');
  return flags;
}

function partOf(
  turn: Turn,
  { from, date }: { from: Person; date: number },
  quoted: { from: Person; date: number; says: string } | undefined,
  random: Random,
): Part {
  const signature = SIGNATURES[turn.by];
  let body = turn.says;
  if (signature !== undefined && random.chance(0.6)) body += `\n\n-- \n${signature}`;
  if (quoted !== undefined) {
    const when = dateField(quoted.date, from.zone).slice(0, -6);
    const lines = quoted.says
      .split('\n')
      .map((line) => (line.startsWith('>') ? `>${line}` : line === '' ? '>' : `> ${line}`));
    body += `\n\nOn ${when}, ${quoted.from.name} wrote:\n${lines.join('\n')}`;
  }
  const charset = from.charset === undefined || !fits(body) ? 'utf-8' : from.charset;
  const written = text(body, { charset, flowed: random.chance(0.5) });
  const files = turn.files?.(date) ?? [];
  if (files.length === 0) return written;
  return multipart('mixed', `=_part_${random.between(1e8, 9e8)}`, [written, ...files]);
}

/** Whether a Western mail program would still use its old charset. */
function fits(body: string): boolean {
  return /^[\x00-\xff]*$/.test(body);
}
