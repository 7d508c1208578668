import { CommandError } from '../../error.ts';
import { type FetchOptions, uidFetch } from '../commands/fetch.ts';
import { offers } from '../offers.ts';
import type { UidSet } from '../sets.ts';
import type { Speaker } from './append-all.ts';

/**
 * Fetches one part of messages with its transfer encoding undone by the server (RFC 3516), or, where the server does not have
 * BINARY or does not know the encoding ([UNKNOWN-CTE]), as it is: `BodySection.binary` of the news tells which. Gives how many
 * messages answered. Quirk: Dovecot knows no encoding of a part that holds NUL.
 */
export async function fetchBinary(
  session: Speaker,
  set: UidSet,
  section: string,
  options: FetchOptions = {},
): Promise<number> {
  if (offers(session.capabilities, 'BINARY', 'IMAP4REV2')) {
    try {
      return await session.run(uidFetch(set, [{ binary: section }], options));
    } catch (error) {
      if (!isUnknownEncoding(error)) throw error;
    }
  }
  return session.run(uidFetch(set, [{ section }], options));
}

function isUnknownEncoding(error: unknown): boolean {
  if (!(error instanceof CommandError) || !error.code) return false;
  return 'code' in error.code && error.code.code === 'UNKNOWN-CTE';
}
