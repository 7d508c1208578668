import { CR, LF } from '../bytes/index.ts';

/** Characters of one line; the first says how many octets it holds, at most 63. */
const MAX_LINE = 200;

/**
 * uuencode as mail has it: a `begin` line, lines of a length letter and groups of four, an `end` line. What stands before
 * `begin` and after `end` is dropped. Never throws.
 */
export class UuDecoder {
  #line: number[] = [];
  #state: 'before' | 'within' | 'after' = 'before';

  push(chunk: Uint8Array): Uint8Array {
    // Three octets from four letters; a held line may add its own.
    const out = new Uint8Array(chunk.length + MAX_LINE);
    let length = 0;
    for (const octet of chunk) {
      if (octet === LF) length = this.#endLine(out, length);
      else if (octet !== CR && this.#line.length < MAX_LINE) this.#line.push(octet);
    }
    return out.subarray(0, length);
  }

  finish(): Uint8Array {
    const out = new Uint8Array(MAX_LINE);
    const length = this.#endLine(out, 0);
    this.#state = 'before';
    return out.subarray(0, length);
  }

  #endLine(out: Uint8Array, at: number): number {
    const line = this.#line;
    this.#line = [];
    if (this.#state === 'before') {
      if (/^begin [0-7]{3,4} /.test(String.fromCharCode(...line))) this.#state = 'within';
      return at;
    }
    if (this.#state === 'after' || line.length === 0) return at;
    if (String.fromCharCode(...line).trimEnd() === 'end') {
      this.#state = 'after';
      return at;
    }
    return decodeLine(line, out, at);
  }
}

function decodeLine(line: readonly number[], out: Uint8Array, at: number): number {
  const value = (index: number) => ((line[index] ?? 0x20) - 0x20) & 63;
  const end = at + Math.min(value(0), Math.ceil(((line.length - 1) * 3) / 4));
  for (let index = 1; at < end; index += 4) {
    const bits = (value(index) << 18) | (value(index + 1) << 12) | (value(index + 2) << 6) | value(index + 3);
    out[at++] = bits >> 16;
    if (at < end) out[at++] = bits >> 8;
    if (at < end) out[at++] = bits;
  }
  return at;
}
