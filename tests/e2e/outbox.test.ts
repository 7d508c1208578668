import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { subjectsIn } from './on-server.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: the outbox: ${missing}`);

describe.skipIf(missing)('the outbox', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  const outbox = (): Locator => app.page.getByRole('dialog', { name: 'Outbox' });
  const entry = (text: string): Locator => outbox().getByRole('listitem').filter({ hasText: text });
  const open = async (): Promise<void> => {
    await app.page.getByRole('button', { name: /^Outbox/ }).click();
    await outbox().waitFor();
  };
  const send = async (subject: string): Promise<void> => {
    await app.page.keyboard.press('c');
    const compose = app.page.getByRole('dialog', { name: 'New message' });
    await compose.getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await compose.getByLabel('Subject').fill(subject);
    await compose.getByRole('textbox', { name: 'Message' }).fill(`Words of ${subject}.`);
    await app.page.keyboard.press('Control+Enter');
    await compose.waitFor({ state: 'detached' });
  };

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    for (let i = 1; i <= 3; i++) {
      const subject = `Letter ${i}`;
      const mail = letter({ from: 'grace@postern.example', to: 'ada@postern.example', subject });
      await place.deliver(place.users[0], 'INBOX', mail);
    }
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(place.users[0]);
    await app.row('Letter 3').waitFor();
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('takes back what waits: it never happens', async () => {
    for (const subject of ['Letter 3', 'Letter 2']) {
      await app.row(subject).click();
      await app.page.keyboard.press('e');
      await app.row(subject).waitFor({ state: 'detached' });
    }
    await send('Thought better of');
    await send('To be sent');
    await open();
    await outbox().getByText('Offline. All of this is carried out').waitFor();
    await outbox().getByRole('heading', { name: 'Waiting' }).waitFor();
    await app.screenshot('outbox-waiting');
    await entry('Mark “Letter 2” as read').waitFor();
    await entry('Move “Letter 2” to Archive').waitFor();
    await entry('Move “Letter 3” to Archive').getByRole('button', { name: 'Take back' }).click();
    await entry('Move “Letter 3” to Archive').waitFor({ state: 'detached' });
    await app.page.keyboard.press('Escape');
    await app.row('Letter 3').waitFor();
  });

  it('asks before a message is lost that is nowhere else', async () => {
    await open();
    await entry('Thought better of').getByRole('button', { name: 'Take back' }).click();
    await entry('Thought better of').getByText('nowhere but on this device').waitFor();
    await app.page.keyboard.press('Enter');
    await entry('Thought better of').getByRole('button', { name: 'Take back' }).click();
    await entry('Thought better of').getByRole('button', { name: 'Delete it' }).click();
    await entry('Thought better of').waitFor({ state: 'detached' });
    await app.page.keyboard.press('Escape');
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await eventually(
      'the rest arrives',
      async () => {
        const [ada, grace] = place.server.accounts;
        return (await subjectsIn(ada, 'Archive')).length > 0 && (await subjectsIn(grace, 'INBOX')).length > 0;
      },
      30_000,
    );
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
    expect(await subjectsIn(place.server.accounts[0], 'Archive')).toEqual(['Letter 2']);
    expect(await subjectsIn(place.server.accounts[1], 'INBOX')).toEqual(['To be sent']);
    expect(app.complaints).toEqual([]);
  }, 60_000);
});
