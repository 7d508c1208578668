/** Finds the end of the next command of a name in what a client sends: from there on the server has all of it. */
export class Ending {
  readonly command: string;
  /** Octets of a literal that are still to come, with the end of the line. */
  #left = 0;

  constructor(command: string) {
    this.command = command;
  }

  /** Whether it is at its end with this chunk. Of several literals, the first counts. */
  isIn(chunk: Uint8Array): boolean {
    if (this.#left > 0) {
      this.#left -= chunk.length;
      return this.#left <= 0;
    }
    const text = Buffer.from(chunk).toString('latin1');
    const at = text.indexOf(` ${this.command} `);
    if (at < 0) return false;
    const literal = /\{(\d+)\+?\}\r\n/.exec(text.slice(at));
    if (!literal) return text.endsWith('\r\n');
    const begins = at + literal.index + literal[0].length;
    this.#left = Number(literal[1]) + 2 - (text.length - begins);
    return this.#left <= 0;
  }
}
