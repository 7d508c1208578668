/**
 * Parts too large to share a command: a range at a time, each kept as it comes, so that nothing waits long behind them and what
 * came survives a broken connection and a killed worker.
 */
import { concatBytes } from '../bytes/index.ts';
import type { BodyPart, Uid } from '../imap/types.ts';
import { TransferDecoder } from '../mime/index.ts';
import type { Change } from './change.ts';
import { MAX_KEPT_PART } from './keep.ts';
import type { Lane } from './lane.ts';
import { KeptDepth } from './model.ts';
import type { MessageKey, Piece } from './model.ts';
import { isAttachment, shownParts, wholeParts } from './parts.ts';
import { partQuery, piecesQuery } from './store.ts';
import { descriptorFor, fetchRange, fetchSections, isHollow, isThere, partChanges, RANGE } from './texts.ts';
import type { Located, Truth } from './truth.ts';

export class LargeParts {
  readonly #truth: Truth;
  /** Parts that the server would not give. */
  readonly #refused = new Set<string>();
  /** The part that is coming, and how much of it is here. */
  #coming: { readonly id: string; readonly received: number } | undefined;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /** Octets of the part that is coming. */
  get received(): number {
    return this.#coming?.received ?? 0;
  }

  /** One command for a message; true when there is nothing left to be fetched of it. */
  async step(lane: Lane, row: Located, depth: KeptDepth): Promise<boolean> {
    const descriptor = await descriptorFor(this.#truth, row.key);
    const { uid } = row;
    if (!descriptor || uid === 0) return true;
    const { structure } = descriptor;
    const parts = depth === KeptDepth.whole ? wholeParts(structure) : shownParts(structure);
    const missing: BodyPart[] = [];
    for (const part of parts) if (await this.#isMissing(row.key, part)) missing.push(part);
    const [first] = missing;
    if (!first) {
      await this.#truth.commit([{ kind: 'kept', keys: [row.key], depth }]);
      return true;
    }
    await lane.select(row.home, { uids: [uid] });
    if (isOneRange(first)) await this.#together(lane, { ...row, uid }, missing);
    else await this.#range(lane, { ...row, uid }, first);
    return false;
  }

  async #isMissing(key: MessageKey, { section, octets }: BodyPart): Promise<boolean> {
    if (octets > MAX_KEPT_PART || this.#refused.has(`${key} ${section}`)) return false;
    return !(await this.#truth.store.read(partQuery(key, section)));
  }

  /** As many of the small ones as fit one range. */
  async #together(
    lane: Lane,
    row: Located & { readonly uid: Uid },
    missing: readonly BodyPart[],
  ): Promise<void> {
    let octets = 0;
    const some = missing.filter((part) => isOneRange(part) && (octets += part.octets) <= RANGE);
    const got = await fetchSections(
      lane,
      [row.uid],
      some.map(({ section }) => ({ section })),
    );
    const changes: Change[] = [];
    for (const part of some) {
      const encoded = got.get(row.uid)?.get(part.section);
      if (encoded && !isHollow(part, encoded)) changes.push(...partChanges(row.key, part, encoded, false));
      else await this.#refuse(lane, row, part);
    }
    await this.#truth.commit(changes);
  }

  async #range(lane: Lane, row: Located & { readonly uid: Uid }, part: BodyPart): Promise<void> {
    const { section } = part;
    const message = row.key;
    const id = `${message} ${section}`;
    const from =
      this.#coming?.id === id ? this.#coming.received : lengthOf(await this.#pieces(message, section));
    this.#coming = { id, received: from };
    const range = await fetchRange(lane, row.uid, part, from);
    if (!range || from + range.bytes.length > MAX_KEPT_PART) return this.#refuse(lane, row, part);
    if (range.bytes.length > 0)
      await this.#truth.commit([{ kind: 'piece', piece: { message, section, from, bytes: range.bytes } }]);
    this.#coming = { id, received: from + range.bytes.length };
    if (!range.ended) return;
    this.#coming = undefined;
    const bytes = decoded(await this.#pieces(message, section), part.encoding);
    await this.#truth.commit([
      { kind: 'part', part: { message, section, bytes }, attachment: isAttachment(part) },
    ]);
  }

  /** Without a gap, from the beginning. */
  async #pieces(message: MessageKey, section: string): Promise<readonly Piece[]> {
    const pieces = await this.#truth.store.read(piecesQuery(message, section));
    let length = 0;
    return pieces.filter(({ from, bytes }) => from === length && (length += bytes.length) > 0);
  }

  /** Not asked for again as long as the engine runs. Of a message that is gone the news comes by itself. */
  async #refuse(lane: Lane, row: Located, { section }: BodyPart): Promise<void> {
    this.#coming = undefined;
    this.#refused.add(`${row.key} ${section}`);
    await isThere(lane, this.#truth, row);
  }
}

function isOneRange({ octets }: BodyPart): boolean {
  return octets >= 0 && octets <= RANGE;
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function decoded(pieces: readonly Piece[], encoding: string): Uint8Array {
  const decoder = new TransferDecoder(encoding);
  return concatBytes([...pieces.map(({ bytes }) => decoder.push(bytes)), decoder.finish()]);
}
