import { describe, expect, it } from 'vitest';
import { CommandError, ConnectionLost, GatewayRefused, UsageError } from '../error.ts';
import type { Action, ActionState, FlagAction, SendAction } from './action.ts';
import type { MailboxKey, MessageKey } from './model.ts';
import { nextAction, verdictOn } from './outbox.ts';

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

  it('keeps the order of actions on one message when the first has to rest', () => {
    expect(next([flag('1', 1), flag('2', 1), flag('3', 2)], [['1', 500]])).toMatchObject({
      action: { id: '3' },
      notBefore: 500,
    });
  });
});

describe('verdictOn', () => {
  const no = (code: string): CommandError =>
    new CommandError('UID MOVE', 'NO', 'words', { name: 'ATOM', code } as { name: string });
  it.each([
    ['a lost connection', new ConnectionLost('gone'), { verdict: 'reconnect' }],
    ['a gateway that cannot reach', new GatewayRefused(4502, 'unreachable'), { verdict: 'reconnect' }],
    ['a server that is busy', no('UNAVAILABLE'), { verdict: 'later' }],
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
