import { cancelUpdate, uidExtendedSearch } from '../commands/search.ts';
import type { SearchKey } from '../commands/search-key.ts';
import { subtractRanges, toRanges, uniteRanges } from '../sets.ts';
import type { News, UidRanges } from '../types.ts';
import { secondsOf } from './ages.ts';
import { type Searcher, searchesAsAsked, uidsFound } from './search-messages.ts';

/** What a search finds since, and finds no more. */
export interface SearchChanges {
  readonly added: UidRanges;
  readonly removed: UidRanges;
}

/**
 * What a search finds, kept up to date while its mailbox is selected: by CONTEXT=SEARCH (RFC 5267 §4.3) the server tells what
 * changes; without it, or where it tells no more (NOUPDATE), news of the mailbox say that something may have changed, and the
 * search is run again when somebody wants to know. `hear` has to be given all news of the session.
 */
export class KeptSearch {
  readonly #session: Searcher;
  readonly #key: SearchKey;
  /** Of the search that the server goes on with. */
  #tag: string | undefined;
  #found: UidRanges = [];
  /** As it was told last. */
  #told: UidRanges = [];
  #stale = true;
  /** Heard while a search is under way: it may be of before that was answered, or of after. */
  #meanwhile: News[] | undefined;

  constructor(session: Searcher, key: SearchKey) {
    this.#session = session;
    this.#key = key;
  }

  /** Whether `changes` would ask the server. By age things change without news. */
  get stale(): boolean {
    return this.#tag === undefined && (this.#stale || secondsOf(this.#key, 0).length > 0);
  }

  hear(news: News): void {
    if (this.#meanwhile) this.#meanwhile.push(news);
    else this.#learn(news);
  }

  #learn(news: News): void {
    if (news.type === 'search-update' && news.tag === this.#tag) {
      for (const { type, found } of news.updates) this.#update(type, found);
    } else if ('status' in news && 'code' in news.status && news.status.code?.name === 'NOUPDATE') {
      if (news.status.code.tag === this.#tag) this.#tag = undefined;
    } else if (news.type === 'vanished') {
      this.#update('remove', news.uids);
    } else if (news.type === 'expunge' && news.uid !== undefined) {
      this.#update('remove', toRanges([news.uid]));
    } else if (isChange(news)) {
      this.#stale = true;
    }
  }

  /** What changed since the last call; with the first, all that is found. Rejects as SEARCH does, and can be called again. */
  async changes(): Promise<SearchChanges> {
    if (this.stale) await this.#search();
    const changes = {
      added: subtractRanges(this.#found, this.#told),
      removed: subtractRanges(this.#told, this.#found),
    };
    this.#told = this.#found;
    return changes;
  }

  /** Lets the server forget it. */
  async end(): Promise<void> {
    const tag = this.#tag;
    this.#tag = undefined;
    if (tag !== undefined) await this.#session.run(cancelUpdate([tag]));
  }

  async #search(): Promise<void> {
    const heard: News[] = (this.#meanwhile = []);
    try {
      await this.#ask();
      this.#stale = false;
    } finally {
      this.#meanwhile = undefined;
      for (const news of heard) this.#learn(news);
    }
  }

  async #ask(): Promise<void> {
    const session = this.#session;
    if (!session.capabilities.has('CONTEXT=SEARCH') || !searchesAsAsked(session, this.#key)) {
      this.#found = toRanges(await uidsFound(session, this.#key));
      return;
    }
    const wanted = { all: true, update: true };
    const { all = [], tag, updating } = await session.run(uidExtendedSearch(this.#key, wanted));
    this.#found = toRanges(all);
    if (updating) this.#tag = tag;
  }

  #update(type: 'add' | 'remove', uids: UidRanges): void {
    this.#found = type === 'add' ? uniteRanges(this.#found, uids) : subtractRanges(this.#found, uids);
  }
}

function isChange(news: News): boolean {
  return news.type === 'exists' || news.type === 'expunge' || (news.type === 'fetch' && !!news.message.flags);
}
