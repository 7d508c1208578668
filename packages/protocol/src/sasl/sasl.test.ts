import { describe, expect, it } from 'vitest';
import { decodeLatin1, NO_BYTES } from '../bytes/index.ts';
import { ProtocolError, UsageError } from '../error.ts';
import { anonymous, external, type Mechanism, oauthBearer, plain, xoauth2 } from './index.ts';

const token = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==';

describe('mechanisms of one message', () => {
  it.each<[name: string, Mechanism, message: string]>([
    ['PLAIN', plain('tim', 'tanstaaftanstaaf'), '\0tim\0tanstaaftanstaaf'],
    ['EXTERNAL', external(), ''],
    ['EXTERNAL', external('fred@example.com'), 'fred@example.com'],
    ['ANONYMOUS', anonymous('sirhc'), 'sirhc'],
    [
      'OAUTHBEARER',
      oauthBearer({ user: 'user@example.com', token, host: 'server.example.com', port: 143 }),
      `n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer ${token}\x01\x01`,
    ],
    ['OAUTHBEARER', oauthBearer({ user: 'a,b=c', token }), `n,a=a=2Cb=3Dc,\x01auth=Bearer ${token}\x01\x01`],
    ['XOAUTH2', xoauth2({ user: 'a@x.org', token }), `user=a@x.org\x01auth=Bearer ${token}\x01\x01`],
  ])('%s', (name, mechanism, message) => {
    expect(mechanism.name).toBe(name);
    expect(decodeLatin1(mechanism.begin().initial!)).toBe(message);
    // It can be begun again.
    expect(decodeLatin1(mechanism.begin().initial!)).toBe(message);
  });

  it.each([
    ['\x01', oauthBearer({ user: 'a', token })],
    ['', xoauth2({ user: 'a', token })],
  ])('a refusal is answered with %j, once', async (answer, mechanism) => {
    const exchange = mechanism.begin();
    expect(decodeLatin1(await exchange.respond(NO_BYTES))).toBe(answer);
    expect(() => exchange.respond(NO_BYTES)).toThrow(ProtocolError);
  });

  it('those without a refusal take no challenge', () => {
    for (const mechanism of [plain('a', 'b'), external(), anonymous()]) {
      expect(() => mechanism.begin().respond(NO_BYTES)).toThrow(ProtocolError);
    }
  });

  it.each<[string, () => Mechanism]>([
    ['a token with ^A', () => oauthBearer({ user: 'a', token: 'x\x01host=evil' })],
    ['a user with ^A', () => xoauth2({ user: 'a\x01auth=Bearer y', token })],
    ['a host with ^A', () => oauthBearer({ user: 'a', token, host: 'x\x01auth=y' })],
    ['NUL in an identity', () => external('a\0')],
    ['a trace without end', () => anonymous('x'.repeat(256))],
  ])('%s cannot be said', (_, make) => {
    expect(make).toThrow(UsageError);
  });
});
