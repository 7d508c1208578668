import { UsageError } from '../../error.ts';
import { type Command, SELECTED, type SectionPiece } from '../command.ts';
import { formatSet, hasUid, MAX_UID, toRanges, type UidSet } from '../sets.ts';
import type { FetchedMessage, ModSeq, UidRanges } from '../types.ts';

/** What to fetch of a message. Sections are always peeked at: reading mail marks nothing. */
export type FetchItem =
  | 'FLAGS'
  | 'INTERNALDATE'
  | 'RFC822.SIZE'
  | 'ENVELOPE'
  | 'BODYSTRUCTURE'
  /** Only with CONDSTORE. */
  | 'MODSEQ'
  | {
      /** As in `BodyPart.section`, or with `HEADER`, `TEXT`, `MIME` (RFC 3501 §6.4.5); `` is the whole message. */
      readonly section: string;
      /** Names, with section `HEADER.FIELDS` or one that ends in it. */
      readonly fields?: readonly string[];
      /** First octet, and how many at most. */
      readonly partial?: readonly [origin: number, octets: number];
    };

export interface FetchOptions {
  /** Only messages whose MODSEQ is higher (RFC 7162 §3.1.4.1): only with CONDSTORE. */
  readonly changedSince?: ModSeq;
  /** With `changedSince`, VANISHED (EARLIER) for what is gone (RFC 7162 §3.2.6): only once QRESYNC is enabled. */
  readonly vanished?: boolean;
  /** A window on the set: `[1, 100]` its lowest, `[-1, -100]` its highest (RFC 9394 §3.3): only with PARTIAL. */
  readonly window?: readonly [first: number, last: number];
  /** Takes sections above 8 MiB, which are not kept, as they arrive. */
  readonly onSection?: (piece: SectionPiece) => void;
}

/**
 * `UID FETCH` (RFC 3501 §6.4.8). The messages come as news; the result is the number of FETCH responses that answered this
 * command, fewer than asked for where messages are gone.
 */
export function uidFetch(
  set: UidSet,
  items: readonly FetchItem[],
  options: FetchOptions = {},
): Command<number> {
  const ranges = toRanges(set);
  if (ranges.length === 0 || items.length === 0) throw new UsageError('UID FETCH of nothing');
  const text = `UID FETCH ${wireSet(ranges, options)} (${['UID', ...items.map(formatItem)].join(' ')})${fetchModifiers(options)}`;
  return {
    name: 'UID FETCH',
    states: SELECTED,
    write: () => [text],
    collect: () => {
      let count = 0;
      let streamed = false;
      const { onSection } = options;
      return {
        take(response) {
          if (response.type !== 'fetch') return false;
          // The pieces of a section come before the response that they were taken out of.
          if (streamed || answers(response.message, ranges, items)) count++;
          streamed = false;
          return false;
        },
        ...(onSection && {
          section(piece: SectionPiece) {
            streamed = true;
            onSection(piece);
          },
        }),
        settle: () => count,
      };
    },
  };
}

/** Quirk: `*` is the last message there is, so that Cyrus tells nothing of those that are gone above it: the end is named. */
function wireSet(ranges: UidRanges, { vanished }: FetchOptions): string {
  return vanished ? formatSet(ranges).replace('*', String(MAX_UID)) : formatSet(ranges);
}

/** `fetch-modifiers` (RFC 4466 §2.4). */
function fetchModifiers({ changedSince, vanished, window }: FetchOptions): string {
  if (vanished && changedSince === undefined) throw new UsageError('VANISHED without CHANGEDSINCE');
  if (window && !(Math.sign(window[0]) === Math.sign(window[1]) && window[0] !== 0)) {
    throw new UsageError('a window with its ends on different sides');
  }
  const modifiers = [
    ...(changedSince === undefined ? [] : [`CHANGEDSINCE ${changedSince}`]),
    ...(vanished ? ['VANISHED'] : []),
    ...(window ? [`PARTIAL ${window[0]}:${window[1]}`] : []),
  ];
  return modifiers.length > 0 ? ` (${modifiers.join(' ')})` : '';
}

function formatItem(item: FetchItem): string {
  if (typeof item === 'string') return item;
  const { section, fields, partial } = item;
  if (!/^[\dA-Z.]*$/i.test(section)) throw new UsageError(`not a section: ${section}`);
  if (/HEADER\.FIELDS/i.test(section) !== (fields !== undefined)) throw new UsageError('header fields');
  if (
    fields?.some((field) => !/^[!-9;-~]+$/.test(field) || /["\\(){%*\]]/.test(field)) ||
    fields?.length === 0
  ) {
    throw new UsageError('not a header field name');
  }
  const names = fields ? ` (${fields.join(' ')})` : '';
  const range = partial ? `<${partial[0]}.${partial[1]}>` : '';
  return `BODY.PEEK[${section}${names}]${range}`;
}

/** An answer has something asked for that is not sent unasked, as FLAGS are; where only flags were asked for, any has it. */
function answers(
  message: FetchedMessage,
  ranges: ReturnType<typeof toRanges>,
  items: readonly FetchItem[],
): boolean {
  if (message.uid !== undefined && !hasUid(ranges, message.uid)) return false;
  const solid = items.filter((item) => item !== 'FLAGS' && item !== 'MODSEQ');
  return solid.length === 0 || solid.some((item) => has(message, item));
}

function has(message: FetchedMessage, item: FetchItem): boolean {
  switch (item) {
    case 'FLAGS':
      return message.flags !== undefined;
    case 'MODSEQ':
      return message.modSeq !== undefined;
    case 'INTERNALDATE':
      return message.internalDate !== undefined;
    case 'RFC822.SIZE':
      return message.size !== undefined;
    case 'ENVELOPE':
      return message.envelope !== undefined;
    case 'BODYSTRUCTURE':
      return message.structure !== undefined;
    default: {
      const name = item.fields
        ? `${item.section} (${item.fields.join(' ')})`.toUpperCase()
        : item.section.toUpperCase();
      return message.sections?.some((section) => section.section === name) ?? false;
    }
  }
}
