import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { parseHeaders } from './header.ts';
import { mailingListOf } from './list-fields.ts';

const list = (...lines: string[]) => mailingListOf(parseHeaders(encodeText(lines.join('\r\n'))));

describe('mailingListOf', () => {
  it('reads what a list says', () => {
    expect(
      list(
        'List-Id: =?utf-8?Q?Die_K=C3=BCche?= <Kueche.Lists.Example.Org>',
        'List-Post: <mailto:kueche@lists.example.org> (Postings)',
        'List-Help: <https://example.org/help> (<mailto:not@this>)',
        'List-Unsubscribe: <mailto:leave@example.org?subject=a,b>,',
        '  <https://example.org/u?x=1>',
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
        'List-Archive: <https://example.org/',
        '  archive>',
      ),
    ).toEqual({
      id: 'kueche.lists.example.org',
      name: 'Die Küche',
      post: ['mailto:kueche@lists.example.org'],
      unsubscribe: ['mailto:leave@example.org?subject=a,b', 'https://example.org/u?x=1'],
      oneClick: 'https://example.org/u?x=1',
      subscribe: [],
      help: ['https://example.org/help'],
      owner: [],
      archive: ['https://example.org/archive'],
    });
  });

  it.each([
    ['nobody may post', ['List-Post: NO (posting not allowed)'], { post: [] }],
    ['not said', ['List-Id: <a.b>'], { post: undefined }],
    ['a bare identifier', ['List-Id: a.b (comment)'], { id: 'a.b', name: '' }],
    ['a quoted name', ['List-Id: "A \\"list\\"" <a.b>'], { name: 'A "list"' }],
    [
      'a URL with parentheses, and comments beside it',
      [
        'List-Unsubscribe: (a < b) <https://example.org/u(1)?x=(2)> (by web), <mailto:a@b.c>',
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      ],
      {
        unsubscribe: ['https://example.org/u(1)?x=(2)', 'mailto:a@b.c'],
        oneClick: 'https://example.org/u(1)?x=(2)',
      },
    ],
    [
      'a URL without brackets',
      ['List-Unsubscribe: https://example.org/u'],
      { unsubscribe: ['https://example.org/u'] },
    ],
    ['a script', ['List-Unsubscribe: <javascript:alert(1)>, <mailto:a@b>'], { unsubscribe: ['mailto:a@b'] }],
    [
      'one click by mail or in the clear is none',
      ['List-Unsubscribe: <mailto:a@b>, <http://x/y>', 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'],
      { oneClick: undefined },
    ],
    ['one click not offered', ['List-Unsubscribe: <https://x/y>'], { oneClick: undefined }],
  ])('%s', (_, lines, expected) => {
    expect(list(...lines)).toMatchObject(expected);
  });

  it('is undefined for other messages', () => {
    expect(list('Subject: List-Id', 'List-Help: <https://x/>')).toBeUndefined();
  });
});
