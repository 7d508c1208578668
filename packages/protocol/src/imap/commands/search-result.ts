import { ProtocolError } from '../../error.ts';
import type { Collector } from '../command.ts';
import type { ExtendedSearch, Untagged } from '../response.ts';
import { countUids, expandRanges, toRanges } from '../sets.ts';
import type { ModSeq, Uid, UidRanges } from '../types.ts';
import type { Window } from './fetch.ts';
import type { SearchReturn } from './search.ts';

/** UIDs that one search may give, 8 octets each: a range is cheap to write and dear to keep, and no mailbox has as many. */
const FOUND_LIMIT = 2_000_000;

/** One by one, in the order of the ranges. ProtocolError where there are more than any mailbox has. */
export function expandFound(ranges: UidRanges): readonly Uid[] {
  if (countUids(ranges) > FOUND_LIMIT) throw new ProtocolError('a search that found more than there can be');
  return expandRanges(ranges, FOUND_LIMIT);
}

/** What an extended search found: each field that was asked for. Those of SORT are in its order, else they ascend. */
export interface SearchResult {
  /** The search's own, by which its updates name it; undefined where nothing at all was answered. */
  readonly tag: string | undefined;
  readonly all?: readonly Uid[];
  /** undefined: nothing was found. */
  readonly min?: Uid | undefined;
  readonly max?: Uid | undefined;
  readonly count?: number;
  readonly partial?: readonly Uid[];
  /** 1 … 100, one for each of `all` or `partial`; absent where the server gave none. */
  readonly relevancy?: readonly number[];
  /** The highest of what was found, where the search was for MODSEQ (RFC 7162 §3.1.5, RFC 4731 §3.2). */
  readonly modSeq?: ModSeq;
  /** True where `update` was asked for and not refused (RFC 5267 §4.3.1). */
  readonly updating?: boolean;
}

/**
 * Takes the ESEARCH of its tag, or a plain SEARCH or SORT: what old releases of Cyrus answer RETURN with, and servers without
 * the extension anyway. What was asked for and not given is made of all that was found.
 */
export class SearchCollector implements Collector<SearchResult> {
  readonly #wanted: SearchReturn;
  readonly #sorted: boolean;
  #result: ExtendedSearch | undefined;
  #numbers: number[] | undefined;
  #modSeq: ModSeq | undefined;
  #refused = false;
  #tag: string | undefined;

  constructor(wanted: SearchReturn, sorted: boolean) {
    this.#wanted = wanted;
    this.#sorted = sorted;
  }

  take(response: Untagged, tag: string): boolean {
    this.#tag = tag;
    if (response.type === (this.#sorted ? 'sort' : 'search')) {
      const numbers = (this.#numbers ??= []);
      // One more than may be found is enough to refuse them all.
      for (const uid of response.numbers) if (uid > 0 && numbers.length <= FOUND_LIMIT) numbers.push(uid);
      this.#modSeq = response.modSeq ?? this.#modSeq;
      return true;
    }
    if (response.type === 'status' && response.code?.name === 'NOUPDATE' && response.code.tag === tag) {
      this.#refused = true;
      return true;
    }
    // Updates are news from the first, even where they come before the receipt.
    if (response.type !== 'esearch' || response.result.updates) return false;
    if ((response.result.tag ?? tag) !== tag) return false;
    this.#result = { ...this.#result, ...response.result };
    return true;
  }

  settle(): SearchResult {
    const wanted = this.#wanted;
    const result = this.#result;
    const all = this.#numbers
      ? this.#expanded(this.#numbers.map((uid) => [uid, uid]))
      : this.#expanded(result?.all);
    const modSeq = result?.modSeq ?? this.#modSeq;
    return {
      tag: this.#tag,
      ...(wanted.all && { all: all ?? [] }),
      ...(wanted.min && { min: (result?.min as Uid | undefined) ?? all?.[0] }),
      ...(wanted.max && { max: (result?.max as Uid | undefined) ?? all?.at(-1) }),
      ...(wanted.count && { count: result?.count ?? all?.length ?? 0 }),
      ...(wanted.partial && {
        partial: this.#expanded(result?.partial?.found) ?? within(all ?? [], wanted.partial),
      }),
      ...(result?.relevancy && { relevancy: result.relevancy }),
      ...(modSeq !== undefined && { modSeq }),
      ...(wanted.update && { updating: !this.#refused }),
    };
  }

  #expanded(ranges: UidRanges | undefined): readonly Uid[] | undefined {
    return ranges && expandFound(this.#sorted ? ranges : toRanges(ranges));
  }
}

/** The answer made of all that was found, in its order. */
export function resultOf(all: readonly Uid[], { partial, ...wanted }: SearchReturn): SearchResult {
  return {
    tag: undefined,
    ...(wanted.all && { all }),
    ...(wanted.min && { min: all[0] }),
    ...(wanted.max && { max: all.at(-1) }),
    ...(wanted.count && { count: all.length }),
    ...(partial && { partial: within(all, partial) }),
  };
}

/** The part of what was found that a window shows (RFC 9394 §3.1). */
export function within(all: readonly Uid[], [first, last]: Window): readonly Uid[] {
  const near = Math.min(Math.abs(first), Math.abs(last));
  const far = Math.max(Math.abs(first), Math.abs(last));
  if (first > 0) return all.slice(near - 1, far);
  return all.slice(Math.max(0, all.length - far), Math.max(0, all.length - near + 1));
}
