import { describe, expect, test } from 'vitest';
import { ListedServers } from './listed.ts';
import { parseTarget } from './target.ts';

const [home, other, plain, six] = [
  'imaps://mail.example.org',
  'imaps://mail2.example.org:1993',
  'imap://127.0.0.1:10143',
  'imaps://[2001:db8::1]',
].map((text) => parseTarget('imap', text)!);
const listed = new ListedServers([home!, other!, plain!, six!]);

describe('a server that is listed', () => {
  test.each([
    ['mail2.example.org:1993', other],
    ['MAIL2.example.ORG:1993', other],
    // What an IMAP URL means that says no port, or IMAP's own: it cannot say that there is TLS.
    ['mail2.example.org', other],
    ['mail2.example.org:143', other],
    ['mail.example.org:993', home],
    ['127.0.0.1:10143', plain],
    ['[2001:db8::1]:143', six],
    ['[2001:0DB8:0:0::1]', six],
  ])('%s', (text, target) => {
    expect(listed.find(text)).toBe(target);
  });
});

describe('is none of them', () => {
  test.each([
    // Another port of a listed host is another server.
    'mail2.example.org:993',
    'mail2.example.org:25',
    'mail2.example.org:01993',
    'mail2.example.org:65536000',
    'mail2.example.org:',
    'mail2.example.org.',
    'mail2.example.org.:1993',
    'mail2.example.org.evil.example',
    'evil-mail2.example.org',
    'ada@mail2.example.org:1993',
    'mail2.example.org:1993@evil.example',
    'mail2.example.org:1993/evil.example',
    'mail2.example.org:1993#evil.example',
    'mail2.example.org:1993?evil.example',
    'mail2.example.org\\@evil.example',
    'mail2.example.org\r\nX: y',
    'mail2.example.org\n',
    'mail2.example.org\0',
    ' mail2.example.org',
    'imaps://mail2.example.org:1993',
    'mail2%2eexample%2eorg',
    // Letters that look like others, and forms that mean the same to some.
    'mаil2.example.org',
    'mail2。example。org',
    'ｍail2.example.org',
    '2130706433:10143',
    '127.1:10143',
    '0x7f.0.0.1:10143',
    '0177.0.0.1:10143',
    '[::ffff:127.0.0.1]:10143',
    'localhost:10143',
    '2001:db8::1',
    '[2001:db8::1',
    '[2001:db8::1]]',
    '[2001:db8::1%25eth0]',
    '[::2001:db8::1]',
    '__proto__',
    'constructor',
    '',
  ])('%j', (text) => {
    expect(listed.find(text)).toBeUndefined();
  });
});
