import type { AccountWatcher, Mailbox } from '../account/mailbox.ts';
import { metadataNews } from './commands/metadata.ts';
import type { Piece } from './output.ts';
import type { Session } from './session.ts';
import { accountOf } from './session.ts';

/** Collects changes of metadata for a session that has enabled METADATA (RFC 5464 §4.4), until they can be told. */
export class MetadataWatch implements AccountWatcher {
  readonly #session: Session;
  readonly #changed = new Map<Mailbox | undefined, Set<string>>();

  constructor(session: Session) {
    this.#session = session;
    accountOf(session).watchers.add(this);
  }

  close(): void {
    this.#session.account?.watchers.delete(this);
  }

  metadataChanged(mailbox: Mailbox | undefined, entries: readonly string[]): void {
    if (this.#session.acting) return;
    const changed = this.#changed.get(mailbox) ?? new Set();
    this.#changed.set(mailbox, changed);
    for (const entry of entries) changed.add(entry);
    this.#session.wake();
  }

  *news(session: Session): Generator<Piece, void> {
    for (const [mailbox, entries] of this.#changed) yield metadataNews(session, mailbox, entries);
    this.#changed.clear();
  }
}
