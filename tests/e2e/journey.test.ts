import { readFile } from 'node:fs/promises';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { startEmbedded } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { openBrowser } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { attachment, html, japanese, plain, withFile } from './letters.ts';
import { arrive, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';
import { sendAfter } from './write.ts';

const places: readonly { name: string; missing: string | undefined; start: () => Promise<MailPlace> }[] = [
  { name: 'the embedded server', missing: chromiumMissing(), start: () => startEmbedded() },
  { name: 'Dovecot with submission', missing: chromiumMissing() ?? dovecotMissing(), start: startDovecot },
];

for (const { name, missing, start } of places) {
  if (missing) console.log(`skipped: the journey on ${name}: ${missing}`);
  describe.skipIf(missing)(`a person's way through the app, on ${name}`, () => {
    let sitting: Sitting<MailPlace>;
    let place: MailPlace;
    let served: Served;
    let browser: Browser;
    let app: App;

    beforeAll(async () => {
      sitting = await arrive(start(), async (place) => {
        const [ada] = place.users;
        for (const message of [plain, html, japanese, withFile]) await place.deliver(ada, 'INBOX', message);
      });
      ({ place, served, browser, app } = sitting);
    }, 90_000);

    afterAll(() => standUp(sitting));

    it('signs in', async () => {
      await app.signIn(place.users[0]);
      await app.row('A file for you').waitFor();
      await app.screenshot('signed-in');
    });

    it('reads plain mail as text', async () => {
      await app.open('Plain words');
      await app.reader.getByText('The tide is at six — bring a coat.').waitFor();
      await app.reader.getByText('<b>this is text, not bold</b>').waitFor();
    });

    it('reads HTML mail in its frame, running and requesting nothing', async () => {
      const requested: string[] = [];
      app.page.on('request', (request) => requested.push(request.url()));
      await app.open('A page of a letter');
      await app.html.getByText('The lamp is lit.').waitFor();
      await app.reader.getByText('Images from the internet are not shown.').waitFor();
      expect(await app.page.title()).not.toContain('owned');
      expect(requested.filter((url) => !url.startsWith(served.url) && !url.startsWith('blob:'))).toEqual([]);
      expect(await app.html.locator('script, [onerror], a[href^="javascript:"]').count()).toBe(0);
    });

    it('reads mail in another script and charset', async () => {
      await app.open('灯台と港');
      await app.reader.getByText('今夜の海は静かです。').waitFor();
    });

    it('downloads an attachment, byte for byte', async () => {
      await app.open('A file for you');
      const [download] = await Promise.all([
        app.page.waitForEvent('download'),
        app.reader.getByRole('button', { name: /^Download Pläne\.bin/ }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('Pläne.bin');
      expect((await readFile(await download.path())).equals(attachment)).toBe(true);
    });

    it('flags, archives, and takes it back', async () => {
      await app.open('Plain words');
      await app.page.keyboard.press('s');
      await app.page.getByRole('row', { name: /Plain words.*Flagged/ }).waitFor();
      await app.page.keyboard.press('e');
      await app.row('Plain words').waitFor({ state: 'detached' });
      await app.mailbox('Archive');
      await app.row('Plain words').waitFor();
      await app.page.keyboard.press('z');
      await app.row('Plain words').waitFor({ state: 'detached' });
      await app.mailbox('Inbox');
      await app.row('Plain words').waitFor();
      await app.page.keyboard.press('z');
    });

    it('replies with an attachment; the recipient has it, and Sent has the copy', async () => {
      await sendAfter(app, 1);
      await app.open('A file for you');
      await app.page.keyboard.press('r');
      const compose = app.page.getByRole('dialog', { name: /A file for you/ });
      await compose.getByRole('textbox', { name: 'Message' }).press('Home');
      await compose
        .getByRole('textbox', { name: 'Message' })
        .pressSequentially('Danke — grüße von der Mole.');
      await compose.locator('input[type=file]').setInputFiles({
        name: 'Skizze ß.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('eine Skizze\n'),
      });
      await compose.getByText('Skizze ß').waitFor();
      await app.screenshot('reply');
      await compose.getByRole('button', { name: 'Send', exact: true }).click();
      await app.mailbox('Sent');
      await app.row('Re: A file for you').waitFor({ timeout: 30_000 });
      await app.open('Re: A file for you');
      await app.reader.getByText('Danke — grüße von der Mole.').waitFor();

      const other = await openBrowser();
      try {
        const grace = await other.newApp(served);
        await grace.signIn(place.users[1]);
        await grace.open('Re: A file for you');
        await grace.reader.getByText('Danke — grüße von der Mole.').waitFor();
        const [download] = await Promise.all([
          grace.page.waitForEvent('download'),
          grace.reader.getByRole('button', { name: /^Download Skizze ß\.txt/ }).click(),
        ]);
        expect((await readFile(await download.path())).toString()).toBe('eine Skizze\n');
        expect(await grace.rows.filter({ hasText: 'Re: A file for you' }).count()).toBe(1);
        expect(grace.complaints).toEqual([]);
      } finally {
        await other.close();
      }
      await app.mailbox('Inbox');
      await app.page.getByRole('row', { name: /A file for you.*Answered/ }).waitFor();
    });

    it('shows mail delivered behind its back within two seconds', async () => {
      const subject = `Just arrived ${Date.now()}`;
      await place.deliver(
        place.users[0],
        'INBOX',
        letter({ from: 'grace@postern.example', to: 'ada@postern.example', subject }),
      );
      const since = Date.now();
      await app.row(subject).waitFor({ timeout: 10_000 });
      expect(Date.now() - since).toBeLessThan(2000);
    });

    it('signs out and leaves nothing behind', async () => {
      await app.signOut();
      expect(await browser.context.cookies()).toEqual([]);
      expect(await app.keptRows()).toEqual({});
      const stored = await app.page.evaluate(() =>
        JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
      );
      expect(stored).not.toMatch(/ada@|grace@|Plain words/);
      expect(app.complaints).toEqual([]);
    });
  });
}

it.skipIf(chromiumMissing())('what it sends is read the same by another parser', async () => {
  const sitting = await arrive(startEmbedded());
  const { place, app } = sitting;
  try {
    await app.signIn(place.users[0]);
    await app.mailbox('Inbox');
    await sendAfter(app, 1);
    await app.mailbox('Inbox');
    await app.page.keyboard.press('c');
    const compose = app.page.getByRole('dialog', { name: 'New message' });
    await compose.getByLabel('To').fill('grace@postern.example');
    await compose.getByLabel('Subject').fill('Grüße 🌊 from the “Mole”');
    const writing = app.page.getByRole('textbox', { name: 'Message' });
    await writing.fill('From the pier\n.\n\nمرحبا\n');
    await app.page.keyboard.press('Control+Enter');
    const inbox = place.server.accounts[1]?.get('INBOX');
    await eventually('it arrives', () => inbox?.messages.length === 1, 15_000);
    const content = inbox?.messages[0]?.content;
    const parsed = await simpleParser(Buffer.from(content?.read(0, content.size) ?? []));
    expect(parsed.subject).toBe('Grüße 🌊 from the “Mole”');
    expect(parsed.text?.trimEnd()).toBe('From the pier\n.\n\nمرحبا');
    expect(parsed.from?.value[0]?.address).toBe('ada@postern.example');
    expect(parsed.headers.has('bcc')).toBe(false);
  } finally {
    await standUp(sitting);
  }
});
