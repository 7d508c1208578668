import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountOf, isAccount } from './account.ts';

test('an account is named by the user name exactly as it was taken; the name is for good, on every device', () => {
  expect(accountOf('ada@example.org')).toBe('_dUz8U_uqM3v');
  expect(accountOf('Ada@example.org')).not.toBe(accountOf('ada@example.org'));
});

test('every user name gives a name that can stand in a cookie, in an address and in a file name', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (user) => isAccount(accountOf(user))));
});

test.each([
  '',
  '_dUz8U_uqM3',
  '_dUz8U_uqM3vX',
  '_dUz8U_uqM3=',
  '../postern-ab',
  '_dUz8U uqM3v',
  '_dUz8U_uqM3v\n',
])('no account is named %j', (text) => expect(isAccount(text)).toBe(false));
