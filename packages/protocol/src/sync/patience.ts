/** Running a command on a server that wants something else first: time, or a name. */
import { ConnectionLost } from '../error.ts';
import { id } from '../imap/index.ts';
import type { Command, Session } from '../imap/index.ts';
import type { Clock } from '../port.ts';
import { asksForId, isForlorn, throttledFor } from './refusals.ts';

/** Longest wait that a command sits out when the server asks for patience, milliseconds, and how often it does. */
const LONGEST_PATIENCE = 60_000;
const MOST_PATIENCE = 3;

/** Runs a command again that the server had no time for. Rejects with ConnectionLost where it never will on this connection. */
export async function runPatiently<R>(
  session: Session,
  clock: Clock,
  command: Command<R>,
  signal?: AbortSignal,
): Promise<R> {
  for (let tries = 0; ; tries++) {
    try {
      return await session.run(command, signal ? { signal } : {});
    } catch (error) {
      if (isForlorn(error)) throw new ConnectionLost('the server has lost touch with the mailboxes');
      const wait = throttledFor(error);
      if (wait === undefined || wait > LONGEST_PATIENCE || tries === MOST_PATIENCE) throw error;
      await sleep(session, clock, wait);
    }
  }
}

/** As `runPatiently`; says who we are where that is what the server waits for (Coremail, before SELECT). */
export async function runIntroduced<R>(session: Session, clock: Clock, command: Command<R>): Promise<R> {
  try {
    return await runPatiently(session, clock, command);
  } catch (error) {
    if (!asksForId(error) || !session.capabilities.has('ID')) throw error;
    await session.run(id({ name: 'Postern' }));
    return runPatiently(session, clock, command);
  }
}

/** No longer than the connection lasts. */
async function sleep(session: Session, clock: Clock, milliseconds: number): Promise<void> {
  const closed = new AbortController();
  void session.closed.then(() => closed.abort(new ConnectionLost('the connection ended during a wait')));
  await clock.sleep(milliseconds, closed.signal);
}
