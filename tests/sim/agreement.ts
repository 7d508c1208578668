import type { Mailbox, Message } from '@postern/mailserver';
import { partQuery } from '@postern/protocol/sync';
import type { Descriptor, MailboxKey, MessageRow } from '@postern/protocol/sync';
import type { Device } from './device.ts';
import { numberIn, numberOf } from './letters.ts';
import type { World } from './world.ts';

/**
 * Where what a device holds differs from what the server has, in words; undefined: nowhere. `unseen`: as long as nobody has looked
 * into its mailboxes: of flags a server without mod-sequences tells only in the one that is on screen (RFC 3501 §6.3.10).
 */
export async function disagreement(
  world: World,
  device: Device,
  unseen = false,
): Promise<string | undefined> {
  const known = new Map((await device.mailboxes()).map((mailbox) => [mailbox.name, mailbox]));
  for (const [name, mailbox] of world.mailboxesOf(device)) {
    const there = known.get(name);
    known.delete(name);
    if (!there) return `${device.name} does not know ${name}`;
    if (there.sync.uidValidity !== mailbox.uidValidity)
      return `${device.name} has UIDVALIDITY ${there.sync.uidValidity} of ${name}, the server ${mailbox.uidValidity}`;
    const isTold = !unseen || name === (await device.watched()) || world.tellsFlags(device, name);
    const line = (of: string): string => (isTold ? of : of.replace(/ \(.*\)$/, ''));
    const held = (await heldIn(world, device, there.key, mailbox)).map((row) => line(heldLine(row)));
    const right = mailbox.messages.map((message) => line(rightLine(message)));
    const different = difference(held, right);
    if (different) return `${name} on ${device.name}: ${different}`;
  }
  const needed = new Set((await device.actions()).flatMap(mailboxesNamed));
  const extra = [...known.values()].find(({ key }) => !needed.has(key));
  return extra && `${device.name} has ${extra.name}, which the server has not`;
}

interface Held extends MessageRow {
  readonly number: number;
}

/** Where a device ran out of room, descriptors may have had to go: what is not here is not wrong. */
async function heldIn(
  { history }: World,
  device: Device,
  key: MailboxKey,
  { messages }: Mailbox,
): Promise<Held[]> {
  const scarce = history.steps.some(({ kind }) => kind === 'fill');
  const numbers = new Map(messages.map(({ uid, content }) => [uid, numberOf(content)]));
  return (await device.rows(key)).flatMap(({ descriptor, ...row }) => {
    if (descriptor) return [{ ...row, number: numberIn(descriptor.subject) ?? -1 }];
    return scarce ? [{ ...row, number: numbers.get(row.uid) ?? -1 }] : [];
  });
}

/** Mailboxes that an action, set aside, still speaks of. */
function mailboxesNamed(action: object): unknown[] {
  const { mailbox, from, to, sent } = action as Record<string, unknown>;
  return [mailbox, from, to, sent];
}

function heldLine({ uid, flags, date, size, number }: Held): string {
  return `UID ${uid} letter ${number} ${size} octets of ${date} (${flags.toSorted().join(' ')})`;
}

function rightLine({ uid, flags, internalDate, content }: Message): string {
  const date = Math.floor(internalDate / 1000) * 1000;
  return `UID ${uid} letter ${numberOf(content)} ${content.size} octets of ${date} (${[...flags].toSorted().join(' ')})`;
}

function difference(held: readonly string[], right: readonly string[]): string | undefined {
  const [ours, theirs] = [new Set(held), new Set(right)];
  const extra = held.filter((line) => !theirs.has(line));
  const missing = right.filter((line) => !ours.has(line));
  if (extra.length === 0 && missing.length === 0)
    return held.length === right.length ? undefined : 'the same message twice';
  return `holds ${extra.slice(0, 3).join('; ') || 'nothing else'}; lacks ${missing.slice(0, 3).join('; ') || 'nothing'}`;
}

/**
 * What two devices of one account have of a message and differs, of all that never changes of it, in words; undefined: nothing. First
 * words, and what the server calls it, are asked for only where they are needed; of a draft the device that wrote it knows more than
 * some servers tell; and what the server refused to describe, time and again, is shown by its header.
 */
export async function unlike(world: World, one: Device, other: Device): Promise<string | undefined> {
  const known = await described(world, one);
  for (const [message, text] of await described(world, other))
    if ((known.get(message) ?? text) !== text)
      return `${message} is ${text} on ${other.name} and ${known.get(message)} on ${one.name}`;
  return undefined;
}

async function described({ ledger }: World, device: Device): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const { key, name, sync } of await device.mailboxes()) {
    for (const { uid, descriptor } of await device.truth(key)) {
      const { born } = ledger.get(numberIn(descriptor.subject) ?? 0) ?? {};
      if (uid === 0 || born?.how === 'draft' || isStandIn(descriptor)) continue;
      const lasting = { ...descriptor, preview: undefined, emailId: undefined };
      all.set(`UID ${uid} of ${name} (${sync.uidValidity})`, JSON.stringify(lasting));
    }
  }
  return all;
}

/** A text that is kept and is not what was written. */
export async function brokenText(world: World, device: Device): Promise<string | undefined> {
  for (const { key } of await device.mailboxes()) {
    for (const { key: message, descriptor } of await device.truth(key)) {
      const entry = world.ledger.get(numberIn(descriptor.subject) ?? 0);
      const part = await device.disk.read(partQuery(message, '1'));
      if (!entry || !part || entry.born.how === 'draft') continue;
      const text = Buffer.from(part.bytes).toString('latin1');
      if (text !== entry.body)
        return `letter ${entry.number} on ${device.name}: ${text.length} octets instead of ${entry.body.length}`;
    }
  }
  return undefined;
}

/** No server here leaves out how large a part is. */
function isStandIn({ structure }: Descriptor): boolean {
  return structure.kind === 'part' && structure.octets === -1;
}
