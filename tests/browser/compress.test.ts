import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Gateway } from '@postern/gateway';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumLaunch, chromiumMissing } from '../support/chromium.ts';
import { appendAllElsewhere } from '../support/direct.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';
import { bundle } from './bench.ts';

declare global {
  var page: typeof import('./page/compress.ts').page;
}

const missing = chromiumMissing() ?? dovecotMissing();
if (missing) console.warn(`Skipped: ${missing}`);

const subjects = Array.from({ length: 100 }, (_, n) => `Minutes of meeting ${n + 1}`);

describe.skipIf(missing !== undefined)(
  'a compressed session from Chromium through the gateway to Dovecot',
  () => {
    let place: DovecotPlace;
    let gateway: Gateway;
    let webRoot: string;
    let browser: Browser;

    beforeAll(async () => {
      place = await startDovecot();
      const [ada, grace] = place.users;
      const fields = { from: grace.address, to: ada.address };
      await appendAllElsewhere(
        place.imap,
        ada,
        'INBOX',
        subjects.map((subject) => letter({ ...fields, subject })),
      );
      webRoot = await mkdtemp(join(tmpdir(), 'postern-page-'));
      await writeFile(join(webRoot, 'page.js'), await bundle('compress.ts'));
      await writeFile(
        join(webRoot, 'index.html'),
        '<!doctype html><title>Bench</title><script type="module" src="/page.js"></script>',
      );
      gateway = await openGateway(place, { webRoot });
      browser = await chromium.launch(chromiumLaunch);
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await gateway?.close();
      await place?.close();
      if (webRoot) await rm(webRoot, { recursive: true });
    });

    it('reads, hears, and sends, in a fraction of the octets', async () => {
      const tab = await browser.newPage();
      await tab.goto(gateway.url);
      const { user, password } = place.users[0];
      const account = await tab.evaluate(async (body) => {
        const headers = { 'Content-Type': 'application/json' };
        const response = await fetch('/session', { method: 'POST', headers, body });
        return ((await response.json()) as { id: string }).id;
      }, JSON.stringify({ user, password }));
      const outcome = await tab.evaluate((id) => globalThis.page.compressed(id), account);
      expect(outcome.subjects).toEqual(subjects);
      expect(outcome.same).toBe(true);
      expect(outcome.told).toBeLessThan(2000);
      expect(outcome.came).toBeLessThan(outcome.inflated / 5);
      // Upward nothing shrinks, and hardly anything grows.
      expect(outcome.went).toBeLessThan(outcome.roundTrip * 1.001 + 1000);
      console.log(
        `${subjects.length} envelopes came in ${outcome.came} octets instead of ${outcome.inflated}; ` +
          `a message of ${outcome.roundTrip} went up in ${outcome.went}; ` +
          `an arrival was told after ${outcome.told.toFixed(0)} ms`,
      );
    });
  },
);
