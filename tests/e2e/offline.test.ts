import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { App, Served } from './app.ts';
import { html, plain } from './letters.ts';
import { arrive, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';
import { sendAfter } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: the app without a network: ${missing}`);

describe.skipIf(missing)('the app without a network', () => {
  let sitting: Sitting;
  let place: EmbeddedPlace;
  let served: Served;
  let app: App;

  beforeAll(async () => {
    sitting = await arrive(startEmbedded(), async (place) => {
      const [ada] = place.users;
      for (let i = 1; i <= 40; i++) {
        await place.deliver(
          ada,
          'INBOX',
          letter({
            from: 'Grace <grace@postern.example>',
            to: ada.address,
            subject: `Letter ${i}`,
            text: `Words of letter ${i}.`,
          }),
        );
      }
      await place.deliver(ada, 'INBOX', plain);
      await place.deliver(ada, 'INBOX', html);
    });
    ({ place, served, app } = sitting);
    await app.signIn(place.users[0]);
    await app.row('A page of a letter').waitFor();
    await sendAfter(app, 1);
    await app.open('A page of a letter');
    await app.html.getByText('The lamp is lit.').waitFor();
    await app.open('Plain words');
    await app.reader.getByText('The tide is at six').waitFor();
    // Everything that the shell needs is kept by the service worker before the network goes.
    await app.page.evaluate(() => navigator.serviceWorker.ready);
    await eventually('the worker serves the page', () =>
      app.page.evaluate(async () => (await caches.keys()).length > 0),
    );
    await served.wire.cut();
  }, 90_000);

  afterAll(() => standUp(sitting));

  it('reloads: the list and the opened messages are there, and it says so quietly', async () => {
    await app.page.reload();
    await app.row('Letter 40').waitFor();
    await app.page.getByText(/^Offline\. Mail as of/).waitFor();
    await app.open('Plain words');
    await app.reader.getByText('The tide is at six').waitFor();
    await app.open('A page of a letter');
    await app.html.getByText('The lamp is lit.').waitFor();
    await app.screenshot('offline');
  });

  it('does what can be done at once, and carries it out when the network is back, once', async () => {
    await app.open('Letter 40');
    await app.page.keyboard.press('e');
    await app.row('Letter 40').waitFor({ state: 'detached' });
    await app.open('Letter 39');
    await app.page.keyboard.press('s');
    await app.page.getByRole('row', { name: /Letter 39.*Flagged/ }).waitFor();
    await app.page.keyboard.press('c');
    const compose = app.page.getByRole('dialog', { name: 'New message' });
    await compose.getByLabel('To').fill('grace@postern.example');
    await compose.getByLabel('Subject').fill('Written without a network');
    await app.page.getByRole('textbox', { name: 'Message' }).fill('It waited.');
    await app.page.keyboard.press('Control+Enter');
    await compose.waitFor({ state: 'detached' });
    await app.page.reload();
    await app.row('Letter 39').waitFor();
    expect(await app.row('Letter 40').count()).toBe(0);

    const [ada, grace] = place.server.accounts;
    expect(ada?.get('Archive').messages).toHaveLength(0);
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await eventually('archived', () => ada?.get('Archive').messages.length === 1, 40_000);
    await eventually('sent', () => grace?.get('INBOX').messages.length === 1, 40_000);
    await eventually('filed', () => ada?.get('Sent').messages.length === 1, 40_000);
    await eventually('flagged', () => ada?.get('INBOX').messages.some(({ flags }) => flags.has('\\Flagged')));
    await app.page.getByText(/^Offline\./).waitFor({ state: 'detached' });
    expect(grace?.get('INBOX').messages).toHaveLength(1);
    expect(app.complaints).toEqual([]);
  }, 120_000);
});
