import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { flaggedIn } from './on-server.ts';
import { sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: a network that goes without a word: ${missing}`);

describe.skipIf(missing)('what waits is marked, whatever keeps it', () => {
  let sitting: Sitting;
  const waits = (subject: string): Locator =>
    sitting.app.page.getByRole('row', { name: new RegExp(`${subject}\\b.*Waiting to be done`) });
  const flag = async (subject: string): Promise<void> => {
    await sitting.app.row(subject).click();
    await sitting.app.page.keyboard.press('s');
  };
  const isFlagged = async (subject: string): Promise<boolean> =>
    (await flaggedIn(sitting.place.server.accounts[0], 'INBOX', '\\Flagged')).includes(subject);

  beforeAll(async () => {
    sitting = await sitDown({ letters: 4 });
    await sitting.app.page.getByText('Connecting').waitFor({ state: 'detached' });
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('where the device has no network any more, and no connection has noticed', async () => {
    const { app, browser } = sitting;
    await browser.context.setOffline(true);
    await app.page.getByText(/^Offline\. Mail as of/).waitFor({ timeout: 10_000 });
    await app.page.getByText('There is no network.').waitFor({ state: 'attached' });
    await flag('Letter 4');
    await waits('Letter 4').waitFor({ timeout: 2000 });
    await browser.context.setOffline(false);
    await eventually('the flag arrives', () => isFlagged('Letter 4'), 10_000);
    await waits('Letter 4').waitFor({ state: 'detached' });
    await app.page.getByText(/^Offline\./).waitFor({ state: 'detached' });
  }, 40_000);

  it('where the mail server takes its time, but not for the moment that it usually takes', async () => {
    const { app, place } = sitting;
    await flag('Letter 3');
    await eventually('the flag arrives', () => isFlagged('Letter 3'));
    expect(await waits('Letter 3').count()).toBe(0);
    place.server.faults.delay = (command) => (command.includes('STORE') ? 9000 : 0);
    await flag('Letter 2');
    expect(await waits('Letter 2').count()).toBe(0);
    await waits('Letter 2').waitFor({ timeout: 8000 });
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor();
    place.server.faults.delay = undefined;
    await waits('Letter 2').waitFor({ state: 'detached', timeout: 25_000 });
    await eventually('the flag arrives', () => isFlagged('Letter 2'));
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  }, 60_000);
});
