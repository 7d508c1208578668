import { UsageError } from '../error.ts';
import type { StreamedLiteral } from './command.ts';

/** Octets written at a time: large enough for a socket, small enough that a refusal stops the rest soon. */
const CHUNK = 64 * 1024;

/** Reads a streamed literal piece by piece, and holds it to its announced length. */
export class Upload {
  readonly literal: StreamedLiteral;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #left: Uint8Array | undefined;

  constructor(literal: StreamedLiteral) {
    this.literal = literal;
    const { chunks } = literal;
    this.#chunks = (typeof chunks === 'function' ? chunks() : chunks)[Symbol.asyncIterator]();
  }

  /** At most `remaining` octets. UsageError where the source ends early or has more than was announced. */
  async next(remaining: number): Promise<Uint8Array> {
    while (!this.#left || this.#left.length === 0) {
      const result = await this.#chunks.next();
      if (result.done) {
        if (remaining > 0) throw new UsageError(`a message ended ${remaining} octets early`);
        return new Uint8Array(0);
      }
      this.#left = result.value;
    }
    if (this.#left.length > remaining) throw new UsageError('a message is longer than was announced');
    const chunk = this.#left.subarray(0, CHUNK);
    this.#left = this.#left.subarray(chunk.length);
    return chunk;
  }

  /** Lets the source go. */
  abandon(): void {
    // Its failure to close is nobody's news.
    this.#chunks.return?.().catch(() => undefined);
  }
}
