import { expect, it } from 'vitest';
import { parseEnhancedStatus, refusalReason } from './status.ts';

it.each([
  ['5.1.1', { class: 5, subject: 1, detail: 1 }],
  ['4.7.28', { class: 4, subject: 7, detail: 28 }],
  ['2.0.0', { class: 2, subject: 0, detail: 0 }],
  ['5.999.999', { class: 5, subject: 999, detail: 999 }],
  ['3.1.1', undefined],
  ['5.1', undefined],
  ['5.1.1000', undefined],
  ['5.1.1 ', undefined],
  ['', undefined],
])('%j is read as a status code, or not', (text, status) => {
  expect(parseEnhancedStatus(text)).toEqual(status);
});

it.each([
  ['RCPT', 550, '5.1.1', 'no-such-address'],
  ['RCPT', 550, '5.1.2', 'no-such-domain'],
  ['RCPT', 553, '5.1.3', 'bad-address'],
  ['RCPT', 550, '5.1.10', 'no-such-domain'],
  ['MAIL', 553, '5.1.8', 'sender-refused'],
  ['RCPT', 550, '5.2.1', 'mailbox-disabled'],
  ['RCPT', 552, '5.2.2', 'mailbox-full'],
  ['DATA', 552, '5.2.2', 'mailbox-full'],
  ['DATA', 552, '5.2.3', 'too-large'],
  ['DATA', 452, '4.3.1', 'server-full'],
  ['MAIL', 552, '5.3.4', 'too-large'],
  ['RCPT', 450, '4.4.1', 'unreachable'],
  ['RCPT', 450, '4.4.5', 'busy'],
  ['RCPT', 452, '4.5.3', 'too-many-recipients'],
  ['DATA', 501, '5.5.2', 'unsupported'],
  ['DATA', 554, '5.6.0', 'content-refused'],
  ['MAIL', 553, '5.6.7', 'ascii-only'],
  ['DATA', 554, '5.7.1', 'policy'],
  ['DATA', 550, '5.7.26', 'unproven-sender'],
  ['MAIL', 450, '4.7.28', 'too-many-messages'],
  ['MAIL', 530, '5.7.0', 'policy'],
  ['AUTH', 535, '5.7.8', 'sign-in-needed'],
  // A subject without a known detail is worth more than a reply code.
  ['RCPT', 550, '5.2.99', 'mailbox-disabled'],
  // A code that says nothing, or that nobody has registered, is worth less.
  ['MAIL', 530, '5.0.0', 'sign-in-needed'],
  ['RCPT', 551, '5.12.1', 'no-such-address'],
  ['RCPT', 551, 'nonsense', 'no-such-address'],
  // No status code: the reply code is all there is.
  ['RCPT', 552, undefined, 'mailbox-full'],
  ['DATA', 552, undefined, 'too-large'],
  ['connection', 421, undefined, 'busy'],
  ['RCPT', 550, undefined, 'unknown'],
  ['DATA', 554, undefined, 'unknown'],
  ['RCPT', undefined, undefined, 'unknown'],
] as const)('%s refused with %s %s: %s', (command, code, enhanced, reason) => {
  expect(refusalReason(command, code, enhanced)).toBe(reason);
});
