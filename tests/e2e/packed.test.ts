/** Mail that holds more than it shows, or asks for more than it says: winmail.dat, uuencode, pieces, receipts, lists. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { winmail } from '../support/winmail.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { mailWith } from './letters.ts';
import { contrasts, review, sideways, spilling } from './measures.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: packed mail: ${missing}`);

const PLAN = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 31) % 256));
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
const packed = winmail({
  subject: 'Tide tables',
  rtf: Buffer.from(
    '{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\fonttbl{\\f0 Arial;}}' +
      "{\\*\\htmltag <p>}The tide tables are gr\\'fcn.{\\*\\htmltag </p>}\\htmlrtf \\par \\htmlrtf0}",
  ),
  files: [
    { name: 'Plan for spring.pdf', content: PLAN },
    { name: 'dot.png', content: DOT },
  ],
});

const lines = (content: Buffer): string => content.toString('base64').replaceAll(/.{76}/g, '$&\n');
const onlyWinmail = mailWith(
  {
    Subject: 'All in winmail.dat',
    'Content-Type': 'application/ms-tnef; name="winmail.dat"',
    'Content-Transfer-Encoding': 'base64',
  },
  lines(packed),
);
const uuencoded = mailWith(
  { Subject: 'As in 1989', 'Content-Type': 'text/plain' },
  'Here is the cat.\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nYours\n',
);
const risky = mailWith(
  { Subject: 'Run me', 'Content-Type': 'multipart/mixed; boundary=b' },
  `--b
Content-Type: text/plain

Nothing to fear.
--b
Content-Type: application/pdf; name="invoice.pdf .exe"

MZ
--b
Content-Type: application/msword; name="plan.docm"

PK
--b
Content-Type: application/pdf; name="plan.pdf"

%PDF-1.7
--b
Content-Type: image/png; name="photo.png"
Content-Disposition: attachment; filename="photo.png"

%PDF-1.7
--b--
`,
);
const pieces = mailWith(
  { Subject: 'In pieces and elsewhere', 'Content-Type': 'multipart/mixed; boundary=b' },
  `--b
Content-Type: text/plain

The rest is where it says.
--b
Content-Type: message/external-body; access-type=anon-ftp; site=ftp.postern.example; directory=pub; name="chart.tiff"

Content-Type: image/tiff

--b
Content-Type: message/partial; id="x@postern.example"; number=2; total=3

c29tZSBvZiBpdA==
--b--
`,
);
const asking = mailWith(
  {
    Subject: 'Please confirm',
    'Disposition-Notification-To': 'Grace Okafor <grace@postern.example>',
    'Content-Type': 'text/plain',
  },
  'Have you read it?\n',
);
const receipt = mailWith(
  {
    Subject: 'Read: Tide tables',
    'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b',
  },
  `--b
Content-Type: text/plain

Your message was read.
--b
Content-Type: message/disposition-notification

Reporting-UA: example; Mail
Final-Recipient: rfc822; grace@postern.example
Original-Message-ID: <1@postern.example>
Disposition: manual-action/MDN-sent-manually; displayed

--b--
`,
);
const list = (subject: string, where: string): Buffer =>
  mailWith(
    {
      Subject: subject,
      'List-Id': 'Harbour news <news.postern.example>',
      'List-Unsubscribe': where,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Content-Type': 'text/plain',
    },
    'News of the harbour.\n',
  );
const byMail = list('Leave by mail', '<https://news.example/leave>, <mailto:leave@news.example?subject=off>');
const byPage = list('Leave by a page', '<https://news.example/leave?reader=ada>');

const sealed = mailWith(
  {
    Subject: 'For your eyes only',
    'Content-Type': 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
  },
  `--b
Content-Type: application/pgp-encrypted

Version: 1
--b
Content-Type: application/octet-stream; name=encrypted.asc
Content-Disposition: inline; filename=encrypted.asc

-----BEGIN PGP MESSAGE-----

hQEMA0a
-----END PGP MESSAGE-----
--b--
`,
);
/** More parts than anybody means to read. */
const wide = mailWith(
  { Subject: 'More and more', 'Content-Type': 'multipart/mixed; boundary=b' },
  `--b\nContent-Type: text/plain\n\nThe first of many.\n${'--b\nContent-Type: application/x-nothing\n\n'.repeat(1005)}--b--\n`,
);

async function fits(page: Page): Promise<void> {
  expect(await sideways(page)).toEqual([]);
  expect(await spilling(page)).toEqual([]);
  expect((await contrasts(page)).filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  expect(await review(page)).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  describe.skipIf(missing)(`packed mail, in ${colorScheme} colours`, () => {
    let place: EmbeddedPlace;
    let served: Served;
    let browser: Browser;
    let app: App;

    beforeAll(async () => {
      place = await startEmbedded();
      served = await serve(place);
      const [ada] = place.users;
      for (const message of [
        onlyWinmail,
        uuencoded,
        pieces,
        risky,
        asking,
        receipt,
        byMail,
        byPage,
        wide,
        sealed,
      ])
        await place.deliver(ada, 'INBOX', message);
      await place.deliver(ada, 'Junk', byPage);
      browser = await openBrowser({ colorScheme, reducedMotion: 'reduce' });
      app = await browser.newApp(served);
      await app.signIn(ada);
      await app.row('As in 1989').waitFor();
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      await served?.close();
      await place?.close();
    });

    const attachments = () => app.reader.getByRole('region', { name: /attachment/ });
    async function download(name: string): Promise<Buffer> {
      const [saved] = await Promise.all([
        app.page.waitForEvent('download'),
        app.reader.getByRole('button', { name: new RegExp(`^Download ${name}`) }).click(),
      ]);
      return readFile(await saved.path());
    }

    it('shows what winmail.dat says, and saves what is in it', async () => {
      await app.open('All in winmail.dat');
      await app.html.getByText('The tide tables are grün.').waitFor();
      await attachments().getByText('2 attachments').waitFor();
      expect(await attachments().getByText('winmail').count()).toBe(0);
      await attachments().getByRole('img').or(attachments().locator('img')).first().waitFor();
      expect((await download('Plan for spring.pdf')).equals(PLAN)).toBe(true);
      await app.screenshot(`winmail-${colorScheme}`);
      await fits(app.page);
    });

    it('quotes what winmail.dat says in an answer', async () => {
      await app.open('All in winmail.dat');
      await app.html.getByText('The tide tables are grün.').waitFor();
      await app.page.keyboard.press('r');
      const text = app.page.getByRole('dialog').getByLabel('Message', { exact: true });
      await eventually('the text is quoted', async () =>
        (await text.inputValue()).includes('> The tide tables are grün.'),
      );
      await app.page.keyboard.press('Escape');
      await text.waitFor({ state: 'hidden' });
    });

    it('says that a message is encrypted, and lets it be saved', async () => {
      await app.open('For your eyes only');
      await app.reader.getByText('This message is encrypted with OpenPGP').waitFor();
      expect((await download('encrypted.asc')).toString()).toContain('BEGIN PGP MESSAGE');
      await app.screenshot(`sealed-${colorScheme}`);
      await fits(app.page);
    });

    it('says when there is more than is shown', async () => {
      await app.open('More and more');
      await app.reader.getByText('The first of many.').waitFor();
      await app.reader.getByText('This message has more parts than Postern looks at.').waitFor();
      await app.open('As in 1989');
      await app.reader.getByText('Yours').waitFor();
      expect(await app.reader.getByText('more parts than Postern').count()).toBe(0);
    });

    it('says of an attachment by its name what opening it may do, and what it is not', async () => {
      await app.open('Run me');
      const card = (name: string) => app.reader.getByRole('listitem').filter({ hasText: name });
      await card('invoice.pdf').getByText('can run programs').waitFor();
      await card('plan.docm').getByText('can carry macros').waitFor();
      expect(await card('plan.pdf').textContent()).not.toContain('can');
      await card('photo.png').getByText('not really a picture').waitFor();
      await app.screenshot(`risks-${colorScheme}`);
      await fits(app.page);
    });

    it('takes a uuencoded file out of the text', async () => {
      await app.open('As in 1989');
      await app.reader.getByText('Yours').waitFor();
      expect(await app.reader.getByText('begin 644').count()).toBe(0);
      expect((await download('cat.txt')).toString()).toBe('Cat');
      await app.screenshot(`uuencode-${colorScheme}`);
    });

    it('says what is kept elsewhere, and what is but a piece', async () => {
      await app.open('In pieces and elsewhere');
      await attachments().getByText('Kept at ftp://ftp.postern.example/pub/chart.tiff').waitFor();
      await attachments()
        .getByText(/^Piece 2 of 3 of a message/)
        .waitFor();
      expect(
        await attachments()
          .getByRole('button', { name: /^Download/ })
          .count(),
      ).toBe(1);
      await app.screenshot(`pieces-${colorScheme}`);
      await fits(app.page);
    });

    it('says who asks for a receipt, and sends none', async () => {
      await app.open('Please confirm');
      await app.reader.getByText('Grace Okafor asks for a read receipt. Postern sends none.').waitFor();
      await app.screenshot(`receipt-asked-${colorScheme}`);
      await app.open('Read: Tide tables');
      await app.reader.getByText('Your message was displayed to grace@postern.example.').waitFor();
      await app.screenshot(`receipt-${colorScheme}`);
      await fits(app.page);
      expect(place.server.relayed).toEqual([]);
    });

    it('leaves a list by a mail that is shown first', async () => {
      await app.open('Leave by mail');
      await app.page.getByRole('button', { name: 'More' }).last().click();
      await app.page.getByRole('menuitem', { name: 'Unsubscribe' }).click();
      const compose = app.page.getByRole('dialog');
      await compose.getByText('leave@news.example').first().waitFor();
      expect(await compose.getByLabel('Subject').inputValue()).toBe('off');
      expect(place.server.relayed).toEqual([]);
      await app.screenshot(`unsubscribe-mail-${colorScheme}`);
      await app.page.keyboard.press('Escape');
      await compose.waitFor({ state: 'hidden' });
    });

    it('asks before it opens a page of the sender, and tells nobody by itself', async () => {
      const asked: string[] = [];
      await app.page.context().route('https://news.example/**', async (route) => {
        asked.push(`${route.request().method()} ${route.request().url()}`);
        await route.fulfill({ body: 'gone' });
      });
      await app.open('Leave by a page');
      await app.reader.getByRole('button', { name: /^to me/ }).click();
      await app.reader.getByRole('button', { name: 'On news.example' }).waitFor();
      await app.screenshot(`unsubscribe-details-${colorScheme}`);
      await fits(app.page);
      await app.reader.getByRole('button', { name: 'On news.example' }).click();
      const dialog = app.page.getByRole('dialog', { name: 'Unsubscribe on news.example?' });
      await dialog.getByText('https://news.example/leave?reader=ada').waitFor();
      await app.screenshot(`unsubscribe-page-${colorScheme}`);
      await fits(app.page);
      expect(asked).toEqual([]);
      const [tab] = await Promise.all([
        app.page.context().waitForEvent('page'),
        dialog.getByRole('button', { name: 'Open the page' }).click(),
      ]);
      await eventually('the page is asked for', () => asked.length > 0);
      expect(asked).toEqual(['GET https://news.example/leave?reader=ada']);
      expect(await tab.evaluate(() => [globalThis.opener, document.referrer])).toEqual([null, '']);
      await tab.close();
      await app.mailbox('Junk');
      await app.open('Leave by a page');
      await app.reader.getByRole('button', { name: /^to me/ }).click();
      await app.reader.getByText('news.postern.example').waitFor();
      expect(await app.reader.getByText('Unsubscribe').count()).toBe(0);
      expect(app.complaints).toEqual([]);
    });
  });
}
