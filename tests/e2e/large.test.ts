import { expect, it } from 'vitest';
import { Account, bigMailbox } from '@postern/mailserver';
import { chromiumMissing } from '../support/chromium.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import { openBrowser, serve } from './app.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: 100,000 messages: ${missing}`);

const COUNT = 100_000;

it.skipIf(missing)(
  'a mailbox of 100,000 messages opens at once, scrolls anywhere, and keeps few rows in the page',
  async () => {
    const accounts = [ada, grace].map(({ user, password }) => new Account({ user, password }));
    for (const message of bigMailbox({ count: COUNT, seed: 1, now: Date.now() }))
      accounts[0]?.get('INBOX').add(message);
    const place = await startEmbedded({ accounts });
    const served = await serve(place);
    const browser = await openBrowser();
    try {
      const app = await browser.newApp(served);
      const began = performance.now();
      await app.signIn(ada);
      await app.rows.first().waitFor();
      console.log(`sign-in to first row: ${Math.round(performance.now() - began)} ms`);
      const grid = app.page.getByRole('grid');
      const rows = (): Promise<number> => grid.evaluate((element) => Math.round(element.scrollHeight / 72));
      while ((await rows()) < COUNT) await app.page.waitForTimeout(500);
      console.log(`all ${COUNT} descriptors on the device: ${Math.round(performance.now() - began)} ms`);
      for (const part of [0.5, 1, 0.25]) {
        await grid.evaluate((element, to) => (element.scrollTop = element.scrollHeight * to), part);
        const middle = Math.round(part * COUNT);
        const row = app.page.getByRole('row').first();
        await row.waitFor();
        await expect
          .poll(async () => Number(await row.getAttribute('aria-rowindex')))
          .toSatisfy((index: number) => Math.abs(index - middle) < 60);
        await expect
          .poll(async () => (await row.getAttribute('aria-label')) ?? '')
          .not.toBe('Not loaded yet');
        expect(await app.rows.count()).toBeLessThan(80);
      }
      await app.page.keyboard.press('Home');
      expect(app.complaints).toEqual([]);
      await app.page.reload();
      const again = performance.now();
      await app.rows.first().waitFor();
      console.log(`reload to first row: ${Math.round(performance.now() - again)} ms`);
    } finally {
      await browser.close();
      await served.close();
      await place.close();
    }
  },
  300_000,
);
