/** APPENDLIMIT (RFC 7889). */
import { CommandError } from '../../error.ts';
import { status } from '../../imap/index.ts';
import type { Mailbox } from '../model.ts';
import type { Settling } from './context.ts';

/** The octets that a message may have at most; Infinity where the server does not say. */
export async function limitOf({ lane }: Settling, mailbox: Mailbox): Promise<number> {
  const { capabilities } = await lane.session();
  // RFC 7889 §3: with a value it holds for all mailboxes, without one each has its own.
  const told = [...capabilities].find((each) => each.startsWith('APPENDLIMIT='));
  if (told) return Number(told.slice('APPENDLIMIT='.length));
  if (!capabilities.has('APPENDLIMIT')) return Infinity;
  try {
    return (await lane.run(status(lane.nameOf(mailbox), ['APPENDLIMIT'])))?.appendLimit ?? Infinity;
  } catch (error) {
    if (error instanceof CommandError) return Infinity;
    throw error;
  }
}
