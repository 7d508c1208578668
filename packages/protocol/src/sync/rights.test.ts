import { describe, expect, it } from 'vitest';
import type { Flag } from '../imap/types.ts';
import type { Action } from './action.ts';
import type { Mailbox, MailboxKey, MailboxRights } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { forbidden, may, withSelected } from './rights.ts';
import type { Deed } from './rights.ts';

const mailbox = (key: number, name: string, rights?: MailboxRights, attributes: string[] = []): Mailbox => ({
  ...newMailbox(key as MailboxKey),
  name,
  wireName: name,
  delimiter: '/',
  attributes,
  ...(rights && { rights }),
});
const DEEDS: readonly Deed[] = ['seen', 'flag', 'remove', 'insert', 'create', 'end'];
const allowed = (rights?: MailboxRights, attributes?: string[]): string =>
  DEEDS.filter((deed) => may(mailbox(1, 'Team', rights, attributes), deed)).join(' ');

describe('what may be done in a mailbox', () => {
  it.each([
    ['of which nothing is known', undefined, 'seen flag remove insert create end'],
    ['that may be read', 'lr', ''],
    ['that may be read and marked as read', 'lrs', 'seen'],
    ['that may be changed', 'lrswite', 'seen flag remove insert'],
    ['from which nothing can be expunged', 'lrswit', 'seen flag insert'],
    ['in which nothing can be marked as deleted', 'lrswie', 'seen flag insert'],
    ['below which others may be made', 'lrk', 'create'],
    ['that may be deleted', 'lrx', 'end'],
    ['of a server of RFC 2086', 'lrswicd', 'seen flag remove insert create end'],
    ['of a server of RFC 2086, without d', 'lrswic', 'seen flag insert create end'],
    ['where c and d stand for some of the newer rights', 'lrswitkcd', 'seen flag insert create'],
  ])('%s', (_, letters, deeds) => {
    expect(allowed(letters === undefined ? undefined : { letters })).toBe(deeds);
  });

  it('that is READ-ONLY, keeps no marks, or has none below it', () => {
    expect(allowed({ readOnly: true })).toBe('insert create end');
    expect(allowed({ unkept: ['\\Flagged'] })).toBe('seen remove insert create end');
    expect(allowed({ unkept: ['\\Deleted', '\\Seen'] })).toBe('flag insert create end');
    expect(allowed(undefined, ['\\NoInferiors'])).toBe('seen flag remove insert end');
  });
});

describe('what SELECT says', () => {
  const all: Flag[] = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', '\\*'];
  it.each<[string, boolean, Flag[], MailboxRights | undefined]>([
    ['all can be changed', false, all, undefined],
    ['nothing can', true, [], { readOnly: true }],
    ['nothing can, and a list of marks', true, all, { readOnly: true }],
    ['some marks are kept, in any case', false, ['\\seen', '\\*'], { unkept: ['\\Flagged', '\\Deleted'] }],
    ['an empty list, which says nothing', false, [], undefined],
  ])('%s', (_, readOnly, permanentFlags, rights) => {
    expect(withSelected(mailbox(1, 'Team'), { readOnly, permanentFlags }).rights).toEqual(rights);
  });

  it('takes the place of what it said before, and leaves what MYRIGHTS said', () => {
    const before = mailbox(1, 'Team', { letters: 'lr', readOnly: true, unkept: ['\\Seen'] });
    const after = withSelected(before, { readOnly: false, permanentFlags: all });
    expect(after.rights).toEqual({ letters: 'lr' });
    expect(
      'rights' in
        withSelected(mailbox(1, 'Team', { readOnly: true }), { readOnly: false, permanentFlags: all }),
    ).toBe(false);
  });
});

describe('an action that is sure to be refused', () => {
  const INBOX = mailbox(1, 'INBOX');
  const READ = mailbox(2, 'Read', { letters: 'lr' });
  const SEEN = mailbox(3, 'Read/Seen', { letters: 'lrs' });
  const act = (action: Record<string, unknown>): string | undefined => {
    const whole = {
      id: '1',
      at: 0,
      state: { name: 'waiting' },
      messages: [],
      ...action,
    } as unknown as Action;
    const found = forbidden(whole, [INBOX, READ, SEEN]);
    return found && `${found.deed} ${found.mailbox.name}`;
  };

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['marks', { kind: 'flag', mailbox: 2, add: ['\\Flagged'], remove: [] }, 'flag Read'],
    ['marks as read', { kind: 'flag', mailbox: 2, add: ['\\Seen'], remove: [] }, 'seen Read'],
    ['marks as read where it may', { kind: 'flag', mailbox: 3, add: [], remove: ['\\Seen'] }, undefined],
    ['both', { kind: 'flag', mailbox: 3, add: ['\\Seen', '\\Flagged'], remove: [] }, 'flag Read/Seen'],
    ['hints', { kind: 'flag', mailbox: 2, add: ['$Junk'], remove: [], hint: true }, undefined],
    ['moves out of it', { kind: 'move', from: 2, to: 1 }, 'remove Read'],
    ['moves into it', { kind: 'move', from: 1, to: 2 }, 'insert Read'],
    ['copies out of it', { kind: 'copy', from: 2, to: 1 }, undefined],
    ['copies into it', { kind: 'copy', from: 1, to: 2 }, 'insert Read'],
    ['removes from it', { kind: 'expunge', mailbox: 2 }, 'remove Read'],
    ['goes to another account', { kind: 'carry', from: 2, remove: true }, 'remove Read'],
    ['is copied to another account', { kind: 'carry', from: 2, remove: false }, undefined],
    ['puts files into it', { kind: 'import', mailbox: 2 }, 'insert Read'],
    ['makes one below it', { kind: 'create-mailbox', mailbox: 9, name: 'Read/New' }, 'create Read'],
    ['makes one beside it', { kind: 'create-mailbox', mailbox: 9, name: 'New' }, undefined],
    ['renames it', { kind: 'rename-mailbox', mailbox: 2, name: 'Reading' }, 'end Read'],
    [
      'renames something to be below it',
      { kind: 'rename-mailbox', mailbox: 1, name: 'Read/Mine' },
      'create Read',
    ],
    ['deletes it', { kind: 'delete-mailbox', mailbox: 2 }, 'end Read'],
    ['files what the person wrote', { kind: 'save-draft', mailbox: 2 }, undefined],
    ['files what the person sent', { kind: 'send', sent: 2 }, undefined],
  ])('%s', (_, action, found) => {
    expect(act(action)).toBe(found);
  });
});
