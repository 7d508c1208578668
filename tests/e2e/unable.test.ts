import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { App, openBrowser, serve } from './app.ts';
import type { Browser, Served } from './app.ts';
import { contrasts, review, sideways } from './measures.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: where Postern cannot run: ${missing}`);

describe.skipIf(missing)('where Postern cannot run', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    browser = await openBrowser({ width: 320, height: 568 });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  /** A page that says in words what is missing, and is good to look at. */
  async function says(page: Page, title: string, todo: RegExp): Promise<void> {
    await page.getByRole('heading', { name: title }).waitFor();
    const text = await page.getByRole('main').innerText();
    expect(text).toMatch(todo);
    expect(text).toContain('Your mail is safe on your mail server.');
    expect(await page.getByLabel('Email address').count()).toBe(0);
    expect(await sideways(page)).toEqual([]);
    expect((await contrasts(page)).filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    expect(await review(page)).toEqual([]);
  }

  it.each([
    ['locks', 'This browser cannot run Postern', /Update it, or use Chrome, Edge, Firefox or Safari/],
    ['encryption', 'Postern needs a secure connection', /address that begins with https/],
  ])('says what to do without %s', async (lacks, title, todo) => {
    const page = await browser.context.newPage();
    const app = new App(page, served);
    await page.addInitScript((without) => {
      const none = { value: undefined };
      Object.defineProperty(Navigator.prototype, 'locks', none);
      if (without === 'locks') return;
      Object.defineProperty(globalThis, 'isSecureContext', { value: false });
      Object.defineProperty(Navigator.prototype, 'serviceWorker', none);
      Object.defineProperty(Crypto.prototype, 'randomUUID', none);
    }, lacks);
    await page.goto(served.url);
    await says(page, title, todo);
    await app.screenshot(`unable-${lacks}`);
    expect(app.complaints).toEqual([]);
    await page.close();
  });

  it('says so, too, where its scripts are not understood at all', async () => {
    const page = await browser.context.newPage();
    await page.route('**/assets/*.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: '#' }),
    );
    await page.goto(served.url);
    // Nobody is told so while it is only slow: that takes seconds, which this does not wait for.
    expect(await page.getByRole('heading').count()).toBe(0);
    await page.evaluate(() => document.getAnimations().forEach((each) => each.finish()));
    await says(page, 'Postern is still loading', /update it, or use Chrome/);
    await page.close();
  });
});
