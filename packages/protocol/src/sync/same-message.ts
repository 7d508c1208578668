/**
 * Knowing a message again that came without a word whose copy it is: where a server says no COPYUID (RFC 4549 §4.2.2.1).
 */
import type { Action } from './action.ts';
import type { Change, FlagsRow } from './change.ts';
import type { Descriptor, MessageKey, MessageRow, Rows } from './model.ts';
import { rowAt } from './rows.ts';
import { actionsQuery, descriptorsQuery, settingQuery } from './store.ts';
import type { Truth } from './truth.ts';

/**
 * The setting that is false for a person who wants none of this: what was moved is fetched again then, and takes its place. RFC 4549
 * §4.2.2.1 asks that it can be switched off, since the sender of a message chooses its Message-ID.
 */
export const KNOW_AGAIN_SETTING = 'know-again';

export async function knowsAgain({ store }: Truth): Promise<boolean> {
  return (await store.read(settingQuery<unknown>(KNOW_AGAIN_SETTING))) !== false;
}

/** What COPY keeps: size and Message-ID. For messages without one INTERNALDATE stands in (RFC 3501 §6.4.7), with their subject. */
export function identityOf(
  { size, date }: Pick<MessageRow, 'size' | 'date'>,
  { messageId, sent, subject }: Pick<Descriptor, 'messageId' | 'sent' | 'subject'>,
): string {
  if (messageId !== '') return `${size} ${messageId}`;
  return `${size} at ${Math.floor(date / 1000)} of ${sent} ${subject}`;
}

/** The identities of some rows, by index, in order of their UIDs; a row whose descriptor is not here has none. */
export async function identities(
  truth: Truth,
  rows: Rows,
  some: readonly number[],
): Promise<[string, number][]> {
  const descriptors = await truth.store.read(descriptorsQuery(some.map((i) => rows.keys[i] as MessageKey)));
  return some
    .toSorted((a, b) => (rows.uids[a] ?? 0) - (rows.uids[b] ?? 0))
    .flatMap((i) => {
      const row = rowAt(rows, i);
      const descriptor = descriptors.get(row.key);
      return descriptor ? [[identityOf(row, descriptor), i] as [string, number]] : [];
    });
}

type Known<T> = readonly (readonly [identity: string, T])[];

/** Pairs of one identity, in order, where there are as many on one side as on the other: else nobody knows which is which. */
export function pairUp<A, B>(ours: Known<A>, theirs: Known<B>): (readonly [A, B])[] {
  const there = byIdentity(theirs);
  return [...byIdentity(ours)].flatMap(([identity, group]) => {
    const others = there.get(identity) ?? [];
    return group.length === others.length ? group.map((a, i) => [a, others[i] as B] as const) : [];
  });
}

function byIdentity<T>(known: Known<T>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [identity, each] of known) {
    const group = groups.get(identity);
    if (group) group.push(each);
    else groups.set(identity, [each]);
  }
  return groups;
}

export interface Adopted {
  /** Rows that are no messages of their own. */
  readonly doubles: readonly MessageKey[];
  /** What the server said of them. */
  readonly told: readonly FlagsRow[];
  /** Actions that named them, and now name the message. */
  readonly renamed: readonly Change[];
}

/**
 * A message, and a row of `rows` that turned out to be the same one: the message stays, with its descriptor and texts; what
 * the person wants of either is meant for it.
 */
export async function adopt(
  truth: Truth,
  rows: Rows,
  pairs: Iterable<readonly [message: MessageKey, at: number]>,
): Promise<Adopted> {
  const doubles = new Map<MessageKey, MessageKey>();
  const told: FlagsRow[] = [];
  for (const [key, at] of pairs) {
    const double = rowAt(rows, at);
    doubles.set(double.key, key);
    told.push({ key, flags: double.flags });
  }
  if (doubles.size === 0) return { doubles: [], told, renamed: [] };
  return { doubles: [...doubles.keys()], told, renamed: await rename(truth, doubles) };
}

/** What names a double names the message. Of two copies of one message the first is made: what names the other names that. */
async function rename(truth: Truth, doubles: ReadonlyMap<MessageKey, MessageKey>): Promise<Change[]> {
  const names = new Map(doubles);
  const changes: Change[] = [];
  for (const action of await truth.store.read(actionsQuery())) {
    if (!('messages' in action) || !action.messages.some((key) => names.has(key))) continue;
    const messages = action.messages.map((key) => names.get(key) ?? key);
    let renamed: Action = { ...action, messages: [...new Set(messages)] };
    if (action.kind === 'copy') {
      const { copies } = action;
      // Of what has begun, either may have been made.
      const isBegun = action.noted !== undefined || (await truth.locate(copies, action.to)).length > 0;
      const kept = messages.map((key, i) => isBegun || messages.indexOf(key) === i);
      for (const [i, copy] of copies.entries())
        if (!kept[i]) names.set(copy, copies[messages.indexOf(messages[i] as MessageKey)] as MessageKey);
      const isKept = (_: MessageKey, i: number): boolean => kept[i] === true;
      renamed = { ...action, messages: messages.filter(isKept), copies: copies.filter(isKept) };
    }
    changes.push({ kind: 'action', action: renamed, keepsState: true });
  }
  return changes;
}
