import type { Mailbox, Message } from '@postern/mailserver';
import { partQuery } from '@postern/protocol/sync';
import type { MailboxKey, MessageRow } from '@postern/protocol/sync';
import type { Device } from './device.ts';
import { numberIn, numberOf } from './letters.ts';
import type { World } from './world.ts';

/** Where what a device holds differs from what the server has, in words; undefined: nowhere. */
export async function disagreement(world: World, device: Device): Promise<string | undefined> {
  const known = new Map((await device.mailboxes()).map((mailbox) => [mailbox.name, mailbox]));
  for (const [name, mailbox] of world.mailboxesOf(device)) {
    const there = known.get(name);
    known.delete(name);
    if (!there) return `${device.name} does not know ${name}`;
    if (there.sync.uidValidity !== mailbox.uidValidity)
      return `${device.name} has UIDVALIDITY ${there.sync.uidValidity} of ${name}, the server ${mailbox.uidValidity}`;
    const held = (await heldIn(world, device, there.key, mailbox)).map(heldLine);
    const right = mailbox.messages.map(rightLine);
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
