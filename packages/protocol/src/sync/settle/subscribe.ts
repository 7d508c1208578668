/** Subscriptions (RFC 3501 §6.3.6, §6.3.7): doing it twice is doing it once. */
import { subscribe, unsubscribe } from '../../imap/index.ts';
import type { SubscribeAction } from '../action.ts';
import { begin, mailboxFor } from './context.ts';
import type { Settling } from './context.ts';

export async function settleSubscribe(settling: Settling, action: SubscribeAction): Promise<void> {
  const { lane, truth } = settling;
  const { wireName } = await mailboxFor(settling, action.mailbox);
  await begin(settling, action);
  const name = { wire: wireName };
  await lane.run(action.on ? subscribe(name) : unsubscribe(name));
  await truth.change(async () => {
    const mailbox = await truth.mailbox(action.mailbox);
    const done = { kind: 'action-removed', id: action.id } as const;
    if (!mailbox) return { changes: [done], result: undefined };
    const changed = { ...mailbox, subscribed: action.on };
    return { changes: [{ kind: 'mailbox', mailbox: changed }, done], result: undefined };
  });
}
