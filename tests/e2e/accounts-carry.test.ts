import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { everywhere, flaggedIn, subjectsIn } from './on-server.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: moves and copies between accounts: ${missing}`);

/** What is chosen can be taken back for so long before it begins, milliseconds; and the time to do it. */
const SOON = 20_000;

describe.skipIf(missing)('between two accounts', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  const accountOf = (i: 0 | 1) => place.server.accounts[i];
  const graces = 'grace@postern.example';

  async function choose(title: string, typed: string): Promise<void> {
    const dialog = app.page.getByRole('dialog', { name: title });
    await dialog.getByText(graces).first().waitFor();
    await dialog.getByRole('combobox').fill(typed);
    await dialog.getByRole('option', { name: graces }).first().click();
    await dialog.waitFor({ state: 'detached' });
  }

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    const [ada, grace] = place.users;
    for (const n of [1, 2, 3, 4, 5])
      await place.deliver(
        ada,
        'INBOX',
        letter({ from: 'x@postern.example', to: ada.address, subject: `Letter ${n}` }),
        n % 2 ? ['\\Seen', '\\Flagged'] : [],
      );
    await place.deliver(grace, 'INBOX', letter({ from: 'x@postern.example', to: graces, subject: 'Hello' }));
    accountOf(1)?.create('Projects');
    await place.deliver(
      grace,
      'Projects',
      letter({ from: 'x@postern.example', to: graces, subject: 'There before' }),
    );
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(grace);
    await app.row('Hello').waitFor();
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('combobox', { name: 'Type a command' }).fill('Add account');
    await app.page.keyboard.press('Enter');
    await app.signIn(ada);
    await app.row('Letter 5').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('a message is moved: it goes at once here, and arrives there once, as it is marked', async () => {
    await app.open('Letter 1');
    await app.page.keyboard.press('v');
    await app.screenshot('carry-dialog');
    await choose('Move 1 message to', 'arch');
    await app.row('Letter 1').waitFor({ state: 'detached' });
    await eventually('there', () => accountOf(1)?.get('Archive').messages.length === 1, SOON);
    await eventually('not here', async () => !(await everywhere(accountOf(0))).has('Letter 1'));
    expect(await flaggedIn(accountOf(1), 'Archive', '\\Flagged')).toEqual(['Letter 1']);
    expect(await flaggedIn(accountOf(1), 'Archive', '\\Seen')).toEqual(['Letter 1']);
    expect((await everywhere(accountOf(1))).get('Letter 1')).toBe(1);
  });

  it('is taken back before it begins', async () => {
    await app.open('Letter 2');
    await app.page.keyboard.press('v');
    await choose('Move 1 message to', 'arch');
    await app.row('Letter 2').waitFor({ state: 'detached' });
    await app.page.getByRole('button', { name: 'Undo' }).click();
    await app.row('Letter 2').waitFor();
  });

  it('what is chosen without a network waits, in words, and is done when there is one', async () => {
    await served.wire.cut();
    await app.open('Letter 2');
    await app.page.keyboard.press('v');
    await choose('Move 1 message to', 'arch');
    await app.open('Letter 3');
    await app.page.keyboard.press('Shift+v');
    await choose('Copy 1 message to', 'inbox');
    await app.page.getByRole('button', { name: /^Outbox/ }).click();
    await app.page.getByText(`Move “Letter 2” to Archive of ${graces}`).waitFor();
    await app.page.getByText(`Copy “Letter 3” to Inbox of ${graces}`).waitFor();
    await app.screenshot('carry-outbox');
    await app.page.keyboard.press('Escape');
    await app.page.reload();
    await app.row('Letter 3').waitFor();
    expect(await app.row('Letter 2').count()).toBe(0);
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await eventually(
      'there',
      async () =>
        (await subjectsIn(accountOf(1), 'Archive')).includes('Letter 2') &&
        (await subjectsIn(accountOf(1), 'INBOX')).includes('Letter 3'),
      SOON,
    );
    await eventually('not here', async () => !(await everywhere(accountOf(0))).has('Letter 2'));
    for (const subject of ['Letter 2', 'Letter 3'])
      expect((await everywhere(accountOf(1))).get(subject), subject).toBe(1);
    expect((await everywhere(accountOf(0))).get('Letter 3')).toBe(1);
    expect(await flaggedIn(accountOf(1), 'INBOX', '\\Flagged')).toEqual(['Letter 3']);
  });

  it('a folder that is renamed on the server meanwhile is found under its new name', async () => {
    await served.wire.cut();
    await app.open('Letter 5');
    await app.page.keyboard.press('v');
    await choose('Move 1 message to', 'proj');
    accountOf(1)?.rename('Projects', 'Plans');
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await eventually(
      'there',
      async () => (await subjectsIn(accountOf(1), 'Plans')).includes('Letter 5'),
      SOON,
    );
    await eventually('not here', async () => !(await everywhere(accountOf(0))).has('Letter 5'));
    expect((await everywhere(accountOf(1))).get('Letter 5')).toBe(1);
  });

  it('waits for an account that is signed out, says so, and goes on when it is signed in to', async () => {
    await app.page.evaluate(async (user) => {
      const { accounts } = (await (await fetch('/session')).json()) as {
        accounts: readonly { id: string; user: string }[];
      };
      const other = accounts.find((account) => account.user === user)!;
      await fetch(`/session?account=${other.id}`, { method: 'DELETE' });
    }, graces);
    // The engine has a connection that it opened before.
    await served.wire.cut();
    await served.wire.mend();
    await app.open('Letter 4');
    await app.page.keyboard.press('v');
    await choose('Move 1 message to', 'arch');
    await app.page.getByRole('button', { name: /^Outbox/ }).click();
    await app.page.getByText(`You are signed out of ${graces}.`).waitFor({ timeout: SOON });
    await app.screenshot('carry-signed-out');
    await app.page.keyboard.press('Escape');
    expect((await everywhere(accountOf(0))).get('Letter 4')).toBe(1);
    const [ada, grace] = place.users;
    await app.page.getByRole('button', { name: `${ada.address}: accounts` }).click();
    await app.page.getByRole('menuitem', { name: new RegExp(`^${graces}`) }).click();
    await app.row('Hello').waitFor();
    await app.page.getByRole('button', { name: 'Sign in' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Sign in to your mail' });
    await dialog.getByLabel('Password', { exact: true }).fill(grace.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await eventually(
      'there',
      async () => (await subjectsIn(accountOf(1), 'Archive')).includes('Letter 4'),
      SOON,
    );
    await eventually('not here', async () => !(await everywhere(accountOf(0))).has('Letter 4'));
    expect(app.complaints).toEqual([]);
  });
});
