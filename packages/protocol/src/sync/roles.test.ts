import { expect, it } from 'vitest';
import { rolesOf } from './roles.ts';

const listed = (name: string, attributes: string[] = [], delimiter: string | null = '/') => ({
  name,
  wireName: name,
  delimiter,
  attributes,
});

it.each([
  [
    'what the server says, in any case (Cyrus spells it in lower case)',
    [listed('inbox'), listed('Gesendetes', ['\\sent']), listed('Sent')],
    { inbox: 'inbox', Gesendetes: 'sent' },
  ],
  [
    "names under Courier's INBOX.",
    [listed('INBOX', [], '.'), listed('INBOX.Sent', [], '.'), listed('INBOX.Trash', [], '.')],
    { INBOX: 'inbox', 'INBOX.Sent': 'sent', 'INBOX.Trash': 'trash' },
  ],
  ['no role for a name deep inside', [listed('INBOX'), listed('Projects/Archive')], { INBOX: 'inbox' }],
  ['no role for what cannot be selected', [listed('Sent', ['\\Noselect'])], {}],
  ['each role once', [listed('Spam'), listed('Junk', ['\\Junk']), listed('Junk mail')], { Junk: 'junk' }],
] as const)('%s', (_, mailboxes, roles) => {
  expect(Object.fromEntries(rolesOf(mailboxes))).toEqual(roles);
});
