import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import type { App } from './app.ts';
import { subjectsIn } from './on-server.ts';
import { sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: one draft in two windows: ${missing}`);

const WRITTEN_THERE = 'This draft is being written in another window.';

describe.skipIf(missing)('one draft in two windows', () => {
  let sitting: Sitting;
  let first: App;
  let second: App;
  const composer = (app: App): Locator => app.page.getByRole('dialog', { name: /New message|thought/ });
  const text = (app: App): Locator => composer(app).getByRole('textbox', { name: 'Message' });
  const here = (app: App): Locator => composer(app).getByRole('button', { name: 'Write here instead' });
  const says = (app: App, words: string): Promise<void> => composer(app).getByText(words).waitFor();
  const shows = (app: App, words: string) => expect.poll(() => text(app).inputValue()).toBe(words);
  const open = async (app: App): Promise<void> => {
    await app.page.getByRole('region', { name: 'Messages in Drafts' }).getByText('A thought').first().click();
    await composer(app).waitFor();
  };
  /** In both colours, on a desk and on a phone. */
  const pictures = async (app: App, name: string): Promise<void> => {
    if (!process.env['POSTERN_SCREENSHOTS']) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme });
      for (const [device, width, height] of [
        ['phone', 390, 844],
        ['desktop', 1280, 800],
      ] as const) {
        await app.page.setViewportSize({ width, height });
        await app.screenshot(`${name}-${device}-${colorScheme}`);
      }
    }
  };

  beforeAll(async () => {
    sitting = await sitDown({ letters: 1 });
    first = sitting.app;
    second = await sitting.browser.newApp(sitting.served);
    await second.row('Letter 1').waitFor();
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('is written in one, and shown in the other as it is typed', async () => {
    await first.page.keyboard.press('c');
    await composer(first).getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await composer(first).getByLabel('Subject').fill('A thought');
    await text(first).fill('One');
    await second.mailbox('Drafts');
    await open(second);
    await says(second, WRITTEN_THERE);
    await shows(second, 'One');
    await text(first).fill('One, two');
    await shows(second, 'One, two');
    expect(await text(second).isEditable()).toBe(false);
    expect(await composer(second).getByLabel('Subject').isEditable()).toBe(false);
    expect(await composer(second).getByRole('button', { name: 'Send' }).count()).toBe(0);
    expect(await composer(first).getByText(WRITTEN_THERE).count()).toBe(0);
    await pictures(second, 'draft-another-window');
  }, 60_000);

  it('goes on in the other with what was typed a moment ago, by keys alone', async () => {
    await text(first).fill('One, two, three');
    // Before the moment of rest is over.
    await here(second).focus();
    await second.page.keyboard.press('Enter');
    await shows(second, 'One, two, three');
    await expect.poll(() => text(second).isEditable()).toBe(true);
    await expect.poll(() => text(second).evaluate((field) => field === document.activeElement)).toBe(true);
    await second.page.keyboard.press('Control+End');
    await second.page.keyboard.type(', four');
    await says(first, WRITTEN_THERE);
    await shows(first, 'One, two, three, four');
    expect(await text(first).isEditable()).toBe(false);
  }, 60_000);

  it('goes on where it is open when the other is closed', async () => {
    await second.page.keyboard.press('Escape');
    await composer(second).waitFor({ state: 'detached' });
    await expect.poll(() => text(first).isEditable()).toBe(true);
    await shows(first, 'One, two, three, four');
    await text(first).fill('Five');
    await open(second);
    await says(second, WRITTEN_THERE);
    await shows(second, 'Five');
    // As a window that crashes: nothing is asked, nothing is said.
    await expect.poll(() => composer(first).getByText('Saved on this device').count()).toBe(1);
    await shows(second, 'Five');
    await first.page.close();
    await expect.poll(() => text(second).isEditable()).toBe(true);
    await shows(second, 'Five');
  }, 60_000);

  it('opened from the server in both is one draft, too, and is sent once', async () => {
    first = await sitting.browser.newApp(sitting.served);
    await first.mailbox('Drafts');
    await second.page.keyboard.press('Escape');
    const ada = sitting.place.server.accounts[0];
    await eventually(
      'it is on the server, and off this device',
      async () => (await subjectsIn(ada, 'Drafts')).length === 1 && (await draftsHere()) === 0,
      20_000,
    );
    for (const app of [first, second]) await open(app);
    await shows(first, 'Five');
    await says(second, WRITTEN_THERE);
    await text(first).fill('Five, six');
    await shows(second, 'Five, six');
    await first.page.keyboard.press('Control+Enter');
    await composer(first).waitFor({ state: 'detached' });
    await says(second, 'This message was sent from another window.');
    await pictures(second, 'draft-sent-another-window');
    await second.page.keyboard.press('Escape');
    await composer(second).waitFor({ state: 'detached' });
    await eventually(
      'it is sent, and no draft is left',
      async () =>
        (await subjectsIn(sitting.place.server.accounts[1], 'INBOX')).length === 1 &&
        (await subjectsIn(ada, 'Drafts')).length === 0,
      30_000,
    );
    expect(first.complaints).toEqual([]);
    expect(second.complaints).toEqual([]);
  }, 60_000);

  const draftsHere = async (): Promise<number> =>
    Object.entries(await second.keptRows()).reduce(
      (sum, [name, n]) => sum + (name.endsWith('/drafts') ? n : 0),
      0,
    );
});
