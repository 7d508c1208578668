/** Notes on mailboxes and on the server (RFC 5464 §4): only with METADATA, or METADATA-SERVER and the name ``. */
import { UsageError } from '../../error.ts';
import { type Command, joinPieces, mailboxPiece, type Piece, settled, SIGNED_IN } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';

export interface MetadataOptions {
  /** Octets: longer values are left out. */
  readonly maxSize?: number;
  readonly depth?: 0 | 1 | 'infinity';
}

/** `entry` (§5): begins with `/`, ASCII without wildcards. */
export function entryPiece(entry: string): string {
  if (!/^\/[a-z\d][a-z\d./:_-]*$/i.test(entry))
    throw new UsageError(`not an entry: ${JSON.stringify(entry)}`);
  return entry;
}

/** `GETMETADATA [options] mailbox (entries)` (§4.2). Entry names in lower case; null: there is no such entry. */
export function getMetadata(
  name: MailboxName,
  entries: readonly string[],
  options: MetadataOptions = {},
): Command<ReadonlyMap<string, Uint8Array | null>> {
  if (entries.length === 0) throw new UsageError('GETMETADATA of nothing');
  const list = entries.map(entryPiece).join(' ');
  const asked = [
    ...(options.maxSize === undefined ? [] : [`MAXSIZE ${options.maxSize}`]),
    ...(options.depth === undefined ? [] : [`DEPTH ${options.depth}`]),
  ];
  return {
    name: 'GETMETADATA',
    states: SIGNED_IN,
    results: ['METADATA'],
    write: (_, enabled) => [
      `GETMETADATA ${asked.length > 0 ? `(${asked.join(' ')}) ` : ''}`,
      mailboxPiece(name, enabled),
      ` (${list})`,
    ],
    collect: () => {
      const values = new Map<string, Uint8Array | null>();
      return {
        take(response) {
          if (response.type !== 'metadata' || !response.metadata.values) return false;
          for (const [entry, value] of response.metadata.values) values.set(entry, value);
          return true;
        },
        settle: () => values,
      };
    },
  };
}

/** `SETMETADATA mailbox (entry value …)` (§4.3). null removes an entry. */
export function setMetadata(
  name: MailboxName,
  entries: ReadonlyMap<string, Uint8Array | null>,
): Command<void> {
  if (entries.size === 0) throw new UsageError('SETMETADATA of nothing');
  const pieces = [...entries].flatMap(([entry, value]): Piece[] => [
    entryPiece(entry),
    // `value = nstring / literal8`: NUL is for the latter.
    value?.includes(0) ? { literal8: value } : (value ?? 'NIL'),
  ]);
  return {
    name: 'SETMETADATA',
    states: SIGNED_IN,
    write: (_, enabled) => ['SETMETADATA ', mailboxPiece(name, enabled), ' (', ...joinPieces(...pieces), ')'],
    collect: () => settled,
  };
}
