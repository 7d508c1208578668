import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UsageError } from '../error.ts';
import { decodeXtext, encodeXtext, originalRecipient } from './xtext.ts';

it.each([
  ['plain', 'plain'],
  ['a+b=c d', 'a+2Bb+3Dc+20d'],
  ['"q s"@example.org', '"q+20s"@example.org'],
  ['', ''],
])('%j ↔ %j', (text, xtext) => {
  expect(encodeXtext(text)).toBe(xtext);
  expect(decodeXtext(xtext)).toBe(text);
});

it.each(['a\r\nRCPT', 'é', '\0', '\x7f'])('never writes %j', (text) => {
  expect(() => encodeXtext(text)).toThrow(UsageError);
});

it.each(['a b', 'a=b', 'a+b', 'a+2', 'a+2b', 'é', 'a\r'])('takes %j for nothing', (xtext) => {
  expect(decodeXtext(xtext)).toBeUndefined();
});

it('gives printable ASCII back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      const xtext = encodeXtext(text);
      expect(xtext).not.toMatch(/[ =]/);
      expect(decodeXtext(xtext)).toBe(text);
    }),
  );
});

it.each([
  ['bob+x@example.org', 'rfc822;bob+2Bx@example.org'],
  ['späť@example.org', 'utf-8;sp\\x{E4}\\x{165}@example.org'],
  ['a+b@例え.example', 'utf-8;a\\x{2B}b@\\x{4F8B}\\x{3048}.example'],
  ['😀@example.org', 'utf-8;\\x{1F600}@example.org'],
])('%s as the original recipient', (address, written) => {
  expect(originalRecipient(address)).toBe(written);
});
