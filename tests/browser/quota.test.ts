import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { openPlace } from './bench.ts';
import type { Place } from './bench.ts';

const missing = chromiumMissing();
if (missing) console.warn(`Skipped: ${missing}`);

const MB = 1_000_000;
const QUOTA = 12 * MB;

let place: Place;
let page: Page;

/** Where a browser keeps what it is given: on disk, as for nearly everybody, or in memory, as in a private window. */
const PLACES = [
  { where: 'on disk', onDisk: true },
  { where: 'in memory', onDisk: false },
];

async function openWith(quotaSize: number, onDisk: boolean): Promise<void> {
  place = await openPlace({ onDisk });
  page = await place.newPage();
  const devtools = await place.context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

/**
 * In memory Chromium 150 gives nothing back, whatever is deleted and however long one waits, so that no room can be made there; on
 * disk it does, and what came after it does in both.
 */
const givesNothingBack = async (onDisk: boolean): Promise<boolean> =>
  !onDisk && !(await page.evaluate(() => globalThis.bench.givesBack()));

describe.skipIf(missing !== undefined).each(PLACES)(
  'a browser that gives little room $where',
  ({ onDisk }) => {
    beforeAll(() => openWith(QUOTA, onDisk));
    afterAll(async () => place?.close());

    it('keeps what comes, and gives up old attachments for it; then what a person writes', async ({
      skip,
    }) => {
      skip(await givesNothingBack(onDisk), 'deleting makes no room here');
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
      expect(await page.evaluate((octets) => globalThis.bench.draft('little', octets), 40 * MB)).toBe(
        'quota',
      );
      expect(await page.evaluate(() => globalThis.bench.draft('little', 10))).toBe(10);
    });
  },
);

describe.skipIf(missing !== undefined).each(PLACES)(
  'a browser that has no room for a long list $where',
  ({ onDisk }) => {
    const BATCH = 2000;

    beforeAll(() => openWith(6 * MB, onDisk));
    afterAll(async () => place?.close());

    it('gives up what describes the oldest messages, not that they are there, nor what a person made', async ({
      skip,
    }) => {
      skip(await givesNothingBack(onDisk), 'deleting makes no room here');
      await page.evaluate(() => globalThis.bench.open('list'));
      expect(await page.evaluate((octets) => globalThis.bench.draft('list', octets), MB / 2)).toBe(MB / 2);
      const batches: number[] = [];
      const here = (from: number): Promise<boolean[]> =>
        page.evaluate(([first, count]) => globalThis.bench.described('list', first!, count!), [from, BATCH]);
      do {
        const from = batches.length * BATCH + 1;
        // Long subjects of which nothing can be made smaller.
        batches.push(
          await page.evaluate(
            ([at, count]) => globalThis.bench.fill('list', at!, count!, 400),
            [from, BATCH],
          ),
        );
        // The oldest of all: something is to be done to it.
        if (batches.length === 1)
          await page.evaluate((key) => globalThis.bench.mark('list', key), batches[0]!);
      } while (batches.length < 20 && !(await here(batches[0]!)).includes(false));
      const oldest = await here(batches[0]!);
      console.info(
        `of ${batches.length * BATCH}, ${oldest.filter((each) => !each).length} are not described`,
      );
      expect(oldest).toContain(false);
      expect(oldest[0]).toBe(true);
      expect(await here(batches.at(-1)!)).not.toContain(false);
      expect(await page.evaluate(() => globalThis.bench.uids('list'))).toHaveLength(batches.length * BATCH);
      expect(await page.evaluate(() => globalThis.bench.made('list'))).toEqual({
        octets: MB / 2,
        actions: 1,
      });
      expect(await page.evaluate((octets) => globalThis.bench.draft('list', octets), MB)).toBe(MB);
    }, 60_000);
  },
);
