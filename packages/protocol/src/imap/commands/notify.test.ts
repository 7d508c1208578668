import { describe, expect, it } from 'vitest';
import { CommandError, UsageError } from '../../error.ts';
import { Exchange } from '../../testing/exchange.ts';
import { type Command, notifyNone, notifySet } from '../index.ts';

const MESSAGES = ['MessageNew', 'MessageExpunge', 'FlagChange'] as const;

describe('NOTIFY', () => {
  it.each<[Command<void>, string]>([
    [notifyNone(), 'NOTIFY NONE'],
    [
      notifySet(
        [
          {
            of: 'selected-delayed',
            events: MESSAGES,
            newMessage: ['FLAGS', 'PREVIEW', { section: 'HEADER.FIELDS', fields: ['From'] }],
          },
          { of: { mailboxes: ['Lists', 'Müll'] }, events: [] },
          { of: { subtree: ['a b'] }, events: ['MessageNew', 'MessageExpunge', 'MailboxMetadataChange'] },
          { of: 'inboxes', events: ['AnnotationChange', 'MessageExpunge', 'MessageNew'] },
          { of: 'personal', events: ['MailboxName', 'SubscriptionChange'] },
          { of: 'subscribed', events: ['ServerMetadataChange'] },
        ],
        { status: true },
      ),
      'NOTIFY SET STATUS (selected-delayed (MessageNew (UID FLAGS BODY.PEEK[HEADER.FIELDS (From)]) MessageExpunge ' +
        'FlagChange)) (mailboxes ("Lists" "M&APw-ll") NONE) (subtree ("a b") (MessageNew MessageExpunge ' +
        'MailboxMetadataChange)) (inboxes (AnnotationChange MessageExpunge MessageNew)) (personal (MailboxName ' +
        'SubscriptionChange)) (subscribed (ServerMetadataChange))',
    ],
  ])('%# is written', (command, written) => {
    expect(new Exchange('IMAP4rev1 NOTIFY').run(command).written).toBe(written);
    expect(() => new Exchange('IMAP4rev1 IDLE').run(command)).toThrow(UsageError);
  });

  it('makes what it asked for news', () => {
    const { news, value } = new Exchange('IMAP4rev1 NOTIFY').run(
      notifySet([{ of: 'personal', events: MESSAGES }], { status: true }),
      '* STATUS Lists (MESSAGES 4 UIDNEXT 9)',
      '* LIST (\\Subscribed) "/" new (OLDNAME (old))',
      '* METADATA Lists /shared/comment',
      '* OK [NOTIFICATIONOVERFLOW] too much',
      '* 4 EXISTS',
      '* 4 FETCH (UID 9 FLAGS ())',
    );
    expect(value).toBeUndefined();
    expect(news).toMatchObject([
      { type: 'status', status: { wireName: 'Lists', messages: 4 } },
      { type: 'list', mailbox: { name: 'new', oldName: 'old' } },
      { type: 'metadata', wireName: 'Lists', changed: ['/shared/comment'] },
      { type: 'ok', status: { code: { code: 'NOTIFICATIONOVERFLOW' } } },
      { type: 'exists', count: 4 },
      { type: 'fetch', message: { uid: 9 } },
    ]);
  });

  it('tells which events there are where one is refused', () => {
    const { value } = new Exchange('IMAP4rev1 NOTIFY').run(
      notifySet([{ of: 'personal', events: ['ServerMetadataChange'] }]),
      '$tag NO [BADEVENT (MessageNew MessageExpunge)] no',
    );
    expect(value).toBeInstanceOf(CommandError);
    expect(value).toMatchObject({ code: { name: 'BADEVENT', events: ['MessageNew', 'MessageExpunge'] } });
  });

  it.each<[string, () => unknown]>([
    ['no group', () => notifySet([])],
    ['flags without messages', () => notifySet([{ of: 'personal', events: ['FlagChange'] }])],
    ['new ones without the gone', () => notifySet([{ of: 'personal', events: ['MessageNew'] }])],
    ['names of the selected mailbox', () => notifySet([{ of: 'selected', events: ['MailboxName'] }])],
    [
      'the selected mailbox twice',
      () =>
        notifySet([
          { of: 'selected', events: MESSAGES },
          { of: 'selected-delayed', events: MESSAGES },
        ]),
    ],
    ['items of others', () => notifySet([{ of: 'inboxes', events: MESSAGES, newMessage: ['FLAGS'] }])],
    ['items of no message', () => notifySet([{ of: 'selected', events: [], newMessage: ['FLAGS'] }])],
    ['no mailbox', () => notifySet([{ of: { subtree: [] }, events: MESSAGES }])],
  ])('%s cannot be said', (_, make) => {
    expect(make).toThrow(UsageError);
  });
});
