import { parseTarget } from '@postern/gateway';
import type { Gateway } from '@postern/gateway';
import type { Account, MailServerOptions, Message } from '@postern/mailserver';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

/** The home server of the test that runs, the other one, on which its mailbox `Shared` lives, and who looks at both. */
export let here: EmbeddedPlace;
export let there: EmbeddedPlace;
export let device: Device;

let gateway: Gateway | undefined;
const places: EmbeddedPlace[] = [];

/** Before each test. */
export async function startBoth(): Promise<void> {
  here = await start();
  await startThere();
}

/** The home server, of that kind, in place of the one that was started; the other is the same. */
export async function startHere(options: Partial<MailServerOptions>): Promise<void> {
  here = await start(options);
  here.server.referrals.mailboxes.set('Shared', [{ origin: there.imap, name: 'Work/Größe' }]);
}

/** The other server, of that kind. */
export async function startThere(options: Partial<MailServerOptions> = {}): Promise<void> {
  there = await start(options);
  account(there).create('Work/Größe');
  here.server.referrals.mailboxes.set('Shared', [{ origin: there.imap, name: 'Work/Größe' }]);
}

/** One more server, that nobody refers to. It goes with the others. */
export async function start(options: Partial<MailServerOptions> = {}): Promise<EmbeddedPlace> {
  const place = await startEmbedded(options);
  places.push(place);
  return place;
}

/** Opens the device. `listed`: the servers that the gateway may be led to. */
export async function open(listed: readonly string[]): Promise<void> {
  gateway = await openGateway(here, { referrals: listed.map((each) => parseTarget('imap', each)!) });
  device = await Device.open(gateway, ada);
}

/** After each test. */
export async function closeAll(): Promise<void> {
  await device?.stop();
  await gateway?.close();
  for (const place of places.splice(0)) await place.close();
}

/** A letter from Grace to Ada. */
export const say = (subject: string, text?: string): string =>
  letter({ from: grace.address, to: ada.address, subject, ...(text ? { text } : {}) });

export const account = (place: EmbeddedPlace): Account => place.server.accounts[0]!;

export function messages(place: EmbeddedPlace, mailbox: string): readonly Message[] {
  return place.server.accounts[0]?.find(mailbox)?.messages ?? [];
}

export function subjects(place: EmbeddedPlace, mailbox: string): string[] {
  return messages(place, mailbox).map(({ content }) => /^Subject: (.*)$/m.exec(textOf(content))![1]!.trim());
}

export function textOf(content: Message['content']): string {
  return Buffer.from(content.read(0, content.size)).toString();
}

/** Puts that mailbox on the device's screen. */
export async function show(name: string): Promise<void> {
  device.wish({ mailbox: (await device.mailbox(name)).key });
}
