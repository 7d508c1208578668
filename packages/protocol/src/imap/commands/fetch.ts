/**
 * `UID FETCH` (RFC 3501 §6.4.5, §6.4.8), with the modifiers of RFC 7162 and 9394 and the items of BINARY (RFC 3516), OBJECTID
 * (8474), SAVEDATE (8514), PREVIEW (8970) and Gmail (X-GM-EXT-1).
 *
 *     fetch = "FETCH" SP sequence-set SP "(" fetch-att *(SP fetch-att) ")" [SP "(" fetch-modifier *(SP …) ")"]
 */
import { UsageError } from '../../error.ts';
import { type Collector, type Command, SELECTED, type SectionPiece } from '../command.ts';
import { demand, offers } from '../offers.ts';
import type { Untagged } from '../response.ts';
import { hasUid, MAX_UID, toRanges } from '../sets.ts';
import type { FetchedMessage, ModSeq, UidRanges } from '../types.ts';
import { type FetchItem, formatItem, hasItem, itemNeeds } from './fetch-item.ts';
import { type MessageSet, SAVED, writeSet } from './message-set.ts';

/** `[1, 100]`: the lowest of a set or a result; `[-1, -100]`: the highest (RFC 9394 §3.1). */
export type Window = readonly [first: number, last: number];

export interface FetchOptions {
  /** Only messages whose MODSEQ is higher (RFC 7162 §3.1.4.1): only with CONDSTORE. */
  readonly changedSince?: ModSeq;
  /** With `changedSince`, VANISHED (EARLIER) for what is gone (RFC 7162 §3.2.6): only once QRESYNC is enabled. */
  readonly vanished?: boolean;
  /** A window on the set (RFC 9394 §3.3): only with PARTIAL. */
  readonly window?: Window;
  /** Takes sections above 8 MiB, which are not kept, as they arrive. */
  readonly onSection?: (piece: SectionPiece) => void;
}

/**
 * The messages come as news; the result is the number of FETCH responses that answered this command, fewer than asked for
 * where messages are gone. Items that the server does not have are left out (see FetchItem); UsageError where none is left.
 */
export function uidFetch(
  set: MessageSet,
  items: readonly FetchItem[],
  options: FetchOptions = {},
): Command<number> {
  if (items.length === 0) throw new UsageError('UID FETCH of nothing');
  const wire = wireSet(set, options);
  const modifiers = fetchModifiers(options);
  // Said here as well, so that what cannot be said shows where it was asked for.
  items.forEach(formatItem);
  return {
    name: 'UID FETCH',
    states: SELECTED,
    write(capabilities) {
      if (set === SAVED) demand(capabilities, 'UID FETCH $', 'SEARCHRES');
      return [`UID FETCH ${wire} (UID ${fetchItems(items, capabilities)})${modifiers}`];
    },
    collect: () => new FetchCollector(set === SAVED ? undefined : toRanges(set), items, options.onSection),
  };
}

/** Quirk: `*` is the last message there is, so that Cyrus tells nothing of those that are gone above it: the end is named. */
function wireSet(set: MessageSet, { vanished }: FetchOptions): string {
  return vanished ? writeSet(set).replace('*', String(MAX_UID)) : writeSet(set);
}

/** Those that the server has. */
export function fetchItems(items: readonly FetchItem[], capabilities: ReadonlySet<string>): string {
  const known = items.filter((item) => {
    const needs = itemNeeds(item);
    return needs === undefined || offers(capabilities, ...needs);
  });
  if (known.length === 0) throw new UsageError('UID FETCH of nothing that the server has');
  return known.map(formatItem).join(' ');
}

export class FetchCollector implements Collector<number> {
  readonly #ranges: UidRanges | undefined;
  /** Items that are not sent unasked. */
  readonly #solid: readonly FetchItem[];
  #count = 0;
  #streamed = false;
  readonly section?: (piece: SectionPiece) => void;

  /** `ranges` undefined: whichever. */
  constructor(
    ranges: UidRanges | undefined,
    items: readonly FetchItem[],
    onSection?: (piece: SectionPiece) => void,
  ) {
    this.#ranges = ranges;
    this.#solid = items.filter((item) => item !== 'FLAGS' && item !== 'MODSEQ');
    if (onSection) {
      this.section = (piece) => {
        this.#streamed = true;
        onSection(piece);
      };
    }
  }

  take(response: Untagged): boolean {
    if (response.type !== 'fetch') return false;
    // The pieces of a section come before the response that they were taken out of.
    if (this.#streamed || this.#answers(response.message)) this.#count++;
    this.#streamed = false;
    return false;
  }

  settle(): number {
    return this.#count;
  }

  /** An answer has something asked for that is not sent unasked, as FLAGS are; where only flags were asked for, any has it. */
  #answers(message: FetchedMessage): boolean {
    if (message.uid !== undefined && this.#ranges && !hasUid(this.#ranges, message.uid)) return false;
    return this.#solid.length === 0 || this.#solid.some((item) => hasItem(message, item));
  }
}

/** `partial-range` (RFC 9394 §4). */
export function formatWindow([first, last]: Window): string {
  const sound = (end: number): boolean =>
    Number.isSafeInteger(end) && Math.abs(end) <= 0xffff_ffff && end !== 0;
  if (!sound(first) || !sound(last) || first > 0 !== last > 0) {
    throw new UsageError('a window with its ends on different sides');
  }
  return `${first}:${last}`;
}

/** `fetch-modifiers` (RFC 4466 §2.4). */
function fetchModifiers({ changedSince, vanished, window }: FetchOptions): string {
  if (vanished && changedSince === undefined) throw new UsageError('VANISHED without CHANGEDSINCE');
  const modifiers = [
    ...(changedSince === undefined ? [] : [`CHANGEDSINCE ${changedSince}`]),
    ...(vanished ? ['VANISHED'] : []),
    ...(window ? [`PARTIAL ${formatWindow(window)}`] : []),
  ];
  return modifiers.length > 0 ? ` (${modifiers.join(' ')})` : '';
}
