/** A response as the peers' parsers take it: the text with its literals cut out, in favour of the peers: not timed. */
export interface CutResponse {
  /** `* 1 FETCH (… {12}\r\n …)` without the octets of literals and without the last line break. */
  readonly line: Buffer;
  readonly literals: readonly Buffer[];
  /** The same with the literals in their places. */
  readonly whole: Buffer;
}

export function cutResponses(bytes: Buffer): CutResponse[] {
  const responses: CutResponse[] = [];
  let pieces: Buffer[] = [];
  let literals: Buffer[] = [];
  let begin = 0;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) break;
    const line = bytes.subarray(at, end);
    const literal = /\{(\d+)\+?\}$/.exec(line.subarray(-24).toString('latin1'));
    at = end + 2;
    if (literal) {
      const octets = Number(literal[1]);
      pieces.push(line, Buffer.from('\r\n'));
      literals.push(bytes.subarray(at, at + octets));
      at += octets;
      continue;
    }
    responses.push({ line: Buffer.concat([...pieces, line]), literals, whole: bytes.subarray(begin, end) });
    begin = at;
    pieces = [];
    literals = [];
  }
  return responses;
}
