import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Person } from '../../support/place.ts';

/** What Dovecot takes for every user. */
const password = 'canary-Pass-dovecot';
/** Another one makes all mailboxes anew. */
const version = 2;
const begin = Date.UTC(2019, 0, 1);
const apart = 35 * 60_000;

/** Maildirs that stay from one run to the next: writing 100,000 messages takes longer than measuring them. */
export const mailFolder = join(tmpdir(), `postern-bench-mail-${version}`);

/** Whose INBOX has so many messages (or had, before other runs changed some of them). */
export function owner(messages: number): Person {
  const user = `m${messages}@postern.example`;
  return { user, password, address: user };
}

/** Writes the Maildirs that are not there yet. */
export function makeMail(sizes: readonly number[]): void {
  mkdirSync(mailFolder, { recursive: true });
  for (const messages of sizes) {
    const folder = join(mailFolder, owner(messages).user);
    const whole = `${folder}.whole`;
    if (existsSync(whole)) continue;
    console.log(`Writing ${messages} messages to ${folder} …`);
    rmSync(folder, { recursive: true, force: true });
    for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
    for (let n = 0; n < messages; n++) {
      const text = benchLetter(n);
      const flags = n % 7 === 0 ? '' : n % 5 === 0 ? 'RS' : n % 31 === 0 ? 'FS' : 'S';
      const date = (begin + n * apart) / 1000;
      const file = join(folder, 'cur', `${date}.M${n}P1.bench,S=${text.length}:2,${flags}`);
      writeFileSync(file, text);
      utimesSync(file, date, date);
    }
    spawnSync('chown', ['-R', 'mail:mail', folder]);
    writeFileSync(whole, '');
  }
  spawnSync('chown', ['mail:mail', mailFolder]);
}

/** A letter as people and machines send them: 1 to 4 kB, plain, with HTML beside it, or with something attached. ASCII. */
export function benchLetter(n: number, messageId = `<${n}.${n * 7919}@list.postern.example>`): string {
  const boundary = `=_${n}_part`;
  const text = `${`Line of letter ${n}, which says what letters say.\r\n`.repeat(6 + (n % 20))}`;
  const html = `<html><body><p>${text.replaceAll('\r\n', '</p>\r\n<p>')}</p></body></html>\r\n`;
  const part = (type: string, body: string, more = ''): string =>
    `Content-Type: ${type}\r\nContent-Transfer-Encoding: 7bit\r\n${more}\r\n${body}\r\n`;
  const parts = [part('text/plain; charset=utf-8', text)];
  if (n % 2 === 0) parts.push(part('text/html; charset=utf-8', html));
  if (n % 6 === 0) {
    const name = `report-${n}.txt`;
    const more = `Content-Disposition: attachment; filename="${name}"\r\n`;
    parts.push(part(`text/plain; name="${name}"`, text, more));
  }
  const header = [
    `Return-Path: <bounce-${n}@list.postern.example>`,
    `Received: from mx${n % 9}.postern.example (mx [192.0.2.${n % 250}]) by mail.postern.example with ESMTPS id ${n}`,
    `From: "Correspondent ${n % 400}" <correspondent.${n % 400}@postern.example>`,
    `To: "Ada Lovelace" <ada@postern.example>`,
    ...(n % 3 === 0 ? [`Cc: list-${n % 20}@postern.example, grace@postern.example`] : []),
    `Subject: ${n % 4 === 0 ? 'Re: ' : ''}what was said about matter ${n % 5000}, number ${n}`,
    `Date: ${new Date(begin + n * apart).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    ...(n % 4 === 0 && n > 0
      ? [`In-Reply-To: <${n - 1}.x@postern.example>`, `References: <${n - 1}.x@postern.example>`]
      : []),
    ...(n % 5 === 0 ? [`List-Id: <list-${n % 20}.postern.example>`] : []),
    'MIME-Version: 1.0',
  ];
  const [only] = parts;
  if (parts.length === 1) return `${header.join('\r\n')}\r\n${only}`;
  const kind = n % 6 === 0 ? 'mixed' : 'alternative';
  const body = parts.map((each) => `--${boundary}\r\n${each}`).join('');
  return `${header.join('\r\n')}\r\nContent-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`;
}
