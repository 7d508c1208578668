import { CR, LF } from '../bytes/index.ts';

const DOT = 0x2e;
const END = [DOT, CR, LF];

/**
 * A message as DATA carries it (RFC 5321 §4.5.2): a dot that begins a line is doubled. Every line ends in CRLF, whatever it
 * ended in before: bare CR and LF are where one server sees the end of the data and another does not (SMTP smuggling).
 */
export class DotStuffer {
  #lineStart = true;
  #afterCr = false;

  push(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(chunk.length * 2 + 2);
    let length = 0;
    for (let i = 0; i < chunk.length; i++) {
      const octet = chunk[i]!;
      if (this.#afterCr) {
        this.#afterCr = false;
        out[length++] = LF;
        this.#lineStart = true;
        if (octet === LF) continue;
      }
      if (octet === CR) {
        out[length++] = CR;
        this.#afterCr = true;
        continue;
      }
      if (octet === LF) {
        out[length++] = CR;
        out[length++] = LF;
        this.#lineStart = true;
        continue;
      }
      if (octet === DOT && this.#lineStart) out[length++] = DOT;
      out[length++] = octet;
      this.#lineStart = false;
    }
    return out.subarray(0, length);
  }

  /** The end of the last line, where it is missing, and the dot that ends it all. */
  finish(): Uint8Array {
    const missing = this.#afterCr ? [LF] : this.#lineStart ? [] : [CR, LF];
    return Uint8Array.from([...missing, ...END]);
  }
}
