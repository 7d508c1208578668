/** First words that the server has made itself (RFC 8970), instead of the texts that they would be made of here. */
import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { previewOf } from '../mime/index.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MessageRow } from './model.ts';
import { runInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

export class ServerPreviews {
  readonly #truth: Truth;
  readonly #lane: Lane;
  /** The server refused, broke the connection over it, or had none of all that was asked for (Cyrus has none, ever). */
  #vain = false;

  constructor(truth: Truth, lane: Lane) {
    this.#truth = truth;
    this.#lane = lane;
  }

  /** Keeps what the server has of `rows`, all of `home`; gives those that it has nothing of. */
  async keep(home: Mailbox, rows: readonly MessageRow[]): Promise<readonly MessageRow[]> {
    if (this.#vain || rows.length === 0) return rows;
    await this.#lane.select(home);
    const { capabilities } = await this.#lane.session();
    if (!capabilities.has('PREVIEW')) return rows;
    const said = new Map<number, string>();
    this.#lane.onFetch = ({ uid, preview }) => {
      if (uid !== undefined && typeof preview === 'string') said.set(uid, preview);
    };
    try {
      const uids = rows.map(({ uid }) => uid as Uid);
      await runInSteps(this.#lane, uids, (some) => uidFetch(some, ['PREVIEW']));
    } catch (error) {
      this.#vain = true;
      if (!(error instanceof CommandError)) throw error;
    } finally {
      this.#lane.onFetch = undefined;
    }
    this.#vain ||= said.size === 0;
    const changes: Change[] = [];
    const left: MessageRow[] = [];
    for (const row of rows) {
      const words = said.get(row.uid);
      // Text like any: cut and cleaned as if it were the message's.
      if (words === undefined) left.push(row);
      else changes.push({ kind: 'preview', key: row.key, preview: previewOf(words, 'plain') });
    }
    await this.#truth.commit(changes);
    return left;
  }
}
