import { describe, expect, it } from 'vitest';
import type { Action, MailboxAction } from './action.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { projectMailboxes } from './project-mailboxes.ts';

const named = (key: number, name: string): Mailbox => ({
  ...newMailbox(key as MailboxKey),
  name,
  wireName: name,
  delimiter: '/',
  messages: 3,
});
const truth = [
  named(1, 'INBOX'),
  named(2, 'Projects'),
  named(3, 'Projects/Lighthouse'),
  named(4, 'Projector'),
];

let id = 0;
function act(action: Record<string, unknown>, failed = false): Action {
  const state = failed ? { name: 'failed', reason: 'refused', words: '' } : { name: 'waiting' };
  return { id: String(++id), at: 0, state, ...action } as unknown as MailboxAction;
}
const create = (key: number, name: string, failed = false): Action =>
  act({ kind: 'create-mailbox', mailbox: key, name, delimiter: '/', role: undefined }, failed);
const rename = (key: number, name: string, failed = false): Action =>
  act({ kind: 'rename-mailbox', mailbox: key, name }, failed);
const remove = (key: number, failed = false): Action => act({ kind: 'delete-mailbox', mailbox: key }, failed);

const shown = (actions: readonly Action[], mailboxes = truth): string[] =>
  projectMailboxes(mailboxes, actions).map(
    ({ key, name, pending, attributes }) =>
      `${key} ${name}${pending ? ` ${pending}` : ''}${attributes.length > 0 ? ' (name only)' : ''}`,
  );
const untouched = ['1 INBOX', '2 Projects', '3 Projects/Lighthouse', '4 Projector'];

describe('the mailboxes that are shown', () => {
  it('are the truth without actions on them', () => {
    const flag = act({ kind: 'flag', mailbox: 2, messages: [], add: [], remove: [] });
    expect(shown([flag])).toEqual(untouched);
  });

  it('have those that are being made', () => {
    expect(shown([create(9, 'Projects/New')])).toEqual([...untouched, '9 Projects/New waiting']);
  });

  it('have another name with all that are below, and no others', () => {
    expect(shown([rename(2, 'Werke')])).toEqual([
      '1 INBOX',
      '2 Werke waiting',
      '3 Werke/Lighthouse',
      '4 Projector',
    ]);
  });

  it('are one after the other what each action makes of them', () => {
    expect(shown([create(9, 'New'), rename(9, 'Newer'), rename(3, 'Newer/Lighthouse')])).toEqual([
      '1 INBOX',
      '2 Projects',
      '3 Newer/Lighthouse waiting',
      '4 Projector',
      '9 Newer waiting',
    ]);
  });

  it('lack those that are being deleted, unless there are some below', () => {
    expect(shown([remove(3), remove(4)])).toEqual(['1 INBOX', '2 Projects']);
    expect(shown([remove(2)])[1]).toBe('2 Projects waiting (name only)');
    expect(shown([remove(3), remove(2)])).toEqual(['1 INBOX', '4 Projector']);
  });

  it('are as they were where the server refused, and say so', () => {
    expect(shown([rename(2, 'Werke', true), create(9, 'New', true), remove(4, true)])).toEqual([
      '1 INBOX',
      '2 Projects failed',
      '3 Projects/Lighthouse',
      '4 Projector failed',
    ]);
  });

  it('are the same once the server has done it and the action is still there', () => {
    const actions = [create(9, 'New'), rename(2, 'Werke'), remove(4)];
    const done = [
      named(1, 'INBOX'),
      named(2, 'Werke'),
      named(3, 'Werke/Lighthouse'),
      { ...named(9, 'New'), wireName: 'New' },
    ];
    expect(shown(actions, done)).toEqual(shown(actions));
  });

  it('say whether other programs show them', () => {
    const [, projects] = projectMailboxes(truth, [act({ kind: 'subscribe', mailbox: 2, on: true })]);
    expect(projects).toMatchObject({ subscribed: true, pending: 'waiting' });
  });
});
