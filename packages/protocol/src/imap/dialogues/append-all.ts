import type { Session } from '../session.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { append, type Appended, multiAppend } from '../commands/append.ts';
import type { AppendOptions } from '../commands/append-message.ts';

/** What a dialogue needs of a session. */
export type Speaker = Pick<Session, 'capabilities' | 'run'>;

/**
 * Appends messages: with MULTIAPPEND all or none (RFC 3502), without it one after another, so that those before a refused one
 * are there. Where they are, in their order; undefined for each that the server does not tell. Rejects as APPEND does.
 */
export async function appendAll(
  session: Speaker,
  name: MailboxName,
  messages: readonly AppendOptions[],
): Promise<readonly (Appended | undefined)[]> {
  if (session.capabilities.has('MULTIAPPEND') && messages.length > 1) {
    const places = await session.run(multiAppend(name, messages));
    return messages.map((_, at) => places[at]);
  }
  const places: (Appended | undefined)[] = [];
  for (const message of messages) places.push(await session.run(append(name, message)));
  return places;
}
