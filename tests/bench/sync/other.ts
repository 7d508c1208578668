/** Another client of the same account, which changes what there is to catch up with. */
import { expunge, login, multiAppend, select, Session, uidSearch, uidStore } from '@postern/protocol/imap';
import { dial } from '../../support/direct.ts';
import type { Person } from '../../support/place.ts';
import { systemClock } from '../../support/relay.ts';
import { benchLetter } from './mail.ts';

/** Of what is changed, one in so many is removed; of the others a flag is turned. */
const REMOVED = 3;

/** A change of flags or a removal each, spread over all of the mailbox. */
export interface Changes {
  readonly flagged: number;
  readonly removed: number;
}

export function changesOf(count: number): Changes {
  const removed = Math.floor(count / REMOVED);
  return { flagged: count - removed, removed };
}

async function withInbox<T>(
  imap: string,
  { user, password }: Person,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = new Session(await dial(imap), { clock: systemClock, onNews: () => undefined });
  try {
    await session.ready;
    await session.run(login(user, password));
    await session.run(select('INBOX'));
    return await use(session);
  } finally {
    session.close();
  }
}

/** Brings the INBOX to so many messages: earlier runs removed some, or added. */
export function fill(imap: string, person: Person, messages: number): Promise<void> {
  return withInbox(imap, person, async (session) => {
    const uids = await session.run(uidSearch({ key: 'ALL' }));
    const missing = messages - uids.length;
    if (missing < 0) {
      const spare = uids.slice(missing);
      await session.run(uidStore(spare, { mode: 'add', flags: ['\\Deleted'], silent: true }));
      await session.run(expunge());
    } else if (missing > 0) {
      const letters = Array.from({ length: missing }, (_, n) => {
        const id = `<${crypto.randomUUID()}@postern.example>`;
        return { message: new TextEncoder().encode(benchLetter(n, id)) };
      });
      await session.run(multiAppend('INBOX', letters));
    }
  });
}

let turn = 0;

/** Changes so many messages of the INBOX, other ones each time. */
export function change(imap: string, person: Person, { flagged, removed }: Changes): Promise<void> {
  return withInbox(imap, person, async (session) => {
    if (flagged + removed === 0) return;
    const uids = await session.run(uidSearch({ key: 'ALL' }));
    const apart = Math.floor(uids.length / (flagged + removed));
    turn = (turn + 1) % apart;
    const some = Array.from({ length: flagged + removed }, (_, n) => uids[n * apart + turn] ?? 0);
    const gone = some.filter((_, n) => n % REMOVED === REMOVED - 1).slice(0, removed);
    const kept = some.filter((uid) => !gone.includes(uid as never));
    const mode = turn % 2 === 0 ? 'add' : 'remove';
    await session.run(uidStore(kept, { mode: 'add', flags: ['\\Answered'], silent: true }));
    await session.run(uidStore(kept, { mode, flags: ['\\Flagged'], silent: true }));
    if (gone.length === 0) return;
    await session.run(uidStore(gone, { mode: 'add', flags: ['\\Deleted'], silent: true }));
    await session.run(expunge());
  });
}
