/**
 * What is kept on this device of a mailbox's mail: the three models of RFC 1733, by mailbox. The rows (UID, flags, date, size), which
 * counts and order are made of, are kept in all of them.
 *
 * | mode         | descriptors, first words | texts and attachments                                                                |
 * | ------------ | ------------------------ | ------------------------------------------------------------------------------------ |
 * | online       | while on screen          | while on screen                                                                      |
 * | disconnected | all                      | of mail that came or was opened in the last `days`: all up to `octets`, texts of larger |
 * | offline      | all                      | all, but for parts larger than MAX_KEPT_PART                                         |
 *
 * What an action or a draft names stays (unkept.ts). Of junk and what was thrown away nothing is fetched ahead in disconnected mode: it
 * goes before anybody looks (see isPassing).
 */
import { DESCRIPTOR_OCTETS, ROW_OCTETS } from './kept.ts';
import { KeptDepth } from './model.ts';
import type { Mailbox, MailboxKey, MailboxMode, MailboxRole, Rows } from './model.ts';

/** What "recent" means, for the whole account. */
export interface Keeping {
  /** Age in days. */
  readonly days: number;
  /** RFC822.SIZE up to which a recent message is kept with its attachments. */
  readonly octets: number;
}

export const DEFAULT_KEEPING: Keeping = { days: 90, octets: 256 * 1024 };
/** The setting that holds the person's Keeping. */
export const KEEPING_SETTING = 'keeping';

/**
 * What this device had no room for: nothing older than these times (seconds since 1970) is kept ahead. Written when something
 * had to go; without it the same would be fetched again at once, for ever.
 */
export interface Room {
  readonly attachments: number;
  readonly texts: number;
  readonly descriptors: number;
}

export const ENDLESS_ROOM: Room = { attachments: 0, texts: 0, descriptors: 0 };
/** The setting that holds Room; removed to try again. */
export const ROOM_SETTING = 'room';

/**
 * The setting that holds the mailboxes (MailboxKey[]) of which descriptors are not here that their mode may say are to be: they were
 * online.
 */
export const BARE_SETTING = 'bare';

/** A larger part (octets in its transfer encoding) is fetched when it is asked for: it would be in memory twice to be kept. */
export const MAX_KEPT_PART = 64 * 1024 * 1024;

/** Octets that the texts of a message take that is kept without its attachments, about. */
const TEXTS_OCTETS = 16 * 1024;
const DAY = 24 * 3600;

/** As a store may hold it: anything. */
export function keepingOf(setting: unknown): Keeping {
  const { days, octets } = { ...DEFAULT_KEEPING, ...(setting as Partial<Keeping> | undefined) };
  return {
    days: isAmount(days) ? days : DEFAULT_KEEPING.days,
    octets: isAmount(octets) ? octets : DEFAULT_KEEPING.octets,
  };
}

export function bareOf(setting: unknown): readonly MailboxKey[] {
  return Array.isArray(setting) ? setting.filter((key): key is MailboxKey => typeof key === 'number') : [];
}

export function roomOf(setting: unknown): Room {
  const room = { ...ENDLESS_ROOM, ...(setting as Partial<Room> | undefined) };
  return Object.values(room).every(isAmount) ? room : ENDLESS_ROOM;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/**
 * How much of a message is to be kept.
 * @param used when it came or was last opened, seconds since 1970.
 * @param size RFC822.SIZE.
 * @param now milliseconds since 1970.
 */
export function wantedDepth(
  mode: MailboxMode,
  { days, octets }: Keeping,
  { used, size }: { readonly used: number; readonly size: number },
  now: number,
): KeptDepth {
  if (mode === 'online') return KeptDepth.nothing;
  if (mode === 'offline') return KeptDepth.whole;
  if (used < now / 1000 - days * DAY) return KeptDepth.nothing;
  return size <= octets ? KeptDepth.whole : KeptDepth.texts;
}

/**
 * Whether descriptors are kept that nobody looks at. Of drafts they always are: by them the versions of one draft are told from another's,
 * whether or not there is a network.
 */
export function keepsList({ mode, role }: Pick<Mailbox, 'mode' | 'role'>): boolean {
  return mode !== 'online' || role === 'drafts';
}

/** Whether only what is opened is kept of a mailbox: what is in it is on its way out. */
export function isPassing(mode: MailboxMode, role: MailboxRole | undefined): boolean {
  return mode === 'disconnected' && (role === 'junk' || role === 'trash');
}

/** What is left of a wish where there is no room for all. */
export function withinRoom(wanted: KeptDepth, { attachments, texts }: Room, used: number): KeptDepth {
  if (used <= texts) return KeptDepth.nothing;
  return used <= attachments ? (Math.min(wanted, KeptDepth.texts) as KeptDepth) : wanted;
}

/**
 * Octets that the mailbox takes in that mode, at most: a message is no larger here than on the server. As far as its list has not come
 * yet, the rest is taken to be like the beginning, but where all is kept and the server has said what all is.
 * @param now milliseconds since 1970.
 * @param onServer how many messages the server says there are, and the octets of all where it says so.
 */
export function costOfAll(
  rows: Rows,
  mode: MailboxMode,
  keeping: Keeping,
  now: number,
  onServer: { readonly messages: number; readonly octets: number | undefined },
): number {
  const messages = Math.max(rows.length, onServer.messages);
  if (mode === 'offline' && messages > rows.length && onServer.octets !== undefined)
    return messages * DESCRIPTOR_OCTETS + onServer.octets;
  return rows.length === 0 ? 0 : (costOf(rows, mode, keeping, now) * messages) / rows.length;
}

/**
 * Of what is in the list.
 * @param now milliseconds since 1970.
 */
export function costOf(rows: Rows, mode: MailboxMode, keeping: Keeping, now: number): number {
  let octets = rows.length * (mode === 'online' ? ROW_OCTETS : DESCRIPTOR_OCTETS);
  for (let i = 0; i < rows.length; i++) {
    const size = rows.sizes[i] ?? 0;
    const depth = wantedDepth(mode, keeping, { used: rows.dates[i] ?? 0, size }, now);
    if (depth === KeptDepth.whole) octets += size;
    else if (depth === KeptDepth.texts) octets += Math.min(size, TEXTS_OCTETS);
  }
  return octets;
}
