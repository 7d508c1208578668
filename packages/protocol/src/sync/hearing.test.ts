import { beforeEach, describe, expect, it } from 'vitest';
import type { News, SelectedMailbox, Uid } from '../imap/types.ts';
import { Hearing } from './hearing.ts';
import { MemoryStore } from './memory-store.ts';
import type { Mailbox, MailboxKey, MessageKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { flagsAt } from './rows.ts';
import { Truth } from './truth.ts';

const [inbox, other] = [1 as MailboxKey, 2 as MailboxKey];
const selected = (exists: number): SelectedMailbox => ({ exists, uidValidity: 7 }) as SelectedMailbox;
const flagged = (uid: number): News =>
  ({ type: 'fetch', message: { seq: uid, uid, flags: ['\\Flagged'] } }) as unknown as News;

let truth: Truth;
let hearing: Hearing;

const flags = async (mailbox: MailboxKey): Promise<string[]> => flagsAt(await truth.rows(mailbox), 0);

beforeEach(async () => {
  truth = new Truth(new MemoryStore());
  hearing = new Hearing(truth, () => undefined);
  for (const mailbox of [inbox, other]) {
    const row = { key: (mailbox * 10) as MessageKey, uid: 5 as Uid, flags: [], date: 0, size: 1 };
    const { sync } = newMailbox(mailbox);
    await truth.commit([
      { kind: 'mailbox', mailbox: { ...newMailbox(mailbox), sync: { ...sync, uidValidity: 7 as never } } },
      { kind: 'messages', mailbox, messages: [{ row, descriptor: { subject: '' } as never }] },
    ]);
  }
});

describe('a mailbox that is selected', () => {
  it('is news until the store was compared with it, even of as many messages as the one before', () => {
    hearing.selected(inbox, selected(3), undefined);
    expect(hearing.hasNews).toBe(true);
    hearing.settled(3);
    expect(hearing.hasNews).toBe(false);
    hearing.unselect(inbox);
    hearing.selected(other, selected(3), undefined);
    expect(hearing.hasNews).toBe(true);
    hearing.settled(3);
    hearing.hear({ type: 'expunge', uid: 5 as Uid } as unknown as News);
    expect(hearing.hasNews).toBe(false);
    hearing.hear({ type: 'expunge' } as unknown as News);
    expect(hearing.hasNews).toBe(true);
  });
});

describe('news', () => {
  it('of the mailbox that is left is not taken for news of the next', async () => {
    hearing.selected(inbox, selected(1), undefined);
    hearing.hear(flagged(5));
    hearing.unselect(inbox);
    hearing.selected(other, selected(1), undefined);
    await hearing.absorbed();
    expect(await flags(inbox)).toEqual(['\\Flagged']);
    expect(await flags(other)).toEqual([]);
    expect([...hearing.rumours().left]).toEqual([inbox]);
  });

  it('that came while a mailbox was being selected is of that one, and of none where it is refused', async () => {
    await hearing.whileSelecting(async () => hearing.hear(flagged(5)));
    hearing.selected(inbox, selected(1), undefined);
    await hearing.absorbed();
    expect(await flags(inbox)).toEqual([]);
    await hearing.whileSelecting(async () => {
      hearing.hear(flagged(5));
      hearing.selected(inbox, selected(1), undefined);
    });
    await hearing.absorbed();
    expect(await flags(inbox)).toEqual(['\\Flagged']);
  });

  it('that came before a connection ended is kept', async () => {
    hearing.selected(inbox, selected(1), undefined);
    hearing.hear(flagged(5));
    hearing.begin();
    await hearing.absorbed();
    expect(await flags(inbox)).toEqual(['\\Flagged']);
  });

  it('of UIDs that are void is not taken in', async () => {
    hearing.selected(inbox, selected(1), undefined);
    await hearing.deaf(async () => hearing.hear(flagged(5)));
    await hearing.absorbed();
    expect(await flags(inbox)).toEqual([]);
  });

  const from =
    (first: number) =>
    (mailbox: Mailbox): Mailbox => ({ ...mailbox, sync: { ...mailbox.sync, from: first } });
  const knownFrom = async (mailbox: MailboxKey): Promise<number | undefined> =>
    (await truth.mailbox(mailbox))?.sync.from;

  it('goes into the store in one commit with what it makes of the mailbox', async () => {
    let commits = 0;
    truth.store.watch(() => commits++);
    hearing.selected(inbox, selected(1), undefined);
    hearing.hear(flagged(5));
    await hearing.absorbed(from(3));
    expect([await flags(inbox), await knownFrom(inbox), commits]).toEqual([['\\Flagged'], 3, 1]);
    await hearing.absorbed(from(2));
    expect(await knownFrom(inbox)).toBe(2);
  });

  it('makes nothing of the mailbox where some of it could not be kept, or its UIDs are void by now', async () => {
    const before = await knownFrom(inbox);
    const commit = truth.store.commit.bind(truth.store);
    truth.store.commit = () => Promise.reject(new Error('full'));
    hearing.selected(inbox, selected(1), undefined);
    hearing.hear(flagged(5));
    hearing.unselect(inbox);
    hearing.selected(inbox, selected(1), undefined);
    await new Promise(setImmediate);
    truth.store.commit = commit;
    await expect(hearing.absorbed(from(3))).rejects.toThrow('full');
    expect(await knownFrom(inbox)).toBe(before);
    hearing.selected(inbox, { ...selected(1), uidValidity: 8 as never }, undefined);
    await hearing.absorbed(from(3));
    expect(await knownFrom(inbox)).toBe(before);
  });

  it('says nothing of what is recent on this connection alone', async () => {
    hearing.selected(inbox, selected(1), undefined);
    const message = { uid: 5 as Uid, flags: ['\\Recent', '\\Flagged'] };
    hearing.hear({ type: 'fetch', message });
    await hearing.absorbed();
    expect(await flags(inbox)).toEqual(['\\Flagged']);
  });
});
