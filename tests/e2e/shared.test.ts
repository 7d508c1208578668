/** Folders of other people, and those that everybody shares (RFC 2342). */
import { profiles } from '@postern/mailserver';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { App } from './app.ts';
import { sideways } from './measures.ts';
import { arrive, deliverLetters, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: shared folders: ${missing}`);

const long = 'Minutes of the committee for harbours, lighthouses and all that goes with them';

describe.skipIf(missing)('folders that are not mine', () => {
  let sitting: Sitting;
  let app: App;
  const navigation = (): Locator => app.page.getByRole('navigation', { name: 'Folders' });
  const names = (list: string): Promise<string[]> =>
    navigation().getByRole('list', { name: list }).locator('.name').allInnerTexts();

  beforeAll(async () => {
    const profile = { ...profiles.full, foreign: { others: 'user/', shared: 'Public/' } };
    sitting = await arrive(startEmbedded({ profile }), async (place) => {
      const account = place.server.accounts[0]!;
      for (const name of [
        'Projects',
        'user/grace/Plans',
        'user/grace/Plans/2026',
        'Public/Team',
        `Public/${long}`,
      ])
        account.create(name);
      await deliverLetters(place, 3);
    });
    ({ app } = sitting);
    await app.signIn(sitting.place.users[0]);
    await app.row('Letter 3').waitFor();
    await navigation().getByRole('heading', { name: 'Shared with me' }).waitFor();
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('stand below a heading of their own, without the level that only says so', async () => {
    expect(await names('Folders')).toEqual(['Projects']);
    expect(await names('Shared with me')).toEqual([long, 'Team', 'grace', 'Plans', '2026']);
    await app.screenshot('shared-wide');
    await app.mailbox('Team');
  });

  it('are reached by arrows, and fold', async () => {
    await navigation().getByRole('button', { name: 'Projects' }).focus();
    for (let i = 0; i < 3; i++) await app.page.keyboard.press('ArrowDown');
    const at = (): Promise<string | null> =>
      app.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
    expect(await at()).toBe('grace');
    await app.page.keyboard.press('ArrowLeft');
    await expect.poll(() => names('Shared with me')).toEqual([long, 'Team', 'grace']);
    await app.page.keyboard.press('ArrowRight');
    await expect.poll(() => names('Shared with me')).toContain('2026');
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('Enter');
    await app.page.getByRole('region', { name: 'Messages in Plans' }).waitFor();
  });

  it('are there without a network, and on the smallest phone', async () => {
    await sitting.served.wire.cut();
    await app.page.setViewportSize({ width: 320, height: 568 });
    await app.page.getByRole('button', { name: 'Show folders' }).click();
    const drawer = app.page.getByRole('dialog', { name: 'Folders' });
    await drawer.getByRole('heading', { name: 'Shared with me' }).scrollIntoViewIfNeeded();
    expect(await sideways(app.page)).toEqual([]);
    await app.screenshot('shared-phone');
    await drawer.getByRole('button', { name: 'Team' }).click();
    await app.page.getByRole('region', { name: 'Messages in Team' }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
