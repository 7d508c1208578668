/** Reads a transport's bytes one chunk at a time, and can leave them to somebody else with none lost. */
export class Intake {
  readonly #bytes: AsyncIterator<Uint8Array>;
  #pending: Promise<IteratorResult<Uint8Array>> | undefined;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#bytes = bytes[Symbol.asyncIterator]();
  }

  /**
   * The next chunk, undefined at the end. `left` is asked once the chunk is there: where it says that the bytes were left to
   * somebody else meanwhile, the chunk is theirs, and the result is undefined too.
   */
  async next(left: () => boolean): Promise<Uint8Array | undefined> {
    if (left()) return undefined;
    this.#pending = this.#bytes.next();
    const result = await this.#pending;
    if (left()) return undefined;
    this.#pending = undefined;
    return result.done ? undefined : result.value;
  }

  /** What was not given by `next`, a chunk that was just being read included. */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (let read = this.#pending ?? this.#bytes.next(); ; read = this.#bytes.next()) {
      const result = await read;
      if (result.done) return;
      yield result.value;
    }
  }
}
