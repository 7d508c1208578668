import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { Account, bigMailbox, startMailServer } from '@postern/mailserver';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';

export interface Capture {
  /** Which server said it. */
  readonly from: string;
  /** All untagged responses of one FETCH command, as they came. */
  readonly bytes: Buffer;
}

const password = 'canary-Pass-dovecot';
const user = 'ada@postern.example';

/** What a server answers to `UID FETCH 1:* (items)` over `count` messages: a real Dovecot where there is one. */
export async function capture(items: readonly string[], count: number): Promise<Capture[]> {
  if (dovecotMissing()) {
    console.log(`${dovecotMissing()}: the embedded server's bytes are measured instead`);
    const account = new Account({ user, password });
    for (const message of messages(count)) account.get('INBOX').add(message);
    const server = await startMailServer({ accounts: [account] });
    const captured = await fetchAll(server.imap.port, items, 'the embedded server');
    await server.close();
    return captured;
  }
  const place = await startDovecot((folder) => {
    const cur = join(folder, 'cur');
    for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
    let n = 0;
    for (const { content } of messages(count)) {
      const bytes = content instanceof Uint8Array ? content : content.read(0, content.size);
      writeFileSync(join(cur, `${String(1_600_000_000 + n++)}.M1P1.postern:2,S`), bytes);
    }
  });
  const captured = await fetchAll(Number(/\d+$/.exec(place.imap)?.[0]), items, 'Dovecot');
  await place.close();
  return captured;
}

function messages(count: number): ReturnType<typeof bigMailbox> {
  return bigMailbox({ count, seed: 7, now: Date.UTC(2026, 0, 1) });
}

function fetchAll(port: number, items: readonly string[], from: string): Promise<Capture[]> {
  const commands = [
    `LOGIN ${user} ${password}`,
    'SELECT INBOX',
    ...items.map((item) => `UID FETCH 1:* (${item})`),
  ];
  return new Promise((resolve, reject) => {
    const captured: Capture[] = [];
    let chunks: Buffer[] = [];
    let tail = '';
    let n = -1;
    const socket = createConnection({ port, host: '127.0.0.1' });
    const next = (): void => {
      n++;
      chunks = [];
      tail = '';
      if (n === commands.length) {
        socket.destroy();
        resolve(captured);
      } else socket.write(`t${n} ${commands[n]}\r\n`);
    };
    socket.on('error', reject);
    socket.on('data', (data: Buffer) => {
      chunks.push(data);
      tail = (tail + data.toString('latin1')).slice(-4096);
      if (n < 0) return next();
      if (!tail.includes(`\r\nt${n} `) && !tail.startsWith(`t${n} `)) return;
      if (!tail.endsWith('\r\n')) return;
      const whole = Buffer.concat(chunks);
      const end = whole.lastIndexOf(`\r\nt${n} `) + 2;
      if (n >= 2) captured.push({ from, bytes: whole.subarray(0, end) });
      next();
    });
  });
}
