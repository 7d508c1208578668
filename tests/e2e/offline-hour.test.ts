import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '@postern/mailserver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { everywhere, flaggedIn, subjectsIn } from './on-server.ts';
import { signedIn, sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';
import { write } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: an hour without a network: ${missing}`);

const LETTERS = 230;
const MOVED = 200;
/** Milliseconds: all that was done in an hour, to a server on the same machine. */
const ARRIVES = 60_000;

/** As a person does it: out of sight rows are scrolled to. */
async function selectFrom(app: App, subject: string, count: number): Promise<void> {
  await app.row(subject).click({ modifiers: ['Control'] });
  const last = Number(await app.row(subject).getAttribute('aria-rowindex')) + count - 1;
  await app.page.getByRole('grid').evaluate((grid, row) => {
    grid.scrollTop = grid.scrollHeight * (row / Number(grid.ariaRowCount)) - 300;
  }, last);
  await app.page.locator(`[role=row][aria-rowindex="${last}"]`).click({ modifiers: ['Shift'] });
  await app.page.getByRole('heading', { name: `${count} selected` }).waitFor();
}

const online = (app: App): Promise<unknown> => app.page.evaluate(() => dispatchEvent(new Event('online')));

describe.skipIf(missing)('an hour without a network', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let profile: string;
  let browser: Browser;
  let app: App;
  const account = (at: number): Account | undefined => place.server.accounts[at];
  const sent = [1, 2, 3, 4, 5].map((number) => `From the train ${number}`);
  const letters = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, index) => `Letter ${from + index}`);

  beforeAll(async () => {
    place = await startEmbedded();
    account(0)?.create('Projects');
    served = await serve(place);
    const [ada] = place.users;
    for (const [index, subject] of letters(1, LETTERS).entries()) {
      const text = `Words of ${subject}.`;
      const bytes = letter({ from: 'Grace <grace@postern.example>', to: ada.address, subject, text });
      // A minute from one to the next, as mail comes.
      place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(bytes), {
        internalDate: Date.now() - (LETTERS - index) * 60_000,
      });
    }
    profile = await mkdtemp(join(tmpdir(), 'postern-hour-'));
    browser = await openBrowser({ profile });
    app = await browser.newApp(served);
    await app.signIn(ada);
    await app.row(`Letter ${LETTERS}`).waitFor();
    await app.page.evaluate(() => navigator.serviceWorker.ready);
    await eventually('the shell and recent texts are kept', async () => {
      const kept = Object.entries(await app.keptRows());
      const parts = kept.find(([name]) => name.endsWith('/parts'))?.[1] ?? 0;
      return parts >= 20 && (await app.page.evaluate(async () => (await caches.keys()).length > 0));
    });
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
    await rm(profile, { recursive: true, force: true });
  });

  const reopen = async (): Promise<void> => {
    await browser.close();
    browser = await openBrowser({ profile });
    app = await browser.newApp(served);
    await app.page.getByRole('grid').waitFor();
  };

  /** What the person did, on the screen of whichever browser shows it. */
  const showsWhatWasDone = async (): Promise<void> => {
    const shows = (count: number): Promise<unknown> =>
      expect.poll(() => app.page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(count));
    await app.mailbox('Projects');
    await shows(MOVED);
    await app.mailbox('Trash');
    for (const subject of letters(LETTERS - 1, LETTERS)) await app.row(subject).waitFor();
    await app.mailbox('Travels');
    await app.row(`Letter ${LETTERS - 4}`).waitFor();
    await app.mailbox('Drafts');
    await app.page.getByText('Half a thought').first().waitFor();
    await app.mailbox('Inbox');
    await app.row(`Letter ${LETTERS - 3}`).waitFor();
    await shows(LETTERS - MOVED - 3);
    await app.page.getByRole('row', { name: new RegExp(`Letter ${LETTERS - 2}\\b.*Flagged`) }).waitFor();
  };

  it('reads, flags, files, deletes, writes and sends: all of it at once on the screen', async () => {
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    for (const subject of letters(LETTERS - 4, LETTERS)) {
      await app.open(subject);
      await app.reader.getByText(`Words of ${subject}.`).waitFor();
    }
    await app.open(`Letter ${LETTERS - 2}`);
    await app.page.keyboard.press('s');
    for (const subject of letters(LETTERS - 1, LETTERS)) {
      await app.open(subject);
      await app.page.keyboard.press('#');
      await app.row(subject).waitFor({ state: 'detached' });
    }
    await app.page.getByRole('button', { name: 'New folder' }).click();
    await app.page.getByRole('dialog', { name: 'New folder' }).getByLabel('Name').fill('Travels');
    await app.page.keyboard.press('Enter');
    await app.row(`Letter ${LETTERS - 4}`).click();
    await app.page.keyboard.press('v');
    await app.page.getByRole('dialog', { name: 'Move 1 message to' }).waitFor();
    await app.page.keyboard.type('trav');
    await app.page.keyboard.press('Enter');
    await selectFrom(app, `Letter ${LETTERS - 5}`, MOVED);
    await app.page.keyboard.press('v');
    await app.page.getByRole('dialog', { name: `Move ${MOVED} messages to` }).waitFor();
    await app.page.keyboard.type('proj');
    await app.page.keyboard.press('Enter');
    await write(app, 'Half a thought', 'leave');
    for (const subject of sent) await write(app, subject);
    await showsWhatWasDone();
    expect((await subjectsIn(account(0), 'INBOX')).length).toBe(LETTERS);
  }, 60_000);

  it('is all there when the browser is closed and opened again, still without a network', async () => {
    await reopen();
    await app.page.getByText(/^Offline\./).waitFor();
    await showsWhatWasDone();
    await app.page.getByRole('button', { name: /Outbox/ }).click();
    const outbox = app.page.getByRole('dialog', { name: 'Outbox' });
    for (const subject of sent) await outbox.getByText(`Send “${subject}”`).waitFor();
    await outbox.getByText(`Move ${MOVED} messages`).waitFor();
    await app.page.keyboard.press('Escape');
    await outbox.waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  }, 60_000);

  it('arrives when the network is back, all of it, and once', async () => {
    await served.wire.mend();
    await online(app);
    await eventually(
      'the five are with Grace',
      async () => (await subjectsIn(account(1), 'INBOX')).length >= sent.length,
      ARRIVES,
    );
    await eventually(
      'the outbox is empty',
      async () => (await app.page.getByRole('button', { name: /^Outbox/ }).count()) === 0,
      ARRIVES,
    );
    expect((await subjectsIn(account(1), 'INBOX')).toSorted()).toEqual(sent);
    expect((await subjectsIn(account(0), 'Sent')).toSorted()).toEqual(sent);
    expect((await subjectsIn(account(0), 'Trash')).toSorted()).toEqual(letters(LETTERS - 1, LETTERS));
    expect(await flaggedIn(account(0), 'INBOX', '\\Flagged')).toEqual([`Letter ${LETTERS - 2}`]);
    // Those that were opened, and the one that opened when all above it had left.
    const next = `Letter ${LETTERS - MOVED - 5}`;
    const seen = await flaggedIn(account(0), 'INBOX', '\\Seen');
    expect(seen).toEqual([next, ...letters(LETTERS - 3, LETTERS - 2)]);
    expect(await subjectsIn(account(0), 'Travels')).toEqual([`Letter ${LETTERS - 4}`]);
    expect(await subjectsIn(account(0), 'Drafts')).toEqual(['Half a thought']);
    expect(await subjectsIn(account(0), 'Projects')).toHaveLength(MOVED);
    const counts = await everywhere(account(0));
    for (const subject of letters(1, LETTERS)) expect(counts.get(subject), subject).toBe(1);
    await showsWhatWasDone();
    expect(app.complaints).toEqual([]);
  }, 150_000);
});

describe.skipIf(missing)('two tabs, and the one that runs the engine is killed in the middle', () => {
  let sitting: Sitting;
  let place: EmbeddedPlace;
  let served: Served;
  let first: App;
  let second: App;

  beforeAll(async () => {
    sitting = await sitDown({ letters: 12 });
    ({ place, served, app: first } = sitting);
    second = await sitting.browser.newApp(served);
    await second.row('Letter 12').waitFor();
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('loses nothing and does nothing twice', async () => {
    // The server is slow to say that it is done: the tab dies between the doing and the saying.
    const begun: string[] = [];
    place.server.faults.delay = (command) => {
      if (!/MOVE|COPY|STORE|APPEND/.test(command)) return 0;
      begun.push(command);
      return 400;
    };
    await second.page.bringToFront();
    for (const subject of ['Letter 11', 'Letter 9', 'Letter 7', 'Letter 5']) {
      await second.row(subject).click();
      await second.page.keyboard.press('e');
      await second.row(subject).waitFor({ state: 'detached' });
    }
    await write(second, 'Between two lives');
    await eventually('something is under way', () => begun.length > 0);
    const debug = await sitting.browser.context.newCDPSession(first.page);
    const opened = served.log.filter(({ ev }) => ev === 'open').length;
    const dead = first.page.waitForEvent('crash');
    // Nobody answers from a page that is dead.
    void debug.send('Page.crash').catch(() => undefined);
    await dead;
    const ada = place.server.accounts[0];
    await eventually('all is archived', async () => (await subjectsIn(ada, 'Archive')).length >= 4, ARRIVES);
    place.server.faults.delay = undefined;
    await eventually(
      'it is sent and filed',
      async () => (await subjectsIn(ada, 'Sent')).length >= 1,
      ARRIVES,
    );
    await second.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
    expect(served.log.filter(({ ev }) => ev === 'open').length).toBeGreaterThan(opened);
    const counts = await everywhere(ada);
    for (let i = 1; i <= 12; i++) expect(counts.get(`Letter ${i}`), `Letter ${i}`).toBe(1);
    expect(counts.get('Between two lives')).toBe(1);
    expect(await subjectsIn(place.server.accounts[1], 'INBOX')).toEqual(['Between two lives']);
    expect(second.complaints).toEqual([]);
  }, 150_000);
});

describe.skipIf(missing)('two browsers, one account, the same messages', () => {
  let sitting: Sitting;
  let place: EmbeddedPlace;
  let served: Served;
  let otherServed: Served;
  let other: Browser;
  let laptop: App;
  let phone: App;

  beforeAll(async () => {
    sitting = await sitDown({ letters: 6, prepare: (account) => account.create('Projects') });
    ({ place, served, app: laptop } = sitting);
    otherServed = await serve(place);
    other = await openBrowser();
    phone = await signedIn({ place, served: otherServed, browser: other }, 6);
  }, 60_000);

  afterAll(async () => {
    await other?.close();
    await otherServed?.close();
    await standUp(sitting);
  });

  it('end with one copy of each, in one place, and both show the same', async () => {
    const moveTo = async (app: App, subject: string, mailbox: string): Promise<void> => {
      await app.row(subject).click();
      await app.page.keyboard.press('v');
      await app.page.getByRole('dialog', { name: 'Move 1 message to' }).waitFor();
      await app.page.keyboard.type(mailbox);
      await app.page.keyboard.press('Enter');
      await app.row(subject).waitFor({ state: 'detached' });
    };
    await served.wire.cut();
    await otherServed.wire.cut();
    for (const app of [laptop, phone]) await app.page.getByText(/^Offline\./).waitFor();
    // The same message into two places, marked by one and moved by the other, deleted by both.
    await moveTo(laptop, 'Letter 6', 'Projects');
    await moveTo(phone, 'Letter 6', 'Archive');
    await laptop.row('Letter 5').click();
    await laptop.page.keyboard.press('s');
    await moveTo(phone, 'Letter 5', 'Projects');
    for (const app of [laptop, phone]) {
      await app.row('Letter 4').click();
      await app.page.keyboard.press('#');
      await app.row('Letter 4').waitFor({ state: 'detached' });
    }
    await laptop.row('Letter 2').click();
    await laptop.page.keyboard.press('s');
    await phone.row('Letter 2').click();
    await phone.page.keyboard.press('Shift+u');

    await otherServed.wire.mend();
    await online(phone);
    const ada = place.server.accounts[0];
    await eventually('the phone is done', async () => (await subjectsIn(ada, 'Trash')).length === 1, ARRIVES);
    await eventually(
      'nothing waits on the phone',
      async () => (await phone.page.getByRole('button', { name: /^Outbox/ }).count()) === 0,
      ARRIVES,
    );
    await served.wire.mend();
    await online(laptop);
    await laptop.page.getByText(/^Offline\./).waitFor({ state: 'detached' });
    await eventually(
      'the flag of the laptop arrives',
      async () => (await flaggedIn(ada, 'INBOX', '\\Flagged')).includes('Letter 2'),
      ARRIVES,
    );

    await eventually(
      'each of them once, and where the first put it',
      async () => {
        const counts = await everywhere(ada);
        const once = [1, 2, 3, 4, 5, 6].every((i) => counts.get(`Letter ${i}`) === 1);
        return once && (await subjectsIn(ada, 'Trash')).join() === 'Letter 4';
      },
      ARRIVES,
    );
    expect(await subjectsIn(ada, 'Archive')).toEqual(['Letter 6']);
    expect(await subjectsIn(ada, 'Projects')).toEqual(['Letter 5']);
    expect((await subjectsIn(ada, 'INBOX')).toSorted()).toEqual(['Letter 1', 'Letter 2', 'Letter 3']);
    for (const app of [laptop, phone]) {
      for (const [mailbox, subject] of [
        ['Archive', 'Letter 6'],
        ['Projects', 'Letter 5'],
        ['Trash', 'Letter 4'],
        ['Inbox', 'Letter 2'],
      ] as const) {
        await app.mailbox(mailbox);
        await app.row(subject).waitFor();
        await expect
          .poll(() => app.page.getByRole('grid').getAttribute('aria-rowcount'))
          .toBe(mailbox === 'Inbox' ? '3' : '1');
      }
      expect(app.complaints).toEqual([]);
    }
  }, 150_000);
});
