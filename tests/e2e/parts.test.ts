import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { App, openBrowser, serve } from './app.ts';
import type { Browser, Served } from './app.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: the parts of the app: ${missing}`);

const dist = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Octets that the first screen may cost, scripts and styles, as they are sent. */
const FIRST = 95_000;

/** A script and all that it needs before it runs. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(`${dist}/assets/${file}`, 'utf8');
  for (const [, other = ''] of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    withImports(other, seen);
  return seen;
}

describe.skipIf(missing)('the parts of the app', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    const [ada] = place.users;
    for (const subject of ['The first letter', 'The second letter'])
      await place.deliver(ada, 'INBOX', letter({ from: 'Grace', to: ada.address, subject }));
    browser = await openBrowser();
    // As in a private window: what a service worker keeps is no way out.
    await browser.context.addInitScript(() => {
      ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('not here'));
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('are few for the first screen', () => {
    const index = readFileSync(`${dist}/index.html`, 'utf8');
    const named = [...index.matchAll(/\/assets\/([^"]+)"/g)].map(([, name = '']) => name);
    const styles = named.filter((name) => name.endsWith('.css'));
    const scripts = new Set<string>();
    for (const name of named) if (name.endsWith('.js')) withImports(name, scripts);
    const octets = [...styles, ...scripts]
      .map((name) => brotliCompressSync(readFileSync(`${dist}/assets/${name}`)).length)
      .reduce((sum, each) => sum + each, 0);
    console.log(`the first screen: ${Math.round(octets / 1000)} kB of scripts and styles`);
    expect(octets).toBeLessThan(FIRST);
    expect(scripts.size).toBeGreaterThan(3);
  });

  it('are shared by page and worker, and the worker gets none that needs a page', () => {
    const worker = readdirSync(`${dist}/assets`).find((name) => /^worker-.*\.js$/.test(name)) ?? '';
    const parts = withImports(worker);
    expect(parts.size).toBeGreaterThan(1);
    for (const part of parts) {
      expect(readFileSync(`${dist}/assets/${part}`, 'utf8'), part).not.toMatch(/\bdocument\.|\bwindow\./);
    }
  });

  it('that are not to be had are said to be missing when they are asked for, and keep nothing else from working', async () => {
    const page = await browser.context.newPage();
    const app = new App(page, served);
    const lacking = /assets\/(?:Over|Compose|ReaderPane)-.*\.js$/;
    await page.route(lacking, (route) => route.abort());
    await page.goto(served.url);
    await app.signIn(place.users[0]);
    const said = page
      .getByRole('region', { name: 'Undo' })
      .getByText('A part of Postern could not be loaded.');
    await app.row('The first letter').click();
    await said.waitFor();
    await page.keyboard.press('?');
    await page.keyboard.press('c');
    await app.row('The second letter').click();
    await page.keyboard.press('e');
    await app.row('The second letter').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await said.waitFor();
    await page.unroute(lacking);
    await page.getByRole('button', { name: 'Reload' }).click();
    await app.open('The first letter');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.close();
  });
});
