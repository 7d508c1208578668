/** Finding by typing: what begins with the words comes before what merely holds them. */

/** Something that is found by what it is called. */
interface Called {
  readonly label: string;
  /** Words that find it, too, but after all that is called so. */
  readonly also?: string | undefined;
}

/** Ranked by how well `label` fits `typed`; what does not fit is left out. Stable for equals. */
export function rankedMatches<Item extends Called>(items: readonly Item[], typed: string): readonly Item[] {
  const wanted = folded(typed)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (wanted.length === 0) return items;
  return items
    .map((item) => ({ item, rank: rankOf(item, wanted) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((one, other) => one.rank! - other.rank!)
    .map(({ item }) => item);
}

/** `found` with those of one group together, the groups in the order in which `items` has them. Stable. */
export function grouped<Item extends { readonly group?: string | undefined }>(
  found: readonly Item[],
  items: readonly Item[],
): readonly Item[] {
  const order = [...new Set(items.map(({ group }) => group))];
  if (order.length < 2) return found;
  return found.toSorted((one, other) => order.indexOf(one.group) - order.indexOf(other.group));
}

/** 0: begins so; 1: every word begins a word of it; 2: holds them; 3: with what finds it, too; undefined: does not. */
function rankOf(item: Called, wanted: readonly string[]): number | undefined {
  const label = folded(item.label);
  if (!wanted.every((word) => label.includes(word))) {
    const all = `${label} ${folded(item.also ?? '')}`;
    return wanted.every((word) => all.includes(word)) ? 3 : undefined;
  }
  if (label.startsWith(wanted.join(' '))) return 0;
  const words = label.split(/[\s/._-]+/);
  return wanted.every((word) => words.some((own) => own.startsWith(word))) ? 1 : 2;
}

/** Without case and accents: `entwurfe` finds `Entwürfe`. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
