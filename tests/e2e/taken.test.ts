import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { contrasts, review, sideways } from './measures.ts';
import { write } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: a store that is full, or taken away: ${missing}`);

describe.skipIf(missing)('a store that is full, or taken away', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    browser = await openBrowser({ width: 390, height: 844 });
    app = await browser.newApp(served);
    await app.signIn(place.users[0]);
    await app.page.getByText('Nothing in your inbox').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('says that a sending could not be taken back, and goes on offering it', async () => {
    const { page } = app;
    await write(app, 'Too hasty');
    await page.evaluate(() => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...row) {
        if (this.name === 'drafts') throw new DOMException('no room', 'QuotaExceededError');
        return put.apply(this, row);
      };
      addEventListener('room', () => (IDBObjectStore.prototype.put = put));
    });
    await page.keyboard.press('z');
    await page.getByText('This device has no room to note this. Nothing was changed.').first().waitFor();
    await page.evaluate(() => dispatchEvent(new Event('room')));
    await page.keyboard.press('z');
    const compose = page.getByRole('dialog', { name: 'Too hasty' });
    await compose.waitFor();
    expect(await compose.getByRole('textbox', { name: 'Message' }).inputValue()).toContain(
      'Words of Too hasty.',
    );
    await page.keyboard.press('Escape');
    await compose.waitFor({ state: 'detached' });
  }, 60_000);

  it('for a newer Postern has what is being written, and nobody leads on without it', async () => {
    const { page } = app;
    const newer = await browser.context.newPage();
    await newer.route('**/newer', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<p>Newer</p>' }),
    );
    await newer.goto(new URL('/newer', served.url).href);
    await page.bringToFront();
    await page.keyboard.press('c');
    const compose = page.getByRole('dialog', { name: 'New message' });
    await compose.getByRole('textbox', { name: 'Message' }).fill('Typed a moment ago');
    const found = await newer.evaluate(async () => {
      const [{ name = '', version = 0 } = {}] = await indexedDB.databases();
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name, version + 1);
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error(`cannot open ${name}`)));
      });
      const drafts = await new Promise<readonly { readonly text: string }[]>((resolve) => {
        const reading = database.transaction('drafts').objectStore('drafts').getAll();
        reading.addEventListener('success', () => resolve(reading.result));
      });
      const leads = async (): Promise<boolean> =>
        ((await navigator.locks.query()).held ?? []).some((lock) => lock.name === `${name}-engine`);
      for (let look = 0; look < 100 && (await leads()); look++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      database.close();
      return { texts: drafts.map(({ text }) => text), leads: await leads() };
    });
    expect(found.texts).toContain('Typed a moment ago');
    expect(found.leads).toBe(false);
    await page.getByRole('heading', { name: 'This page is older than your mail here' }).waitFor();
    expect(await page.getByRole('main').innerText()).toMatch(/Nothing is lost\.[^]*close all tabs/);
    expect(await sideways(page)).toEqual([]);
    expect((await contrasts(page)).filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    expect(await review(page)).toEqual([]);
    await app.screenshot('unopened');
    await page.getByRole('button', { name: 'Sign in to another account' }).click();
    await page.getByLabel('Email address').waitFor();
    expect(app.complaints).toEqual([]);
  }, 60_000);
});
