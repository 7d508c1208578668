import { simpleParser } from 'mailparser';
import { expect, test, vi } from 'vitest';
import type { Account } from '../account/account.ts';
import { demoAccounts } from './accounts.ts';
import { VIDEO_SIZE, videoMessage } from './video.ts';

// Drawing and parsing four hundred messages takes a few seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const now = Date.UTC(2026, 10, 20, 14, 30);
const [ada, grace] = demoAccounts({ now }) as [Account, Account];
const all = [...ada.mailboxes.values()].flatMap((mailbox) =>
  mailbox.messages.map((message) => ({ mailbox, message })),
);

test('there is enough to look at, everywhere, over eighteen months', () => {
  expect(all.length).toBeGreaterThan(380);
  expect(all.length).toBeLessThan(480);
  for (const mailbox of ada.mailboxes.values())
    expect([mailbox.name, mailbox.messages.length > 1]).toEqual([mailbox.name, true]);
  const dates = all.map(({ message }) => message.internalDate);
  expect(now - Math.min(...dates)).toBeGreaterThan(530 * 86_400_000);
  expect(now - Math.max(...dates)).toBeLessThan(3 * 3_600_000);
  expect(Math.max(...dates)).toBeLessThanOrEqual(now);
  expect(grace.get('INBOX').messages.length).toBeGreaterThan(20);
});

test('the same moment gives the same mail', () => {
  const [again] = demoAccounts({ now }) as [Account, Account];
  for (const [index, { mailbox, message }] of all.entries()) {
    const other = [...again.mailboxes.values()].flatMap((each) => each.messages)[index]!;
    expect([mailbox.name, other.content.size]).toEqual([mailbox.name, message.content.size]);
    if (message.content.size < 1e6)
      expect(Buffer.compare(other.content.read(0, 1e6), message.content.read(0, 1e6))).toBe(0);
  }
});

test('another parser reads every message, and nothing is garbled', async () => {
  const types = new Set<string>();
  for (const { mailbox, message } of all) {
    if (message.content.size > 1e6) continue;
    const parsed = await simpleParser(Buffer.from(message.content.read(0, message.content.size)));
    const where = `${mailbox.name} ${message.uid} ${parsed.subject}`;
    if (parsed.messageId === undefined || parsed.from?.value[0]?.address === 'robot@chandlery-net.example')
      continue;
    expect([where, `${parsed.text ?? ''}${parsed.subject ?? ''}`.includes('\ufffd')]).toEqual([where, false]);
    expect([where, parsed.date === undefined]).toEqual([where, false]);
    for (const attachment of parsed.attachments) {
      types.add(attachment.contentType);
      expect([where, attachment.content.length > 0]).toEqual([where, true]);
    }
  }
  expect([...types].sort()).toEqual(
    expect.arrayContaining([
      'application/pdf',
      'application/zip',
      'image/png',
      'message/rfc822',
      'text/calendar',
      'text/csv',
      'text/plain',
    ]),
  );
});

test.each([
  ['iso-2022-jp', 'はじめてお便りいたします'],
  ['shift_jis', '傷は、働いた証拠'],
  ['windows-1256', 'عزيزتي آدا'],
  ['koi8-r', 'скрипит, как старый корабль'],
  ['gb18030', '旋转机构与贵处相同'],
  ['euc-kr', '솔트미어의 엽서는'],
  ['windows-1252', 'cœur de bœuf, crème brûlée… et un toast'],
  ['iso-8859-1', 'raspa de limão, paciência'],
])('a letter in %s says what was written', async (charset, words) => {
  const found = all.filter(({ message: { content } }) => content.size < 1e6);
  const texts = await Promise.all(
    found
      .filter(({ message: { content } }) => Buffer.from(content.read(0, 3000)).includes(`charset=${charset}`))
      .map(({ message: { content } }) => simpleParser(Buffer.from(content.read(0, content.size)))),
  );
  expect(texts.some((parsed) => parsed.text?.includes(words))).toBe(true);
});

test('RFC 1733’s example: 2000 octets of text beside 40 megabytes of video', () => {
  const message = videoMessage(now);
  const [text, video] = message.structure().children!;
  expect(text!.end - text!.bodyStart).toBe(2000);
  const words = Buffer.from(message.read(text!.bodyStart, 2000)).toString();
  expect(words.startsWith('Dear Ada,')).toBe(true);
  expect(words.trimEnd().endsWith('Owen')).toBe(true);
  expect(video!.end - video!.bodyStart).toBe(Math.ceil(VIDEO_SIZE / 3) * 4 + Math.ceil(VIDEO_SIZE / 57) * 2);
  // The end of the message is where the structure says, although nothing was read up to there.
  expect(Buffer.from(message.read(message.size - 30, 100)).toString()).toMatch(
    /\r\n\r\n--lens-turning-40m--\r\n$/,
  );
  // Any cut of the encoded octets agrees with the whole.
  const whole = Buffer.from(message.read(video!.bodyStart, 1000)).toString();
  for (const [from, count] of [
    [0, 1],
    [77, 3],
    [78, 78],
    [155, 400],
  ] as const)
    expect(Buffer.from(message.read(video!.bodyStart + from, count)).toString()).toBe(
      whole.slice(from, from + count),
    );
  expect(Buffer.from(whole.slice(0, 780), 'base64').toString('latin1', 4, 12)).toBe('ftypmp42');
});
