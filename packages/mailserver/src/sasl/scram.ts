import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { Credentials, Dialogue, Mechanism } from './mechanism.ts';

const ITERATIONS = 4096;

/** SCRAM (RFC 5802 §3, RFC 7677), without channel binding. */
export function scram(hash: 'sha1' | 'sha256'): Mechanism {
  return function* (credentials: Credentials): Dialogue {
    const first = yield '';
    const match = /^([ny]),(?:a=[^,]*)?,(n=([^,]*),r=([\x21-\x2b\x2d-\x7e]+))(?:,.*)?$/.exec(first);
    if (match === null) return 'malformed';
    const [, , bare = '', name = '', clientNonce = ''] = match;
    const user = Buffer.from(name.replaceAll('=2C', ',').replaceAll('=3D', '='), 'latin1').toString('utf8');
    const gs2 = first.slice(0, first.length - bare.length);
    const nonce = clientNonce + Buffer.from(credentials.random(18)).toString('base64');
    // The same salt for the same name, also where there is no such account.
    const salt = createHash('sha256').update(`salt of ${user}`).digest().subarray(0, 16);
    const serverFirst = `r=${nonce},s=${salt.toString('base64')},i=${ITERATIONS}`;

    const final = yield serverFirst;
    const proof = /^(c=([A-Za-z0-9+/=]*),r=([^,]+)(?:,[^p][^,]*)*),p=([A-Za-z0-9+/=]+)$/.exec(final);
    if (proof === null || proof[3] !== nonce) return 'malformed';
    if (Buffer.from(proof[2] ?? '', 'base64').toString('latin1') !== gs2) return 'malformed';

    const account = credentials.accountOf(user);
    const length = hash === 'sha1' ? 20 : 32;
    const salted = pbkdf2Sync((account?.password ?? '').normalize('NFKC'), salt, ITERATIONS, length, hash);
    const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text, 'latin1').digest();
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash(hash).update(clientKey).digest();
    const message = `${bare},${serverFirst},${proof[1]}`;
    const signature = hmac(storedKey, message);
    const expected = clientKey.map((octet, index) => octet ^ signature[index]!);
    if (account === undefined || !Buffer.from(proof[4] ?? '', 'base64').equals(expected)) return 'wrong';
    yield `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`;
    return account;
  };
}
