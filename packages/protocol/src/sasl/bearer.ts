import { encodeText } from '../bytes/index.ts';
import { ProtocolError, UsageError } from '../error.ts';
import type { Exchange, Mechanism } from './mechanism.ts';

/** What a token is made of (RFC 6750 §2.1, `b64token`). */
const TOKEN = /^[\w.~+/-]+=*$/;

export interface Bearer {
  readonly user: string;
  readonly token: string;
  /** The server that the token is shown to, as it was asked for. Not part of XOAUTH2. */
  readonly host?: string;
  readonly port?: number;
}

/** `OAUTHBEARER` (RFC 7628 §3.1). A refusal comes as a challenge, which one ^A answers; the failure follows. */
export function oauthBearer({ user, token, host, port }: Bearer): Mechanism {
  if (!TOKEN.test(token) || /[\0-\x1f\x7f]/.test(user + (host ?? ''))) {
    throw new UsageError('not a user and a bearer token');
  }
  // saslname (RFC 5801 §4): what would end it is written otherwise.
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const pairs = [
    ...(host === undefined ? [] : [`host=${host}`]),
    ...(port === undefined ? [] : [`port=${port}`]),
    `auth=Bearer ${token}`,
  ];
  const message = `n,a=${name},\x01${pairs.join('\x01')}\x01\x01`;
  return { name: 'OAUTHBEARER', begin: () => refusable(message, '\x01') };
}

/** `XOAUTH2`, what Google and Microsoft had before RFC 7628. A refusal is answered with nothing. */
export function xoauth2({ user, token }: Pick<Bearer, 'user' | 'token'>): Mechanism {
  if (!TOKEN.test(token) || /[\0-\x1f\x7f]/.test(user)) throw new UsageError('not a user and a bearer token');
  return { name: 'XOAUTH2', begin: () => refusable(`user=${user}\x01auth=Bearer ${token}\x01\x01`, '') };
}

/** One message; one challenge, with the reason of a refusal in JSON, is acknowledged. */
function refusable(message: string, acknowledgement: string): Exchange {
  let refused = false;
  return {
    initial: encodeText(message),
    respond() {
      if (refused) throw new ProtocolError('a challenge after the refusal of a token');
      refused = true;
      return encodeText(acknowledgement);
    },
  };
}
