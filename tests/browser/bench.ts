/** A page with the app's store and transport in it, in a real Chromium, from a server that a test scripts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { securityHeaders } from '../../gateway/src/headers.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import type { bench } from './page/entry.ts';

declare global {
  var bench: typeof import('./page/entry.ts').bench;
}

export type Bench = typeof bench;

export interface Place {
  readonly context: BrowserContext;
  newPage(): Promise<Page>;
  /** What the relay does with the next connections. */
  relay(answer: (socket: WebSocket) => void): void;
  /** Refuses the next upgrades with this status, and says so at /session too, or there that there are `others`; undefined: lets them in. */
  refuse(status: number | undefined, others?: readonly string[]): void;
  close(): Promise<void>;
}

export interface PlaceHow {
  /** With a profile in a folder, as people have; else in memory, as a private window is. */
  readonly onDisk?: boolean;
}

export async function openPlace({ onDisk = false }: PlaceHow = {}): Promise<Place> {
  const script = await bundle('entry.ts');
  let answer: (socket: WebSocket) => void = (socket) => socket.close();
  let status: number | undefined;
  let signedInTo: readonly string[] | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const headers = securityHeaders(path, false);
    if (path === '/session') {
      const signedIn = signedInTo && { accounts: signedInTo.map((id) => ({ id })) };
      response.writeHead(signedIn ? 200 : (status ?? 200), {
        ...headers,
        'Content-Type': 'application/json',
      });
      response.end(JSON.stringify(signedIn ?? { reason: 'expired' }));
    } else if (path === '/page.js') {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/javascript' }).end(script);
    } else {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/html' });
      response.end('<!doctype html><title>Bench</title><script type="module" src="/page.js"></script>');
    }
  });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  server.on('upgrade', (request, socket, head) => {
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => answer(opened));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { context, closeBrowser } = onDisk ? await browserOnDisk() : await browserInMemory();
  return {
    context,
    newPage: async () => {
      const page = await context.newPage();
      await page.goto(origin);
      await page.waitForFunction(() => typeof globalThis.bench === 'object');
      return page;
    },
    relay: (next) => (answer = next),
    refuse: (next, others) => {
      status = next;
      signedInTo = others;
    },
    close: async () => {
      await closeBrowser();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface OpenBrowser {
  readonly context: BrowserContext;
  closeBrowser(): Promise<void>;
}

async function browserInMemory(): Promise<OpenBrowser> {
  const browser = await chromium.launch(chromiumLaunch);
  return { context: await browser.newContext(), closeBrowser: () => browser.close() };
}

async function browserOnDisk(): Promise<OpenBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'postern-profile-'));
  const context = await chromium.launchPersistentContext(profile, chromiumLaunch);
  return {
    context,
    closeBrowser: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** One script of page/ with all that it imports. */
export async function bundle(entry: string): Promise<string> {
  const output = (await build({
    root: fileURLToPath(new URL('./page', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(`./page/${entry}`, import.meta.url)),
        output: { codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
  const [script] = [output].flat()[0]?.output ?? [];
  if (!script) throw new Error('the page could not be bundled');
  return script.code;
}
