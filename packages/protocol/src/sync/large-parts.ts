/**
 * Parts too large to share a command: a range at a time, each kept as it comes, so that nothing waits long behind them and what
 * came survives a broken connection and a killed worker.
 */
import { concatBytes } from '../bytes/index.ts';
import type { BodyPart, Uid } from '../imap/types.ts';
import { TransferDecoder } from '../mime/index.ts';
import type { Change } from './change.ts';
import { fetchBodies, fetchRange, RANGE } from './fetch-parts.ts';
import type { Place } from './fetch-parts.ts';
import { MAX_KEPT_PART } from './keep.ts';
import type { Lane } from './lane.ts';
import { KeptDepth } from './model.ts';
import type { MessageKey, Piece } from './model.ts';
import { isAttachment, shownParts, wholeParts } from './parts.ts';
import { partQuery, piecesQuery } from './store.ts';
import { descriptorFor, isThere, keepFromTwins, partChanges } from './texts.ts';
import type { Located, Truth } from './truth.ts';
import type { Described } from './twins.ts';

interface Coming extends Place {
  readonly id: string;
  /** As `Range.through`. */
  readonly through: number;
}

export class LargeParts {
  readonly #truth: Truth;
  /** Parts that the server would not give. */
  readonly #refused = new Set<string>();
  /** Parts that cannot be had decoded. */
  readonly #undecodable = new Set<string>();
  /** The part that is coming, and how much of it is here. */
  #coming: Coming | undefined;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /** Octets of the part that is coming, as it is in its message. */
  get received(): number {
    return this.#coming?.through ?? 0;
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
    if (await this.#given({ row, descriptor }, first)) return false;
    await lane.select(row.home, { uids: [uid] });
    if (isOneRange(first)) await this.#together(lane, { ...row, uid }, missing);
    else await this.#range(lane, { ...row, uid }, first);
    return false;
  }

  /** One at a time: each may be large. */
  #given(message: Described, part: BodyPart): Promise<boolean> {
    return keepFromTwins(this.#truth, message, [part]);
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
    const got = await fetchBodies(lane, [{ uid: row.uid, parts: some }]);
    const changes: Change[] = [];
    for (const part of some) {
      const body = got.get(row.uid)?.get(part.section);
      if (body && !body.hollow) changes.push(...partChanges(row.key, part, body.bytes, false));
      else await this.#refuse(lane, row, part);
    }
    await this.#truth.commit(changes);
  }

  async #range(lane: Lane, row: Located & { readonly uid: Uid }, part: BodyPart): Promise<void> {
    const { section } = part;
    const message = row.key;
    const id = `${message} ${section}`;
    if (this.#coming?.id !== id) this.#coming = await this.#begun(lane, message, part, id);
    const { decoded, received: from } = this.#coming;
    const range = await fetchRange(lane, row.uid, part, this.#coming);
    if (range === 'undecodable') {
      this.#undecodable.add(id);
      this.#coming = undefined;
      return;
    }
    const received = from + (range?.bytes.length ?? 0);
    if (!range || received > MAX_KEPT_PART) return this.#refuse(lane, row, part);
    const piece: Piece = { message, section, from, bytes: range.bytes, ...(decoded && { decoded }) };
    if (range.bytes.length > 0) await this.#truth.commit([{ kind: 'piece', piece }]);
    this.#coming = { id, decoded, received, through: range.through };
    if (!range.ended) return;
    this.#coming = undefined;
    const pieces = (await this.#pieces(message, section, decoded)).map((each) => each.bytes);
    const bytes = decoded ? concatBytes(pieces) : decodedOf(pieces, part.encoding);
    await this.#truth.commit([
      { kind: 'part', part: { message, section, bytes }, attachment: isAttachment(part) },
    ]);
  }

  /** In the form in which some of it is here, where that can be gone on with. */
  async #begun(lane: Lane, message: MessageKey, part: BodyPart, id: string): Promise<Coming> {
    const { capabilities } = await lane.session();
    const encoded = lengthOf(await this.#pieces(message, part.section, false));
    const suits = lane.binary.suits(part, capabilities) && !this.#undecodable.has(id);
    const before = suits ? lengthOf(await this.#pieces(message, part.section, true)) : 0;
    const decoded = suits && (before > 0 || encoded === 0);
    const received = decoded ? before : encoded;
    return { id, decoded, received, through: decoded ? Math.round((received * 4) / 3) : received };
  }

  /** Those in that form, without a gap, from the beginning. */
  async #pieces(message: MessageKey, section: string, decoded: boolean): Promise<readonly Piece[]> {
    const pieces = await this.#truth.store.read(piecesQuery(message, section));
    let length = 0;
    return pieces.filter(
      (piece) =>
        (piece.decoded ?? false) === decoded && piece.from === length && (length += piece.bytes.length) > 0,
    );
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

function decodedOf(pieces: readonly Uint8Array[], encoding: string): Uint8Array {
  const decoder = new TransferDecoder(encoding);
  return concatBytes([...pieces.map((bytes) => decoder.push(bytes)), decoder.finish()]);
}
