import type { MessageSource } from '../message/source.ts';
import type { Fields, Part } from './mime.ts';
import { assemble, headerText } from './mime.ts';
import type { Person } from './people.ts';
import { addressText } from './people.ts';

/** A message of the demo account, and where it lies. */
export interface Letter {
  readonly mailbox: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly flags: readonly string[];
  readonly content: Uint8Array | MessageSource;
  /** Addresses that sent or received it; the second account gets its copies by them. */
  readonly parties: readonly string[];
}

/** What the header of a message is made of. */
export interface Heading {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly cc?: readonly Person[];
  readonly subject: string;
  readonly date: number;
  /** Without angle brackets. */
  readonly id: string;
  /** Ids of the messages before it in the conversation, oldest first. */
  readonly references?: readonly string[];
  readonly charset?: string;
  readonly more?: Fields;
}

export const DAY = 86_400_000;
export const HOUR = 3_600_000;
export const MINUTE = 60_000;

/** The same day, but not in the middle of the night: people here write between seven and eleven. */
export function byDay(date: number, now: number): number {
  const hour = (date % DAY) / HOUR;
  const later = hour < 7 ? date + (7 - hour / 3) * HOUR : date;
  return later < now - 6 * HOUR ? later : date;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A Date field (RFC 5322 §3.3) in a zone given in minutes east of UTC. */
export function dateField(ms: number, zone: number): string {
  const date = new Date(ms + zone * MINUTE);
  const two = (n: number): string => String(n).padStart(2, '0');
  const offset = `${zone < 0 ? '-' : '+'}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`;
  return (
    `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${offset}`
  );
}

/** A day as people write it: 3 May 2025. */
export function dayText(ms: number): string {
  const date = new Date(ms);
  const names = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'];
  const month = [...names, 'September', 'October', 'November', 'December'][date.getUTCMonth()];
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

/** A complete message. */
export function compose(heading: Heading, part: Part): Buffer {
  const { from, to, cc = [], references = [] } = heading;
  const charset = heading.charset ?? from.charset ?? 'utf-8';
  const fields: Array<readonly [string, string]> = [
    ['Return-Path', `<${from.address}>`],
    ['Date', dateField(heading.date, from.zone)],
    ['From', addressText(from)],
    ['To', to.map(addressText).join(', ')],
  ];
  if (cc.length > 0) fields.push(['Cc', cc.map(addressText).join(', ')]);
  fields.push(['Subject', headerText(heading.subject, charset, charset.startsWith('iso-8859') ? 'Q' : 'B')]);
  fields.push(['Message-ID', `<${heading.id}>`]);
  const parent = references.at(-1);
  if (parent !== undefined) {
    fields.push(['In-Reply-To', `<${parent}>`]);
    fields.push(['References', references.map((id) => `<${id}>`).join(' ')]);
  }
  return assemble([...fields, ...(heading.more ?? [])], part);
}

/** Addresses of everybody a heading names. */
export function partiesOf({ from, to, cc = [] }: Heading): string[] {
  return [from, ...to, ...cc].map((person) => person.address);
}
