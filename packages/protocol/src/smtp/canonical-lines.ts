import { CR, LF } from '../bytes/index.ts';

/**
 * Every line ends in CRLF, whatever it ended in before (RFC 5321 §2.3.8): bare CR and LF are where one server sees the end of
 * the data and another does not (SMTP smuggling). What is in order already is passed on uncopied.
 */
export class CanonicalLines {
  #afterCr = false;
  #lineStart = true;

  push(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk;
    const out = isCanonical(chunk, this.#afterCr) ? chunk : this.#repaired(chunk);
    const last = chunk.at(-1);
    this.#afterCr = last === CR;
    this.#lineStart = last === LF;
    return out;
  }

  /** The end of the last line, where it is missing. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#afterCr ? [LF] : this.#lineStart ? [] : [CR, LF]);
  }

  #repaired(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(chunk.length * 2 + 1);
    let length = 0;
    let afterCr = this.#afterCr;
    for (let i = 0; i < chunk.length; i++) {
      const octet = chunk[i]!;
      if (octet === LF ? !afterCr : afterCr) out[length++] = octet === LF ? CR : LF;
      out[length++] = octet;
      afterCr = octet === CR;
    }
    return out.subarray(0, length);
  }
}

function isCanonical(chunk: Uint8Array, afterCr: boolean): boolean {
  let before = afterCr;
  for (let i = 0; i < chunk.length; i++) {
    const octet = chunk[i]!;
    if (octet > CR) {
      if (before) return false;
      continue;
    }
    if ((octet === LF) !== before) return false;
    before = octet === CR;
  }
  return true;
}
