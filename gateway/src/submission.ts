import type { Dialled } from './upstream.ts';
import { UpstreamFailure } from './failure.ts';
import { LineReader } from './lines.ts';
import type { HandOver, Credentials } from './handover.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Signs in to a submission server (RFC 6409, RFC 4954: AUTH PLAIN, else AUTH LOGIN) and hands over a stream that opens
 * with a 220 greeting; the browser says its own EHLO on it. Rejects with UpstreamFailure.
 */
export async function signInToSubmission(
  dialled: Dialled,
  credentials: Credentials,
  limit: number,
): Promise<HandOver> {
  const { socket } = dialled;
  const lines = new LineReader(socket, limit);
  const ask = (line: string): Promise<string> => {
    socket.write(`${line}\r\n`);
    return lines.reply();
  };
  try {
    const greeting = dialled.greeted ? '220' : await lines.reply();
    if (!greeting.startsWith('220'))
      throw new UpstreamFailure('unreachable', `greeting ${greeting.slice(0, 3)}`);
    const extensions = await ask(`EHLO ${addressLiteral(socket.localAddress)}`);
    const offered = /^250[ -]AUTH[ =](.*)$/im.exec(extensions)?.[1]?.toUpperCase().split(/\s+/) ?? [];
    const { user, password } = credentials;
    let reply: string;
    if (offered.includes('PLAIN')) {
      reply = await ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
    } else if (offered.includes('LOGIN')) {
      reply = await ask('AUTH LOGIN');
      if (reply.startsWith('334')) reply = await ask(base64(user));
      if (reply.startsWith('334')) reply = await ask(base64(password));
    } else {
      throw new UpstreamFailure('protocol', 'no AUTH PLAIN or LOGIN');
    }
    if (!reply.startsWith('235')) throw refusal(reply);
    return { socket, opening: Buffer.concat([Buffer.from('220 Postern\r\n'), lines.release()]) };
  } catch (error) {
    lines.release();
    socket.destroy();
    throw error;
  }
}

/** 4yz is the server's trouble (RFC 4954 §4.7.0 454), everything else a refusal of these credentials. */
function refusal(reply: string): UpstreamFailure {
  const code = reply.slice(0, 3);
  const words = reply.replace(/^\d{3}[ -](?:\d\.\d+\.\d+ )?/gm, '').slice(0, 500);
  return new UpstreamFailure(code.startsWith('4') ? 'unreachable' : 'auth', `AUTH ${code}`, words);
}

/** RFC 5321 §4.1.3. */
function addressLiteral(address: string | undefined): string {
  if (address === undefined) return 'localhost';
  return address.includes(':') ? `[IPv6:${address.replace(/%.*$/, '')}]` : `[${address}]`;
}
