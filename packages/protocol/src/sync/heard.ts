/**
 * News as it waits for its way into the store. A message is described as soon as it comes: what FETCH said of it is several times
 * as large, its raw header holds on to the octets that it came in, and none of that is to live until the next commit.
 */
import type { FetchedMessage, Flag, News, Uid } from '../imap/types.ts';
import { descriptorOf } from './descriptor.ts';
import { emailIdOf } from './email-ids.ts';
import type { Descriptor } from './model.ts';

/** What is kept of a FETCH response; undefined: it did not say. */
export interface HeardMessage {
  readonly uid: Uid | undefined;
  readonly flags: readonly Flag[] | undefined;
  /** Milliseconds since 1970. */
  readonly internalDate: number | undefined;
  /** Octets. */
  readonly size: number | undefined;
  readonly descriptor: Descriptor | undefined;
  /** EMAILID or X-GM-MSGID. */
  readonly emailId?: string;
}

export type Heard =
  Exclude<News, { readonly type: 'fetch' }> | { readonly type: 'fetch'; readonly message: HeardMessage };

export function heardOf(news: News): Heard {
  if (news.type !== 'fetch') return news;
  const { uid, flags, internalDate, size } = news.message;
  const descriptor = descriptorOf(news.message);
  const heard = { uid, flags: lasting(flags), internalDate, size, descriptor };
  const emailId = emailIdOf(news.message);
  return { type: 'fetch', message: emailId === undefined ? heard : { ...heard, emailId } };
}

/** \Recent is about this one connection (RFC 3501 §2.3.2): no part of the truth. */
function lasting(flags: FetchedMessage['flags']): HeardMessage['flags'] {
  return flags?.includes('\\Recent') ? flags.filter((flag) => flag !== '\\Recent') : flags;
}
