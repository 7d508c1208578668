import type { Mailbox } from '@postern/mailserver';
import type { Seen } from './device.ts';
import type { Deed } from './ledger.ts';
import { numberIn, numberOf } from './letters.ts';

/** What is known of the rows of one mailbox, besides what a screen shows. */
export interface Behind {
  /** The mailbox on the server; undefined: nobody can tell which it is. */
  readonly there: Mailbox | undefined;
  /** What was done to a letter so far. */
  deedsOf(number: number): readonly Deed[];
  /** It is what an earlier copy of such a row is to become. */
  isDoubtful(row: Seen): boolean;
}

/**
 * Rows, by their place, that may be the same message as another of them: one that waits to arrive, or whose UID nobody has said yet,
 * and what the server told of when it had arrived. What is done to both is done once.
 */
export function perhapsTwice(seen: readonly Seen[], behind: Behind): Set<number> {
  const places = new Map<string, number[]>();
  for (const [i, { descriptor }] of seen.entries())
    places.set(descriptor.subject, [...(places.get(descriptor.subject) ?? []), i]);
  const twice = new Set([...seen.keys()].filter((i) => behind.isDoubtful(seen[i]!)));
  for (const [subject, alike] of places) {
    const ours = alike.filter((i) => seen[i]!.waits || seen[i]!.uid === 0).length;
    const certain = Math.max(ours, alike.length - ours);
    if (certain === alike.length) continue;
    const rows = alike.map((i) => seen[i]!);
    if (!areOneEach(rows, numberIn(subject) ?? 0, behind)) for (const i of alike.slice(certain)) twice.add(i);
  }
  return twice;
}

/** All of them arrived, nobody else put any there, and there are as many: the server has one for each. */
function areOneEach(rows: readonly Seen[], number: number, { there, deedsOf }: Behind): boolean {
  if (!there || rows.some(({ waits }) => waits)) return false;
  const makers = new Set(deedsOf(number).flatMap(({ what, by }) => (what === 'copy' ? [by] : [])));
  if (makers.size > 1 || makers.has('other')) return false;
  return there.messages.filter(({ content }) => numberOf(content) === number).length >= rows.length;
}
