import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { html, withFile } from './letters.ts';
import { contrasts, oddSizes, review, sideways, spilling } from './measures.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: how it looks: ${missing}`);

/** What people really have as names and subjects. */
const long = {
  from: `"Prof. Dr. Maximiliana Wolfeschlegelsteinhausenbergerdorff-${'Very'.repeat(20)}" <max@postern.example>`,
  subject: `Long ${'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk'.repeat(3)} and on ${'and on '.repeat(30)}`,
};
const arabic = {
  from: 'ليلى حداد <layla@postern.example>',
  subject: 'موعد الاجتماع غدًا Postern 2.0 الساعة ٩',
};
const longFolder = `Donaudampfschifffahrtselektrizitätenhauptbetriebswerk and ${'on '.repeat(20)}`.trim();
/** A name that tries to turn the line around: the marks must not reach beyond it. */
const turning = { from: '"\u202eevil\u202e" <eve@postern.example>', subject: 'Turned \u202egnp.txt' };

async function everything(page: Page, where: string): Promise<void> {
  // A menu is open, and unseen, until it has been told so and has found its place.
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll(':popover-open')].every(
        (open) => getComputedStyle(open).opacity === '1',
      ) &&
      document
        .getAnimations()
        .every(
          ({ effect, playState }) =>
            playState !== 'running' || effect?.getComputedTiming().iterations === Infinity,
        ),
  );
  expect(await sideways(page), `${where}: scrolls sideways`).toEqual([]);
  expect(await spilling(page), `${where}: text runs over`).toEqual([]);
  expect(await oddSizes(page), `${where}: sizes`).toEqual([]);
  const all = await contrasts(page);
  expect(all.length, where).toBeGreaterThan(3);
  expect(
    all.filter(({ ratio }) => ratio < 4.5),
    `${where}: too pale`,
  ).toEqual([]);
  expect(await review(page), `${where}: what a reviewer says`).toEqual([]);
}

describe.skipIf(missing)('an account with nothing in it', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    browser = await openBrowser({ reducedMotion: 'reduce' });
    app = await browser.newApp(served);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('shows where mail will be while it waits, and only when that takes long', async () => {
    // A server that takes its time for every mailbox: what is to come has a place already.
    place.server.faults.delay = (command) => (/SELECT|FETCH/.test(command) ? 600 : 0);
    await app.signIn(place.users[0]);
    const waiting = app.page.getByRole('status', { name: 'Loading' });
    await waiting.waitFor();
    expect(await waiting.locator('.skeleton').count()).toBeGreaterThan(8);
    expect(await sideways(app.page)).toEqual([]);
    place.server.faults.delay = 0;
    await app.page.getByText('Nothing in your inbox').waitFor();
    expect(await waiting.count()).toBe(0);
  });

  it('says something friendly and useful in every mailbox', async () => {
    for (const [name, title, help] of [
      ['Inbox', 'Nothing in your inbox', 'New mail appears here by itself.'],
      ['Drafts', 'No drafts', 'kept here and on your mail server until you send it'],
      ['Sent', 'Nothing sent yet', 'Messages you send appear here.'],
      ['Archive', 'Nothing here', 'Messages you archive appear in Archive.'],
      ['Junk', 'No junk', 'Messages you mark as junk appear here.'],
      ['Trash', 'Trash is empty', 'until they are removed for good'],
    ] as const) {
      await app.mailbox(name);
      await app.page.getByText(title, { exact: true }).waitFor();
      await app.page.getByText(help).waitFor();
    }
    await everything(app.page, 'an empty mailbox');
  });

  it('stands still when asked to', async () => {
    const moving: string[] = [];
    await app.page.exposeFunction('moved', (what: string) => moving.push(what));
    await app.page.evaluate(() => {
      for (const type of ['animationstart', 'transitionrun'] as const) {
        document.addEventListener(type, (event) => {
          const style = getComputedStyle(event.target as Element);
          const durations = type === 'animationstart' ? style.animationDuration : style.transitionDuration;
          if (!durations.split(',').some((each) => Number.parseFloat(each) > 0)) return;
          const name = (event.target as Element).className;
          void (globalThis as unknown as { moved(what: string): void }).moved(
            `${name}: ${type} ${durations}`,
          );
        });
      }
    });
    await place.deliver(
      place.users[0],
      'INBOX',
      letter({ from: 'grace@postern.example', to: place.users[0].address, subject: 'Arrives quietly' }),
    );
    await app.mailbox('Inbox');
    await app.open('Arrives quietly');
    await app.page.keyboard.press('e');
    await app.page.getByText('Archived', { exact: true }).waitFor();
    await app.page.keyboard.press('z');
    await app.row('Arrives quietly').waitFor();
    await app.page.keyboard.press('?');
    await app.page.getByRole('dialog').waitFor();
    await app.page.keyboard.press('Escape');
    await app.page.keyboard.press('c');
    await app.page.getByRole('dialog').waitFor();
    await app.page.keyboard.press('Escape');
    expect(moving).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  describe.skipIf(missing)(`in ${colorScheme} colours`, () => {
    let place: EmbeddedPlace;
    let served: Served;
    let browser: Browser;
    let app: App;

    beforeAll(async () => {
      place = await startEmbedded();
      served = await serve(place);
      place.server.accounts[0]?.create(longFolder);
      place.server.accounts[0]?.create(`${longFolder}/In it`);
      const [ada] = place.users;
      const text =
        'Words, and a link: https://postern.example/a\r\n> quoted once\r\n>> quoted twice\r\n>>> thrice\r\nAnd an answer.\r\n';
      for (let i = 1; i <= 5; i++) {
        await place.deliver(
          ada,
          'INBOX',
          letter({ from: 'Grace <grace@postern.example>', to: ada.address, subject: `Letter ${i}`, text }),
        );
      }
      for (const fields of [long, arabic, turning])
        await place.deliver(
          ada,
          'INBOX',
          letter({ ...fields, to: ada.address, text: `${fields.subject}\r\n` }),
        );
      await place.deliver(ada, 'INBOX', letter({ ...long, to: ada.address }), [
        '\\Flagged',
        '\\Answered',
        'work',
      ]);
      for (const message of [html, withFile]) await place.deliver(ada, 'INBOX', message);
      browser = await openBrowser({ colorScheme });
      app = await browser.newApp(served);
      await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      await served?.close();
      await place?.close();
    });

    const least = async (selector: string): Promise<number> => {
      const found = (await contrasts(app.page)).filter(({ where }) => new RegExp(selector).test(where));
      expect(found.length, selector).toBeGreaterThan(0);
      return Math.min(...found.map(({ ratio }) => ratio));
    };

    it('signs in, and says what is wrong', async () => {
      await everything(app.page, 'sign-in');
      await app.signIn(place.users[0], 'wrong');
      await app.page.getByRole('alert').getByText('did not accept').waitFor();
      await everything(app.page, 'a refused sign-in');
      await app.signIn(place.users[0]);
      await app.row('A file for you').waitFor();
    });

    it('shows the list, whatever is in it', async () => {
      await app.row('Postern 2.0').waitFor();
      await everything(app.page, 'the list');
      expect(await least('people')).toBeGreaterThanOrEqual(7);
      expect(await least('subject')).toBeGreaterThanOrEqual(7);
      for (const width of [1100, 900, 740]) {
        await app.page.setViewportSize({ width, height: 800 });
        expect(await sideways(app.page), `${width} wide`).toEqual([]);
        expect(await spilling(app.page), `${width} wide`).toEqual([]);
      }
      await app.page.setViewportSize({ width: 1440, height: 900 });
    });

    it('shows a message, whatever its subject', async () => {
      for (const subject of ['Long Donau', 'Postern 2.0', 'Turned']) {
        await app.row(subject).first().click();
        await app.reader.getByRole('heading', { name: subject }).waitFor();
        await everything(app.page, `“${subject}”`);
      }
      await app.open('Letter 5');
      await app.reader.getByText('quoted once').waitFor();
      await app.reader.getByRole('button', { name: /^to me/ }).click();
      await everything(app.page, 'plain text');
      const words = (await contrasts(app.page)).find(
        ({ text, where }) => text.startsWith('Words, and a link') && !where.includes('preview'),
      );
      expect(words?.ratio).toBeGreaterThanOrEqual(7);
      await app.open('A page of a letter');
      await app.html.getByText('The lamp is lit.').waitFor();
      await app.reader.getByText('Images from the internet are not shown.').waitFor();
      await everything(app.page, 'HTML mail');
      await app.open('A file for you');
      await app.reader.getByRole('button', { name: /^Download/ }).waitFor();
      await everything(app.page, 'an attachment');
    });

    it('turns around for what is written from right to left, and only there', async () => {
      const row = app.row('Postern 2.0').locator('.subject');
      expect(await row.evaluate((each) => getComputedStyle(each).direction)).toBe('rtl');
      // It still begins where all the others do, and the time beside it stays where it was.
      const left = (subject: string): Promise<number | undefined> =>
        app
          .row(subject)
          .first()
          .locator('.subject')
          .boundingBox()
          .then((box) => box?.x);
      expect(await left('Postern 2.0')).toBe(await left('Letter 5'));
      const time = (subject: string): Promise<string> => app.row(subject).first().locator('time').innerText();
      expect(await time('Turned')).toMatch(/^\d\d:\d\d$/);
    });

    it('writes, chooses, and asks', async () => {
      const { page } = app;
      await page.keyboard.press('c');
      const compose = page.getByRole('dialog', { name: 'New message' });
      await compose.waitFor();
      await everything(page, 'an empty draft');
      await compose.getByRole('combobox', { name: 'To' }).pressSequentially('grace@postern.example,wrong,');
      await compose.getByLabel('Subject').fill(long.subject);
      await compose.getByRole('textbox', { name: 'Message' }).fill('Words.');
      await page.keyboard.press('Control+Enter');
      await compose.getByRole('alert').waitFor();
      await everything(page, 'a draft that cannot be sent');
      expect((await contrasts(page)).find(({ text }) => text === 'Words.')?.ratio).toBeGreaterThanOrEqual(7);
      await compose.getByRole('button', { name: 'Discard' }).click();
      await compose.waitFor({ state: 'detached' });
      await everything(page, 'a notice');
      await app.row('Letter 5').click();
      for (const [key, name] of [
        ['v', 'Move 1 message to'],
        ['Shift+V', 'Copy 1 message to'],
        ['?', 'Keyboard shortcuts'],
        ['Control+K', 'Commands'],
      ] as const) {
        await page.keyboard.press(key);
        await page.getByRole('dialog', { name }).waitFor();
        await everything(page, name);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog', { name }).waitFor({ state: 'detached' });
      }
      for (const command of ['Settings', 'Outbox']) {
        await page.keyboard.press('Control+K');
        await page.getByRole('dialog', { name: 'Commands' }).waitFor();
        await page.keyboard.type(command);
        await page.keyboard.press('Enter');
        await page.getByRole('dialog', { name: command }).waitFor();
        await everything(page, command);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog', { name: command }).waitFor({ state: 'detached' });
      }
      await app.reader.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem').first().waitFor();
      await everything(page, 'a menu');
      await page.keyboard.press('Escape');
    });

    it('has folders, whatever their names, and asks about them', async () => {
      const { page } = app;
      const navigation = page.getByRole('navigation', { name: 'Folders' });
      const choose = async (item: string): Promise<void> => {
        await navigation.getByRole('button', { name: longFolder, exact: true }).click({ button: 'right' });
        await page.getByRole('menuitem', { name: item }).first().waitFor();
        await everything(page, 'the menu of a folder');
        await page.getByRole('menuitem', { name: item }).first().click();
        await page.getByRole('dialog').waitFor();
      };
      const leave = async (): Promise<void> => {
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      };
      await choose('New folder in');
      await page.getByRole('button', { name: 'Create folder' }).click();
      await page.getByRole('alert').waitFor();
      await everything(page, 'a folder without a name');
      await app.screenshot(`folder-${colorScheme}`);
      await leave();
      for (const item of ['Rename or move', 'Keep on this device', 'Delete folder']) {
        await choose(item);
        await everything(page, item);
        await app.screenshot(`${item}-${colorScheme}`);
        await leave();
      }
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog', { name: 'Commands' }).waitFor();
      await page.keyboard.type('Settings');
      await page.keyboard.press('Enter');
      const settings = page.getByRole('dialog', { name: 'Settings' });
      await settings.getByText('What is kept of each folder').click();
      await settings.getByLabel(/^Keep Inbox/).waitFor();
      await everything(page, 'what is kept');
      await app.screenshot(`settings-${colorScheme}`);
      await leave();
      await navigation.getByRole('button', { name: longFolder, exact: true }).click();
      await page.getByText('Nothing here').waitFor();
      await everything(page, 'a folder with a long name');
      await app.screenshot(`long-folder-${colorScheme}`);
      await app.mailbox('Inbox');
    });

    it('selects, searches, finds nothing, and goes offline', async () => {
      const { page } = app;
      await app.row('Letter 4').click({ modifiers: ['Control'] });
      await app.row('Letter 3').click({ modifiers: ['Control'] });
      await page.getByText('2 selected').first().waitFor();
      await everything(page, 'a selection');
      await page.keyboard.press('e');
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      await everything(page, 'undo');
      await page.keyboard.press('/');
      await page.keyboard.type('nothing has this');
      await page.getByText('No messages found').first().waitFor();
      await everything(page, 'nothing found');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await served.wire.cut();
      await page.getByText(/^Offline\./).waitFor();
      await everything(page, 'offline');
      await app.row('Letter 5').click();
      await page.keyboard.press('s');
      await page.getByRole('button', { name: /^Outbox/ }).click();
      await page.getByRole('dialog', { name: 'Outbox' }).waitFor();
      await everything(page, 'what waits in the outbox');
      await app.screenshot(`outbox-${colorScheme}`);
      await page.keyboard.press('Escape');
      expect(app.complaints).toEqual([]);
    });
  });
}
