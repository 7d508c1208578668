/** A real browser on a real page: serves the mail frame under the gateway's own headers and watches what it does. */
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build, type Plugin, type Rolldown } from 'vite';
import { securityHeaders } from '../../gateway/src/headers.ts';
import { chromiumLaunch, chromiumMissing } from '../support/chromium.ts';
import type { Bench } from './page/entry.svelte.ts';

declare global {
  var mailBench: Bench;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What the browser says of things it did not do: a handler in a document where none may run, a base refused, a
 * track refused that a document of the parser asked for, a load that failed (told by `strays` and `requests`).
 */
const IN_VAIN =
  /^Blocked script execution in '[^']*\/frame\/mail|^Setting the document's base URI|^Loading media from .* violates|^Failed to load resource/;

/** What the page did that a mail must not make it do. */
export interface Watch {
  /** Dialogs, console errors that speak of scripts, uncaught errors, opened windows. */
  readonly acts: string[];
  /** Requests that left for anywhere but the page's own files. */
  readonly requests: string[];
  /** The same requests, by what they were for and who they said had sent them. */
  readonly kinds: string[];
}

export interface Bed {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly origin: string;
  readonly watch: Watch;
  /** Requests for paths of the page's own origin that are none of its files. */
  readonly strays: string[];
  close(): Promise<void>;
}

async function bundle(): Promise<Map<string, { type: string; body: string | Uint8Array }>> {
  const fromWeb = createRequire(`${ROOT}/web/package.json`);
  const plugin = fromWeb.resolve('@sveltejs/vite-plugin-svelte');
  const { svelte } = (await import(pathToFileURL(plugin).href)) as { svelte: (options: object) => Plugin[] };
  const output = (await build({
    root: fileURLToPath(new URL('./page', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    plugins: svelte({ configFile: false, compilerOptions: { runes: true } }),
    build: {
      write: false,
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL('./page/entry.svelte.ts', import.meta.url)),
        output: { entryFileNames: 'app.js', assetFileNames: 'app[extname]', codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
  const files = new Map<string, { type: string; body: string | Uint8Array }>();
  for (const { output: parts } of [output].flat()) {
    for (const part of parts) {
      const type = part.fileName.endsWith('.css') ? 'text/css' : 'text/javascript';
      files.set(`/${part.fileName}`, { type, body: part.type === 'chunk' ? part.code : part.source });
    }
  }
  files.set('/', {
    type: 'text/html; charset=utf-8',
    body: `<!doctype html><html><head><title>Bench</title><link rel="stylesheet" href="/app.css">
      <script type="module" src="/app.js"></script></head>
      <body><h1 id="secret">another message</h1><main id="place"></main></body></html>`,
  });
  for (const name of ['mail', 'mail-remote']) {
    const body = readFileSync(`${ROOT}/web/public/frame/${name}.html`);
    files.set(`/frame/${name}.html`, { type: 'text/html; charset=utf-8', body });
  }
  return files;
}

/** Bundles, serves, starts a browser and opens the page. */
export async function openBed(): Promise<Bed> {
  const missing = chromiumMissing();
  if (missing) throw new Error(missing);
  const files = await bundle();
  const strays: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const file = files.get(path);
    if (file === undefined && path !== '/favicon.ico') strays.push(path);
    response.writeHead(file === undefined ? 404 : 200, {
      ...securityHeaders(path, false),
      'Content-Type': file?.type ?? 'text/plain',
    });
    response.end(file?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch(chromiumLaunch);
  return openPage(browser, server, origin, strays);
}

async function openPage(browser: Browser, server: Server, origin: string, strays: string[]): Promise<Bed> {
  const context = await browser.newContext({ viewport: { width: 900, height: 800 } });
  await context.addCookies([{ name: 'session', value: 'canary-cookie', url: origin, sameSite: 'Strict' }]);
  const watch: Watch = { acts: [], requests: [], kinds: [] };
  await context.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.startsWith(`${origin}/`)) return route.continue();
    watch.requests.push(url);
    const { referer = 'nobody' } = await route.request().allHeaders();
    watch.kinds.push(`${route.request().resourceType()} for ${referer}`);
    return route.abort();
  });
  const page = await context.newPage();
  context.on('page', (opened) => {
    watch.acts.push(`window ${opened.url()}`);
    void opened.close();
  });
  page.on('dialog', (dialog) => {
    watch.acts.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => watch.acts.push(`error ${error.message}`));
  page.on('console', (message) => {
    const source = message.location().url;
    // A 404 of the page's own making is reported by `strays`, a request held back by the route by `requests`.
    if (message.type() === 'error' || !source.startsWith(origin)) {
      if (!IN_VAIN.test(message.text())) watch.acts.push(`console ${message.text()}`);
    }
  });
  page.on('framenavigated', (frame) => {
    const { pathname, protocol } = new URL(frame.url());
    const own =
      frame === page.mainFrame() ? pathname === '/' : /^\/frame\/mail(?:-remote)?\.html$/.test(pathname);
    if (!own && protocol !== 'about:') watch.acts.push(`navigated ${frame.url()}`);
  });
  await page.addInitScript(() => {
    localStorage.setItem('canary', 'canary-storage');
  });
  await page.goto(origin);
  await page.waitForFunction(() => typeof globalThis.mailBench === 'object');
  return {
    page,
    context,
    origin,
    watch,
    strays,
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
