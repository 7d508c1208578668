import { describe, expect, it } from 'vitest';
import { inspectLink } from './link.ts';
import { looksAlike, unicodeHost } from './look-alike.ts';

describe('links that are what they seem', () => {
  it.each([
    ['Read more', 'https://click.mailer.example/x'],
    ['https://example.org/a', 'https://example.org/b'],
    ['www.example.org', 'https://example.org/'],
    ['example.org', 'https://shop.example.org/'],
    ['shop.example.org', 'https://example.org/'],
    ['news.example.co.uk', 'https://www.example.co.uk/'],
    ['ada@example.org', 'mailto:ada@example.org'],
    ['Call', 'tel:+4420'],
    ['README.md', 'https://forge.example/README.md'],
    ['invoice.pdf', 'https://files.example/1'],
    ['Version 2.0 is out', 'https://example.org/'],
    ['e.g. this', 'https://example.org/'],
    ['münchen.de', 'https://münchen.de/'],
    ['президент.рф', 'https://президент.рф/'],
    ['日本語.jp', 'https://日本語.jp/'],
    ['', 'https://example.org/'],
  ])('%j → %s', (text, href) => expect(inspectLink(text, href)).toMatchObject({ safe: true }));
});

describe('links that are not', () => {
  it.each([
    ['https://bank.example', 'https://evil.example/', 'shows-other-host'],
    ['http://bank.example/login?x=y', 'https://bank.example.evil.example/', 'shows-other-host'],
    ['www.bank.example', 'https://evil.example/www.bank.example', 'shows-other-host'],
    ['bank.com', 'https://bank.com.evil.example/', 'shows-other-host'],
    ['bank.co.uk', 'https://evil.co.uk/', 'shows-other-host'],
    ['Go to https://bank.example now', 'https://evil.example/', 'shows-other-host'],
    ['b\u200bank.example', 'https://evil.example/', 'shows-other-host'],
    ['\u202e bank.example', 'https://evil.example/', 'shows-other-host'],
    ['ｂａｎｋ.example', 'https://evil.example/', 'shows-other-host'],
    ['bank.example/login', 'https://evil.example/', 'shows-other-host'],
    ['ada@bank.example', 'mailto:eve@evil.example', 'shows-other-host'],
    ['x', 'https://аррӏе.com/', 'look-alike'],
    ['x', 'https://xn--80ak6aa92e.com/', 'look-alike'],
    ['x', 'https://gооgle.com/', 'look-alike'],
    ['x', 'https://αpple.com/', 'look-alike'],
    ['x', 'https://bank.example@evil.example/', 'hidden-name'],
    ['x', 'https://93.184.216.34/', 'number-address'],
    ['x', 'http://0x5db8d822/', 'number-address'],
    ['x', 'http://192.168.0.1/', 'private-address'],
    ['x', 'http://localhost:8080/', 'private-address'],
    ['x', 'http://router/', 'private-address'],
  ] as const)('%j → %s: %s', (text, href, warning) => {
    expect(inspectLink(text, href)).toMatchObject({ safe: false, warning });
    expect(inspectLink(text, href).href).not.toBe('');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'blob:x', '/x', ''])(
    '%j cannot be opened at all',
    (href) =>
      expect(inspectLink('x', href)).toEqual({ safe: false, warning: 'not-a-link', host: '', href: '' }),
  );

  it('names both places as people write them', () => {
    expect(inspectLink('https://münchen.de', 'https://xn--bcher-kva.example/')).toMatchObject({
      shown: 'münchen.de',
      host: 'bücher.example',
    });
  });
});

describe('host names', () => {
  it.each([
    ['xn--bcher-kva.example', 'bücher.example'],
    ['xn--maana-pta.com', 'mañana.com'],
    ['xn--p1ai', 'рф'],
    ['xn--wgv71a119e.jp', '日本語.jp'],
    ['xn--.example', 'xn--.example'],
    ['xn--99999999999.example', 'xn--99999999999.example'],
    ['example.org', 'example.org'],
  ])('%s is written %s', (ascii, unicode) => expect(unicodeHost(ascii)).toBe(unicode));

  it.each([
    'xn--99999999999.com',
    'раураl.com',
    'ехаmple.com',
    'ѕсоре.com',
    'ωοω.com',
    'a\u0301pple.com',
    'goog1е.com',
    'paypal\u2044x.com',
    'ʟɢ\u0261.com',
  ])('%s imitates', (host) => expect(looksAlike(host)).toBe(true));
  it.each([
    'example.org',
    'bücher.example',
    'яндекс.рф',
    'московский.com',
    'ελλάδα.gr',
    'かな漢字.jp',
    'abc日本.jp',
    '한국.kr',
    'straße.de',
    'עברית.co.il',
  ])('%s does not', (host) => expect(looksAlike(host)).toBe(false));
});
