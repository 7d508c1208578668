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
import type { Measured, Wanted } from './page.ts';

declare global {
  var syncPage: typeof import('./page.ts').syncPage;
}

export interface App {
  signIn(person: Person): Promise<void>;
  run(wanted: Wanted): Promise<Measured>;
  close(): Promise<void>;
}

export interface Browser {
  /** Between browser and gateway. */
  readonly line: Line;
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
    line,
    async open(place, change) {
      const upstream = change && (await openLine(() => Number(new URL(place.imap).port), change));
      const imap = upstream ? `imap://127.0.0.1:${upstream.port}` : place.imap;
      const gate = await openGateway({ ...place, imap }, { webRoot, origins: [url] });
      gateway.port = gate.port;
      const tab = await context.newPage();
      await tab.goto(url);
      await tab.waitForFunction(() => typeof globalThis.syncPage === 'object');
      return {
        async signIn({ user, password }) {
          const status = await tab.evaluate((who) => globalThis.syncPage.signIn(...who), [
            user,
            password,
          ] as const);
          if (status !== 200) throw new Error(`the gateway answered ${status} to signing in`);
        },
        run: (wanted) => tab.evaluate((what) => globalThis.syncPage.run(what), wanted),
        async close() {
          await tab.close();
          await gate.close();
          await upstream?.close();
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
