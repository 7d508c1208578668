import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { openPlace } from './bench.ts';
import type { Place } from './bench.ts';

const missing = chromiumMissing();
if (missing) console.warn(`Skipped: ${missing}`);

const MB = 1_000_000;
const QUOTA = 12 * MB;

describe.skipIf(missing !== undefined)('a browser that gives little room', () => {
  let place: Place;
  let page: Page;

  beforeAll(async () => {
    place = await openPlace();
    page = await place.newPage();
    const devtools = await place.context.newCDPSession(page);
    const { origin } = new URL(page.url());
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: QUOTA });
  });
  afterAll(async () => place?.close());

  it('keeps what comes, and gives up old attachments for it; then what a person writes', async () => {
    await page.evaluate(() => globalThis.bench.open('little'));
    const first = await page.evaluate(() => globalThis.bench.fill('little', 1, 30));
    const failed = await page.evaluate(
      ([from, octets]) => globalThis.bench.attach('little', from!, 30, octets!),
      [first, MB],
    );
    expect(failed).toBe('none');
    const after = await page.evaluate((from) => globalThis.bench.attached('little', from, 30), first);
    expect(after.at(-1)).toBe(true);
    expect(after[0]).toBe(false);
    const kept = after.filter(Boolean).length;
    console.info(`of 30 MB, ${kept} are kept in ${QUOTA / MB}`);
    expect(kept).toBeGreaterThanOrEqual(4);
    expect(await page.evaluate(() => globalThis.bench.room('little'))).toMatchObject({ texts: 0 });
    expect(await page.evaluate((octets) => globalThis.bench.draft('little', octets), 3 * MB)).toBe(3 * MB);
    expect(await page.evaluate((octets) => globalThis.bench.draft('little', octets), 40 * MB)).toBe('quota');
    expect(await page.evaluate(() => globalThis.bench.draft('little', 10))).toBe(10);
  });
});
