import type { Account } from '@postern/mailserver';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { subjectsIn } from './on-server.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: drafts on two devices: ${missing}`);

describe.skipIf(missing)('drafts on two devices', () => {
  let place: EmbeddedPlace;
  const served: Served[] = [];
  const browsers: Browser[] = [];
  let laptop: App;
  let phone: App;
  const ada = (): Account | undefined => place.server.accounts[0];
  const composer = (app: App): Locator =>
    app.page.getByRole('dialog', { name: /New message|Half a thought/ });
  const text = (app: App): Locator => composer(app).getByRole('textbox', { name: 'Message' });
  const close = async (app: App): Promise<void> => {
    await app.page.keyboard.press('Escape');
    await composer(app).waitFor({ state: 'detached' });
  };
  /** The texts of all drafts on the server, in their order. */
  const texts = async (): Promise<string[]> =>
    Promise.all(
      (ada()?.find('Drafts')?.messages ?? []).map(async ({ content }) => {
        const whole = new TextDecoder().decode(await content.read(0, content.size));
        return whole.slice(whole.indexOf('\r\n\r\n') + 4).trim();
      }),
    );
  const onServer = (...wanted: readonly string[]): Promise<true> =>
    eventually(
      `the drafts on the server are ${wanted.join(' and ')}`,
      async () => (await texts()).toSorted().join() === wanted.toSorted().join(),
      20_000,
    );
  /** In the Drafts mailbox, in whichever of its two lists. */
  const draft = (app: App): Locator =>
    app.page
      .getByRole('region', { name: 'Messages in Drafts' })
      .getByText('Half a thought', { exact: true })
      .first();

  beforeAll(async () => {
    place = await startEmbedded();
    for (let i = 0; i < 2; i++) {
      served.push(await serve(place));
      browsers.push(await openBrowser());
    }
    const apps = [];
    for (const [i, browser] of browsers.entries()) {
      const app = await browser.newApp(served[i]!);
      await app.signIn(place.users[0]);
      await app.page.getByText('Nothing in your inbox').waitFor();
      apps.push(app);
    }
    [laptop, phone] = apps as [App, App];
  }, 60_000);

  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await Promise.all(served.map((each) => each.close()));
    await place?.close();
  });

  it('are on the server once the composer is closed, and open on the other device', async () => {
    await laptop.page.keyboard.press('c');
    await composer(laptop).getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await composer(laptop).getByLabel('Subject').fill('Half a thought');
    await text(laptop).fill('The first half');
    await close(laptop);
    await onServer('The first half');
    expect(await subjectsIn(ada(), 'Drafts')).toEqual(['Half a thought']);
    await phone.mailbox('Drafts');
    await draft(phone).click();
    await expect.poll(() => text(phone).inputValue()).toBe('The first half');
    await text(phone).fill('The first half, and the second');
    await close(phone);
    await onServer('The first half, and the second');
    await laptop.mailbox('Drafts');
    await expect.poll(() => laptop.page.getByText('Half a thought', { exact: true }).count()).toBe(1);
    await draft(laptop).click();
    await expect.poll(() => text(laptop).inputValue()).toBe('The first half, and the second');
    await close(laptop);
  }, 60_000);

  it('written on both while they could not know of each other: both stay', async () => {
    await served[0]?.wire.cut();
    await laptop.page.getByText(/^Offline\./).waitFor();
    await draft(laptop).click();
    await expect.poll(() => text(laptop).inputValue()).toBe('The first half, and the second');
    await text(laptop).fill('By the laptop');
    await close(laptop);
    await draft(phone).click();
    await expect.poll(() => text(phone).inputValue()).toBe('The first half, and the second');
    await text(phone).fill('By the phone');
    await close(phone);
    await onServer('By the phone');
    await served[0]?.wire.mend();
    await laptop.page.evaluate(() => dispatchEvent(new Event('online')));
    await onServer('By the laptop', 'By the phone');
    for (const app of [laptop, phone]) {
      await expect.poll(() => app.page.getByText('Half a thought', { exact: true }).count()).toBe(2);
    }
  }, 60_000);

  it('are gone from the server once they are sent', async () => {
    await draft(laptop).click();
    await expect.poll(() => text(laptop).inputValue()).toMatch(/^By the/);
    const sent = await text(laptop).inputValue();
    await laptop.page.keyboard.press('Control+Enter');
    await composer(laptop).waitFor({ state: 'detached' });
    await eventually(
      'it is sent',
      async () => (await subjectsIn(place.server.accounts[1], 'INBOX')).length === 1,
      30_000,
    );
    await onServer(sent === 'By the phone' ? 'By the laptop' : 'By the phone');
    expect(laptop.complaints).toEqual([]);
    expect(phone.complaints).toEqual([]);
  }, 60_000);
});
