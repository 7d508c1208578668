/** Putting a message of which the server has some parts already (CATENATE, RFC 4469): only the rest is uploaded. */
import { isUtf8Message } from '../../imap/index.ts';
import type { AppendOptions, Appended, Appending, CatenateOptions, CatenatePart } from '../../imap/index.ts';
import { joined } from '../../mime/index.ts';
import type { Segment } from '../../mime/index.ts';
import type { DraftFile } from '../draft-message.ts';
import type { Lane } from '../lane.ts';

/**
 * Puts `whole` by `run`, an APPEND or REPLACE: in pieces where there are URLs and the server takes it so, else as it is, at once.
 * @param pieces the same octets.
 * @param urls by the octets before the piece that each stands for.
 */
export async function putTogether(
  lane: Lane,
  whole: AppendOptions,
  pieces: readonly Segment[],
  urls: ReadonlyMap<number, string>,
  run: (message: Appending) => Promise<Appended | undefined>,
): Promise<Appended | undefined> {
  if (urls.size > 0) {
    const { enabled } = await lane.session();
    const utf8 = enabled.has('UTF8=ACCEPT') && (whole.utf8Header ?? isUtf8Message(whole.message));
    const { flags, internalDate } = whole;
    const message: CatenateOptions = {
      ...(flags ? { flags } : {}),
      ...(internalDate === undefined ? {} : { internalDate }),
      parts: partsOf(pieces, urls, utf8),
    };
    const tried = await lane.catenating.tried(() => run(message));
    if (tried) return tried.done;
  }
  return run(whole);
}

/** @param utf8 the first piece has a header in UTF-8 (RFC 6855 §4). */
function partsOf(
  pieces: readonly Segment[],
  urls: ReadonlyMap<number, string>,
  utf8: boolean,
): CatenatePart[] {
  const parts: CatenatePart[] = [];
  let together: Segment[] = [];
  let at = 0;
  const end = (): void => {
    const text = joined(together);
    if (text.octets > 0) parts.push(utf8 && parts.length === 0 ? { utf8: text } : { text });
    together = [];
  };
  for (const piece of pieces) {
    const octets = piece instanceof Uint8Array ? piece.length : piece.octets;
    const url = octets > 0 ? urls.get(at) : undefined;
    if (url === undefined) together.push(piece);
    else {
      end();
      parts.push({ url });
    }
    at += octets;
  }
  end();
  return parts;
}

/** A message in pieces, each file one of its own. */
export function piecesOf(message: Uint8Array, files: readonly DraftFile[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { from, octets } of files) {
    pieces.push(message.subarray(at, from), message.subarray(from, from + octets));
    at = from + octets;
  }
  return [...pieces, message.subarray(at)];
}
