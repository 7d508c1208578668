import { storeCases } from '@postern/protocol/sync/store-conformance';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { openPlace } from './bench.ts';
import type { Place } from './bench.ts';

const missing = chromiumMissing();
if (missing) console.warn(`Skipped: ${missing}`);

describe.skipIf(missing !== undefined)('the store in a real browser', () => {
  let place: Place;
  let page: Page;

  beforeAll(async () => {
    place = await openPlace();
    page = await place.newPage();
  });
  afterAll(async () => place?.close());

  for (const { name } of storeCases) {
    it(name, async () => {
      await page.evaluate((which) => globalThis.bench.runCase(which), name);
    });
  }

  it('is one for all tabs: each reads what another commits, and hears of it', async () => {
    const other = await place.newPage();
    for (const tab of [page, other]) await tab.evaluate(() => globalThis.bench.open('shared'));
    await page.evaluate(() => globalThis.bench.fill('shared', 10, 2));
    expect(await other.evaluate(() => globalThis.bench.uids('shared'))).toEqual([10, 11]);
    const heard = other.evaluate(() => globalThis.bench.nextTouched('shared'));
    await page.evaluate(() => globalThis.bench.fill('shared', 20, 1));
    expect(await heard).toContain('rows:1');
    expect(await other.evaluate(() => globalThis.bench.uids('shared'))).toEqual([10, 11, 20]);
    await other.evaluate(() => globalThis.bench.fill('shared', 30, 1));
    expect(await page.evaluate(() => globalThis.bench.uids('shared'))).toEqual([10, 11, 20, 30]);
    await other.close();
  });

  it('is destroyed although another tab has it open, and that tab is told so', async () => {
    const other = await place.newPage();
    await other.evaluate(() => globalThis.bench.open('doomed'));
    await other.evaluate(() => globalThis.bench.fill('doomed', 1, 1));
    await page.evaluate(() => globalThis.bench.destroyStore('doomed'));
    expect(await other.evaluate(() => globalThis.bench.readFailure('doomed'))).toBe('evicted');
    await page.evaluate(() => globalThis.bench.open('doomed'));
    expect(await page.evaluate(() => globalThis.bench.uids('doomed'))).toEqual([]);
    await other.close();
  });
});
