import { overlays, project } from '@postern/protocol/sync';
import type { MailboxKey, MessageKey, MessageRow } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import {
  copyActions,
  expungeActions,
  flagActions,
  inverse,
  junkActions,
  moveActions,
  newActionId,
  continueAfter,
} from './intent.ts';

const inbox = 1 as MailboxKey;
const archive = 2 as MailboxKey;
const row = (key: number, flags: string[], mailbox = inbox): MessageRow => ({
  key: key as MessageKey,
  mailbox,
  uid: 0,
  flags,
  date: 0,
  size: 1,
});

describe('ids of actions', () => {
  it('ascend with every call, also within a millisecond and when the clock is set back', () => {
    const ids = [5, 5, 5, 4, 6, 1e12, 1_800_000_000_000].map(newActionId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('come after those that wait already, though the clock was set back since', () => {
    const [first, second] = ['0zzzzzzz0-000-a', '0zzzzzzz0-01z-b'];
    continueAfter([{ id: second }, { id: first }, { id: `${first}-answers` }, { id: 'of another kind' }]);
    const ids = [newActionId(1), newActionId(2)];
    expect([first, second, ...ids].toSorted()).toEqual([first, second, ...ids]);
  });

  it('stay in order where there are very many of one time', () => {
    const ids = Array.from({ length: 50_000 }, () => newActionId(1));
    expect(ids.toSorted()).toEqual(ids);
  });

  it('ascend over tabs by the time', () => {
    expect(newActionId(1_800_000_000_001) < newActionId(1_900_000_000_000)).toBe(true);
  });
});

describe('what a person does', () => {
  const rows = [row(1, ['\\Seen']), row(2, []), row(3, [], archive)];

  it('flags only what is not flagged so yet, by mailbox', () => {
    const made = flagActions(rows, '\\Seen', true, 1);
    expect(made.map(({ mailbox, messages, add, remove }) => [mailbox, messages, add, remove])).toEqual([
      [inbox, [2], ['\\Seen'], []],
      [archive, [3], ['\\Seen'], []],
    ]);
    expect(flagActions(rows.slice(0, 1), '\\Seen', true, 1)).toEqual([]);
  });

  it('moves only what is elsewhere', () => {
    const made = moveActions(rows, archive, 1);
    expect(made.map(({ from, to, messages }) => [from, to, messages])).toEqual([[inbox, archive, [1, 2]]]);
  });

  it('is undone by its inverse, exactly', () => {
    for (const made of [flagActions(rows, '\\Seen', true, 1), moveActions(rows.slice(0, 2), archive, 1)]) {
      const undone = made.map((action) => inverse(action, 2)).filter((action) => action !== undefined);
      expect(undone).toHaveLength(made.length);
      const laid = overlays([...made, ...undone]);
      for (const each of rows) {
        expect(project(each, laid.get(each.key))).toEqual({ ...each, flags: [...each.flags] });
      }
    }
  });

  it('marks junk and moves it as one gesture, which is undone exactly', () => {
    const spam = [row(1, ['$NotJunk']), row(2, ['\\Seen', '$Junk'])];
    const made = junkActions(spam, true, archive, 1);
    const laid = overlays(made);
    expect(spam.map((each) => project(each, laid.get(each.key)))).toMatchObject([
      { mailbox: archive, flags: ['$Junk'] },
      { mailbox: archive, flags: ['\\Seen', '$Junk'] },
    ]);
    expect(made.at(-1)?.kind).toBe('move');
    const undone = made.map((action) => inverse(action, 2)).filter((action) => action !== undefined);
    const back = overlays([...made, ...undone]);
    expect(spam.map((each) => project(each, back.get(each.key)))).toEqual(spam);
  });

  it('copies under new keys, and takes back the copies alone', () => {
    const made = copyActions(rows, archive, 70, 1);
    expect(made.map(({ from, messages, copies }) => [from, messages, copies])).toEqual([
      [inbox, [1, 2], [70, 71]],
      [archive, [3], [72]],
    ]);
    expect(inverse(made[0]!, 2)).toMatchObject({ kind: 'expunge', mailbox: archive, messages: [70, 71] });
  });

  it('cannot be undone where the message is gone for good', () => {
    expect(expungeActions(rows, 1).map((action) => inverse(action, 2))).toEqual([undefined, undefined]);
  });
});
