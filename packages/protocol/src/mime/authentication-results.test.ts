import { describe, expect, it } from 'vitest';
import { parseAuthenticationResults } from './authentication-results.ts';

const short = (raw: string) => {
  const found = parseAuthenticationResults(raw);
  return (
    found && [
      found.server,
      ...found.results.map(({ method, result, reason, properties }) =>
        [
          `${method}=${result}`,
          ...(reason === '' ? [] : [reason]),
          ...properties.map((pair) => pair.join('=')),
        ].join(' '),
      ),
    ]
  );
};

describe('parseAuthenticationResults', () => {
  // RFC 8601, Appendix B, and what servers write.
  it.each([
    ['example.org 1; none', ['example.org']],
    [
      'example.com; spf=pass smtp.mailfrom=example.net',
      ['example.com', 'spf=pass smtp.mailfrom=example.net'],
    ],
    [
      'example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net',
      ['example.com', 'auth=pass smtp.auth=sender@example.net', 'spf=pass smtp.mailfrom=example.net'],
    ],
    [
      'example.com; dkim=pass reason="good signature" header.i=@mail-router.example.net; dkim=fail reason="bad signature; sorry" header.i=@newyork.example.com',
      [
        'example.com',
        'dkim=pass good signature header.i=@mail-router.example.net',
        'dkim=fail bad signature; sorry header.i=@newyork.example.com',
      ],
    ],
    [
      "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
      ['foo.example.net', 'dkim=fail policy.expired=1362471462'],
    ],
    [
      'mx.google.com; dkim=pass header.i=@example.org header.s=sel header.b="ab/c="; dmarc=pass (p=REJECT sp=NONE) header.from=example.org',
      [
        'mx.google.com',
        'dkim=pass header.i=@example.org header.s=sel header.b=ab/c=',
        'dmarc=pass header.from=example.org',
      ],
    ],
    [
      'mx; spf=pass smtp.mailfrom="a b"@c.d smtp.helo=e',
      ['mx', 'spf=pass smtp.mailfrom="a b"@c.d smtp.helo=e'],
    ],
    ['"quoted;id"; SPF=Fail', ['quoted;id', 'spf=fail']],
    ['example.org; ; nonsense; dkim=; =pass; spf=none', ['example.org', 'spf=none']],
  ])('%s', (raw, expected) => {
    expect(short(raw)).toEqual(expected);
  });

  it.each(['', 'dkim=pass header.d=example.org', '(only a comment)', '(never closed', ';spf=pass'])(
    '%j names no server',
    (raw) => {
      expect(parseAuthenticationResults(raw)).toBeUndefined();
    },
  );
});
