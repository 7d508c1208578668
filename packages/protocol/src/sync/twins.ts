/**
 * Messages of the account that are the same octets in other mailboxes, by what the server calls them: what is kept of one is kept
 * for the other without the network.
 */
import type { BodyPart, Uid } from '../imap/types.ts';
import { copyMark, mayBeSame } from './email-ids.ts';
import type { Lane } from './lane.ts';
import { JUST_GONE } from './model.ts';
import type { Descriptor, Mailbox, MessageKey, MessageRow } from './model.ts';
import { rowAt } from './rows.ts';
import { descriptorsQuery, partQuery } from './store.ts';
import type { Truth } from './truth.ts';

/** Messages of which nothing is known to speak against, by whose they are. */
export type Twins = ReadonlyMap<MessageKey, readonly Twin[]>;

export interface Twin {
  readonly key: MessageKey;
  readonly descriptor: Descriptor;
}

export interface Described {
  readonly row: MessageRow;
  readonly descriptor: Descriptor;
}

/** The twins of `messages`. What is not known of their own identifiers is not asked for. */
export async function twinsOf(truth: Truth, messages: readonly Described[]): Promise<Twins> {
  const named = messages.filter(({ descriptor }) => descriptor.emailId !== undefined);
  const likely = await likelyTwins(truth, named);
  const twins = new Map<MessageKey, readonly Twin[]>();
  for (const { row, descriptor } of named) {
    const same = likely.get(row.key)?.filter((twin) => twin.descriptor.emailId === descriptor.emailId) ?? [];
    if (same.length > 0) twins.set(row.key, same);
  }
  return twins;
}

/**
 * As `twinsOf`, of messages of `home`, which is selected: of those that have a likely one it is asked what the server calls them. Nobody
 * is to wait for it.
 */
export async function twinsAsked(
  lane: Lane,
  truth: Truth,
  home: Mailbox,
  messages: readonly Described[],
): Promise<Twins> {
  if (!(await truth.emailIds.item(lane))) return new Map();
  const nameless = messages.filter(({ descriptor }) => descriptor.emailId === undefined);
  const likely = await likelyTwins(truth, nameless);
  const asked = nameless.filter(({ row }) => likely.has(row.key) && row.uid !== 0);
  if (asked.length === 0) return twinsOf(truth, messages);
  const uids = asked.map(({ row }) => row.uid as Uid);
  await lane.select(home, { uids });
  await truth.emailIds.ask(lane, uids);
  const now = await truth.store.read(descriptorsQuery(messages.map(({ row }) => row.key)));
  return twinsOf(
    truth,
    messages.map(({ row, descriptor }) => ({ row, descriptor: now.get(row.key) ?? descriptor })),
  );
}

/** Those that have an identifier, and of the same marks. */
async function likelyTwins(truth: Truth, messages: readonly Described[]): Promise<Twins> {
  const likely = new Map<MessageKey, readonly Twin[]>();
  if (messages.length === 0) return likely;
  const byMark = new Map<string, MessageKey[]>(messages.map(({ row }) => [copyMark(row), []]));
  const sizes = new Set(messages.map(({ row }) => row.size));
  const mailboxes = (await truth.mailboxes()).map(({ key }) => key);
  for (const mailbox of [...mailboxes, JUST_GONE]) {
    const rows = await truth.rows(mailbox);
    for (let i = 0; i < rows.length; i++) {
      if (!sizes.has(rows.sizes[i] ?? 0)) continue;
      const row = rowAt(rows, i);
      byMark.get(copyMark(row))?.push(row.key);
    }
  }
  const descriptors = await truth.store.read(descriptorsQuery([...byMark.values()].flat()));
  for (const { row, descriptor } of messages) {
    const twins = (byMark.get(copyMark(row)) ?? []).flatMap((key): Twin[] => {
      const other = descriptors.get(key);
      const same = key !== row.key && other?.emailId !== undefined && mayBeSame(descriptor, other);
      return same ? [{ key, descriptor: other }] : [];
    });
    if (twins.length > 0) likely.set(row.key, twins);
  }
  return likely;
}

/** What is here of `parts` with any of the twins, by section. */
export async function partsWith(
  { store }: Truth,
  twins: readonly Twin[] | undefined,
  parts: readonly BodyPart[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { key } of twins ?? []) {
    for (const { section } of parts) {
      if (found.has(section)) continue;
      const part = await store.read(partQuery(key, section));
      if (part) found.set(section, part.bytes);
    }
  }
  return found;
}
