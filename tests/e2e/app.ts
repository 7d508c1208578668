import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Gateway, GatewayConfig, LogEntry } from '@postern/gateway';
import { chromium } from 'playwright-core';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { chromiumLaunch } from '../support/chromium.ts';
import type { MailPlace, Person } from '../support/place.ts';
import { startProxy } from '../support/proxy.ts';
import type { Proxy } from '../support/proxy.ts';
import { openGateway } from '../support/relay.ts';

const webRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));

export interface Served {
  readonly url: string;
  readonly gateway: Gateway;
  /** Between browser and gateway: all that the page moves, files and mail. */
  readonly wire: Proxy;
  readonly log: readonly LogEntry[];
  close(): Promise<void>;
}

/** The built app, served by a real gateway in front of `place`, behind a wire that can be cut. */
export async function serve(place: MailPlace, options: Partial<GatewayConfig> = {}): Promise<Served> {
  const log: LogEntry[] = [];
  const target: { gateway?: Gateway } = {};
  const wire = await startProxy(() => target.gateway?.port ?? 0);
  const url = `http://127.0.0.1:${wire.port}`;
  const gateway = await openGateway(place, {
    origins: [url],
    webRoot,
    log: (entry) => log.push(entry),
    ...options,
  });
  target.gateway = gateway;
  return {
    url,
    gateway,
    wire,
    log,
    close: async () => {
      await wire.close();
      await gateway.close();
    },
  };
}

export interface Browser {
  readonly context: BrowserContext;
  newApp(served: Served): Promise<App>;
  close(): Promise<void>;
}

/** A real Chromium with a profile of its own, as a person's: what it keeps is there after a restart. */
export async function openBrowser(
  options: {
    readonly width?: number;
    readonly height?: number;
    readonly profile?: string;
    /** As on a phone: fingers instead of a mouse. */
    readonly touch?: boolean;
    readonly colorScheme?: 'light' | 'dark';
    readonly reducedMotion?: 'reduce';
  } = {},
): Promise<Browser> {
  const own = options.profile === undefined;
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'postern-chromium-')));
  const context = await chromium.launchPersistentContext(profile, {
    ...chromiumLaunch,
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    acceptDownloads: true,
    locale: 'en-GB',
    ...(options.touch ? { hasTouch: true, isMobile: true } : {}),
    ...(options.colorScheme ? { colorScheme: options.colorScheme } : {}),
    ...(options.reducedMotion ? { reducedMotion: options.reducedMotion } : {}),
  });
  return {
    context,
    newApp: async (served) => {
      const page = await context.newPage();
      const app = new App(page, served);
      await page.goto(served.url);
      return app;
    },
    close: async () => {
      await context.close();
      if (own) await rm(profile, { recursive: true, force: true });
    },
  };
}

/** What a browser says on its console and is no complaint about the app. */
const expected = [
  // A network that is cut, or a session that is not there.
  /Failed to load resource|WebSocket connection/,
  // The driver looks into the mail's frame by a script of its own, which the frame refuses as it should.
  /^Blocked script execution in '[^']*\/frame\/mail/,
];

/** The app on a page, driven by what a person sees and hears: roles, names, keys. */
export class App {
  readonly page: Page;
  readonly served: Served;
  /** What the page complained about; policy violations are complaints. */
  readonly complaints: string[] = [];

  constructor(page: Page, served: Served) {
    this.page = page;
    this.served = served;
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !expected.some((pattern) => pattern.test(message.text()))) {
        this.complaints.push(message.text());
      }
    });
  }

  async signIn(person: Person, password = person.password): Promise<void> {
    await this.page.getByLabel('Email address').fill(person.user);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** The row of a list whose subject this is. */
  row(subject: string): Locator {
    return this.page.getByRole('grid').getByRole('row').filter({ hasText: subject });
  }

  get rows(): Locator {
    return this.page.getByRole('grid').getByRole('row');
  }

  async open(subject: string): Promise<void> {
    await this.row(subject).first().click();
    await this.page.getByRole('main').getByRole('heading', { name: subject }).waitFor();
  }

  get reader(): Locator {
    return this.page.getByRole('main');
  }

  /** Inside the first frame of HTML mail. */
  get html(): Locator {
    return this.page.frameLocator('iframe').locator('body');
  }

  async mailbox(name: string): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Folders' })
      .getByRole('button', { name: new RegExp(`^${name}(,|$)`) })
      .click();
    await this.page.getByRole('region', { name: `Messages in ${name}` }).waitFor();
  }

  async chooseSignOut(): Promise<void> {
    await this.page
      .getByRole('button', { name: /More|Menu|Settings/ })
      .first()
      .click();
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click();
  }

  async signOut(): Promise<void> {
    await this.chooseSignOut();
    await this.page.getByLabel('Email address').waitFor();
  }

  /** What IndexedDB still holds of a person: counts by store, settings and the like left out when empty. */
  keptRows(): Promise<Record<string, number>> {
    return this.page.evaluate(async () => {
      const kept: Record<string, number> = {};
      for (const { name, version } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open(name ?? '', version);
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error(`cannot open ${name}`));
        });
        for (const store of database.objectStoreNames) {
          const count = await new Promise<number>((resolve) => {
            const request = database.transaction(store).objectStore(store).count();
            request.onsuccess = () => resolve(request.result);
          });
          if (count > 0) kept[`${name}/${store}`] = count;
        }
        database.close();
      }
      return kept;
    });
  }

  async screenshot(name: string): Promise<void> {
    if (process.env['POSTERN_SCREENSHOTS']) {
      await this.page.screenshot({ path: join(process.env['POSTERN_SCREENSHOTS'], `${name}.png`) });
    }
  }
}
