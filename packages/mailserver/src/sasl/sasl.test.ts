import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { Account } from '../account/account.ts';
import { RawClient } from '../testing/raw-client.ts';
import type { Profile } from '../profile.ts';

const account = new Account({ user: 'ada@postern.example', password: 'pencil', token: 'vF9dft4qmT' });

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}

/** What the server challenges, decoded; throws when it does something else. */
function challenge(answer: string): string {
  const match = /^\+ (\S*)\r\n$/.exec(answer);
  if (match === null) throw new Error(answer);
  return Buffer.from(match[1]!, 'base64').toString('latin1');
}

/** The client's side of SCRAM (RFC 5802 §3); gives the last line and whether the server's proof was right. */
function scram(
  hash: 'sha1' | 'sha256',
  password: string,
  change = (final: string) => final,
): [string, boolean] {
  const client = new RawClient([account]);
  const bare = 'n=ada@postern.example,r=rOprNGfwEbeRWgbNEkqO';
  const mechanism = hash === 'sha1' ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256';
  const first = challenge(client.run(`AUTHENTICATE ${mechanism} ${base64(`n,,${bare}`)}`));
  const [, nonce, salt, rounds] = /^r=(rOprNGfwEbeRWgbNEkqO.{24}),s=(.+),i=(\d+)$/.exec(first)!;
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const size = hash === 'sha1' ? 20 : 32;
  const salted = pbkdf2Sync(password, Buffer.from(salt!, 'base64'), Number(rounds), size, hash);
  const key = hmac(salted, 'Client Key');
  const message = `${bare},${first},c=biws,r=${nonce}`;
  const signature = hmac(createHash(hash).update(key).digest(), message);
  const proof = Buffer.from(key.map((octet, i) => octet ^ signature[i]!)).toString('base64');
  const answer = client.send(`${base64(change(`c=biws,r=${nonce},p=${proof}`))}\r\n`);
  if (!answer.startsWith('+')) return [answer, false];
  const proven = challenge(answer) === `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`;
  return [client.send('\r\n'), proven];
}

test('SCRAM signs in, and proves that the server knows the password too (RFC 5802, RFC 7677)', () => {
  for (const hash of ['sha1', 'sha256'] as const) {
    const [answer, proven] = scram(hash, 'pencil');
    expect(answer).toMatch(/^a1 OK \[CAPABILITY/);
    expect(proven).toBe(true);
    expect(scram(hash, 'pen')[0]).toMatch(/^a1 NO \[AUTHENTICATIONFAILED\]/);
  }
});

test('SCRAM takes no other nonce and no other channel binding (RFC 5802 §5.1)', () => {
  expect(scram('sha256', 'pencil', (final) => final.replace(',r=r', ',r=x'))[0]).toMatch(/^a1 BAD/);
  expect(scram('sha256', 'pencil', (final) => final.replace('c=biws', 'c=eSws'))[0]).toMatch(/^a1 BAD/);
});

test('OAUTHBEARER takes the token; a wrong one is told in JSON before the NO (RFC 7628 §3.2)', () => {
  const response = (token: string): string =>
    base64(`n,a=ada@postern.example,\x01host=localhost\x01auth=Bearer ${token}\x01\x01`);
  expect(new RawClient([account]).run(`AUTHENTICATE OAUTHBEARER ${response('vF9dft4qmT')}`)).toMatch(/^OK/);
  const client = new RawClient([account]);
  expect(JSON.parse(challenge(client.run(`AUTHENTICATE OAUTHBEARER ${response('old')}`)))).toMatchObject({
    status: 'invalid_token',
  });
  expect(client.send('AQ==\r\n')).toMatch(/^a1 NO \[AUTHENTICATIONFAILED\]/);
});

test('XOAUTH2 takes the token, LOGIN asks for name and password', () => {
  const token = base64('user=ada@postern.example\x01auth=Bearer vF9dft4qmT\x01\x01');
  expect(new RawClient([account]).run(`AUTHENTICATE XOAUTH2 ${token}`)).toMatch(/^OK/);
  const client = new RawClient([account]);
  expect(challenge(client.run('AUTHENTICATE LOGIN'))).toBe('Username:');
  expect(challenge(client.send(`${base64('ada@postern.example')}\r\n`))).toBe('Password:');
  expect(client.send(`${base64('pencil')}\r\n`)).toMatch(/^a1 OK/);
});

test('only what the profile offers is announced and taken; a dialogue can be cancelled', () => {
  const profile: Profile = { name: 'one', sasl: ['SCRAM-SHA-256'], loginDisabled: true };
  const client = new RawClient([account], profile);
  expect(client.greeting).toMatch(/ LOGINDISABLED AUTH=SCRAM-SHA-256\] /);
  expect(client.run('LOGIN ada@postern.example pencil')).toMatch(/^NO/);
  expect(client.run('AUTHENTICATE PLAIN')).toMatch(/^NO/);
  client.run('AUTHENTICATE SCRAM-SHA-256');
  expect(client.send('*\r\n')).toMatch(/^a3 BAD/);
  expect(client.log.join('\n')).not.toContain('pencil');
});
