/** What the parts of one tab want, put together into the one statement the engine gets. */
import type { Download, PartWish, Wishes } from '@postern/protocol/sync';

/** Who wants something: the list, the reader, the downloads … */
export type Wisher = 'list' | 'reader' | 'composer' | 'downloads';

const turns: readonly Wisher[] = ['reader', 'composer', 'list', 'downloads'];

export function together(wanted: ReadonlyMap<Wisher, Partial<Wishes>>): Wishes {
  const messages = new Set<Wishes['messages'][number]>();
  const previews = new Set<Wishes['messages'][number]>();
  const parts = new Map<string, PartWish>();
  const downloads: Download[] = [];
  let mailbox: Wishes['mailbox'];
  let search: Wishes['search'];
  for (const wisher of turns) {
    const wishes = wanted.get(wisher);
    for (const message of wishes?.messages ?? []) messages.add(message);
    for (const message of wishes?.previews ?? []) previews.add(message);
    for (const part of wishes?.parts ?? []) parts.set(`${part.message}/${part.section}`, part);
    downloads.push(...(wishes?.downloads ?? []));
    mailbox ??= wishes?.mailbox;
    search ??= wishes?.search;
  }
  return {
    ...(mailbox === undefined ? {} : { mailbox }),
    messages: [...messages],
    ...(previews.size === 0 ? {} : { previews: [...previews] }),
    parts: [...parts.values()],
    downloads,
    ...(search === undefined ? {} : { search }),
  };
}
