import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: mail of a date: ${missing}`);

const DAY = 24 * 3600_000;
/** One letter a day, the first on this one. */
const FIRST = Date.UTC(2019, 0, 1, 12);
const LETTERS = 900;

describe.skipIf(missing)('the mail of a date', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  /** Subjects of the rows that are wholly in sight, from the top. */
  const inSight = (): Promise<string[]> =>
    app.page.getByRole('grid').evaluate((grid) => {
      const { top, bottom } = grid.getBoundingClientRect();
      return [...grid.querySelectorAll('[role=row]')]
        .map((row) => ({ row, box: row.getBoundingClientRect() }))
        .filter(({ box }) => box.top >= top - 1 && box.bottom <= bottom + 1)
        .toSorted((a, b) => a.box.top - b.box.top)
        .map(({ row }) => /Letter of [\d-]+/.exec(row.textContent)?.[0] ?? '');
    });
  /** How many rows the list has. */
  const listed = (): Promise<number> =>
    app.page.getByRole('grid').evaluate((grid) => Math.round(grid.scrollHeight / 72));
  const goTo = async (day: string): Promise<void> => {
    const dialog = app.page.getByRole('dialog', { name: 'Go to a date' });
    await dialog.getByLabel('Show what came on or before').fill(day);
    await app.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
  };

  beforeAll(async () => {
    place = await startEmbedded();
    const [ada, grace] = place.users;
    for (let i = 0; i < LETTERS; i++) {
      const internalDate = FIRST + i * DAY;
      const subject = `Letter of ${new Date(internalDate).toISOString().slice(0, 10)}`;
      const mail = letter({ from: grace.address, to: ada.address, subject });
      place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(mail), { internalDate });
    }
    served = await serve(place);
    browser = await openBrowser();
    // So slow that older mail comes only when it is asked for (RFC 4549 §4.5).
    await browser.context.addInitScript(() => {
      Object.defineProperty(navigator, 'connection', { value: { effectiveType: 'slow-2g' } });
    });
    app = await browser.newApp(served);
    await app.signIn(ada);
    await app.row('Letter of 2021-06-18').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('comes when it is asked for by keys, and is in sight, although older mail has not come', async () => {
    await app.page.keyboard.press('d');
    await goTo('2019-03-16');
    await expect.poll(async () => (await inSight())[0]).toBe('Letter of 2019-03-16');
    expect((await inSight())[1]).toBe('Letter of 2019-03-15');
    expect(await listed()).toBeLessThan(300);
    // The keys go on from there.
    await app.page.keyboard.press('j');
    await app.page.keyboard.press('Enter');
    await app.reader.getByRole('heading', { name: 'Letter of 2019-03-15' }).waitFor();
  });

  it('goes on to what is older, at the end of what is here', async () => {
    const end = (): Promise<string> =>
      app.page.getByRole('grid').evaluate((grid) => {
        grid.scrollTop = grid.scrollHeight;
        return [...grid.querySelectorAll('[role=row]')].map((row) => row.textContent).join();
      });
    await expect.poll(end, { timeout: 10_000 }).toContain('Letter of 2019-01-01');
    // And not by way of all that came since.
    expect(await listed()).toBeLessThan(350);
  });

  it('is asked for from the menu of the folder; of a time before all mail, the oldest that is here', async () => {
    await app.page.getByRole('button', { name: 'Folder Inbox' }).click();
    await app.page.getByRole('menuitem', { name: 'Go to a date' }).click();
    await goTo('2021-06-10');
    await expect.poll(async () => (await inSight())[0]).toBe('Letter of 2021-06-10');
    await app.page.keyboard.press('d');
    await goTo('1999-12-31');
    await expect.poll(async () => (await inSight()).at(-1)).toBe('Letter of 2019-01-01');
    expect(app.complaints).toEqual([]);
  });
});
