import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: older mail that is stopped: ${missing}`);

const HOUR = 3600_000;
/** A letter an hour, the first at this one. */
const FIRST = Date.UTC(2019, 0, 1);
const LETTERS = 4000;
const looks = [
  ['desktop', 1440, 900, 'light'],
  ['desktop-dark', 1440, 900, 'dark'],
  ['middle', 900, 800, 'light'],
  ['phone', 390, 844, 'light'],
  ['phone-dark', 390, 844, 'dark'],
  ['small', 320, 640, 'light'],
] as const;

describe.skipIf(missing)('older mail that is stopped', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  const button = (does: 'Stop' | 'Go on'): Locator =>
    app.page.getByRole('button', { name: `${does} getting older mail of Inbox` }).first();
  /** How many of the letters are here, as the line says. */
  const here = async (): Promise<number> => {
    const line = app.page.getByText(/^Older mail is not here yet · [\d,]+\sof\s4,0\d\d$/).first();
    return Number(/([\d,]+)\sof/.exec(await line.innerText())?.[1]?.replaceAll(',', ''));
  };
  /** It does not grow any more. */
  const steady = async (): Promise<number> => {
    let before = -1;
    await expect
      .poll(
        async () => {
          const now = await here();
          const same = now === before;
          before = now;
          return same;
        },
        { interval: 1500, timeout: 30_000 },
      )
      .toBe(true);
    return before;
  };
  const scroll = (to: 'end' | 'top'): Promise<void> =>
    app.page
      .getByRole('grid')
      .evaluate((grid, end) => void (grid.scrollTop = end ? grid.scrollHeight : 0), to === 'end');
  /** By keys alone. */
  const press = async (found: Locator): Promise<void> => {
    for (let tabs = 0; tabs < 60; tabs++) {
      await app.page.keyboard.press('Tab');
      if (await found.evaluate((element) => element === document.activeElement)) break;
    }
    expect(await found.evaluate((element) => element === document.activeElement)).toBe(true);
    await app.page.keyboard.press('Enter');
  };

  beforeAll(async () => {
    place = await startEmbedded();
    const [ada, grace] = place.users;
    for (let i = 0; i < LETTERS; i++) {
      const mail = letter({ from: grace.address, to: ada.address, subject: `Letter ${i + 1} of the year` });
      place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(mail), {
        internalDate: FIRST + i * HOUR,
      });
    }
    // As if it were far away.
    place.server.faults.delay = (command) => (command === 'UID FETCH' ? 1000 : 0);
    served = await serve(place);
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(ada);
    await app.row(`Letter ${LETTERS} of`).waitFor();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('is stopped by keys where its progress is told, and comes no more', async () => {
    await button('Stop').waitFor({ timeout: 60_000 });
    await app.screenshot('older-coming');
    await press(button('Stop'));
    await button('Go on').waitFor();
    expect(await button('Stop').count()).toBe(0);
    place.server.faults.delay = undefined;
    const stopped = await steady();
    expect(stopped).toBeLessThan(LETTERS);
    expect(await app.page.getByRole('progressbar').count()).toBe(0);
    await app.screenshot('older-stopped');
  }, 120_000);

  it('stays so when Postern is opened again, while new mail comes', async () => {
    const stopped = await here();
    await app.page.reload();
    await button('Go on').waitFor();
    const [ada, grace] = place.users;
    await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject: 'A new one' }));
    await app.row('A new one').waitFor();
    expect(await steady()).toBe(stopped + 1);
  }, 120_000);

  it('comes where somebody scrolls to, two screens of it', async () => {
    const stopped = await here();
    await scroll('end');
    await expect.poll(here, { timeout: 20_000 }).toBeGreaterThan(stopped);
    expect(await steady()).toBeLessThanOrEqual(stopped + 800);
    // Below the last row, too; and who only passes by with the focus is not led there.
    place.server.faults.delay = (command) => (command === 'UID FETCH' ? 4000 : 0);
    await scroll('end');
    const end = app.page.getByRole('grid').getByRole('button', { name: /^Go on getting older mail/ });
    await expect.poll(() => end.boundingBox().then((box) => box?.y)).toBeLessThan(900);
    expect(await end.getAttribute('tabindex')).toBe('-1');
    for (const [name, width, height, colorScheme] of looks) {
      await app.page.setViewportSize({ width, height });
      await app.page.emulateMedia({ colorScheme });
      await scroll('end');
      await app.screenshot(`older-end-${name}`);
    }
    await app.page.setViewportSize({ width: 1440, height: 900 });
    await app.page.emulateMedia({ colorScheme: 'light' });
    place.server.faults.delay = undefined;
    await scroll('top');
    await steady();
  }, 120_000);

  it('comes about a date, and the list says from where on it is not whole', async () => {
    const gap = app.page.getByRole('grid').getByText(/^From here on, [\d,]+ messages are not here yet$/);
    expect(await gap.count()).toBe(0);
    await app.page.keyboard.press('d');
    const dialog = app.page.getByRole('dialog', { name: 'Go to a date' });
    await dialog.getByLabel('Show what came on or before').fill('2019-01-20');
    await app.page.keyboard.press('Enter');
    await app.row('Letter 480 of').waitFor();
    const before = await here();
    place.server.faults.delay = (command) => (command === 'UID FETCH' ? 10_000 : 0);
    // Up to the first of what came for the date.
    await app.page.getByRole('grid').hover();
    await expect
      .poll(async () => {
        const top = (await gap.count()) > 0 ? ((await gap.boundingBox())?.y ?? 0) : 0;
        if (top < 100) await app.page.mouse.wheel(0, -300);
        return top;
      })
      .toBeGreaterThan(100);
    for (const [name, width, height, colorScheme] of looks) {
      await app.page.setViewportSize({ width, height });
      await app.page.emulateMedia({ colorScheme });
      await app.screenshot(`older-gap-${name}`);
    }
    await app.page.setViewportSize({ width: 1440, height: 900 });
    await app.page.emulateMedia({ colorScheme: 'light' });
    place.server.faults.delay = undefined;
    // What is between comes while somebody looks at it.
    await expect.poll(here, { timeout: 40_000 }).toBeGreaterThan(before);
    await scroll('top');
  }, 120_000);

  it('comes when it is wanted again, by keys', async () => {
    await press(button('Go on'));
    await expect.poll(() => app.page.getByText('is not here yet').count(), { timeout: 60_000 }).toBe(0);
    await expect.poll(() => button('Stop').count(), { timeout: 60_000 }).toBe(0);
    await expect
      .poll(
        async () => {
          await scroll('end');
          return app.row('Letter 1 of').count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    expect(await app.page.getByRole('button', { name: /getting older mail/ }).count()).toBe(0);
    expect(await app.page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(LETTERS + 1));
    expect(app.complaints).toEqual([]);
  }, 120_000);
});
