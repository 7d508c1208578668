import { describe, expect, it } from 'vitest';
import type { Uid } from '../imap/types.ts';
import type { Action, CopyAction, FlagAction, MoveAction } from './action.ts';
import type { MailboxKey, MessageKey, MessageRow } from './model.ts';
import { overlays, project, projectCopies } from './project.ts';

const [inbox, archive, trash] = [1, 2, 3] as [MailboxKey, MailboxKey, MailboxKey];
const key = 10 as MessageKey;
const truth: MessageRow = { key, mailbox: inbox, uid: 5 as Uid, flags: ['\\Seen'], date: 0, size: 1 };
const flag = (id: string, add: string[], remove: string[] = []): FlagAction => ({
  id,
  at: 0,
  state: { name: 'waiting' },
  kind: 'flag',
  mailbox: inbox,
  messages: [key],
  add,
  remove,
});
const move = (id: string, from: MailboxKey, to: MailboxKey): MoveAction => ({
  id,
  at: 0,
  state: { name: 'waiting' },
  kind: 'move',
  messages: [key],
  from,
  to,
});
const shown = (...actions: Action[]) => project(truth, overlays(actions).get(key));

describe('project', () => {
  it('is the truth where nothing is pending', () => {
    expect(shown()).toBe(truth);
  });

  it('lays flags over the truth; the later intention wins, others stay', () => {
    expect(shown(flag('1', ['\\Flagged']))?.flags).toEqual(['\\Seen', '\\Flagged']);
    expect(shown(flag('1', ['\\Flagged']), flag('2', [], ['\\Flagged']))?.flags).toEqual(['\\Seen']);
    expect(shown(flag('1', [], ['\\Seen']), flag('2', ['\\Seen']))?.flags).toEqual(['\\Seen']);
  });

  it('shows a message where it was moved to last, and nowhere while it is being expunged', () => {
    expect(shown(move('1', inbox, archive))?.mailbox).toBe(archive);
    expect(shown(move('1', inbox, archive), move('2', archive, trash))?.mailbox).toBe(trash);
    expect(
      shown({ ...move('1', inbox, archive), kind: 'expunge', mailbox: inbox } as Action),
    ).toBeUndefined();
  });

  it('keeps a refused action from changing what is shown, and marks the message', () => {
    const failed: Action = {
      ...move('1', inbox, archive),
      state: { name: 'failed', reason: 'refused', words: '' },
    };
    expect(shown(failed)?.mailbox).toBe(inbox);
    expect(overlays([failed]).get(key)?.pending).toBe('failed');
    expect(overlays([failed, flag('2', ['\\Flagged'])]).get(key)?.pending).toBe('failed');
  });
});

describe('copies that are still to be made', () => {
  const [copy, second] = [70, 71] as [MessageKey, MessageKey];
  const copying = (id: string, of: MessageKey, as: MessageKey, to = archive): CopyAction => ({
    id,
    at: 0,
    state: { name: 'waiting' },
    kind: 'copy',
    from: inbox,
    to,
    messages: [of],
    copies: [as],
  });
  const made = (actions: Action[], there: readonly MessageRow[] = [truth]) =>
    projectCopies(actions, (wanted) => there.find((row) => row.key === wanted));

  it('are shown where they go, as the message is shown when it is copied', () => {
    const actions = [flag('1', ['\\Flagged']), copying('2', key, copy), flag('3', [], ['\\Flagged'])];
    expect(made(actions)).toEqual([
      { ...truth, key: copy, mailbox: archive, uid: 0, flags: ['\\Seen', '\\Flagged'], original: key },
    ]);
  });

  it('can be copied, and have the texts of the message that is there', () => {
    const all = made([copying('1', key, copy), copying('2', copy, second, trash)]);
    expect(all.map((row) => [row.key, row.mailbox, row.original])).toEqual([
      [copy, archive, key],
      [second, trash, key],
    ]);
  });

  it('are not shown twice once they are made, nor when they were refused', () => {
    expect(made([copying('1', key, copy)], [truth, { ...truth, key: copy, mailbox: archive }])).toEqual([]);
    const failed = { name: 'failed', reason: 'quota', words: '' } as const;
    expect(made([{ ...copying('1', key, copy), state: failed }])).toEqual([]);
  });
});
