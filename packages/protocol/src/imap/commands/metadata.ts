/** Notes on mailboxes and on the server (RFC 5464 §4): METADATA, or METADATA-SERVER and the name ``, else UsageError. */
import { UsageError } from '../../error.ts';
import { type Command, joinPieces, mailboxPiece, type Piece, settled, SIGNED_IN } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';

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

/** The command, where the server has it for this mailbox. */
function verb(command: string, name: MailboxName, capabilities: ReadonlySet<string>): string {
  const ofServer = (typeof name === 'string' ? name : name.wire) === '';
  demand(capabilities, command, 'METADATA', ...(ofServer ? ['METADATA-SERVER'] : []));
  return command;
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
    write: (capabilities, enabled) => [
      `${verb('GETMETADATA', name, capabilities)} ${asked.length > 0 ? `(${asked.join(' ')}) ` : ''}`,
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
    write: (capabilities, enabled) => [
      `${verb('SETMETADATA', name, capabilities)} `,
      mailboxPiece(name, enabled),
      ' (',
      ...joinPieces(...pieces),
      ')',
    ],
    collect: () => settled,
  };
}
