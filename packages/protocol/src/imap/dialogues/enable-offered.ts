import { CommandError } from '../../error.ts';
import { enable } from '../commands/session.ts';
import { offers } from '../offers.ts';
import type { Session } from '../session.ts';

/** What can be enabled here. */
export type Enableable = 'CONDSTORE' | 'QRESYNC' | 'IMAP4rev2' | 'UTF8=ACCEPT' | 'UIDONLY';

/**
 * ENABLEs what the server has of `wanted` (RFC 5161), before a mailbox is selected, and gives all that is enabled then, as
 * `Session.enabled`. A server without ENABLE, or one that refuses, has nothing enabled and is spoken to as before. UTF8=ACCEPT
 * is enabled unasked where the server insists (UTF8=ONLY, RFC 6855 §6). UTF8=ACCEPT and IMAP4rev2 change how mailboxes are spelled: a
 * command that names one whose name is not spelled one way (`isSpelledOneWay`) has to wait for the answer.
 */
export async function enableOffered(
  session: Pick<Session, 'capabilities' | 'enabled' | 'run'>,
  wanted: readonly Enableable[],
): Promise<ReadonlySet<string>> {
  const { capabilities } = session;
  const insists = capabilities.has('UTF8=ONLY');
  const names = new Set<Enableable>(
    wanted.filter((name) => name !== 'UTF8=ACCEPT' && capabilities.has(name.toUpperCase())),
  );
  if (insists || (wanted.includes('UTF8=ACCEPT') && capabilities.has('UTF8=ACCEPT')))
    names.add('UTF8=ACCEPT');
  const left = [...names].filter((name) => !session.enabled.has(name.toUpperCase()));
  if (left.length > 0 && offers(capabilities, 'ENABLE')) {
    await session.run(enable(left)).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
    });
  }
  return session.enabled;
}
