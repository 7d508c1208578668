/** The page in a real Chromium, served by a real gateway in front of Dovecot, with lines between that delay and count. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { chromiumLaunch } from '../../support/chromium.ts';
import type { MailPlace, Person } from '../../support/place.ts';
import { openGateway } from '../../support/relay.ts';
import { openLine } from './line.ts';
import type { Line } from './line.ts';
import type { Measured, page, Wanted } from './page.ts';

declare global {
  var page: typeof import('./page.ts').page;
}

export interface App {
  /** Between browser and gateway. */
  readonly line: Line;
  signIn(person: Person): Promise<void>;
  run(wanted: Wanted): Promise<Measured>;
  close(): Promise<void>;
}

export interface Browser {
  /** The page behind a gateway of its own; `change` as `openLine` takes it: what the mail server is made to offer. */
  open(place: MailPlace, change?: (text: string) => string): Promise<App>;
  close(): Promise<void>;
}

/** What a browser keeps is kept for one origin: all gateways are reached by one port, one after another. */
export async function openBrowser(): Promise<Browser> {
  const webRoot = await mkdtemp(join(tmpdir(), 'postern-bench-page-'));
  await writeFile(
    join(webRoot, 'index.html'),
    '<!doctype html><title>Bench</title><script type="module" src="/page.js"></script>',
  );
  await writeFile(join(webRoot, 'page.js'), await script());
  const browser = await chromium.launch({
    ...chromiumLaunch,
    args: [...chromiumLaunch.args, '--enable-precise-memory-info'],
  });
  const context = await browser.newContext();
  const gateway = { port: 0 };
  const line = await openLine(() => gateway.port);
  const url = `http://127.0.0.1:${line.port}`;
  return {
    async open(place, change) {
      const upstream = await openLine(() => Number(new URL(place.imap).port), change);
      const gate = await openGateway(
        { ...place, imap: `imap://127.0.0.1:${upstream.port}` },
        { webRoot, origins: [url] },
      );
      gateway.port = gate.port;
      const tab = await context.newPage();
      await tab.goto(url);
      await tab.waitForFunction(() => typeof globalThis.page === 'object');
      return {
        line,
        async signIn({ user, password }) {
          const status = await tab.evaluate((who) => globalThis.page.signIn(...who), [user, password] as const);
          if (status !== 200) throw new Error(`the gateway answered ${status} to signing in`);
        },
        run: (wanted) => tab.evaluate((what) => globalThis.page.run(what), wanted),
        async close() {
          await tab.close();
          await gate.close();
          await upstream.close();
        },
      };
    },
    async close() {
      await browser.close();
      await line.close();
      await rm(webRoot, { recursive: true, force: true });
    },
  };
}

export type Page = typeof page;

async function script(): Promise<string> {
  const bundled = await rolldown({
    input: join(process.cwd(), 'tests/bench/sync/page.ts'),
    platform: 'browser',
    logLevel: 'warn',
  });
  const { output } = await bundled.generate({ format: 'esm', minify: true });
  await bundled.close();
  return output[0].code;
}
