/** Rows whose descriptors are not here, of a mailbox that was online and is so no more: they are fetched again. */
import { BARE_SETTING, bareOf, keepsList } from './keep.ts';
import type { Room } from './keep.ts';
import type { MailboxKey, MessageKey, Rows } from './model.ts';
import { descriptorsQuery, settingQuery } from './store.ts';
import type { Truth } from './truth.ts';

/** Descriptors read at once. */
const AT_ONCE = 1000;

/** Newest first; without those that there was no room for. undefined: it was not online since `notBare`. */
export async function bareIn({ store }: Truth, rows: Rows, room: Room): Promise<MessageKey[] | undefined> {
  if (!bareOf(await store.read(settingQuery(BARE_SETTING))).includes(rows.mailbox)) return undefined;
  const wanted = [...rows.keys.keys()].filter(
    (i) => rows.uids[i] !== 0 && (rows.dates[i] ?? 0) > room.descriptors,
  );
  wanted.sort((a, b) => (rows.dates[b] ?? 0) - (rows.dates[a] ?? 0));
  const bare: MessageKey[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const keys = wanted.slice(at, at + AT_ONCE).map((i) => rows.keys[i] as MessageKey);
    const there = await store.read(descriptorsQuery(keys));
    bare.push(...keys.filter((key) => !there.has(key)));
  }
  return bare;
}

/** All that could be had of it is here: nobody has to look again. */
export async function notBare(truth: Truth, mailbox: MailboxKey): Promise<void> {
  await truth.change(async () => {
    const home = await truth.mailbox(mailbox);
    // It may be online again.
    if (home && !keepsList(home)) return { changes: [], result: undefined };
    const known = bareOf(await truth.store.read(settingQuery(BARE_SETTING)));
    const left = known.filter((key) => key !== mailbox);
    const value = left.length > 0 ? left : undefined;
    return { changes: [{ kind: 'setting', name: BARE_SETTING, value }], result: undefined };
  });
}
