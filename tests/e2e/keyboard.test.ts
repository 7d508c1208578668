import { Account } from '@postern/mailserver';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { focusOf } from './measures.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: the keyboard alone: ${missing}`);

/** No pointer is used here, not even to give anything the focus. */
describe.skipIf(missing)('the keyboard alone', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  let release = (): void => undefined;
  /** A part of the app that comes late, as over a bad line. */
  const slowly = new Promise<void>((resolve) => (release = resolve));

  beforeAll(async () => {
    const accounts = [ada, grace].map(({ user, password }) => new Account({ user, password }));
    accounts[0]?.create('Projects');
    place = await startEmbedded({ accounts });
    for (let i = 1; i <= 12; i++) {
      const bytes = letter({
        from: 'Grace Okafor <grace@postern.example>',
        to: 'Ada <ada@postern.example>, Carol <carol@postern.example>',
        subject: `Letter ${i}`,
        text: `Words of letter ${i}.\r\nTheir second line.`,
      });
      // A second from one to the next: what is taken back stands where it stood.
      const internalDate = Date.now() - (12 - i) * 1000;
      place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(bytes), { internalDate });
    }
    served = await serve(place);
    browser = await openBrowser();
    const { context } = browser;
    await context.route(/\/assets\/Compose-[^/]*\.js$/, async (route) => {
      await slowly;
      await route.continue();
    });
    app = await browser.newApp(served);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  /** The focus comes to rest somewhere, and shows. */
  const focused = (after: string): Promise<string> =>
    eventually(
      `a visible focus after ${after}`,
      async () => {
        const focus = await focusOf(app.page);
        return focus?.visible ? focus.what : undefined;
      },
      3000,
    ).catch(async (error: unknown) => {
      const focus = await focusOf(app.page);
      throw new Error(`after ${after} the focus is ${focus ? `on ${focus.what}, unseen` : 'lost'}`, {
        cause: error,
      });
    });

  /** Presses keys one after the other; after each the focus has to be seen. The last place is given back. */
  const press = async (...keys: readonly string[]): Promise<string> => {
    let at = '';
    for (const key of keys) {
      await app.page.keyboard.press(key);
      at = await focused(key);
    }
    return at;
  };
  const opened = (subject: string): Promise<void> =>
    app.reader.getByRole('heading', { name: subject, exact: true }).waitFor();
  const inMailbox = (name: string): Promise<void> =>
    app.page.getByRole('region', { name: `Messages in ${name}` }).waitFor();
  const dialog = (name: string | RegExp) => app.page.getByRole('dialog', { name });
  /** Waits until the focus rests there. */
  const rests = (where: RegExp): Promise<void> =>
    expect.poll(async () => (await focusOf(app.page))?.what, { timeout: 3000 }).toMatch(where);

  it('signs in: the first field has the focus, Enter sends', async () => {
    expect(await focused('opening the page')).toMatch(/Email|input/);
    await app.page.keyboard.type(ada.user);
    await press('Tab');
    await app.page.keyboard.type(ada.password);
    await app.page.keyboard.press('Enter');
    await app.row('Letter 12').waitFor();
    await rests(/row .*Letter 12/);
  });

  it('does nothing rash with what is typed before the page that was asked for is there', async () => {
    await app.page.keyboard.press('c');
    await app.page.keyboard.type('e#!');
    release();
    await dialog('New message').waitFor();
    await rests(/combobox/);
    await press('Escape');
    await dialog('New message').waitFor({ state: 'detached' });
    await rests(/row .*Letter 12/);
    expect(await app.rows.count()).toBe(12);
  });

  it('goes through the list with j and k, and opens with Enter', async () => {
    await press('j', 'j');
    await rests(/row .*Letter 10/);
    await press('k');
    await rests(/row .*Letter 11/);
    await press('Enter');
    await opened('Letter 11');
    await press('j');
    await opened('Letter 10');
    await press('k', 'k');
    await opened('Letter 12');
    await press('End');
    await opened('Letter 1');
    await press('Home');
    await opened('Letter 12');
    await press('Escape');
    await app.reader.getByText('No message open').waitFor();
    await rests(/row .*Letter 12/);
  });

  it('archives, deletes and takes back', async () => {
    await press('e');
    await app.row('Letter 12').waitFor({ state: 'detached' });
    await rests(/row .*Letter 11/);
    await press('Enter', '#');
    await app.row('Letter 11').waitFor({ state: 'detached' });
    await opened('Letter 10');
    await press('z');
    await app.row('Letter 11').waitFor();
    await rests(/./);
  });

  it('flags, and takes the flag away', async () => {
    await press('s');
    await app.page.getByRole('row', { name: /Letter 10\..*Flagged/ }).waitFor();
    await press('s');
    await app.page.getByRole('row', { name: /Letter 10\..*Flagged/ }).waitFor({ state: 'detached' });
  });

  it('moves to a folder that is found by typing', async () => {
    await press('Escape', 'v');
    await dialog('Move 1 message to').waitFor();
    await rests(/combobox/);
    await app.page.keyboard.type('proj');
    await press('Enter');
    await app.row('Letter 10').waitFor({ state: 'detached' });
    await rests(/row .*Letter 9/);
    await eventually('moved', () => place.server.accounts[0]?.get('Projects').messages.length === 1);
  });

  it.each(['ContextMenu', 'Shift+F10'])(
    'opens the menu of a row with %s, and comes back to it',
    async (key) => {
      await app.page.keyboard.press(key);
      await app.page.getByRole('menu', { name: 'Message Letter 9' }).waitFor();
      await rests(/menuitem “Reply/);
      await press('Escape');
      await rests(/row .*Letter 9/);
      await app.page.keyboard.press(key);
      await rests(/menuitem “Reply/);
      // A letter goes to the entry that begins with it, and does nothing yet.
      await press('f', 'f');
      await rests(/menuitem “(?:Flag|Remove flag)/);
      await app.page.keyboard.press('r');
      await press('ArrowDown');
      await press('Escape');
      expect(await app.rows.count()).toBe(10);
    },
  );

  it('does from the menu of a row what it says', async () => {
    for (const [choice, flagged] of [
      ['Flag', true],
      ['Remove flag', false],
    ] as const) {
      await app.page.keyboard.press('Shift+F10');
      await rests(/menuitem “Reply/);
      const entry = app.page.getByRole('menuitem', { name: choice });
      while (!(await entry.evaluate((each) => each === document.activeElement))) await press('ArrowDown');
      await app.page.keyboard.press('Enter');
      const marked = app.page.getByRole('row', { name: /Letter 9\..*Flagged/ });
      await marked.waitFor({ state: flagged ? 'visible' : 'detached' });
      await rests(/row .*Letter 9/);
    }
  });

  it('lets go of a choice with Escape, where it was', async () => {
    await press('v');
    await dialog('Move 1 message to').waitFor();
    await press('Escape');
    await dialog('Move 1 message to').waitFor({ state: 'detached' });
    await rests(/row .*Letter 9/);
  });

  it('selects several, and acts on all of them', async () => {
    await press('x', 'j', 'x');
    await app.page.getByRole('heading', { name: '2 selected' }).waitFor();
    await press('Escape');
    await app.page.getByRole('heading', { name: '2 selected' }).waitFor({ state: 'detached' });
    await rests(/row .*Letter 8/);
    await press('x', 'k', 'x', 'Shift+I');
    await app.page.getByRole('row', { name: /^Unread.*Letter 8/ }).waitFor({ state: 'detached' });
    await app.page.getByText('2 messages marked as read').waitFor();
    await press('e');
    await app.row('Letter 9').waitFor({ state: 'detached' });
    await app.row('Letter 8').waitFor({ state: 'detached' });
    await rests(/row .*Letter (?:11|7)/);
    await press('z');
    await app.row('Letter 8').waitFor();
    await app.row('Letter 9').waitFor();
    await press('Shift+ArrowDown', 'Shift+ArrowDown');
    await app.page.getByRole('heading', { name: '3 selected' }).waitFor();
    await press('Escape');
  });

  it('goes to other mailboxes and comes back', async () => {
    for (const [key, name] of [
      ['s', 'Sent'],
      ['d', 'Drafts'],
      ['t', 'Trash'],
      ['a', 'Archive'],
      ['i', 'Inbox'],
    ] as const) {
      await press('g', key);
      await inMailbox(name);
      await focused(`g ${key}`);
    }
    await rests(/row .*Letter 11/);
  });

  it('searches, walks through what was found, and comes back', async () => {
    await press('/');
    await rests(/Search/);
    await app.page.keyboard.type('Letter 1');
    await app.page.getByText(/\d+ messages found/).waitFor();
    await app.row('Letter 7').waitFor({ state: 'detached' });
    await press('Enter');
    await rests(/row .*Letter 1/);
    await press('j', 'Enter');
    await press('Escape');
    await rests(/row/);
    await press('Escape');
    await app.row('Letter 7').waitFor();
    await rests(/row/);
    await press('/');
    await app.page.keyboard.type('nothing has this');
    await app.page.getByText('No messages found').first().waitFor();
    await press('Escape');
    await app.row('Letter 7').waitFor();
    await press('Escape');
    await rests(/row/);
  });

  it('answers: to whom, under which subject, over which words', async () => {
    await press('Home', 'Enter');
    await opened('Letter 11');
    await press('r');
    const compose = dialog('Re: Letter 11');
    await compose.waitFor();
    await rests(/textarea/);
    expect(await compose.getByRole('button', { name: 'Grace Okafor', exact: true }).count()).toBe(1);
    expect(await compose.getByRole('button', { name: 'Carol', exact: true }).count()).toBe(0);
    expect(await compose.getByLabel('Subject').inputValue()).toBe('Re: Letter 11');
    expect(await compose.getByRole('textbox', { name: 'Message' }).inputValue()).toMatch(
      /^\n\nOn .+, Grace Okafor wrote:\n> Words of letter 11\.\n> Their second line\.\n$/,
    );
    await press('Escape');
    await compose.waitFor({ state: 'detached' });
    await rests(/row .*Letter 11|article/);

    await press('a');
    await compose.waitFor();
    await rests(/textarea/);
    expect(await compose.getByRole('button', { name: 'Grace Okafor', exact: true }).count()).toBe(1);
    expect(await compose.getByRole('button', { name: 'Carol', exact: true }).count()).toBe(1);
    expect(await compose.getByRole('button', { name: 'Ada', exact: true }).count()).toBe(0);
    await press('Escape');
    await compose.waitFor({ state: 'detached' });

    await press('f');
    const forward = dialog('Fwd: Letter 11');
    await forward.waitFor();
    await rests(/combobox/);
    expect(await forward.getByRole('textbox', { name: 'Message' }).inputValue()).toMatch(
      /Forwarded message -+\nFrom: Grace Okafor <grace@postern\.example>\nDate: .+\nSubject: Letter 11\nTo: Ada .*\n\nWords of letter 11\.\n/,
    );
    await press('Escape');
    await forward.waitFor({ state: 'detached' });
    await focused('closing the forward');
  });

  it('writes to a suggested person and sends with Ctrl+Enter', async () => {
    await press('c');
    await dialog('New message').waitFor();
    await rests(/combobox/);
    await app.page.keyboard.type('gra');
    await app.page.getByRole('option', { name: /Grace Okafor/ }).waitFor();
    await press('Enter');
    await dialog('New message').getByRole('button', { name: 'Grace Okafor', exact: true }).waitFor();
    // What a button of the composer gets was meant for the text, and archives nothing behind it.
    const rows = await app.rows.count();
    await press('Tab');
    await rests(/Cc/);
    await app.page.keyboard.type('e#!');
    expect(await app.rows.count()).toBe(rows);
    expect(await app.page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
    await press('Shift+Tab');
    await rests(/combobox/);
    await app.page.keyboard.type('nobody');
    await press('Control+Enter');
    await dialog('New message').getByRole('alert').getByText('cannot be read as an address').waitFor();
    await focused('a refused sending');
    await dialog('New message').waitFor();
    // Back to the recipients, as a person would: the wrong one goes.
    while (!/combobox/.test((await focusOf(app.page))?.what ?? '')) await press('Shift+Tab');
    await press('Backspace');
    await press('Control+A', 'Backspace');
    // Past Cc and Bcc to the subject, then the text.
    for (let i = 0; i < 8 && !/Subject/.test((await focusOf(app.page))?.what ?? ''); i++) await press('Tab');
    await app.page.keyboard.type('Keys alone');
    await press('Tab');
    await app.page.keyboard.type('Not a mouse was stirring.');
    await press('Control+Enter');
    await dialog('Keys alone').waitFor({ state: 'detached' });
    await focused('sending');
  });

  it('lists its keys, and its commands', async () => {
    await press('?');
    await dialog('Keyboard shortcuts').waitFor();
    expect(await dialog('Keyboard shortcuts').getByText('Next message').count()).toBe(1);
    await press('Escape');
    await dialog('Keyboard shortcuts').waitFor({ state: 'detached' });
    await focused('closing the keys');
    await press('Control+K');
    await dialog('Commands').waitFor();
    await app.page.keyboard.type('new mess');
    await press('Enter');
    await dialog('New message').waitFor();
    await rests(/combobox/);
    await press('Escape');
    await dialog('New message').waitFor({ state: 'detached' });
    await focused('closing compose');
    await press('Control+K');
    await dialog('Commands').waitFor();
    await app.page.keyboard.type('go to projects');
    await press('Enter');
    await inMailbox('Projects');
    await rests(/row .*Letter 10/);
    await press('g', 'i');
    await inMailbox('Inbox');
  });

  it('Tab goes through everything in the order in which it is seen, and comes around', async () => {
    await press('Home', 'Enter');
    await opened('Letter 11');
    await rests(/row .*Letter 11/);
    const seen: string[] = [];
    for (let i = 0; i < 60; i++) {
      const at = await press('Tab').catch(() => 'outside');
      if (at === 'outside') break;
      seen.push(at);
      if (/row .*Letter 11/.test(at)) break;
    }
    // From the list on into the message…
    const place = (pattern: RegExp): number => seen.findIndex((each) => pattern.test(each));
    const order = [/“Reply/, /“Forward”/, /“Archive”/, /“Delete”/, /“More actions”/, /article/];
    const places = order.map(place);
    expect(places, seen.join('\n')).not.toContain(-1);
    expect(places, seen.join('\n')).toEqual([...places].sort((a, b) => a - b));
    // …and no row of the list but the current one is a stop.
    expect(seen.filter((each) => each.startsWith('row')).length).toBeLessThanOrEqual(1);
    // Back again: from the top of the page to the list, through the mailboxes.
    await app.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const back: string[] = [];
    for (let i = 0; i < 30; i++) {
      await app.page.keyboard.press('Tab');
      const at = (await focusOf(app.page))?.what ?? 'outside';
      back.push(at);
      if (/row/.test(at)) break;
    }
    const first = (pattern: RegExp): number => back.findIndex((each) => pattern.test(each));
    expect(first(/Inbox/), back.join('\n')).toBeGreaterThanOrEqual(0);
    expect(first(/row/), back.join('\n')).toBeGreaterThan(first(/Inbox/));
  });

  it('reaches the menu by keys, walks in it, and leaves it where it was', async () => {
    await press('Home', 'Enter');
    await opened('Letter 11');
    const more = app.reader.getByRole('button', { name: 'More actions' });
    for (let i = 0; i < 20 && !(await more.evaluate((each) => each === document.activeElement)); i++)
      await press('Tab');
    await press('Enter');
    await rests(/menuitem “Mark as unread/);
    await press('ArrowDown');
    await rests(/menuitem “(?!Mark as unread)/);
    await press('Escape');
    await rests(/“More actions”/);
  });

  it('opens the last message, archives it, and still knows where it is', async () => {
    await press('g', 'a');
    await inMailbox('Archive');
    await rests(/row .*Letter 12/);
    await press('Enter', '#');
    await app.row('Letter 12').waitFor({ state: 'detached' });
    await focused('deleting the only message of a mailbox');
    await press('g', 'i');
    await rests(/row .*Letter 11/);
  });

  it('what was sent has arrived', async () => {
    const inbox = place.server.accounts[1]?.get('INBOX');
    const arrived = await eventually('the message arrives', () => inbox?.messages[0], 20_000);
    const { content } = arrived;
    const parsed = await simpleParser(Buffer.from(await content.read(0, content.size)));
    expect(parsed.subject).toBe('Keys alone');
    expect(parsed.text?.trim()).toBe('Not a mouse was stirring.');
    expect(parsed.to).toMatchObject({ value: [{ address: 'grace@postern.example', name: 'Grace Okafor' }] });
    expect(inbox?.messages).toHaveLength(1);
  });

  it('signs out', async () => {
    await press('Control+K');
    await dialog('Commands').waitFor();
    await app.page.keyboard.type('sign out');
    await app.page.keyboard.press('Enter');
    await app.page.getByLabel('Email address').waitFor();
    await rests(/input/);
    expect(app.complaints).toEqual([]);
  });
});
