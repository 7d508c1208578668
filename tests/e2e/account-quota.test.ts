/** How full the mail server is (RFC 9208): quiet while there is room, insistent when there is none, known without a network. */
import type { Account } from '@postern/mailserver';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import type { App } from './app.ts';
import { sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';
import { sendAfter, write } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: quota: ${missing}`);

describe.skipIf(missing)('room on the mail server', () => {
  let sitting: Sitting;
  let app: App;
  const account = (): Account => sitting.place.server.accounts[0]!;
  const line = (share: string): Locator => app.page.getByRole('button', { name: `Mail server ${share}` });
  const settings = async (): Promise<Locator> => {
    await app.page.keyboard.press('Control+K');
    await app.page.getByRole('dialog').getByRole('combobox').waitFor();
    await app.page.keyboard.type('settings');
    await app.page.keyboard.press('Enter');
    return app.page.getByRole('region', { name: 'On the mail server' });
  };

  beforeAll(async () => {
    sitting = await sitDown({
      letters: 9,
      prepare: (there) => (there.quota = { storage: 2048, messages: 90 }),
    });
    ({ app } = sitting);
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('is shown with what is kept here, and nowhere else while there is enough', async () => {
    const region = await settings();
    await region.getByText(/of 2 MB used on the server\. 9 of 90 messages/).waitFor();
    await app.screenshot('quota-settings');
    await app.page.keyboard.press('Escape');
    expect(await app.page.getByRole('button', { name: /^Mail server/ }).count()).toBe(0);
  });

  it('is a quiet line where little is left, which leads there', async () => {
    account().quota = { messages: 10 };
    await app.page.reload();
    await line('90% full').waitFor();
    await app.screenshot('quota-tight');
    await line('90% full').click();
    await app.page.getByText('Your mail server has little room left.').waitFor();
    await app.page.keyboard.press('Escape');
  });

  it('says what to do where none is left: mail was sent, and its copy waits', async () => {
    account().quota = { messages: 9 };
    await sendAfter(app, 0);
    await app.row('Letter 9').waitFor();
    await write(app, 'Sent though full');
    const entry = app.page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Sent though full' });
    await app.page.getByRole('button', { name: /^Outbox.*needs? you/ }).click({ timeout: 30_000 });
    await entry.getByText('Keep “Sent though full” in Sent').waitFor();
    await entry.getByText('The message was sent to everybody.').waitFor();
    await entry.getByText('There is no room left on your mail server.').waitFor();
    await app.screenshot('quota-outbox');
    await app.page.keyboard.press('Escape');
    await line('full').waitFor();
    await app.page.getByText('New mail to you may be turned away').first().waitFor();
    await app.screenshot('quota-full');
    const arrived = sitting.place.server.accounts[1]!.find('INBOX')!.messages.length;
    expect(arrived).toBe(1);
    account().quota = { messages: 100 };
    await app.page.getByRole('button', { name: /^Outbox/ }).click();
    await entry.getByRole('button', { name: 'Try again' }).click();
    await eventually('it is in Sent, once', () => account().find('Sent')!.messages.length === 1);
    expect(sitting.place.server.accounts[1]!.find('INBOX')!.messages.length).toBe(arrived);
    await app.page.keyboard.press('Escape');
  });

  it('is as it was last known without a network, with its age', async () => {
    await sitting.served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    const region = await settings();
    await region.getByText(/messages on the server\. As of \d\d:\d\d\./).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
