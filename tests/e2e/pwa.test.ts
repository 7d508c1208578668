import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { html, japanese, nonsense, withFile } from './letters.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: as an installed app: ${missing}`);

const dist = fileURLToPath(new URL('../../web/dist', import.meta.url));

describe.skipIf(missing)('as an installed app', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  let debug: CDPSession;
  const responses: Response[] = [];
  /** What the browser's own auditor says of policies that were broken, in whatever frame. */
  const issues: string[] = [];

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    const [ada] = place.users;
    for (let i = 1; i <= 50; i++) {
      await place.deliver(
        ada,
        'INBOX',
        letter({ from: 'Grace <grace@postern.example>', to: ada.address, subject: `Letter ${i}` }),
      );
    }
    for (const message of [html, japanese, nonsense, withFile]) await place.deliver(ada, 'INBOX', message);
    browser = await openBrowser();
    await browser.context.addInitScript(() => {
      const broken: string[] = [];
      Object.assign(globalThis, { broken });
      document.addEventListener('securitypolicyviolation', (event) =>
        broken.push(
          `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
        ),
      );
    });
    browser.context.on('response', (response) => responses.push(response));
    app = await browser.newApp(served);
    debug = await browser.context.newCDPSession(app.page);
    debug.on('Audits.issueAdded', ({ issue }) => {
      if (issue.code === 'ContentSecurityPolicyIssue') issues.push(JSON.stringify(issue.details));
    });
    await debug.send('Audits.enable');
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('shows the first list after few octets', async () => {
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await app.signIn(place.users[0]);
    await app.row('A file for you').waitFor();
    const { down, up } = served.wire.octets;
    const kilo = (octets: number): string => `${Math.round(octets / 1000)} kB`;
    console.log(
      `to the first list, on a device that never saw it: ${kilo(down)} down, ${kilo(up)} up, ` +
        `with all headers and the mail itself (Roundcube 584 kB, SnappyMail 417 kB)`,
    );
    // What is fetched ahead while nobody waits is in it, too.
    expect(down).toBeLessThan(417_000);
  });

  it('can be installed', async () => {
    const { installabilityErrors } = await debug.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
    const { url, errors, data = '' } = await debug.send('Page.getAppManifest');
    expect(url).toBe(`${served.url}/manifest.webmanifest`);
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data) as {
      name: string;
      display: string;
      start_url: string;
      icons: { src: string; sizes: string; type: string; purpose?: string }[];
    };
    expect(manifest).toMatchObject({ name: 'Postern', display: 'standalone', start_url: '/' });
    expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
    for (const { src, sizes, type } of manifest.icons) {
      const found = await app.page.evaluate(async (src) => {
        const response = await fetch(src);
        const picture = await createImageBitmap(await response.blob());
        return { type: response.headers.get('content-type'), sizes: `${picture.width}x${picture.height}` };
      }, src);
      expect(found, src).toEqual({ type, sizes });
    }
  });

  it('is served by its worker from the second time on, whole', async () => {
    await app.page.evaluate(() => navigator.serviceWorker.ready);
    await app.page.reload();
    await app.row('A file for you').waitFor();
    const controller = await app.page.evaluate(() => navigator.serviceWorker.controller?.scriptURL);
    expect(controller).toBe(`${served.url}/service-worker.js`);
    const kept = await eventually('everything is kept', () =>
      app.page.evaluate(async () => {
        const [name] = await caches.keys();
        const keys = name === undefined ? [] : await (await caches.open(name)).keys();
        return keys.length > 0 && keys.map(({ url }) => new URL(url).pathname);
      }),
    );
    const built = readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:html|js|css|svg|png|woff2|webmanifest)$/.test(entry.name))
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(dist.length))
      .filter((path) => path !== '/service-worker.js');
    expect(kept.sort()).toEqual(built.sort());
  });

  it('breaks none of its own rules on any screen', async () => {
    const { page } = app;
    const over = async (key: string, name: string | RegExp): Promise<void> => {
      await page.keyboard.press(key);
      await page.getByRole('dialog', { name }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name }).waitFor({ state: 'detached' });
    };
    await app.open('A page of a letter');
    await app.html.getByText('The lamp is lit.').waitFor();
    await page.getByRole('button', { name: 'Show images' }).click();
    await app.html.getByText('The lamp is lit.').waitFor();
    await app.open('灯台と港');
    await app.open('Nonsense inside');
    await app.open('A file for you');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      app.reader.getByRole('button', { name: /^Download Pläne\.bin/ }).click(),
    ]);
    await download.path();
    await app.row('Letter 50').click();
    await over('v', 'Move 1 message to');
    await over('?', 'Keyboard shortcuts');
    await over('Control+K', 'Commands');
    await over('r', 'Re: Letter 50');
    await over('c', 'New message');
    for (const name of ['Settings', 'Keyboard shortcuts']) {
      await page.getByRole('navigation').getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name }).click();
      const dialog = page.getByRole('dialog', { name });
      await dialog.waitFor();
      for (const choice of await dialog.getByRole('radio').all()) await choice.check({ force: true });
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    await page.keyboard.press('/');
    await page.keyboard.type('Letter 4');
    await page.getByText(/messages found/).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    for (const name of ['Drafts', 'Sent', 'Archive', 'Trash', 'Inbox']) await app.mailbox(name);
    await page.keyboard.press('x');
    await page.keyboard.press('e');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Show folders' }).click();
    await page.getByRole('dialog', { name: 'Folders' }).waitFor();
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1440, height: 900 });
    await app.signOut();
    const broken = await page.evaluate(() => (globalThis as unknown as { broken: string[] }).broken);
    expect(broken).toEqual([]);
    expect(issues).toEqual([]);
    expect(app.complaints).toEqual([]);
  });

  it('would notice a broken rule', async () => {
    const { page } = app;
    await page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
    });
    await expect
      .poll(() => page.evaluate(() => (globalThis as unknown as { broken: string[] }).broken.length))
      .toBe(1);
    await eventually('the auditor says so', () => issues.length > 0);
    expect(app.complaints.length).toBeGreaterThan(0);
  });

  it('says with every answer what browsers may do with it', async () => {
    const own = responses.filter((response) => response.url().startsWith(served.url));
    const paths = new Set(own.map((response) => new URL(response.url()).pathname));
    for (const path of [
      '/',
      '/session',
      '/frame/mail.html',
      '/frame/mail-remote.html',
      '/manifest.webmanifest',
    ])
      expect([...paths]).toContain(path);
    // Answers that the page itself never gets to see: nothing there, nothing allowed, the way into the mail server.
    const others = ['/nothing-here', '/healthz', '/ws/imap', '/assets/../session', '/service-worker.js'];
    const headers: (readonly [string, Record<string, string>])[] = await Promise.all([
      ...own.map(async (each) => [new URL(each.url()).pathname, await each.allHeaders()] as const),
      ...others.map(async (path) => {
        const response = await fetch(served.url + path);
        await response.arrayBuffer();
        return [path, Object.fromEntries(response.headers)] as const;
      }),
    ]);
    expect(headers.length).toBeGreaterThan(20);
    for (const [path, each] of headers) {
      expect(each, path).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none'; /) as string,
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('geolocation=()') as string,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      const policy = each['content-security-policy'] ?? '';
      expect(policy, path).not.toMatch(/unsafe-eval|script-src[^;]*(?:unsafe|\*|data:|blob:)/);
      if (path.startsWith('/frame/')) expect(policy, path).toMatch(/sandbox (?!.*allow-scripts)/);
      else expect(policy, path).toContain("require-trusted-types-for 'script'");
    }
  });
});
