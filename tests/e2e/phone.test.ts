import type { CDPSession, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { mailWith, withFile } from './letters.ts';
import { sideways, smallTargets, spilling } from './measures.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: on a phone: ${missing}`);

const WIDTH = 390;
const HEIGHT = 844;
/** CSS pixels: what a finger hits without aiming. */
const FINGER = 44;

/** As newsletters are made: a table wider than any phone, a picture as wide, a word that cannot be broken. */
const newsletter = mailWith(
  { Subject: 'The wide newsletter', 'Content-Type': 'text/html; charset=utf-8' },
  `<table width="700" cellpadding="20" style="width:700px;min-width:700px;background:#eee"><tr>
<td width="350" style="white-space:nowrap">Left column, which is not to be broken</td>
<td width="350"><div style="width:300px;height:40px;background:#246">&nbsp;</div></td></tr></table>
<pre>${'a line of code that is long '.repeat(12)}</pre><p>${'unbreakable'.repeat(40)}</p>`,
);
/** Nobody could read this made as small as a phone is. */
const poster = mailWith(
  { Subject: 'As wide as a wall', 'Content-Type': 'text/html; charset=utf-8' },
  '<div style="width:3000px;background:#eee">A wall of words</div>',
);

describe.skipIf(missing)('on a phone', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  let touch: CDPSession | undefined;

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    const [ada] = place.users;
    for (let i = 1; i <= 25; i++) {
      await place.deliver(
        ada,
        'INBOX',
        letter({
          from: 'Grace Okafor <grace@postern.example>',
          to: `${ada.address}, Carol <carol@postern.example>`,
          subject: `Letter ${i}`,
          text: `Words of letter ${i}.\r\n${'A longer line that goes on and on. '.repeat(8)}\r\n${'x'.repeat(300)}`,
        }),
      );
    }
    await place.deliver(ada, 'INBOX', poster);
    await place.deliver(ada, 'INBOX', newsletter);
    await place.deliver(ada, 'INBOX', withFile);
    browser = await openBrowser({ width: WIDTH, height: HEIGHT, touch: true });
    app = await browser.newApp(served);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  // Whatever is on the screen at the end of a test is measured; the tests measure more on their way.
  afterEach(() => fits());

  async function fits(): Promise<void> {
    // What slides in has to be where it stays.
    await app.page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
          .map(({ finished }) => finished.catch(() => undefined)),
      ),
    );
    expect(await sideways(app.page), 'scrolls sideways').toEqual([]);
    expect(await spilling(app.page), 'text runs over').toEqual([]);
    expect(await smallTargets(app.page, FINGER), 'too small for a finger').toEqual([]);
  }

  const dialog = (name: string | RegExp): Locator => app.page.getByRole('dialog', { name });
  const button = (name: string | RegExp): Locator => app.page.getByRole('button', { name });
  const list = (): Locator => app.page.getByRole('region', { name: 'Messages in Inbox' });
  const tap = async (subject: string): Promise<void> => {
    await app.row(subject).first().tap();
    await app.reader.getByRole('heading', { name: subject }).waitFor();
  };
  const middle = async (locator: Locator): Promise<number> => {
    const box = await locator.boundingBox();
    return box === null ? Number.NaN : box.y + box.height / 2;
  };
  /** A finger on the glass, moved by hand: the browser's own touch events. */
  const finger = async (steps: readonly (readonly [x: number, y: number])[], rest = 0): Promise<void> => {
    // Ending such a session would end the emulation of the phone.
    touch ??= await browser.context.newCDPSession(app.page);
    for (const [index, [x, y]] of steps.entries()) {
      const type = index === 0 ? 'touchStart' : 'touchMove';
      await touch.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x, y }] });
    }
    if (rest > 0) await app.page.waitForTimeout(rest);
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };

  it('signs in', async () => {
    expect(await app.page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
    await fits();
    await app.signIn(place.users[0]);
    await app.row('A file for you').waitFor();
  });

  it('shows one pane: the list, with new mail under the thumb', async () => {
    expect(await app.page.getByRole('main').count()).toBeLessThanOrEqual(1);
    expect(await app.reader.getByRole('toolbar').count()).toBe(0);
    expect((await list().boundingBox())?.width).toBe(WIDTH);
    expect(await middle(button('New message'))).toBeGreaterThan(HEIGHT * 0.8);
  });

  it('goes from list to message and back, by its button and by that of the phone', async () => {
    await tap('Letter 20');
    expect(await middle(app.reader.getByRole('button', { name: 'Archive' }))).toBeGreaterThan(HEIGHT * 0.85);
    expect(await middle(app.reader.getByRole('button', { name: 'Reply', exact: true }))).toBeGreaterThan(
      HEIGHT * 0.85,
    );
    await app.page.goBack();
    await app.reader.getByRole('heading', { name: 'Letter 20' }).waitFor({ state: 'detached' });
    await app.row('Letter 20').first().waitFor();
    await tap('Letter 21');
    await app.reader.getByRole('button', { name: 'Back to the list' }).tap();
    await app.reader.getByRole('heading', { name: 'Letter 21' }).waitFor({ state: 'detached' });
    // Back once more leads nowhere near the message that was closed.
    const address = app.page.url();
    expect(address).toMatch(/#\/inbox$|\/$/);
    await tap('Letter 20');
    await app.page.reload();
    await app.reader.getByRole('heading', { name: 'Letter 20' }).waitFor();
    await app.page.goBack();
    await app.row('Letter 20').first().waitFor();
    await app.reader.getByRole('heading', { name: 'Letter 20' }).waitFor({ state: 'detached' });
  });

  it('leaves the list where it was scrolled to', async () => {
    const grid = app.page.getByRole('grid');
    await grid.evaluate((element) => (element.scrollTop = 600));
    await expect.poll(() => app.row('Letter 12').count()).toBe(1);
    await tap('Letter 12');
    await app.page.goBack();
    await app.row('Letter 12').waitFor();
    expect(await grid.evaluate((element) => element.scrollTop)).toBe(600);
    await grid.evaluate((element) => (element.scrollTop = 0));
  });

  it('shows who it is to, and everything else that can be done', async () => {
    await tap('Letter 25');
    await app.reader.getByRole('button', { name: /^to me/ }).tap();
    await app.reader.getByText('carol@postern.example').waitFor();
    await fits();
    await app.reader.getByRole('button', { name: 'More actions' }).tap();
    await app.page.getByRole('menuitem', { name: 'Forward' }).waitFor();
    await fits();
    await app.page.keyboard.press('Escape');
    await app.page.goBack();
  });

  it('shows a newsletter made for a desk without scrolling sideways', async () => {
    await tap('The wide newsletter');
    await app.html.getByText('Left column').waitFor();
    await fits();
    const box = await app.page.locator('iframe').boundingBox();
    expect(box?.width).toBeLessThanOrEqual(WIDTH);
    await app.page.goBack();
    // What would be too small to read scrolls in its own frame; the page around it stays.
    await tap('As wide as a wall');
    await app.html.getByText('A wall of words').waitFor();
    const wide = await sideways(app.page);
    expect(wide).toEqual([expect.stringContaining("the mail's frame")]);
    await app.page.goBack();
    await list().waitFor();
  });

  it('shows attachments', async () => {
    await tap('A file for you');
    await app.reader.getByRole('button', { name: /^Download Pläne\.bin/ }).waitFor();
    await fits();
    await app.page.goBack();
  });

  it('answers on the whole screen', async () => {
    await tap('A file for you');
    await app.reader.getByRole('button', { name: 'Reply', exact: true }).tap();
    const compose = dialog(/A file for you/);
    await compose.waitFor();
    await expect.poll(async () => (await compose.boundingBox())?.width).toBe(WIDTH);
    await compose.locator('input[type=file]').setInputFiles({
      name: `a name that is much too long for a phone ${'and goes on '.repeat(6)}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from('words\n'),
    });
    await compose.getByText(/much too long/).waitFor();
    await fits();
    await compose.getByRole('button', { name: 'Discard' }).tap();
    await compose.waitFor({ state: 'detached' });
    await app.page.goBack();
  });

  it('writes from the list, to several people', async () => {
    await button('New message').tap();
    const compose = dialog('New message');
    const to = compose.getByRole('combobox', { name: 'To' });
    await to.fill('gra');
    await app.page.getByRole('option', { name: /Grace/ }).waitFor();
    await fits();
    await app.page.getByRole('option', { name: /Grace/ }).tap();
    await to.pressSequentially(
      `carol@postern.example,${'long'.repeat(12)}@${'host'.repeat(10)}.example,wrong,`,
    );
    await compose.getByRole('button', { name: 'Send', exact: true }).tap();
    await compose.getByRole('alert').getByText('cannot be read as an address').waitFor();
    await fits();
    await compose.getByRole('button', { name: 'Discard' }).tap();
    await compose.waitFor({ state: 'detached' });
  });

  it('swipes a row away, and takes it back', async () => {
    const box = await app.row('Letter 25').first().boundingBox();
    const y = (box?.y ?? 0) + 36;
    // It rests a moment before it is lifted: after a fling, browsers take the next tap for the hand that stops it.
    const across = [60, 100, 160, 240].map((x) => [x, y] as const);
    await finger(across, 100);
    await app.row('Letter 25').waitFor({ state: 'detached' });
    await fits();
    await app.page.getByRole('button', { name: /^Undo/ }).tap();
    await app.row('Letter 25').waitFor();
  });

  it('selects by a long press, then by taps, and acts on all', async () => {
    const box = await app.row('Letter 24').first().boundingBox();
    await finger([[200, (box?.y ?? 0) + 36]], 600);
    await app.page.getByRole('heading', { name: '1 selected' }).waitFor();
    await app.row('Letter 23').tap();
    await app.page.getByRole('heading', { name: '2 selected' }).waitFor();
    await fits();
    await button('Move to').tap();
    await dialog('Move 2 messages to').waitFor();
    await fits();
    await app.page.getByRole('option', { name: 'Archive' }).tap();
    await app.row('Letter 24').waitFor({ state: 'detached' });
    await eventually('moved', () => place.server.accounts[0]?.get('Archive').messages.length === 2);
  });

  it('searches', async () => {
    await app.page.getByRole('textbox', { name: 'Search Inbox' }).tap();
    await app.page.keyboard.type('Letter 2');
    await app.page.getByText(/messages found/).waitFor();
    await fits();
    await button('Clear search').tap();
    await app.row('Letter 7').or(app.row('Letter 19')).first().waitFor();
    await app.page.keyboard.press('Escape');
  });

  it('reaches the other mailboxes and the settings', async () => {
    await button('Show folders').tap();
    const drawer = dialog('Folders');
    await drawer.waitFor();
    await fits();
    await drawer.getByRole('button', { name: 'Trash' }).tap();
    await app.page.getByRole('region', { name: 'Messages in Trash' }).waitFor();
    await app.page.getByText('Trash is empty').waitFor();
    await drawer.waitFor({ state: 'detached' });
    await fits();
    await app.page.goBack();
    await list().waitFor();
    await button('Show folders').tap();
    await drawer.getByRole('button', { name: 'More actions' }).tap();
    await app.page.getByRole('menuitem', { name: 'Settings' }).tap();
    await dialog('Settings').waitFor();
    await fits();
    await dialog('Settings').getByRole('button', { name: 'Close' }).tap();
    await dialog('Settings').waitFor({ state: 'detached' });
  });

  it('makes, names and deletes a folder, and says what is kept of it', async () => {
    const drawer = dialog('Folders');
    await button('Show folders').tap();
    await drawer.getByRole('button', { name: 'New folder' }).tap();
    await dialog('New folder').getByRole('button', { name: 'Create folder' }).tap();
    await dialog('New folder').getByRole('alert').waitFor();
    await fits();
    await app.screenshot('phone-folder');
    await dialog('New folder').getByLabel('Name').fill('Made by thumb');
    await dialog('New folder').getByRole('button', { name: 'Create folder' }).tap();
    await dialog('New folder').waitFor({ state: 'detached' });
    await button('Show folders').tap();
    await drawer.getByRole('button', { name: /^Made by thumb/ }).tap();
    await app.page.getByRole('region', { name: 'Messages in Made by thumb' }).waitFor();
    const choose = async (item: string): Promise<void> => {
      await button('Folder Made by thumb').tap();
      await app.page.getByRole('menuitem', { name: item }).waitFor();
      await fits();
      await app.page.getByRole('menuitem', { name: item }).tap();
    };
    await choose('Keep on this device');
    await dialog('Keep Made by thumb on this device').getByText('Everything').tap();
    await fits();
    await app.screenshot('phone-keep');
    await dialog('Keep Made by thumb on this device').getByRole('button', { name: 'Save' }).tap();
    await choose('Rename or move');
    await dialog('Rename Made by thumb').getByLabel('In', { exact: true }).waitFor();
    await fits();
    await dialog('Rename Made by thumb').getByRole('button', { name: 'Cancel' }).tap();
    await choose('Delete folder');
    const ask = dialog('Delete the folder Made by thumb?');
    await ask.getByText('There are no messages in it.').waitFor();
    await fits();
    await ask.getByRole('button', { name: 'Delete folder' }).tap();
    await list().waitFor();
    await button('Show folders').tap();
    await drawer.getByRole('button', { name: 'Trash' }).waitFor();
    await drawer.getByRole('button', { name: /^Made by thumb/ }).waitFor({ state: 'detached' });
    await drawer.getByRole('button', { name: 'More actions' }).tap();
    await app.page.getByRole('menuitem', { name: 'Settings' }).tap();
    await dialog('Settings').getByText('What is kept of each folder').tap();
    await dialog('Settings').getByLabel('Keep Trash on this device').scrollIntoViewIfNeeded();
    await fits();
    await app.screenshot('phone-settings');
    await dialog('Settings').getByRole('button', { name: 'Close' }).tap();
    await dialog('Settings').waitFor({ state: 'detached' });
  });

  it('looks into the outbox without a network', async () => {
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    await app.row('Letter 20').first().scrollIntoViewIfNeeded();
    await tap('Letter 20');
    await button('Archive').first().tap();
    await app.row('Letter 20').first().waitFor({ state: 'detached' });
    // Under the list as well: nobody opens the folders to learn that something waits, or went wrong.
    await app.page.getByRole('button', { name: /^Outbox \d waiting/ }).waitFor();
    await fits();
    await button('Show folders').tap();
    await dialog('Folders')
      .getByRole('button', { name: /^Outbox/ })
      .tap();
    await dialog('Outbox').getByText('Move “Letter 20” to Archive').waitFor();
    await fits();
    await app.screenshot('phone-outbox');
    await dialog('Outbox').getByRole('button', { name: 'Close' }).tap();
    await dialog('Outbox').waitFor({ state: 'detached' });
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await app.page.getByText(/^Offline\./).waitFor({ state: 'detached' });
  });

  it('also fits lying on its side, and on the smallest phone', async () => {
    for (const size of [
      { width: 844, height: 390 },
      { width: 320, height: 568 },
    ]) {
      await app.page.setViewportSize(size);
      await app.row('Letter 22').first().waitFor();
      await fits();
      await app.row('The wide newsletter').first().tap();
      await app.html.getByText('Left column').waitFor();
      await fits();
      await app.page.goBack();
    }
    const box = await app.row('Letter 22').first().boundingBox();
    await finger([[200, (box?.y ?? 0) + 36]], 600);
    const selected = app.page.getByRole('heading', { name: '1 selected' });
    // Cut off, it would say nothing.
    expect(await selected.evaluate((each) => each.scrollWidth <= each.clientWidth)).toBe(true);
    await button('Clear selection').tap();
    await app.row('Letter 22').first().tap();
    await button('Reply').tap();
    const recipients = app.page.locator('.field-line').first();
    await recipients.getByRole('button').first().waitFor();
    // No line for an address that nobody is writing.
    expect((await recipients.boundingBox())?.height).toBeLessThan(56);
    expect(await sideways(app.page)).toEqual([]);
    await button('Close and keep the draft').tap();
    await dialog('Re: Letter 22').waitFor({ state: 'detached' });
    await app.page.goBack();
    await app.page.setViewportSize({ width: WIDTH, height: HEIGHT });
    await app.row('Letter 22').first().waitFor();
    expect(app.complaints).toEqual([]);
  });
});
