import { describe, expect, it } from 'vitest';
import { CommandError } from '../error.ts';
import { isReferred, placesIn, renamingIn } from './referral.ts';

const names = new Set(['ada', 'ada@example.org']);
const refusal = (...urls: string[]): CommandError =>
  new CommandError('SELECT', 'NO', 'elsewhere', { name: 'REFERRAL', urls } as CommandError['code'] & object);

describe('where a referral leads (RFC 2193)', () => {
  it('is to the places that are the person’s, in the server’s order', () => {
    const error = refusal(
      'imap://ada;AUTH=*@two.example:1143/Shared/Gr%C3%B6%C3%9Fe',
      'http://three.example/Shared',
      'imap://grace;AUTH=*@four.example/Shared',
      'imap://ADA%40example.org@[2001:db8::5]/Shared',
      'imap://;AUTH=PLAIN@six.example/Shared',
    );
    expect(isReferred(error)).toBe(true);
    expect(placesIn(error, names)).toEqual([
      { server: 'two.example:1143', mailbox: 'Shared/Größe' },
      { server: '[2001:db8::5]:143', mailbox: 'Shared' },
      { server: 'six.example:143', mailbox: 'Shared' },
    ]);
  });

  it.each([
    ['another person', 'imap://grace;AUTH=*@two.example/Shared'],
    ['nobody, which means anonymous access (RFC 5092 §3.2)', 'imap://two.example/Shared'],
    ['anonymous access by name', 'imap://;AUTH=ANONYMOUS@two.example/Shared'],
    ['a mechanism that takes no password', 'imap://ada;AUTH=GSSAPI@two.example/Shared'],
    ['a server without a mailbox', 'imap://ada;AUTH=*@two.example/'],
    ['nothing that can be read', 'imap://ada;AUTH=*@/Shared'],
  ])('is not followed to %s', (_, url) => {
    expect(() => placesIn(refusal(url), names)).toThrow(
      expect.objectContaining({ name: 'CommandError', why: 'stranger' }),
    );
  });

  it('is not followed by somebody of whom nothing is known', () => {
    expect(() => placesIn(refusal('imap://ada;AUTH=*@two.example/Shared'), new Set())).toThrow();
  });
});

describe('a RENAME that is referred (RFC 2193 §4.3)', () => {
  const url = (host: string, mailbox: string, user = 'ada'): string =>
    `imap://${user};AUTH=*@${host}/${mailbox}`;

  it('is to be said on the one server that has both names', () => {
    const error = refusal(url('two', 'FOO'), url('three', 'BAR'), url('two', 'FOO'), url('two', 'BAR'));
    expect(renamingIn(error, names)).toEqual({
      from: { server: 'two:143', mailbox: 'FOO' },
      to: { server: 'two:143', mailbox: 'BAR' },
    });
  });

  it('leads nowhere where no server has both: it says between which it is', () => {
    expect(renamingIn(refusal(url('two', 'FOO'), url('three', 'BAR')), names)).toEqual({
      from: { server: 'two:143', mailbox: 'FOO' },
      to: { server: 'three:143', mailbox: 'BAR' },
    });
  });

  it.each([[url('two', 'FOO'), url('two', 'BAR', 'grace')], [url('two', 'FOO')]])(
    'is not possible otherwise (%#)',
    (...urls) => {
      expect(() => renamingIn(refusal(...urls), names)).toThrow(CommandError);
    },
  );
});
