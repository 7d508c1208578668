/** Subscriptions (RFC 3501 §6.3.6, §6.3.7): doing it twice is doing it once. */
import { subscribe, unsubscribe } from '../../imap/index.ts';
import type { SubscribeAction } from '../action.ts';
import { at, begin, mailboxFor } from './context.ts';
import type { Settling } from './context.ts';

export async function settleSubscribe(settling: Settling, action: SubscribeAction): Promise<void> {
  const { truth } = settling;
  const mailbox = await mailboxFor(settling, action.mailbox);
  await begin(settling, action);
  await at(settling, mailbox, ({ lane }) => {
    const name = lane.nameOf(mailbox);
    return lane.run(action.on ? subscribe(name) : unsubscribe(name));
  });
  await truth.change(async () => {
    const now = await truth.mailbox(action.mailbox);
    const done = { kind: 'action-removed', id: action.id } as const;
    if (!now) return { changes: [done], result: undefined };
    const changed = { ...now, subscribed: action.on };
    return { changes: [{ kind: 'mailbox', mailbox: changed }, done], result: undefined };
  });
}
