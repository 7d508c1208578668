import { describe, expect, it } from 'vitest';
import { CommandError, ConnectionLost, GatewayRefused, UsageError } from '../error.ts';
import type { Action, ActionState, FlagAction, SendAction, UploadAction } from './action.ts';
import type { MailboxKey, MessageKey } from './model.ts';
import { withMailbox } from './named-in.ts';
import { nextAction, verdictOn } from './outbox.ts';
import { Astray } from './referral.ts';

const waiting: ActionState = { name: 'waiting' };
const failed: ActionState = { name: 'failed', reason: 'refused', words: '' };
const flag = (id: string, message: number, state: ActionState = waiting): FlagAction => ({
  id,
  at: 0,
  state,
  kind: 'flag',
  mailbox: 1 as MailboxKey,
  messages: [message as MessageKey],
  add: ['\\Seen'],
  remove: [],
});
const send = (id: string, notBefore: number): SendAction => ({
  id,
  at: 0,
  state: waiting,
  kind: 'send',
  messageId: '<m@x>',
  subject: '',
  from: 'a@x',
  recipients: ['b@x'],
  sent: undefined,
  answers: undefined,
  notBefore,
  step: 'submit',
});
const upload = (id: string, mailbox: number): UploadAction => ({
  id,
  at: 0,
  state: waiting,
  kind: 'upload',
  mailbox: mailbox as MailboxKey,
  messageId: '<m@x>',
  flags: [],
  date: 0,
});
const next = (actions: Action[], resting: [string, number][] = []) =>
  nextAction(actions, new Map(resting), 100);

describe('nextAction', () => {
  it('takes them in the order of the person', () => {
    expect(next([flag('1', 1), flag('2', 2)]).action?.id).toBe('1');
    expect(next([]).action).toBeUndefined();
  });

  it('lets what has failed block nobody', () => {
    expect(next([flag('1', 1, failed), flag('2', 2)]).action?.id).toBe('2');
  });

  it('holds mail back until it may go, and says when that is', () => {
    expect(next([send('1', 150)])).toEqual({ action: undefined, notBefore: 150 });
    expect(next([send('1', 150), flag('2', 2)])).toMatchObject({ action: { id: '2' }, notBefore: 150 });
    expect(next([send('1', 100)]).action?.id).toBe('1');
  });

  it('puts nothing into a mailbox into which something is perhaps being put', () => {
    const [first, second, other] = [upload('1', 3), upload('2', 3), upload('3', 4)];
    const among = (inDoubt: string) =>
      nextAction([first, second, other], new Map([['1', 500]]), 100, (id) => id === inDoubt).action?.id;
    expect([among('1'), among('')]).toEqual(['3', '2']);
  });

  it('marks no version of a draft in whose place another is being put, and nothing in another order for that', () => {
    const saving = (state: ActionState): Action => {
      const tried = { messageId: '<v@x>', version: 2, uidValidity: 7, uidNext: 2, message: 1 };
      return {
        id: '4',
        at: 0,
        state,
        kind: 'save-draft',
        draft: 'd',
        mailbox: 1,
        tried,
      } as unknown as Action;
    };
    const both = { ...flag('1', 1), messages: [1, 9] as MessageKey[] };
    const others = [flag('2', 9), flag('3', 8)];
    expect(next([both, ...others, saving({ name: 'running' })]).action?.id).toBe('3');
    expect(next([both, flag('2', 9), saving({ name: 'running' })]).action?.id).toBe('4');
    expect(next([both, ...others, saving(failed)]).action?.id).toBe('1');
  });

  it('waits for no time that the clock had before it was set back', () => {
    const day = 24 * 3600_000;
    const ahead = { ...send('1', 108 + day), at: 100 + day };
    expect(next([ahead])).toMatchObject({ action: { id: '1' }, notBefore: undefined });
    expect(next([flag('1', 1)], [['1', 100 + day]]).action?.id).toBe('1');
  });

  it('keeps the order of actions on one message when the first has to rest', () => {
    expect(next([flag('1', 1), flag('2', 1), flag('3', 2)], [['1', 500]])).toMatchObject({
      action: { id: '3' },
      notBefore: 500,
    });
  });

  it('saves no version of a draft while the one before may be on its way', () => {
    const save = (id: string, draft: string): Action => ({
      id,
      at: 0,
      state: waiting,
      kind: 'save-draft',
      draft,
      mailbox: 1 as MailboxKey,
      from: { name: '', address: 'a@x' },
      timeZoneOffset: 0,
    });
    const actions = [save('1', 'one'), save('2', 'one'), save('3', 'two')];
    expect(next(actions, [['1', 500]])).toMatchObject({ action: { id: '3' }, notBefore: 500 });
    expect(next(actions).action?.id).toBe('1');
  });
});

describe('what depends on mailboxes', () => {
  const mailbox = (key: number): MailboxKey => key as MailboxKey;
  const common = { at: 0, state: waiting };
  const create = (id: string, key: number): Action => ({
    ...common,
    id,
    kind: 'create-mailbox',
    mailbox: mailbox(key),
    name: id,
    delimiter: '/',
    role: undefined,
  });
  const move = (id: string, message: number, from: number, to: number, state = waiting): Action => ({
    ...common,
    id,
    state,
    kind: 'move',
    from: mailbox(from),
    to: mailbox(to),
    messages: [message as MessageKey],
  });
  const remove = (id: string, key: number): Action => ({
    ...common,
    id,
    kind: 'delete-mailbox',
    mailbox: mailbox(key),
  });
  const resting: [string, number][] = [['1', 500]];

  it('waits for the mailbox to be made, and nothing else does', () => {
    expect(next([create('1', 9), move('2', 1, 1, 9), flag('3', 2)], resting).action?.id).toBe('3');
    expect(next([create('1', 9), move('2', 1, 1, 9)], resting)).toEqual({
      action: undefined,
      notBefore: 500,
    });
    expect(next([create('1', 9), move('2', 1, 1, 9)]).action?.id).toBe('1');
  });

  it('keeps the order of actions on mailboxes', () => {
    expect(next([create('1', 9), create('2', 8)], resting).action).toBeUndefined();
  });

  it('deletes no mailbox before what names it is done, and any other', () => {
    expect(next([move('1', 1, 5, 6), remove('2', 5)], resting).action).toBeUndefined();
    expect(next([move('1', 1, 6, 5), remove('2', 5)], resting).action).toBeUndefined();
    expect(next([move('1', 1, 5, 6), remove('2', 7)], resting).action?.id).toBe('2');
  });

  it('sends although the mailbox to file in is still to be made', () => {
    expect(next([create('1', 9), { ...send('2', 0), sent: mailbox(9) }], resting).action?.id).toBe('2');
  });

  it('does nothing to a copy that is still to be made', () => {
    const copy: Action = {
      ...common,
      id: '1',
      kind: 'copy',
      from: mailbox(1),
      to: mailbox(2),
      messages: [1 as MessageKey],
      copies: [7 as MessageKey],
    };
    expect(next([copy, flag('2', 7), flag('3', 8)], resting).action?.id).toBe('3');
  });

  it('names the mailbox that another one turned out to be', () => {
    expect(withMailbox(move('1', 1, 5, 6), mailbox(6), mailbox(2))).toMatchObject({ from: 5, to: 2 });
    expect(withMailbox(flag('1', 1), mailbox(1), mailbox(2))).toMatchObject({ mailbox: 2 });
    expect(withMailbox(flag('1', 1), mailbox(3), mailbox(2))).toBeUndefined();
  });
});

describe('verdictOn', () => {
  const no = (code: string): CommandError =>
    new CommandError('UID MOVE', 'NO', 'words', { name: 'ATOM', code } as { name: string });
  it.each([
    ['a lost connection', new ConnectionLost('gone'), { verdict: 'reconnect' }],
    ['a gateway that cannot reach', new GatewayRefused(4502, 'unreachable'), { verdict: 'reconnect' }],
    ['a server that is busy', no('UNAVAILABLE'), { verdict: 'later' }],
    ['a target on another server', no('REFERRAL'), { verdict: 'later' }],
    ['a mailbox that was renamed', no('NEWNAME'), { verdict: 'later' }],
    [
      'a server where Postern may not go',
      new Astray('SELECT', 'two.example:143', 'unlisted'),
      { verdict: 'fail', state: { name: 'failed', reason: 'elsewhere', words: 'two.example:143' } },
    ],
    ['SMTP 4yz', new CommandError('DATA', 'TEMPORARY', 'later', undefined, 451), { verdict: 'later' }],
    [
      'a full mailbox',
      no('OVERQUOTA'),
      { verdict: 'fail', state: { name: 'failed', reason: 'quota', words: 'words' } },
    ],
    [
      'SMTP 552',
      new CommandError('DATA', 'PERMANENT', 'big', undefined, 552),
      {
        verdict: 'fail',
        state: {
          name: 'failed',
          reason: 'too-large',
          words: 'big',
          refusals: [{ why: 'too-large', lasting: true }],
        },
      },
    ],
    [
      'a message that is larger than the submission server said it takes',
      new CommandError('MAIL', 'PERMANENT', 'big', { name: '5.3.4', limit: 9 } as { name: string }, 552),
      {
        verdict: 'fail',
        state: {
          name: 'failed',
          reason: 'too-large',
          words: 'big',
          refusals: [{ why: 'too-large', lasting: true, limit: 9 }],
        },
      },
    ],
    [
      'a refusal of all recipients',
      new CommandError(
        'RCPT',
        'PERMANENT',
        'words',
        {
          name: '5.1.1',
          refused: [{ address: 'a@b', reply: 550, status: '5.1.1', reason: 'no-such-address', text: 'no' }],
        } as { name: string },
        550,
      ),
      {
        verdict: 'fail',
        state: {
          name: 'failed',
          reason: 'refused',
          words: 'words',
          refusals: [{ address: 'a@b', why: 'no-such-address', lasting: true }],
        },
      },
    ],
    [
      'anything else',
      no('CANNOT'),
      { verdict: 'fail', state: { name: 'failed', reason: 'refused', words: 'words' } },
    ],
  ])('%s', (_, error, verdict) => {
    expect(verdictOn(error)).toEqual(verdict);
  });

  it('lets our own bugs through', () => {
    expect(() => verdictOn(new UsageError('bug'))).toThrow(UsageError);
  });
});
