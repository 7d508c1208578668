import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKey, type Keys, parseKey, seal, type Sealed, unseal } from './seal.ts';

const now = 1_700_000_000_000;
const content: Sealed = { user: 'ada', password: 'canary-7c1', id: 'x', sealedAt: now, expires: now + 1000 };
const keys: Keys = [createKey()];
const context = 'imap.example.org:993';

describe('seal', () => {
  test('opens again, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (user, password) => {
        const sealed = { ...content, user, password };
        expect(unseal(seal(sealed, keys, context), keys, context, now)).toEqual(sealed);
      }),
    );
  });

  test('is another text each time, and shows nothing of what is in it', () => {
    const [first, second] = [seal(content, keys, context), seal(content, keys, context)];
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('canary');
  });

  test('has the same length for passwords of similar length', () => {
    const lengths = ['a', 'abcdefgh'].map((password) => seal({ ...content, password }, keys, context).length);
    expect(new Set(lengths).size).toBe(1);
  });

  test('is void when expired', () => {
    expect(unseal(seal(content, keys, context), keys, context, content.expires)).toBeUndefined();
  });

  test('is void under another key or for another server', () => {
    const sealed = seal(content, keys, context);
    expect(unseal(sealed, [createKey()], context, now)).toBeUndefined();
    expect(unseal(sealed, keys, 'imap.evil.example:993', now)).toBeUndefined();
  });

  test('opens while its key is still listed behind a new one', () => {
    const newer: Keys = [createKey(), ...keys];
    expect(unseal(seal(content, keys, context), newer, context, now)).toEqual(content);
    expect(unseal(seal(content, newer, context), keys, context, now)).toBeUndefined();
  });

  test('is void when any one octet is changed, or any end cut off', () => {
    const bytes = Buffer.from(seal(content, keys, context), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(unseal(changed.toString('base64url'), keys, context, now), `octet ${index}`).toBeUndefined();
      expect(unseal(bytes.subarray(0, index).toString('base64url'), keys, context, now)).toBeUndefined();
    }
  });

  test('anything at all is an answer, not an error', () => {
    fc.assert(fc.property(fc.string(), (text) => unseal(text, keys, context, now) === undefined));
  });
});

test.each([
  ['base64', createKey().toString('base64'), true],
  ['base64url', createKey().toString('base64url'), true],
  ['hexadecimal', createKey().toString('hex'), true],
  ['too short', Buffer.alloc(31, 1).toString('base64'), false],
  ['too long', Buffer.alloc(33, 1).toString('base64'), false],
  ['a pass phrase', 'correct horse battery staple', false],
  ['empty', '', false],
])('a key in %s', (_name, text, accepted) => {
  expect(parseKey(text)?.length === 32).toBe(accepted);
});
