import { status } from '../imap/index.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';

/** Octets of all messages of a mailbox, as its server counts them (RFC 8438); undefined where it does not. Rejects with CommandError. */
export async function sizeOf(lane: Lane, mailbox: Mailbox): Promise<number | undefined> {
  const { capabilities } = await lane.session();
  if (!capabilities.has('STATUS=SIZE')) return undefined;
  return (await lane.run(status(lane.nameOf(mailbox), ['SIZE'])))?.size;
}
