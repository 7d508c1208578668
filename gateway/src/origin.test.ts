import { expect, test } from 'vitest';
import { isOwnOrigin, ownOrigins, parseOrigin } from './origin.ts';

test.each([
  ['https://mail.example.org', 'https://mail.example.org'],
  ['https://mail.example.org/', 'https://mail.example.org'],
  ['HTTPS://Mail.Example.org:443', 'https://mail.example.org'],
  ['https://mail.example.org:8443', 'https://mail.example.org:8443'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
  ['http://mail.example.org', undefined],
  ['https://mail.example.org/webmail', undefined],
  ['https://user@mail.example.org', undefined],
  ['mail.example.org', undefined],
  ['null', undefined],
  ['*', undefined],
])('POSTERN_ORIGIN=%s is read as %s', (text, expected) => {
  expect(parseOrigin(text)).toBe(expected);
});

test.each([
  ['https://mail.example.org', true],
  [undefined, false],
  ['null', false],
  ['', false],
  ['https://mail.example.org.evil.example', false],
  ['https://evil.example/https://mail.example.org', false],
  ['https://mail.example.org:8443', false],
  ['http://mail.example.org', false],
  ['HTTPS://MAIL.EXAMPLE.ORG', false],
  ['https://mail.example.org, https://evil.example', false],
])('Origin %j is own: %s', (origin, expected) => {
  expect(isOwnOrigin(origin, ['https://mail.example.org'])).toBe(expected);
});

test('by default the loopback names with the port listened on', () => {
  expect(ownOrigins('127.0.0.1', 8080)).toEqual(['http://127.0.0.1:8080', 'http://localhost:8080']);
  expect(ownOrigins('::1', 80)).toEqual(['http://[::1]', 'http://localhost']);
});
