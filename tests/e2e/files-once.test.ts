import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { attachment, withFile } from './letters.ts';
import { sendAfter } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: files are uploaded once: ${missing}`);

/** A file that is forwarded goes up the line to be sent, and for nothing else (CATENATE, RFC 4469). */
describe.skipIf(missing)('a file that the mail server has already', () => {
  /** What was said to the mail server to put a message somewhere. */
  const puts: string[] = [];
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;

  /** The only message of that mailbox, once its text has `words`: the names of its files, whether whole. */
  const fileIn = (mailbox: string, words: string): Promise<string> =>
    eventually(
      `${words} in ${mailbox}`,
      async () => {
        const [message, ...others] = place.server.accounts[0]?.find(mailbox)?.messages ?? [];
        if (!message || others.length > 0) return undefined;
        const { text, attachments } = await simpleParser(
          Buffer.from(await message.content.read(0, message.content.size)),
        );
        if (!text?.includes(words)) return undefined;
        return attachments
          .map(({ filename, content }) => `${filename}${content.equals(attachment) ? '' : ', damaged'}`)
          .join();
      },
      20_000,
    );

  beforeAll(async () => {
    place = await startEmbedded({
      onLine: (direction, line) => {
        if (direction === 'C' && /\b(?:APPEND|REPLACE) /.test(line)) puts.push(line);
      },
    });
    place.server.deliver(place.users[0].user, 'INBOX', withFile, {});
    served = await serve(place);
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(place.users[0]);
    await app.row('A file for you').waitFor();
    await sendAfter(app, 1);
    await app.row('A file for you').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('is not uploaded to save a draft that forwards it, to save it again, and to file what was sent', async () => {
    const { keyboard } = app.page;
    const composer = app.page.getByRole('dialog', { name: 'Fwd: A file for you' });
    const text = composer.getByRole('textbox', { name: 'Message' });
    await app.open('A file for you');
    await app.reader.getByRole('button', { name: 'Forward' }).click();
    await composer.getByText('Pläne.bin').waitFor();
    await composer.getByText('On its way').waitFor({ state: 'detached' });
    await composer.getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await text.press('Control+Home');
    await text.pressSequentially('Said once.');
    await keyboard.press('Escape');
    await composer.waitFor({ state: 'detached' });
    expect(await fileIn('Drafts', 'Said once.')).toBe('Pläne.bin');

    await app.mailbox('Drafts');
    await app.row('Fwd: A file for you').click();
    await expect.poll(() => text.inputValue()).toContain('Said once.');
    await composer.getByText('Pläne.bin').waitFor();
    await composer.getByText('On its way').waitFor({ state: 'detached' });
    await text.press('Control+Home');
    await text.pressSequentially('Said twice. ');
    await keyboard.press('Escape');
    await composer.waitFor({ state: 'detached' });
    expect(await fileIn('Drafts', 'Said twice.')).toBe('Pläne.bin');

    await app.row('Fwd: A file for you').click();
    await expect.poll(() => text.inputValue()).toContain('Said twice.');
    await composer.getByText('On its way').waitFor({ state: 'detached' });
    await composer.getByRole('button', { name: 'Send', exact: true }).click();
    await composer.waitFor({ state: 'detached' });
    expect(await fileIn('Sent', 'Said twice.')).toBe('Pläne.bin');
    expect(puts.length).toBeGreaterThanOrEqual(3);
    expect(puts.filter((line) => !line.includes('CATENATE'))).toEqual([]);
    expect(app.complaints).toEqual([]);
  }, 60_000);
});
