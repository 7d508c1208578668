/** Putting a message of which the server has some parts already (CATENATE, RFC 4469): only the rest is uploaded. */
import { isUtf8Message, uidFetch } from '../../imap/index.ts';
import type { AppendOptions, Appended, Appending, CatenateOptions, CatenatePart } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import { joined } from '../../mime/index.ts';
import type { Segment } from '../../mime/index.ts';
import type { DraftFile } from '../draft-message.ts';
import type { Lane } from '../lane.ts';
import { runFirstInSteps } from '../steps.ts';
import type { Settling } from './context.ts';
import type { PartThere } from './parts-there.ts';

/**
 * Puts `whole` by `run`, an APPEND, in pieces. undefined: there are no URLs, or the server does not take it so; it is to be put as it
 * is. What is `done` has to be looked at (`spoiltAmong`) before anything else goes for it.
 * @param pieces the same octets.
 * @param urls by the octets before the piece that each stands for.
 */
export async function putTogether(
  lane: Lane,
  whole: AppendOptions,
  pieces: readonly Segment[],
  urls: ReadonlyMap<number, PartThere>,
  run: (message: Appending) => Promise<Appended | undefined>,
): Promise<{ readonly done: Appended | undefined } | undefined> {
  if (urls.size === 0) return undefined;
  const { enabled } = await lane.session();
  const utf8 = enabled.has('UTF8=ACCEPT') && (whole.utf8Header ?? isUtf8Message(whole.message));
  const { flags, internalDate } = whole;
  const message: CatenateOptions = {
    ...(flags ? { flags } : {}),
    ...(internalDate === undefined ? {} : { internalDate }),
    parts: partsOf(pieces, urls, utf8),
  };
  return lane.catenating.tried(() => run(message));
}

/**
 * Which of `uids`, of the selected mailbox, the server has put together otherwise than it was meant: nobody else would find that out.
 * What is gone by now is not among them. `absorbed` has to follow.
 * @param octets that they are to have.
 * @param isIt told the header: what was not put there from here is let be.
 */
export async function spoiltAmong(
  { lane }: Pick<Settling, 'lane'>,
  uids: readonly Uid[],
  octets: number,
  isIt: (header: Uint8Array) => boolean,
): Promise<Uid[]> {
  if (uids.length === 0) return [];
  const spoilt = new Set<Uid>();
  lane.onFetch = ({ uid, size: said, sections = [] }) => {
    if (uid === undefined || said === undefined || !uids.includes(uid) || said === octets) return;
    if (sections.some(({ data }) => data?.length && isIt(data))) spoilt.add(uid);
  };
  try {
    await runFirstInSteps(lane, uids, (some) => uidFetch(some, ['RFC822.SIZE', { section: 'HEADER' }]));
  } finally {
    lane.onFetch = undefined;
  }
  if (spoilt.size > 0) lane.catenating.wentWrong();
  return [...spoilt];
}

/** Octets of a message of so many `octets` when these of its `files` are as the server has them. */
export function sizeTogether(
  octets: number,
  files: readonly DraftFile[],
  urls: ReadonlyMap<number, PartThere>,
): number {
  const more = files.map((file) => (urls.get(file.from)?.octets ?? file.octets) - file.octets);
  return more.reduce((sum, each) => sum + each, octets);
}

/** @param utf8 the first piece has a header in UTF-8 (RFC 6855 §4). */
function partsOf(
  pieces: readonly Segment[],
  urls: ReadonlyMap<number, PartThere>,
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
    const there = octets > 0 ? urls.get(at) : undefined;
    if (there === undefined) together.push(piece);
    else {
      end();
      parts.push({ url: there.url });
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
