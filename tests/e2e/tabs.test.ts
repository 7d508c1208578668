import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { App, Served } from './app.ts';
import { sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: two tabs: ${missing}`);

describe.skipIf(missing)('two tabs', () => {
  let sitting: Sitting;
  let place: EmbeddedPlace;
  let served: Served;
  let first: App;
  let second: App;

  beforeAll(async () => {
    sitting = await sitDown({ letters: 5 });
    ({ place, served, app: first } = sitting);
    second = await sitting.browser.newApp(served);
    await second.row('Letter 5').waitFor();
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('share one engine: no more connections than one tab has', async () => {
    const open = served.log.filter(({ ev }) => ev === 'open').length;
    const closed = served.log.filter(({ ev }) => ev === 'close').length;
    expect(open - closed).toBeLessThanOrEqual(2);
  });

  it('stay in step', async () => {
    await second.open('Letter 2');
    await second.page.keyboard.press('s');
    await first.page.getByRole('row', { name: /Letter 2.*Flagged/ }).waitFor();
    await first.open('Letter 3');
    await first.page.keyboard.press('e');
    await second.row('Letter 3').waitFor({ state: 'detached' });
    await eventually('archived once', () => place.server.accounts[0]?.get('Archive').messages.length === 1);
  });

  it('go on when the one that ran the engine is closed', async () => {
    await first.page.close();
    const [ada] = place.users;
    await place.deliver(
      ada,
      'INBOX',
      letter({ from: 'grace@postern.example', to: ada.address, subject: 'For the second' }),
    );
    await second.row('For the second').waitFor();
    await second.open('Letter 4');
    await second.page.keyboard.press('e');
    await eventually('archived', () => place.server.accounts[0]?.get('Archive').messages.length === 2);
    expect(second.complaints).toEqual([]);
  });

  it('sign out together', async () => {
    const third = await sitting.browser.newApp(served);
    await third.row('Letter 1').waitFor();
    await third.signOut();
    await second.page.getByLabel('Email address').waitFor();
    expect(await second.keptRows()).toEqual({});
  });
});
