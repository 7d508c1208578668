/** Compressed RTF, [MS-OXRTFCP]: what Outlook keeps a formatted text in. */
import { encodeText } from '../../bytes/index.ts';
import { Cursor } from './cursor.ts';

const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
/** Octets of the dictionary. */
const WINDOW = 4096;
/** Octets before the content that the header's first field counts. */
const COUNTED_HEADER = 12;

/** What every dictionary begins with, §2.1.3.1.4. */
const BEGINNING = encodeText(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor ' +
    'MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par ' +
    '\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
);

/** The RTF; undefined where it is none. What is damaged ends where the damage begins. Two octets give at most 17. */
export function decompressRtf(bytes: Uint8Array): Uint8Array | undefined {
  const cursor = new Cursor(bytes);
  const length = cursor.u32() ?? 0;
  const size = cursor.u32() ?? 0;
  const kind = cursor.u32();
  // The checksum: what is damaged is better than nothing.
  cursor.u32();
  const content = cursor.takeUpTo(length - COUNTED_HEADER);
  if (kind === UNCOMPRESSED) return content.subarray(0, size);
  return kind === COMPRESSED ? decompress(content, size) : undefined;
}

/** Runs of eight: an octet whose bits say, lowest first, what is a literal (0) and what a reference (1) of two octets. */
function decompress(content: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(Math.min(size, content.length * 9));
  const window = new Uint8Array(WINDOW);
  window.set(BEGINNING);
  let write = BEGINNING.length;
  let length = 0;
  const put = (octet: number) => {
    if (length < out.length) out[length++] = octet;
    window[write] = octet;
    write = (write + 1) % WINDOW;
  };
  for (let at = 0; at < content.length;) {
    const control = content[at++]!;
    for (let bit = 0; bit < 8 && at < content.length; bit++) {
      if ((control & (1 << bit)) === 0) {
        put(content[at++]!);
        continue;
      }
      const reference = (content[at]! << 8) | (content[at + 1] ?? 0);
      at += 2;
      const from = reference >> 4;
      // A reference to where the next octet goes is the end.
      if (from === write) return out.subarray(0, length);
      for (let index = 0; index < (reference & 15) + 2; index++) put(window[(from + index) % WINDOW]!);
    }
  }
  return out.subarray(0, length);
}
