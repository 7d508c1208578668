import { concatBytes, CR, LF } from '../bytes/index.ts';
import { CanonicalLines } from './canonical-lines.ts';

const DOT = 0x2e;
const END = Uint8Array.of(DOT, CR, LF);

/** A message as DATA carries it (RFC 5321 §4.5.2): in canonical lines, and a dot that begins one is doubled. */
export class DotStuffer {
  readonly #lines = new CanonicalLines();
  #lineStart = true;

  /** May give the very chunk, where nothing is to be added. */
  push(chunk: Uint8Array): Uint8Array {
    const octets = this.#lines.push(chunk);
    if (octets.length === 0) return octets;
    const dots: number[] = [];
    for (let at = octets.indexOf(DOT); at >= 0; at = octets.indexOf(DOT, at + 1)) {
      if (at === 0 ? this.#lineStart : octets[at - 1] === LF) dots.push(at);
    }
    this.#lineStart = octets.at(-1) === LF;
    return dots.length === 0 ? octets : doubled(octets, dots);
  }

  /** The end of the last line, where it is missing, and the dot that ends it all. */
  finish(): Uint8Array {
    return concatBytes([this.#lines.finish(), END]);
  }
}

function doubled(octets: Uint8Array, dots: readonly number[]): Uint8Array {
  const out = new Uint8Array(octets.length + dots.length);
  let from = 0;
  for (const [count, at] of dots.entries()) {
    out.set(octets.subarray(from, at), from + count);
    out[at + count] = DOT;
    from = at;
  }
  out.set(octets.subarray(from), from + dots.length);
  return out;
}
