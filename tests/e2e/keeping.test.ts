import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { mailWith } from './letters.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: what is kept here: ${missing}`);

const DAY = 24 * 3600 * 1000;
/** Octets of each attachment: more than a list and a text take together. */
const ATTACHED = 60_000;

const withAttachment = (subject: string): Uint8Array =>
  mailWith(
    { Subject: subject, 'Content-Type': 'multipart/mixed; boundary=b' },
    [
      '--b\nContent-Type: text/plain\n',
      `Words of ${subject}.\n`,
      `--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="${subject}.bin"\n`,
      'x'
        .repeat(76)
        .concat('\n')
        .repeat(Math.ceil(ATTACHED / 77)),
      '--b--\n',
    ].join('\n'),
  );

describe.skipIf(missing)('what is kept on this device', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  const dialog = (name: string | RegExp): Locator => app.page.getByRole('dialog', { name });

  /** Octets of attachments, as the settings say. */
  const attachments = async (): Promise<number> => {
    const said = await dialog('Settings')
      .locator('dl div')
      .filter({ hasText: 'Attachments' })
      .locator('dd')
      .innerText();
    const [amount = '', unit = ''] = said.split(/\s/);
    return Number.parseFloat(amount) * (unit === 'MB' ? 1e6 : unit === 'kB' ? 1e3 : 1);
  };
  const settings = async (): Promise<Locator> => {
    if (!(await dialog('Settings').isVisible())) {
      await app.page.keyboard.press('Control+K');
      await dialog('Commands').waitFor();
      await app.page.keyboard.type('settings');
      await app.page.keyboard.press('Enter');
      await dialog('Settings').waitFor();
    }
    return dialog('Settings');
  };

  beforeAll(async () => {
    place = await startEmbedded();
    place.server.accounts[0]?.create('Old projects');
    for (let i = 1; i <= 6; i++) {
      place.server.deliver('ada@postern.example', 'Old projects', withAttachment(`Plan ${i}`), {
        internalDate: Date.now() - 400 * DAY + i * DAY,
      });
    }
    place.server.deliver('ada@postern.example', 'INBOX', withAttachment('New plan'), {});
    served = await serve(place);
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(place.users[0]);
    await app.row('New plan').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('says what is here, and keeps recent mail with its attachments by itself', async () => {
    await settings();
    await expect.poll(attachments, { timeout: 20_000 }).toBeGreaterThan(ATTACHED * 0.9);
    expect(await attachments()).toBeLessThan(ATTACHED * 2);
    await app.screenshot('keeping');
    await app.page.keyboard.press('Escape');
  });

  it('keeps everything of a folder when asked to, with what it costs beside the choice', async () => {
    await app.mailbox('Old projects');
    await app.row('Plan 6').waitFor();
    await app.page.getByRole('button', { name: 'Folder Old projects' }).click();
    await app.page.getByRole('menuitem', { name: 'Keep on this device' }).click();
    const keep = dialog('Keep Old projects on this device');
    await keep.getByRole('radio', { name: /Everything/ }).waitFor();
    expect(await keep.getByRole('radio', { name: /Recent mail/ }).isChecked()).toBe(true);
    const cost = await keep.locator('label').filter({ hasText: 'Everything' }).locator('.count').innerText();
    expect(cost).toMatch(/^about 3\d\d kB$/);
    await app.screenshot('keep-dialog');
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('Enter');
    await keep.waitFor({ state: 'detached' });
    await settings();
    await expect.poll(attachments, { timeout: 20_000 }).toBeGreaterThan(ATTACHED * 6);
    await app.page.keyboard.press('Escape');
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    await app.open('Plan 1');
    await app.reader.getByText('Words of Plan 1.').waitFor();
    const saved = app.page.waitForEvent('download');
    await app.reader.getByRole('button', { name: /^Download/ }).click();
    expect((await saved).suggestedFilename()).toBe('Plan 1.bin');
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await app.page.getByText(/^Offline\./).waitFor({ state: 'detached' });
  });

  it('asks with its buttons in sight on a low screen, where the choices are scrolled to', async () => {
    const { page } = app;
    const size = page.viewportSize()!;
    await page.getByRole('button', { name: 'Folder Old projects' }).click();
    await page.getByRole('menuitem', { name: 'Keep on this device' }).click();
    const keep = dialog('Keep Old projects on this device');
    await keep.waitFor();
    await page.setViewportSize({ width: 667, height: 320 });
    const end = async (name: 'Cancel' | 'Save'): Promise<number> => {
      const { y, height } = (await keep.getByRole('button', { name }).boundingBox())!;
      return y + height;
    };
    await expect.poll(() => end('Save')).toBeLessThan(320);
    expect(await end('Cancel')).toBeLessThan(320);
    await page.keyboard.press('Escape');
    await keep.waitFor({ state: 'detached' });
    await page.setViewportSize(size);
  });

  it('makes room when asked to, and keeps nothing of a folder when asked to', async () => {
    const panel = await settings();
    await panel.getByText('What is kept of each folder').click();
    await panel.getByLabel('Keep Old projects on this device').selectOption({ label: 'Nothing' });
    await expect.poll(attachments, { timeout: 20_000 }).toBeLessThan(ATTACHED * 3);
    await panel.getByRole('button', { name: 'Make room' }).click();
    await expect.poll(attachments, { timeout: 20_000 }).toBeLessThan(ATTACHED * 0.5);
    await panel.getByText('This device ran out of room').waitFor();
    await app.screenshot('keeping-short');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.getByText('This device ran out of room').waitFor({ state: 'detached' });
    await eventually(
      'what is recent is here again',
      async () => (await attachments()) > ATTACHED * 0.9,
      20_000,
    );
    await app.page.keyboard.press('Escape');
  });

  /** What the device has in its store of senders, subjects and first words. */
  const listed = (): Promise<string> =>
    app.page.evaluate(async () => {
      const names = (await indexedDB.databases()).map(({ name = '' }) => name);
      const answer = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.addEventListener('success', () => resolve(request.result));
          request.addEventListener('error', () => reject(request.error ?? new Error('no answer')));
        });
      const all: unknown[] = [];
      for (const name of names) {
        const db = await answer(indexedDB.open(name));
        if (db.objectStoreNames.contains('descriptors'))
          all.push(...(await answer(db.transaction('descriptors').objectStore('descriptors').getAll())));
        db.close();
      }
      return JSON.stringify(all);
    });

  const reconnect = async (): Promise<void> => {
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await app.page.getByText(/^Offline\./).waitFor({ state: 'detached' });
  };

  it('has nothing of such a folder when it is left, says so without a network, and has it again with one', async () => {
    expect(await listed()).toContain('Plan 6');
    await app.mailbox('Inbox');
    await app.row('New plan').waitFor();
    await expect.poll(listed, { timeout: 10_000 }).not.toContain('Plan 6');
    expect(await listed()).toContain('New plan');
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    await app.mailbox('Old projects');
    await app.page.getByText('Nothing of this folder is on this device').waitFor();
    expect(await app.page.getByText('Plan 6').count()).toBe(0);
    await app.screenshot('keeping-away');
    await app.page.getByRole('button', { name: 'Change what is kept' }).click();
    const keep = dialog('Keep Old projects on this device');
    expect(await keep.getByRole('radio', { name: /Nothing/ }).isChecked()).toBe(true);
    await keep.getByText('Without a network nothing of this folder can be read.').waitFor();
    await app.screenshot('keeping-away-dialog');
    await app.page.keyboard.press('Escape');
    await reconnect();
    await app.row('Plan 6').waitFor();
    await app.row('Plan 1').waitFor();
    // What is on screen stays there when the network goes.
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    await app.row('Plan 6').waitFor();
    await reconnect();
    expect(app.complaints).toEqual([]);
  });

  it('has all of it again when the person wants that', async () => {
    await app.mailbox('Inbox');
    await app.row('New plan').waitFor();
    await expect.poll(listed, { timeout: 10_000 }).not.toContain('Plan 6');
    const panel = await settings();
    await panel.getByText('What is kept of each folder').click();
    await panel.getByLabel('Keep Old projects on this device').selectOption({ label: 'Everything' });
    await expect.poll(listed, { timeout: 20_000 }).toContain('Plan 6');
    await expect.poll(attachments, { timeout: 20_000 }).toBeGreaterThan(ATTACHED * 6);
    await app.page.keyboard.press('Escape');
    expect(app.complaints).toEqual([]);
  });
});
