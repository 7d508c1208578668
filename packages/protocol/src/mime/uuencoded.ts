/** Files that stand uuencoded within a text, as mail had them before MIME and some programs still do. */
import { decodeLatin1, LF } from '../bytes/index.ts';
import { oneLine } from './text.ts';
import { UuDecoder } from './uuencode.ts';

export interface UuencodedFile {
  /** As its `begin` line has it, without any path. */
  readonly name: string;
  readonly content: Uint8Array;
}

export interface UuencodedText {
  /** The octets before, between and after the files, still in the text's charset. */
  readonly text: readonly Uint8Array[];
  readonly files: readonly UuencodedFile[];
}

/** Files of one text. */
const MAX_FILES = 100;
/** Octets of a `begin` line. */
const MAX_BEGIN = 300;

/**
 * The files within a text part, its transfer encoding undone. A file is taken out only where each of its lines is as long as
 * its first letter says and an `end` line follows: a text that merely says "begin 644 of them" stays whole. Never throws.
 */
export function unpackUuencoded(bytes: Uint8Array): UuencodedText {
  const text: Uint8Array[] = [];
  const files: UuencodedFile[] = [];
  let kept = 0;
  for (let at = 0; at < bytes.length && files.length < MAX_FILES;) {
    const name = beginAt(bytes, at);
    const end = name === undefined ? 0 : endOf(bytes, lineEnd(bytes, at));
    if (name !== undefined && end > 0) {
      const decoder = new UuDecoder();
      const content = decoder.push(bytes.subarray(at, end));
      text.push(bytes.subarray(kept, at));
      files.push({ name, content });
      kept = end;
    }
    // A file that was none is not searched again for others.
    at = end === 0 ? lineEnd(bytes, at) : Math.abs(end);
  }
  text.push(bytes.subarray(kept));
  return { text: text.filter((piece) => piece.length > 0), files };
}

function lineEnd(bytes: Uint8Array, at: number): number {
  const lineFeed = bytes.indexOf(LF, at);
  return lineFeed < 0 ? bytes.length : lineFeed + 1;
}

/** The name in a `begin` line at `at`. */
function beginAt(bytes: Uint8Array, at: number): string | undefined {
  if (bytes[at] !== 0x62 || bytes[at + 1] !== 0x65) return undefined;
  const line = decodeLatin1(bytes.subarray(at, Math.min(lineEnd(bytes, at), at + MAX_BEGIN)));
  const name = /^begin [0-7]{3,4} (\S.*?)\s*$/.exec(line)?.[1];
  return name === undefined ? undefined : (oneLine(name).split(/[/\\]/).at(-1) ?? '').replace(/^[\s.]+/, '');
}

/** The index after the `end` line; below 0: where it turned out, at the index less the sign, to be no file. */
function endOf(bytes: Uint8Array, start: number): number {
  let lines = 0;
  for (let at = start; at < bytes.length;) {
    const next = lineEnd(bytes, at);
    let length = next - at;
    while (length > 0 && (bytes[at + length - 1] === LF || bytes[at + length - 1] === 0x0d)) length--;
    if (length === 3 && bytes[at] === 0x65 && bytes[at + 1] === 0x6e && bytes[at + 2] === 0x64)
      return lines > 0 ? next : -next;
    if (!isDataLine(bytes[at] ?? 0, length)) return -at;
    lines++;
    at = next;
  }
  return -bytes.length;
}

/** Whether a line can be one of a file, by its first letter. Four letters for three octets; trailing spaces may be gone, and some programs add a letter of checksum. */
export function isDataLine(letter: number, length: number): boolean {
  if (length <= 1) return length === 0 || letter === 0x20 || letter === 0x60;
  const octets = (letter - 0x20) & 63;
  const letters = 1 + Math.ceil(octets / 3) * 4;
  return letter >= 0x20 && letter <= 0x60 && length <= letters + 2 && length >= letters - 4;
}
