import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Person } from '../../support/place.ts';

/**
 * Milliseconds until Dovecot has sent what `commands` ask for to a socket of its own, once INBOX is selected everything asked for
 * at once, and every octet thrown away; and how many those were.
 */
export async function sendRaw(
  imap: string,
  { user, password }: Person,
  commands: readonly string[],
): Promise<{ readonly milliseconds: number; readonly octets: number }> {
  const socket = createConnection({ port: Number(new URL(imap).port), host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let octets = 0;
  let tail = '';
  let done: { readonly text: string; resolve(): void } | undefined;
  socket.on('data', (data: Buffer) => {
    octets += data.length;
    // The last tagged line is all that is looked for.
    tail = (tail + data.subarray(-1000).toString('latin1')).slice(-1000);
    if (done && tail.includes(done.text)) done.resolve();
  });
  const say = (tag: string, text: string): Promise<void> => {
    const heard = new Promise<void>((resolve) => (done = { text: `${tag} OK`, resolve }));
    socket.write(text);
    return heard;
  };
  await say('l', `l LOGIN ${user} ${password}\r\n`);
  octets = 0;
  const began = performance.now();
  await say('s', 's SELECT INBOX\r\n');
  const lines = commands.map((command, i) => `f${i} ${command.slice(command.indexOf(' ') + 1)}\r\n`);
  await say(`f${commands.length - 1}`, lines.join(''));
  const milliseconds = performance.now() - began;
  socket.destroy();
  return { milliseconds, octets };
}
