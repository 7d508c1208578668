import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatAddresses } from './address.ts';
import { parseMailto } from './mailto.ts';

const look = (url: string) => {
  const draft = parseMailto(url);
  return (
    draft && [
      formatAddresses(draft.to),
      formatAddresses(draft.cc),
      formatAddresses(draft.bcc),
      draft.subject,
      draft.text,
    ]
  );
};

it.each<[string, string[] | undefined]>([
  ['mailto:chris@example.com', ['chris@example.com', '', '', '', '']],
  ['MAILTO:infobot@example.com?subject=current-issue', ['infobot@example.com', '', '', 'current-issue', '']],
  ['mailto:a@b.c?body=send%20current%0D%0Asend%20index', ['a@b.c', '', '', '', 'send current\nsend index']],
  [
    'mailto:?to=joe@example.com&cc=bob@example.com&body=hello',
    ['joe@example.com', 'bob@example.com', '', '', 'hello'],
  ],
  [
    'mailto:joe@example.com?cc=bob@example.com&amp;bcc=x@y.z',
    ['joe@example.com', 'bob@example.com', 'x@y.z', '', ''],
  ],
  ['mailto:addr1@an.example,addr2@an.example', ['addr1@an.example, addr2@an.example', '', '', '', '']],
  ['mailto:gorby%25kremvax@example.com', ['gorby%kremvax@example.com', '', '', '', '']],
  ['mailto:user@example.org?subject=caf%C3%A9+1', ['user@example.org', '', '', 'café+1', '']],
  ['mailto:user@example.org?subject=caf%E9', ['user@example.org', '', '', 'café', '']],
  ['mailto:a@b.c?subject=x%0D%0ABcc:%20evil@x.y', ['a@b.c', '', '', 'x Bcc: evil@x.y', '']],
  ['mailto:a@b.c?body=%00one%0D%0Atwo%1B%09three', ['a@b.c', '', '', '', 'one\ntwo\tthree']],
  ['mailto:a%2Bb@c.example?subject=100%25', ['a+b@c.example', '', '', '100%', '']],
  ['mailto:a@b.c?from=x@y.z&attach=/etc/passwd&=1&subject', ['a@b.c', '', '', '', '']],
  ['mailto:a@b.c?subject=1#fragment', ['a@b.c', '', '', '1', '']],
  ['mailto:', ['', '', '', '', '']],
  ['https://example.org/?mailto:a@b.c', undefined],
])('%s', (url, expected) => {
  expect(look(url)).toEqual(expected);
});

it('takes In-Reply-To, as list archives give it', () => {
  expect(parseMailto('mailto:l@x.y?In-Reply-To=%3C1@x.y%3E')).toMatchObject({
    inReplyTo: '<1@x.y>',
    references: ['<1@x.y>'],
  });
});

it('never throws', () => {
  fc.assert(fc.property(fc.string(), (rest) => parseMailto(`mailto:${rest}`) !== undefined));
});
