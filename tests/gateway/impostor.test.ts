/** Somebody who is taken for the mail server, behind a certificate or not, wants the password. */
import { afterEach, describe, expect, it } from 'vitest';
import { listen, onLines, password, user } from './fake-server.ts';
import { eventually, openGateway } from './open-gateway.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const encoded = (text: string): string => Buffer.from(text).toString('base64');
const decoded = (text: string): string => Buffer.from(text, 'base64').toString();

/** What an impostor says to the proof. */
type Ending = (nonce: string) => readonly string[];

/** Offers SCRAM, PLAIN and LOGIN, challenges, and hears everything. */
async function impostor(
  rounds: number,
  ending: Ending,
): Promise<{ url: string; heard: string[]; sockets: () => number }> {
  const heard: string[] = [];
  const server = await listen((socket) => {
    let nonce = '';
    socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN] hello\r\n');
    onLines(socket, (line) => {
      heard.push(line, decoded(line.split(' ').at(-1) ?? ''));
      const first = /^(\S+) AUTHENTICATE SCRAM-SHA-256 (\S+)$/.exec(line);
      if (first) {
        nonce = /r=(.*)/.exec(decoded(first[2] ?? ''))?.[1] ?? '';
        socket.write(`+ ${encoded(`r=${nonce}more,s=${encoded('salt')},i=${rounds}`)}\r\n`);
      } else if (decoded(line).startsWith('c=')) {
        for (const each of ending(nonce)) socket.write(`${each}\r\n`);
      } else if (line === '*') {
        socket.write('P1 BAD cancelled\r\n');
      }
    });
  });
  open.push(server);
  return { url: `imap://127.0.0.1:${server.port}`, heard, sockets: () => server.sockets.size };
}

describe('an impostor', () => {
  it.each<[name: string, rounds: number, ending: Ending, cause: string]>([
    [
      'who cannot sign',
      4096,
      () => [`+ ${encoded(`v=${encoded('x'.repeat(32))}`)}`],
      'the server does not know the password: it is not the one it claims to be',
    ],
    [
      'who lets everybody in',
      4096,
      () => ['P1 OK [CAPABILITY IMAP4rev1] welcome'],
      'the server let us in without proving that it knows the password',
    ],
    [
      'who would have us compute for ever',
      2_000_000_000,
      () => [],
      'a SCRAM challenge of more than 2000000 rounds',
    ],
  ])('%s gets no session, and no password', async (_, rounds, ending, cause) => {
    const server = await impostor(rounds, ending);
    const gate = await openGateway(server.url);
    open.push(gate);
    const response = await gate.signIn();
    expect([response.status, ((await response.json()) as { reason: string }).reason]).toEqual([
      502,
      'protocol',
    ]);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(gate.log).toContainEqual(
      expect.objectContaining({ ev: 'sign-in', ok: false, why: 'protocol', cause }),
    );
    await eventually('no sockets', () => server.sockets() === 0);
    const said = server.heard.join('\n');
    expect(said).toContain(`n=${user}`);
    expect(said).not.toContain(password);
    expect(said).not.toContain('PLAIN');
    expect(JSON.stringify(gate.log)).not.toContain(password);
  });
});
