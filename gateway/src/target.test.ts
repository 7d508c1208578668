import { describe, expect, test } from 'vitest';
import { domainOf, isLoopback, parseTarget } from './target.ts';

describe('parseTarget', () => {
  test.each([
    ['imap', 'imaps://mail.example.org', 'mail.example.org', 993, 'tls'],
    ['imap', 'imaps://mail.example.org:1993/', 'mail.example.org', 1993, 'tls'],
    ['imap', ' IMAPS://Mail.Example.ORG ', 'mail.example.org', 993, 'tls'],
    ['imap', 'imap://mail.example.org', 'mail.example.org', 143, 'starttls'],
    ['imap', 'imap://mail.example.org:80', 'mail.example.org', 80, 'starttls'],
    ['imap', 'imap://127.0.0.1:10143', '127.0.0.1', 10143, 'plain'],
    ['imap', 'imap://[::1]:10143', '::1', 10143, 'plain'],
    ['imap', 'imap+starttls://localhost', 'localhost', 143, 'starttls'],
    ['submission', 'submissions://mail.example.org', 'mail.example.org', 465, 'tls'],
    ['submission', 'submission://mail.example.org', 'mail.example.org', 587, 'starttls'],
    ['submission', 'smtp://localhost:25', 'localhost', 25, 'plain'],
  ] as const)('%s %s', (service, text, host, port, security) => {
    expect(parseTarget(service, text)).toEqual({ service, host, port, security });
  });

  test.each([
    'mail.example.org',
    'https://mail.example.org',
    'submission://mail.example.org',
    'imaps://',
    'imaps://user:secret@mail.example.org',
    'imaps://mail.example.org/INBOX',
    'imaps://mail.example.org:0',
    'imaps://mail.example.org:65536',
    'imaps://mail.example.org\r\nX: y',
    'imaps://a b',
    'imaps://[::1',
    '__proto__://mail.example.org',
  ])('refuses %j as an IMAP server', (text) => {
    expect(parseTarget('imap', text)).toBeUndefined();
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['localhost', true],
  ['127.example.org', false],
  ['localhost.example.org', false],
  ['10.0.0.1', false],
])('isLoopback(%s) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each([
  ['imaps://imap.example.org', 'example.org'],
  ['imaps://mail2.example.org', 'example.org'],
  ['imaps://example.org', 'example.org'],
  ['imaps://mail.org', 'mail.org'],
  ['imaps://post.example.org', 'post.example.org'],
  ['imap://127.0.0.1', 'localhost'],
])('the domain of %s is %s', (text, domain) => {
  expect(domainOf(parseTarget('imap', text)!)).toBe(domain);
});
