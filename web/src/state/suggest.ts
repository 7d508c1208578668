/** Whom a person writes to and hears from: suggestions while an address is typed. */
import type { MailAddress } from '@postern/protocol/mime';
import { descriptorsQuery, mailboxesQuery, rowsQuery } from '@postern/protocol/sync';
import type { Descriptor, MessageKey } from '@postern/protocol/sync';
import { read } from './device.ts';

/** Messages looked at, the newest, in each of Sent and INBOX. */
const looked = 2000;
const suggested = 8;
/** Milliseconds for which what was seen is good enough. */
const fresh = 5 * 60_000;
/** Someone written to counts for as much as so many messages received. */
const writtenTo = 5;

interface Known {
  readonly person: MailAddress;
  /** Lower-case: name and address. */
  readonly text: string;
  weight: number;
}

let known: Promise<readonly Known[]> | undefined;
let since = 0;

/** Addresses seen in mail sent and received with a word that begins like this, most likely first; at most 8. */
export async function suggest(prefix: string): Promise<MailAddress[]> {
  const typed = prefix.trim().toLowerCase();
  if (typed === '') return [];
  if (!known || Date.now() - since > fresh) {
    since = Date.now();
    known = gather();
  }
  const people = await known.catch(() => []);
  return people
    .filter(({ text }) => begins(text, typed))
    .slice(0, suggested)
    .map(({ person }) => person);
}

function begins(text: string, typed: string): boolean {
  for (let at = text.indexOf(typed); at >= 0; at = text.indexOf(typed, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return true;
  }
  return false;
}

/** The heaviest first. */
async function gather(): Promise<readonly Known[]> {
  const people = new Map<string, Known>();
  const count = (list: readonly MailAddress[], weight: number): void => {
    for (const { name, address } of list) {
      if (!address.includes('@')) continue;
      const id = address.toLowerCase();
      const one = people.get(id);
      // The newest message is read first: its spelling of the name is kept.
      if (one) one.weight += weight;
      else people.set(id, { person: { name, address }, text: `${name} ${address}`.toLowerCase(), weight });
    }
  };
  for (const { key, role } of await read(mailboxesQuery())) {
    if (role !== 'sent' && role !== 'inbox') continue;
    const rows = await read(rowsQuery(key));
    const newest = [...rows.keys.subarray(-looked)].reverse() as MessageKey[];
    const found: ReadonlyMap<MessageKey, Descriptor> = await read(descriptorsQuery(newest));
    for (const message of newest) {
      const descriptor = found.get(message);
      if (!descriptor) continue;
      if (role === 'sent') count([...descriptor.to, ...descriptor.cc], writtenTo);
      else count(descriptor.from, 1);
    }
  }
  return [...people.values()].sort((a, b) => b.weight - a.weight);
}
