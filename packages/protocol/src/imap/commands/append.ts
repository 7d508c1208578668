import { UsageError } from '../../error.ts';
import { atomPiece, type Command, mailboxPiece, SIGNED_IN, type StreamedLiteral } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { formatInternalDate } from '../responses/date.ts';
import type { Flag, Uid, UidValidity } from '../types.ts';

export interface AppendOptions {
  readonly flags?: readonly Flag[];
  /** Milliseconds since 1970; left out, the server takes the time of arrival. */
  readonly internalDate?: number;
  /** Streamed ones are read once, when the server is ready for them. */
  readonly message: Uint8Array | StreamedLiteral;
}

/** Where an appended message is (RFC 4315 §3). */
export interface Appended {
  readonly uidValidity: UidValidity;
  readonly uid: Uid;
}

/** `APPEND` (RFC 3501 §6.3.11). undefined where the server does not say (no UIDPLUS, or the mailbox cannot be read). */
export function append(name: MailboxName, options: AppendOptions): Command<Appended | undefined> {
  const octets = options.message instanceof Uint8Array ? options.message.length : options.message.octets;
  if (octets === 0) throw new UsageError('APPEND of an empty message');
  const flags = options.flags?.length ? `(${options.flags.map(atomPiece).join(' ')}) ` : '';
  const date = options.internalDate === undefined ? '' : `"${formatInternalDate(options.internalDate)}" `;
  return {
    name: 'APPEND',
    states: SIGNED_IN,
    write: (_, enabled) => ['APPEND ', mailboxPiece(name, enabled), ` ${flags}${date}`, options.message],
    collect: () => ({
      settle: ({ code }) => {
        const uid = code?.name === 'APPENDUID' ? code.uids[0] : undefined;
        return code?.name === 'APPENDUID' && uid !== undefined
          ? { uidValidity: code.uidValidity, uid }
          : undefined;
      },
    }),
  };
}
