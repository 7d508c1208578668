import { describe, expect, it } from 'vitest';
import { formatAddresses, parseAddresses } from './address.ts';
import { textOfHtml } from './html-text.ts';
import { reply } from './reply.ts';
import type { Original, ReplyWords } from './reply.ts';

const WORDS: ReplyWords = {
  onWrote: ({ from }) => `${from[0]?.name} wrote:`,
  forwardedHeader: ({ subject }) => `---- Forwarded ----\nSubject: ${subject}`,
};
const ME = parseAddresses('me@x.org, Me.Too@x.org');

function original(
  fields: Partial<Record<'from' | 'replyTo' | 'to' | 'cc', string>>,
  more: Partial<Original> = {},
): Original {
  return {
    from: parseAddresses(fields.from ?? 'Ada <ada@y.org>'),
    replyTo: parseAddresses(fields.replyTo ?? ''),
    to: parseAddresses(fields.to ?? 'me@x.org'),
    cc: parseAddresses(fields.cc ?? ''),
    subject: 'Tea',
    messageId: '<3@y>',
    references: ['<1@y>', '<2@y>'],
    date: 0,
    text: 'Shall we?',
    ...more,
  };
}

it('forwards as a file: no text, the same subject and thread', () => {
  const attached = reply(original({}), ME, 'forward-attached', WORDS);
  expect(attached).toEqual({ ...reply(original({}), ME, 'forward', WORDS), text: '' });
  expect([attached.to, attached.subject]).toEqual([[], 'Fwd: Tea']);
});

describe('reply: to whom', () => {
  it.each<[string, Parameters<typeof original>[0], 'reply' | 'reply-all', string, string]>([
    ['the author', {}, 'reply', 'Ada <ada@y.org>', ''],
    ['Reply-To instead', { replyTo: 'desk@y.org' }, 'reply', 'desk@y.org', ''],
    ['an empty Reply-To is none', { replyTo: 'nobody:;' }, 'reply', 'Ada <ada@y.org>', ''],
    [
      'all, without me',
      { to: 'ME@X.ORG, Bob <bob@y.org>', cc: 'me.too@x.org, eve@y.org' },
      'reply-all',
      'Ada <ada@y.org>',
      'Bob <bob@y.org>, eve@y.org',
    ],
    [
      'all, each once',
      { to: 'Ada <ADA@y.org>, bob@y.org', cc: 'bob@y.org' },
      'reply-all',
      'Ada <ada@y.org>',
      'bob@y.org',
    ],
    [
      'all, the author behind a list',
      { replyTo: 'list@y.org', to: 'list@y.org' },
      'reply-all',
      'list@y.org',
      'Ada <ada@y.org>',
    ],
    [
      'my own message: its recipients',
      { from: 'me@x.org', to: 'Bob <bob@y.org>', cc: 'eve@y.org' },
      'reply',
      'Bob <bob@y.org>',
      '',
    ],
    [
      'my own message, all',
      { from: 'me@x.org', to: 'Bob <bob@y.org>', cc: 'eve@y.org' },
      'reply-all',
      'Bob <bob@y.org>',
      'eve@y.org',
    ],
    ['a note to myself', { from: 'me@x.org', to: 'me@x.org' }, 'reply-all', 'me@x.org', ''],
    ['Reply-To is me', { replyTo: 'me@x.org' }, 'reply', 'me@x.org', ''],
  ])('%s', (_, fields, mode, to, cc) => {
    const draft = reply(original(fields), ME, mode, WORDS);
    expect([formatAddresses(draft.to), formatAddresses(draft.cc)]).toEqual([to, cc]);
  });
});

describe('reply: the thread', () => {
  it('continues the references', () => {
    expect(reply(original({}), ME, 'reply', WORDS)).toMatchObject({
      inReplyTo: '<3@y>',
      references: ['<1@y>', '<2@y>', '<3@y>'],
    });
  });

  it('uses In-Reply-To where there are none, if it is but one', () => {
    const one = original({}, { references: [], inReplyTo: ['<2@y>'] });
    expect(reply(one, ME, 'reply', WORDS).references).toEqual(['<2@y>', '<3@y>']);
    const two = original({}, { references: [], inReplyTo: ['<2@y>', '<9@y>'] });
    expect(reply(two, ME, 'reply', WORDS).references).toEqual(['<3@y>']);
  });

  it('keeps the first and the latest of many', () => {
    const references = Array.from({ length: 200 }, (_, i) => `<${i}@z>`);
    const found = reply(original({}, { references }), ME, 'reply', WORDS).references;
    expect(found).toHaveLength(50);
    expect([found[0], found.at(-2), found.at(-1)]).toEqual(['<0@z>', '<199@z>', '<3@y>']);
  });

  it('has no In-Reply-To where the original has no Message-ID, nor in a forward', () => {
    expect('inReplyTo' in reply(original({}, { messageId: undefined }), ME, 'reply', WORDS)).toBe(false);
    expect('inReplyTo' in reply(original({}), ME, 'forward', WORDS)).toBe(false);
  });
});

describe('reply: the text', () => {
  it.each([
    ['quotes', 'Shall we?\n> Deeper\n\nBye', 'Ada wrote:\n> Shall we?\n>> Deeper\n>\n> Bye\n'],
    ['drops a signature', 'Bye\n\n-- \nAda', 'Ada wrote:\n> Bye\n'],
    [
      'keeps what only looks like one',
      `a\n-- \n${'b\n'.repeat(30)}c`,
      `Ada wrote:\n> a\n> -- \n${'> b\n'.repeat(30)}> c\n`,
    ],
    ['CRLF', 'a\r\nb\r\n', 'Ada wrote:\n> a\n> b\n'],
  ])('%s', (_, text, expected) => {
    expect(reply(original({}, { text }), ME, 'reply', WORDS).text).toBe(expected);
  });

  it('quotes HTML as a quote, the words around it as text', () => {
    const words: ReplyWords = {
      onWrote: () => 'Ada <b> & "co" wrote:',
      forwardedHeader: () => 'A: <1>\nB: 2\n',
    };
    const html = '<p>Shall <b>we</b>?</p>';
    expect(reply(original({}, { html }), ME, 'reply-all', words).html).toBe(
      '<div>Ada &lt;b&gt; &amp; &quot;co&quot; wrote:</div>\n' +
        '<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:2px solid #ccc;padding-left:1ex">' +
        `${html}</blockquote>\n<div><br></div>\n`,
    );
    expect(reply(original({}, { html }), ME, 'forward', words).html).toBe(
      `<div>A: &lt;1&gt;<br>\nB: 2</div>\n<div><br></div>\n<div>${html}</div>\n`,
    );
    const longest = 'x'.repeat(1_000_000);
    for (const mode of ['reply', 'forward'] as const) {
      expect(reply(original({}, { html: longest }), ME, mode, words).html).toContain(longest);
      expect(reply(original({}, { html: `${longest}x` }), ME, mode, words)).not.toHaveProperty('html');
      expect(reply(original({}), ME, mode, words)).not.toHaveProperty('html');
    }
    expect(reply(original({}, { html }), ME, 'forward-attached', words)).not.toHaveProperty('html');
  });

  it('is recognised as a quote again', () => {
    const { html = '' } = reply(original({}, { html: '<p>Shall we?</p>' }), ME, 'reply', WORDS);
    expect(textOfHtml(`<p>Yes.</p>${html}`)).toBe('Yes.\n\nAda wrote:\n\n> Shall we?');
  });

  it('forwards under a header, to nobody yet', () => {
    expect(reply(original({}), ME, 'forward', WORDS)).toMatchObject({
      to: [],
      cc: [],
      subject: 'Fwd: Tea',
      text: '---- Forwarded ----\nSubject: Tea\n\nShall we?\n',
    });
  });
});
