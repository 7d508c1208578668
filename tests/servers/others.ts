import { describe, expect, it } from 'vitest';
import { create, deleteMailbox, expunge, rename, select, uidSearch, uidStore } from '@postern/protocol/imap';
import { mailboxesQuery } from '@postern/protocol/sync';
import type { Mailbox, MessageKey } from '@postern/protocol/sync';
import { appendElsewhere } from '../support/direct.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace, Person } from '../support/place.ts';
import { Visit } from './visit.ts';

/** Milliseconds between hints to the engine that there may be news: some servers tell of mailboxes only who asks. */
const HINT = 250;
const PATIENCE = 20_000;

const toOneself = ({ address }: Person, subject: string): string =>
  letter({ from: address, to: address, subject });

/**
 * Two clients of one person in one mailbox, on a real server, which does of RFC 2180's choices what it does: whatever it is, the
 * engine agrees with it in the end, and nothing is there twice.
 */
export function describeOthers(
  server: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
): void {
  describe(`another client of the same person, on a real ${server}`, () => {
    if (missing) {
      it('is lived with', ({ skip }) => skip(missing));
      return;
    }
    const visit = new Visit(start, ({ users: [person], imap }) =>
      appendElsewhere(imap, person, 'INBOX', toOneself(person, 'first')),
    );
    const deliver = (mailbox: string, subject: string): Promise<void> => {
      const { imap, users } = visit.place;
      return appendElsewhere(imap, users[0], mailbox, toOneself(users[0], subject));
    };

    /** The name of a mailbox beside the archive. */
    const beside = async (name: string): Promise<string> => {
      const archive = await visit.device.mailbox('archive');
      const { delimiter } = archive;
      const prefix = delimiter === null ? '' : archive.name.slice(0, archive.name.lastIndexOf(delimiter) + 1);
      return `${prefix}${name}`;
    };

    /** Another client removes the letters of INBOX whose subjects have this in them. */
    const removeElsewhere = async (words: string): Promise<void> => {
      const search = uidSearch({ key: 'HEADER', field: 'Subject', text: words });
      const [, uids] = (await visit.elsewhere(select('INBOX'), search)) as [unknown, readonly number[]];
      const set = uids.map((uid) => [uid, uid] as const);
      await visit.elsewhere(select('INBOX'), uidStore(set, { mode: 'add', flags: ['\\Deleted'] }), expunge());
    };

    const hinting = async <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> => {
      const hints = setInterval(() => visit.device.engine.wake('network'), HINT);
      try {
        return await eventually(what, look, PATIENCE);
      } finally {
        clearInterval(hints);
      }
    };

    const known = async (name: string): Promise<Mailbox | undefined> =>
      (await visit.device.store.read(mailboxesQuery())).find((mailbox) => mailbox.name === name);

    /** What a device has there that has never been here before. */
    const freshly = (role: string): Promise<string[]> =>
      visit.fresh(async (other) => {
        await other.seesAll(role);
        return (await other.subjects(role)).toSorted();
      });

    it.each(['while this one is away', 'before this one was told'])(
      'removes what this one flags, moves, copies and removes, %s',
      async (when) => {
        const { device } = visit;
        const subjects = ['flag', 'move', 'copy', 'expunge'].map((each) => `${each} ${when}`);
        for (const subject of subjects) await deliver('INBOX', subject);
        const keys = new Map<string, MessageKey>();
        for (const subject of subjects) keys.set(subject, (await device.find('inbox', subject)).key);
        const [flagged, moved, copied, removed] = subjects.map((subject) => keys.get(subject)!);
        const { key: mailbox } = await device.mailbox('inbox');
        const { key: to } = await device.mailbox('archive');
        const away = when.includes('away');
        if (away) await device.stop();
        // At once: it is told when it asks for the next thing, if the server has it wait so long.
        await removeElsewhere(when);
        await device.act({
          kind: 'flag',
          mailbox,
          messages: [flagged],
          add: ['\\Flagged'],
          remove: [],
        } as never);
        await device.act({ kind: 'move', from: mailbox, to, messages: [moved] } as never);
        const copies = [await device.store.allocate(1)];
        await device.act({ kind: 'copy', from: mailbox, to, messages: [copied], copies } as never);
        await device.act({ kind: 'expunge', mailbox, messages: [removed] } as never);
        if (away) device.start();
        device.wish({ mailbox });
        await hinting('nothing waits', async () =>
          (await device.actions()).every(({ state }) => state.name === 'failed'),
        );
        for (const { state } of await device.actions()) expect(state).toMatchObject({ reason: 'gone' });
        for (const { id } of await device.actions())
          await device.store.commit([{ kind: 'action-removed', id }]);
        await hinting('they are gone here', async () => {
          const left = await device.subjects('inbox');
          return subjects.every((subject) => !left.includes(subject));
        });
        expect((await freshly('inbox')).filter((subject) => subjects.includes(subject))).toEqual([]);
        // Some say OK to a COPY of nothing: what was to come stands there until the mailbox is looked at.
        const archived = (await freshly('archive')).join();
        await hinting(
          'there is what was archived',
          async () => (await device.subjects('archive')).toSorted().join() === archived,
        );
      },
      60_000,
    );

    it('deletes the mailbox on screen', async () => {
      const { device } = visit;
      const name = await beside('Projects');
      await visit.elsewhere(create(name));
      await deliver(name, 'in a project');
      await relist();
      const { key } = await hinting('made', () => known(name));
      device.wish({ mailbox: key });
      await hinting('its mail', async () => (await device.subjects(name)).includes('in a project'));
      await visit.elsewhere(deleteMailbox(name));
      await relist();
      await hinting('gone', async () => (await known(name)) === undefined);
      device.wish({ mailbox: (await device.mailbox('inbox')).key });
      await deliver('INBOX', 'still listening');
      await hinting('the next letter', async () =>
        (await device.subjects('inbox')).includes('still listening'),
      );
    }, 60_000);

    it('gives it another name: it keeps its mail', async () => {
      const { device } = visit;
      const [name, after] = [await beside('Works'), await beside('Finished works')];
      await visit.elsewhere(create(name));
      await deliver(name, 'at work');
      await relist();
      const { key } = await hinting('made', () => known(name));
      device.wish({ mailbox: key });
      await hinting('its mail', async () => (await device.subjects(name)).includes('at work'));
      const before = (await device.find(name, 'at work')).key;
      const { uidValidity } = (await device.mailbox(name)).sync;
      await visit.elsewhere(rename(name, after));
      await relist();
      await hinting('renamed', () => known(after));
      await hinting('the old name is gone', async () => (await known(name)) === undefined);
      await hinting('its mail', async () => (await device.subjects(after)).includes('at work'));
      const renamed = await device.mailbox(after);
      // Courier gives it another UIDVALIDITY: then it is another mailbox.
      const same = renamed.sync.uidValidity === uidValidity;
      expect(same).toBe(server !== 'Courier');
      expect(renamed.key === key).toBe(same);
      // Cyrus tells whoever has it selected at that moment that all messages have vanished: they are fetched again.
      if (server !== 'Cyrus') expect((await device.find(after, 'at work')).key === before).toBe(same);
    }, 60_000);

    it('deletes it and makes another of that name: none of the old mail is left', async () => {
      const { device } = visit;
      const name = await beside('Travels');
      await visit.elsewhere(create(name));
      await deliver(name, 'to the sea');
      await relist();
      const { key } = await hinting('made', () => known(name));
      device.wish({ mailbox: key });
      await hinting('its mail', async () => (await device.subjects(name)).includes('to the sea'));
      await visit.elsewhere(deleteMailbox(name), create(name));
      await deliver(name, 'to the hills');
      await relist();
      await hinting('the new mail alone', async () => {
        const there = await known(name);
        if (!there) return false;
        device.wish({ mailbox: there.key });
        return (await device.subjects(name)).join() === 'to the hills';
      });
    }, 60_000);

    /** A new connection lists the mailboxes: where the server has no NOTIFY that would be a quarter of an hour away. */
    async function relist(): Promise<void> {
      await visit.device.stop();
      visit.device.start();
    }
  });
}
