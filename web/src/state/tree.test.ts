import { overlays, rowsOf } from '@postern/protocol/sync';
import type {
  Action,
  KnownNamespaces,
  Mailbox,
  MailboxKey,
  MailboxRole,
  MessageKey,
  MessageRow,
  Rows,
} from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { expungeActions, flagActions, moveActions } from './intent.ts';
import { counting, mailboxTree } from './tree.ts';

const collator = new Intl.Collator('en', { numeric: true });
let key = 0;

function mailbox(name: string, more: Partial<Mailbox> = {}): Mailbox {
  return {
    key: ++key as MailboxKey,
    name,
    wireName: name,
    delimiter: '/',
    attributes: [],
    role: undefined,
    subscribed: true,
    mode: 'disconnected',
    messages: 10,
    unseen: 4,
    sync: { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 0n, exists: 0, at: 0 },
    ...more,
  };
}
const role = (name: string, is: MailboxRole, more: Partial<Mailbox> = {}): Mailbox =>
  mailbox(name, { role: is, ...more });

function drawn(mailboxes: readonly Mailbox[], namespaces?: KnownNamespaces): string[] {
  return mailboxTree(mailboxes, () => ({ unread: 0, total: 0 }), collator, namespaces).map(
    ({ label, depth, hasChildren, selectable }) =>
      `${'  '.repeat(depth)}${label}${hasChildren ? ' +' : ''}${selectable ? '' : ' (level)'}`,
  );
}

describe('the mailboxes', () => {
  it('of others come last, without the level that only says so', () => {
    const level = { attributes: ['\\Noselect'] };
    const list = [
      mailbox('user', level),
      mailbox('user/grace', level),
      mailbox('user/grace/Plans'),
      mailbox('user/grace/Plans/2024'),
      mailbox('Public/Team/Lamps'),
      role('INBOX', 'inbox'),
      mailbox('Zoo'),
      mailbox('users'),
    ];
    const namespaces = { personal: [''], others: ['user/'], shared: ['Public/'] };
    expect(drawn(list, namespaces)).toEqual([
      'INBOX',
      'users',
      'Zoo',
      'Team / Lamps',
      'grace + (level)',
      '  Plans +',
      '    2024',
    ]);
    const views = mailboxTree(list, () => ({ unread: 0, total: 0 }), collator, namespaces);
    expect(views.filter(({ foreign }) => foreign).map(({ path }) => path)).toEqual([
      'Public / Team / Lamps',
      'user / grace',
      'user / grace / Plans',
      'user / grace / Plans / 2024',
    ]);
  });

  it('stand with their roles first, then as a tree, by name and number', () => {
    const list = [
      mailbox('Projects'),
      mailbox('Projects/Room 10'),
      mailbox('Projects/Room 9'),
      role('Trash', 'trash'),
      role('INBOX', 'inbox'),
      mailbox('Ärger'),
      role('Sent', 'sent'),
    ];
    expect(drawn(list)).toEqual(['INBOX', 'Sent', 'Trash', 'Ärger', 'Projects +', '  Room 9', '  Room 10']);
  });

  it('keep what lies below a mailbox with a role beneath it', () => {
    expect(drawn([role('Archive', 'archive'), mailbox('Archive/2024'), role('INBOX', 'inbox')])).toEqual([
      'INBOX',
      'Archive +',
      '  2024',
    ]);
  });

  it('are not indented by a server that keeps all of them below INBOX', () => {
    const dot = { delimiter: '.' };
    const list = [
      role('INBOX', 'inbox', dot),
      role('INBOX.Sent', 'sent', dot),
      mailbox('INBOX.Garden', dot),
      mailbox('INBOX.Garden.Roses', dot),
    ];
    expect(drawn(list)).toEqual(['INBOX', 'Sent', 'Garden +', '  Roses']);
  });

  it('name the levels that are no mailboxes', () => {
    const level = mailbox('Old', { attributes: ['\\Noselect'] });
    expect(drawn([level, mailbox('Old/2001'), mailbox('Far/Away')])).toEqual([
      'Far / Away',
      'Old + (level)',
      '  2001',
    ]);
  });
});

describe('the counts', () => {
  const whole = { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 0n, exists: 0, at: 5 } as const;
  const inbox = role('INBOX', 'inbox', { sync: whole });
  const archive = role('Archive', 'archive');
  const row = (number: number, flags: string[], mailbox = inbox.key): MessageRow => ({
    key: number as MessageKey,
    mailbox,
    uid: 0,
    flags,
    date: 0,
    size: 1,
  });
  const rows = [row(1, []), row(2, ['\\Seen']), row(3, [])];
  const truth = new Map<MailboxKey, Rows>([[inbox.key, rowsOf(inbox.key, rows)]]);

  function counts(actions: readonly Action[]): number[] {
    const count = counting(
      overlays(actions),
      (mailbox) => truth.get(mailbox),
      (message) => [...truth.values()].find((each) => each.keys.includes(message)),
    );
    return [inbox, archive].flatMap((each) => [count(each).unread, count(each).total]);
  }

  it('are those of the rows where all are here, else the server’s', () => {
    expect(counts([])).toEqual([2, 3, 4, 10]);
  });

  it('are corrected by what is pending', () => {
    expect(counts(flagActions(rows, '\\Seen', true, 1))).toEqual([0, 3, 4, 10]);
    expect(counts(flagActions(rows, '\\Seen', false, 1))).toEqual([3, 3, 4, 10]);
    expect(counts(moveActions(rows, archive.key, 1))).toEqual([0, 0, 6, 13]);
    expect(counts(expungeActions(rows.slice(0, 1), 1))).toEqual([1, 2, 4, 10]);
    const read = flagActions(rows, '\\Seen', true, 1);
    expect(counts([...read, ...moveActions(rows, archive.key, 2)])).toEqual([0, 0, 4, 13]);
  });
});
