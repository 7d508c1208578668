import { describe, expect, it } from 'vitest';
import {
  bareOf,
  costOf,
  costOfAll,
  DEFAULT_KEEPING,
  ENDLESS_ROOM,
  isPassing,
  keepingOf,
  keepsList,
  roomOf,
  wantedDepth,
  withinRoom,
} from './keep.ts';
import { planKeeping } from './keep-plan.ts';
import { DESCRIPTOR_OCTETS, ROW_OCTETS } from './kept.ts';
import { KeptDepth } from './model.ts';
import type { Kept, MailboxKey, MailboxMode, MessageKey, MessageRow } from './model.ts';
import { rowsOf } from './rows.ts';

const DAY = 24 * 3600;
const NOW = 1_784_257_200;
const mailbox = 1 as MailboxKey;
const KB = 1024;

const { nothing, texts, whole } = KeptDepth;

describe('what a mode keeps of a message', () => {
  it.each<[MailboxMode, number, number, KeptDepth]>([
    ['online', 0, 1, nothing],
    ['offline', 4000, 1e9, whole],
    ['disconnected', 1, 256 * KB, whole],
    ['disconnected', 1, 256 * KB + 1, texts],
    ['disconnected', 90, 1, whole],
    ['disconnected', 91, 1, nothing],
  ])('%s, %i days old, %i octets: %i', (mode, days, size, depth) => {
    expect(wantedDepth(mode, DEFAULT_KEEPING, { used: NOW - days * DAY, size }, NOW * 1000)).toBe(depth);
  });

  it('is less where there is no room', () => {
    const room = { attachments: 200, texts: 100, descriptors: 0 };
    expect(withinRoom(whole, room, 201)).toBe(whole);
    expect(withinRoom(whole, room, 200)).toBe(texts);
    expect(withinRoom(texts, room, 101)).toBe(texts);
    expect(withinRoom(texts, room, 100)).toBe(nothing);
    expect(withinRoom(whole, ENDLESS_ROOM, 1)).toBe(whole);
  });

  it('is what the person set, and the default where that makes no sense', () => {
    expect(keepingOf(undefined)).toEqual(DEFAULT_KEEPING);
    expect(keepingOf({ days: 7, octets: 0 })).toEqual({ days: 7, octets: 0 });
    expect(keepingOf({ days: -1, octets: 'many' })).toEqual(DEFAULT_KEEPING);
    expect(roomOf({ attachments: 5 })).toEqual({ ...ENDLESS_ROOM, attachments: 5 });
    expect(roomOf({ attachments: 'all' })).toEqual(ENDLESS_ROOM);
  });
});

const row = (key: number, days: number, size: number, uid = key): MessageRow => ({
  key: key as MessageKey,
  mailbox,
  uid: uid as MessageRow['uid'],
  flags: [],
  date: (NOW - days * DAY) * 1000,
  size,
});

it('costs the list, and what is kept of each message at most', () => {
  const rows = rowsOf(mailbox, [row(1, 1, 10 * KB), row(2, 2, 900 * KB), row(3, 200, 50 * KB)]);
  const cost = (mode: MailboxMode): number => costOf(rows, mode, DEFAULT_KEEPING, NOW * 1000);
  const list = 3 * DESCRIPTOR_OCTETS;
  expect(cost('online')).toBe(3 * ROW_OCTETS);
  expect(cost('disconnected')).toBe(list + 26 * KB);
  expect(cost('offline')).toBe(list + 960 * KB);
});

it('costs what the server says, where all is kept and the list is not whole', () => {
  const rows = rowsOf(mailbox, [row(1, 1, 10 * KB), row(2, 2, 30 * KB)]);
  const cost = (mode: MailboxMode, messages: number, octets?: number): number =>
    costOfAll(rows, mode, DEFAULT_KEEPING, NOW * 1000, { messages, octets });
  expect(cost('offline', 2)).toBe(2 * DESCRIPTOR_OCTETS + 40 * KB);
  expect(cost('offline', 2, 99 * KB)).toBe(2 * DESCRIPTOR_OCTETS + 40 * KB);
  expect(cost('offline', 20)).toBe(20 * DESCRIPTOR_OCTETS + 400 * KB);
  expect(cost('offline', 20, 99 * KB)).toBe(20 * DESCRIPTOR_OCTETS + 99 * KB);
  expect(cost('disconnected', 20, 99 * KB)).toBe(20 * DESCRIPTOR_OCTETS + 400 * KB);
  const none = rowsOf(mailbox, []);
  const offline = { messages: 20, octets: 99 * KB };
  expect(costOfAll(none, 'offline', DEFAULT_KEEPING, NOW * 1000, offline)).toBe(
    20 * DESCRIPTOR_OCTETS + 99 * KB,
  );
  expect(costOfAll(none, 'online', DEFAULT_KEEPING, NOW * 1000, offline)).toBe(0);
});

describe('what has to be fetched, and to go', () => {
  const rows = rowsOf(mailbox, [
    row(1, 100, KB),
    row(2, 5, KB),
    row(3, 3, KB),
    row(4, 1, KB, 0),
    row(5, 4, 500 * KB),
    row(6, 150, KB),
  ]);
  const kept: Kept = {
    rows,
    texts: Uint32Array.of(10, 0, 10, 0, 10, 10),
    attachments: Uint32Array.of(0, 0, 0, 0, 70, 0),
    opened: Uint32Array.of(0, 0, 0, 0, 0, NOW - DAY),
    depths: Uint8Array.of(0, 0, 2, 0, 2, 1),
  };
  const plan = (mode: MailboxMode, spared: number[] = [], room = ENDLESS_ROOM) =>
    planKeeping(kept, {
      mode,
      keeping: DEFAULT_KEEPING,
      room,
      now: NOW * 1000,
      spared: new Set(spared as MessageKey[]),
    });
  const wanted = (mode: MailboxMode, room = ENDLESS_ROOM): string[] =>
    plan(mode, [], room).wanted.map((each) => `${each.row.key}:${each.depth}${each.begun ? ' begun' : ''}`);

  it('is, of recent mail, what is not here yet, newest first, with what was opened lately', () => {
    expect(wanted('disconnected')).toEqual(['2:2', '6:2 begun']);
    expect(plan('disconnected')).toMatchObject({ texts: [1], attachments: [5] });
  });

  it('is everything, offline, and nothing goes', () => {
    expect(wanted('offline')).toEqual(['2:2', '1:2 begun', '6:2 begun']);
    expect(plan('offline')).toMatchObject({ texts: [], attachments: [] });
  });

  it('is nothing, online, and all goes but what is on screen or an action names', () => {
    expect(wanted('online')).toEqual([]);
    expect(plan('online', [3])).toMatchObject({ texts: [1, 5, 6], attachments: [] });
  });

  it('is not what there was no room for, which does not go for that either', () => {
    const room = { ...ENDLESS_ROOM, texts: NOW - 4 * DAY };
    expect(wanted('offline', room)).toEqual(['6:2 begun']);
    expect(plan('offline', [], room)).toMatchObject({ texts: [], attachments: [] });
  });
});

it('the list of a mailbox is kept unless it is online, and that of drafts even then', () => {
  expect(keepsList({ mode: 'disconnected', role: 'junk' })).toBe(true);
  expect(keepsList({ mode: 'online', role: 'inbox' })).toBe(false);
  expect(keepsList({ mode: 'online', role: undefined })).toBe(false);
  expect(keepsList({ mode: 'online', role: 'drafts' })).toBe(true);
  expect(bareOf('all')).toEqual([]);
  expect(bareOf([1, 'all'])).toEqual([1]);
});

it('of junk and what was thrown away only what is opened is kept, unless the person says otherwise', () => {
  expect(isPassing('disconnected', 'junk')).toBe(true);
  expect(isPassing('disconnected', 'trash')).toBe(true);
  expect(isPassing('disconnected', 'archive')).toBe(false);
  expect(isPassing('disconnected', undefined)).toBe(false);
  expect(isPassing('offline', 'junk')).toBe(false);
  expect(isPassing('online', 'junk')).toBe(false);
});
