import { expect, it } from 'vitest';
import { lacking } from './lacking.ts';

const whole = {
  isSecureContext: true,
  navigator: { locks: {} },
  indexedDB: {},
  BroadcastChannel: class {},
  crypto: { randomUUID: () => '' },
};

it('runs where everything is there', () => expect(lacking(whole)).toBeUndefined());

it('says first that the page came without encryption: for that, too, the rest is withheld', () => {
  expect(lacking({ isSecureContext: false, navigator: {} })).toBe('insecure');
});

it.each([
  ['locks', { ...whole, navigator: {} }],
  ['a store', { ...whole, indexedDB: undefined }],
  ['channels', { ...whole, BroadcastChannel: undefined }],
  ['identifiers', { ...whole, crypto: {} }],
])('does not run without %s', (_, page) => expect(lacking(page)).toBe('browser'));
