/** Which rows of a list of equal heights are drawn, and how the view stays where it is when the list changes. */

/** Rows drawn beyond each edge, so that scrolling by wheel or key never shows a gap. */
const BEYOND = 8;

export interface RowWindow {
  /** Index of the first row drawn. */
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** @param scrollTop CSS pixels, as are `height` (of the view) and `rowHeight`. */
export function rowWindow(scrollTop: number, height: number, rowHeight: number, length: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - BEYOND);
  const end = Math.min(length, Math.ceil((scrollTop + height) / rowHeight) + BEYOND);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that row `index` is wholly in sight; the same place when it is already. */
export function scrollToShow(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}
