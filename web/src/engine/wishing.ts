/** What the parts of one tab want, put together into the one statement the engine gets. */
import type { Download, PartWish, Thoroughness, Wishes } from '@postern/protocol/sync';

/** Who wants something: the list, the reader, the downloads … or, that little is asked for, the network. */
export type Wisher = 'list' | 'reader' | 'composer' | 'downloads' | 'size' | 'network';

const turns: readonly Wisher[] = ['reader', 'composer', 'list', 'downloads', 'size', 'network'];

export function together(wanted: ReadonlyMap<Wisher, Partial<Wishes>>): Wishes {
  const messages = new Set<Wishes['messages'][number]>();
  const previews = new Set<Wishes['messages'][number]>();
  const parts = new Map<string, PartWish>();
  const downloads: Download[] = [];
  let mailbox: Wishes['mailbox'];
  let search: Wishes['search'];
  let around: Wishes['around'];
  let size: Wishes['size'];
  const thoroughness = new Set<Thoroughness>();
  for (const wisher of turns) {
    const wishes = wanted.get(wisher);
    for (const message of wishes?.messages ?? []) messages.add(message);
    for (const message of wishes?.previews ?? []) previews.add(message);
    for (const part of wishes?.parts ?? []) parts.set(`${part.message}/${part.section}`, part);
    downloads.push(...(wishes?.downloads ?? []));
    mailbox ??= wishes?.mailbox;
    search ??= wishes?.search;
    around ??= wishes?.around;
    size ??= wishes?.size;
    if (wishes?.thoroughness) thoroughness.add(wishes.thoroughness);
  }
  return {
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(around === undefined ? {} : { around }),
    ...(thoroughness.size === 0 ? {} : { thoroughness: least(thoroughness) }),
    messages: [...messages],
    ...(previews.size === 0 ? {} : { previews: [...previews] }),
    parts: [...parts.values()],
    downloads,
    ...(search === undefined ? {} : { search }),
    ...(size === undefined ? {} : { size }),
  };
}

function least(stated: ReadonlySet<Thoroughness>): Thoroughness {
  return stated.has('new') ? 'new' : stated.has('descriptors') ? 'descriptors' : 'all';
}
