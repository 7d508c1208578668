import type { Credentials, Dialogue, Mechanism } from './mechanism.ts';
import { scram } from './scram.ts';

/** The mechanisms this server knows, the strongest first: the order in which they are announced. */
export const SASL_MECHANISMS = [
  'SCRAM-SHA-256',
  'SCRAM-SHA-1',
  'OAUTHBEARER',
  'XOAUTH2',
  'LOGIN',
  'PLAIN',
] as const;

export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** The server's side of each. Challenges and responses are one character per octet. */
export const MECHANISMS: Readonly<Record<SaslMechanism, Mechanism>> = {
  'SCRAM-SHA-256': scram('sha256'),
  'SCRAM-SHA-1': scram('sha1'),
  OAUTHBEARER: oauthBearer,
  XOAUTH2: xoauth2,
  LOGIN: loginMechanism,
  PLAIN: plain,
};

function utf8(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('utf8');
}

/** PLAIN (RFC 4616). */
function* plain(credentials: Credentials): Dialogue {
  const [authorize, user, password, ...more] = utf8(yield '').split('\0');
  if (user === undefined || password === undefined || more.length > 0) return 'malformed';
  if (authorize !== '' && authorize !== user) return 'not-allowed';
  return credentials.authenticate(user, password) ?? 'wrong';
}

/** LOGIN, which no RFC describes: the server asks for the name, then for the password. */
function* loginMechanism(credentials: Credentials): Dialogue {
  const user = utf8(yield 'Username:');
  const password = utf8(yield 'Password:');
  return credentials.authenticate(user, password) ?? 'wrong';
}

/** OAUTHBEARER (RFC 7628 §3): what is wrong is said in JSON, which the client acknowledges by ^A. */
function* oauthBearer(credentials: Credentials): Dialogue {
  const match = /^[ny],(?:a=([^,]*))?,\x01((?:[^\x01]+\x01)*)\x01$/.exec(yield '');
  if (match === null) return 'malformed';
  const user = utf8((match[1] ?? '').replaceAll('=2C', ',').replaceAll('=3D', '='));
  const account = byToken(credentials, user, match[2] ?? '');
  if (account !== undefined) return account;
  yield '{"status":"invalid_token","scope":"mail"}';
  return 'wrong';
}

/** XOAUTH2, as Gmail and Outlook speak it: like OAUTHBEARER, with an empty acknowledgement. */
function* xoauth2(credentials: Credentials): Dialogue {
  const match = /^user=([^\x01]*)\x01((?:[^\x01]+\x01)*)\x01$/.exec(yield '');
  if (match === null) return 'malformed';
  const account = byToken(credentials, utf8(match[1] ?? ''), match[2] ?? '');
  if (account !== undefined) return account;
  yield '{"status":"401","schemes":"bearer","scope":"mail"}';
  return 'wrong';
}

function byToken(
  credentials: Credentials,
  user: string,
  fields: string,
): ReturnType<Credentials['accountOf']> {
  const token = /(?:^|\x01)auth=Bearer +([^\x01 ]+) *\x01/i.exec(fields)?.[1];
  const account = credentials.accountOf(user);
  return account?.token !== undefined && account.token === token ? account : undefined;
}
