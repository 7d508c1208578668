import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { Person } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: several accounts: ${missing}`);

describe.skipIf(missing)('several accounts', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  let ada: Person;
  let grace: Person;

  const deliver = (to: Person, subject: string): Promise<void> =>
    place.deliver(to, 'INBOX', letter({ from: 'x@postern.example', to: to.address, subject }));
  const menuOf = async (page: App, person: Person): Promise<void> => {
    await page.page.getByRole('button', { name: `${person.address}: accounts` }).click();
    // Chromium passes over an Escape that comes before the menu has the focus, in the same few milliseconds.
    await page.page.getByRole('menu', { name: 'Accounts' }).locator(':focus').waitFor();
  };
  const choose = (page: App, name: string | RegExp): Promise<void> =>
    page.page.getByRole('menuitem', { name }).click();
  const users = (): Promise<readonly string[]> =>
    app.page.evaluate(async () => {
      const answer = (await (await fetch('/session')).json()) as { accounts: readonly { user: string }[] };
      return answer.accounts.map(({ user }) => user);
    });

  beforeAll(async () => {
    place = await startEmbedded();
    served = await serve(place);
    [ada, grace] = place.users;
    for (const n of [1, 2]) await deliver(ada, `For Ada ${n}`);
    await deliver(grace, 'For Grace 1');
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(ada);
    await app.row('For Ada 2').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('adding one has a way back', async () => {
    await menuOf(app, ada);
    await choose(app, 'Add account');
    const dialog = app.page.getByRole('dialog', { name: 'Add account' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await app.row('For Ada 2').waitFor();
    expect(await users()).toEqual([ada.user]);
  });

  it('one is added, and shown with mail of its own; what was being written is there on the way back', async () => {
    await app.page.keyboard.press('c');
    await app.page.getByRole('dialog', { name: 'New message' }).getByLabel('Subject').fill('Half a thought');
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('combobox', { name: 'Type a command' }).fill('Add account');
    await app.page.keyboard.press('Enter');
    await app.signIn(grace);
    await app.row('For Grace 1').waitFor();
    expect(await app.row('For Ada 1').count()).toBe(0);
    await menuOf(app, grace);
    await app.screenshot('accounts');
    await choose(app, new RegExp(`^${ada.address}`));
    await app.row('For Ada 2').waitFor();
    expect(await app.row('For Grace 1').count()).toBe(0);
    await app.mailbox('Drafts');
    await app.page.getByText('Half a thought').first().waitFor();
    await app.mailbox('Inbox');
  });

  it('none is left while the device has no room for what is being written', async () => {
    const composer = app.page.getByRole('dialog', { name: 'New message' });
    await app.page.keyboard.press('c');
    await app.page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...row: Parameters<typeof put>) {
        if (this.name === 'drafts') throw new DOMException('no room', 'QuotaExceededError');
        return put.apply(this, row);
      };
      addEventListener('room', () => (IDBObjectStore.prototype.put = put));
    });
    await composer.getByLabel('Subject').fill('No room for this');
    const switchToGrace = async (): Promise<void> => {
      await app.page.keyboard.press('Control+k');
      await app.page.getByRole('combobox', { name: 'Type a command' }).fill('Switch to grace');
      await app.page.keyboard.press('Enter');
    };
    await switchToGrace();
    await composer.getByRole('alert').waitFor();
    expect(await composer.getByLabel('Subject').inputValue()).toBe('No room for this');
    await app.page.evaluate(() => dispatchEvent(new Event('room')));
    await switchToGrace();
    await app.row('For Grace 1').waitFor();
    await menuOf(app, grace);
    await choose(app, new RegExp(`^${ada.address}`));
    await app.row('For Ada 2').waitFor();
    await app.mailbox('Drafts');
    await app.page.getByText('No room for this').first().waitFor();
    await app.mailbox('Inbox');
  });

  it('mail of both keeps coming, and the menu counts it', async () => {
    await deliver(grace, 'For Grace 2');
    await deliver(ada, 'For Ada 3');
    await app.row('For Ada 3').waitFor();
    await eventually('counted', async () => {
      await menuOf(app, ada);
      const entry = app.page.getByRole('menuitem', { name: `${grace.address} , 2 unread` });
      const there = (await entry.count()) === 1;
      await app.page.keyboard.press('Escape');
      return there;
    });
  });

  it('what is done in one is carried out when the tab shows the other', async () => {
    await app.open('For Ada 1');
    await app.page.keyboard.press('e');
    await app.row('For Ada 1').waitFor({ state: 'detached' });
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('combobox', { name: 'Type a command' }).fill('Switch to grace');
    await app.page.keyboard.press('Enter');
    await app.row('For Grace 2').waitFor();
    const [ofAda] = place.server.accounts;
    await eventually('archived', () => ofAda?.get('Archive').messages.length === 1);
  });

  it('the way back leads to the account that was there, and opens nothing of the other', async () => {
    await app.open('For Grace 1');
    await menuOf(app, grace);
    await choose(app, new RegExp(`^${ada.address}`));
    await app.row('For Ada 3').waitFor();
    await app.mailbox('Archive');
    await app.page.goBack();
    await app.row('For Ada 3').waitFor();
    await app.page.goBack();
    await app.row('For Grace 2').waitFor();
    await app.page.getByRole('button', { name: `${grace.address}: accounts` }).waitFor();
  });

  it('two tabs show one each, by one engine for each', async () => {
    const second = await browser.newApp(served);
    await second.row('For Grace 2').waitFor();
    await menuOf(second, grace);
    await choose(second, new RegExp(`^${ada.address}`));
    await second.row('For Ada 3').waitFor();
    await app.page.reload();
    await app.row('For Grace 2').waitFor();
    await second.page.reload();
    await second.row('For Ada 3').waitFor();
    await eventually('two connections for each account', () => {
      const count = (ev: string): number => served.log.filter((entry) => entry.ev === ev).length;
      return count('open') - count('close') <= 4;
    });
    expect(second.complaints).toEqual([]);
    await second.page.close();
  });

  it('both are there without a network', async () => {
    await app.page.evaluate(() => navigator.serviceWorker.ready);
    await eventually('the worker serves the page', () =>
      app.page.evaluate(async () => (await caches.keys()).length > 0),
    );
    await served.wire.cut();
    await app.page.reload();
    await app.row('For Grace 2').waitFor();
    await menuOf(app, grace);
    await choose(app, new RegExp(`^${ada.address}`));
    await app.row('For Ada 3').waitFor();
    await menuOf(app, ada);
    await app.page.getByRole('menuitem', { name: new RegExp(`^${grace.address}`) }).waitFor();
    await app.page.keyboard.press('Escape');
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
  });

  it('one that has to be signed in to again says so, and its mail stays readable', async () => {
    await app.page.evaluate(async () => {
      const { accounts } = (await (await fetch('/session')).json()) as {
        accounts: readonly { id: string; user: string }[];
      };
      const other = accounts.find(({ user }) => user.startsWith('grace'))!;
      await fetch(`/session?account=${other.id}`, { method: 'DELETE' });
    });
    await app.page.reload();
    await app.row('For Ada 3').waitFor();
    await eventually('the menu says it', async () => {
      await menuOf(app, ada);
      const entry = app.page.getByRole('menuitem', { name: `${grace.address} , Sign in again` });
      const there = (await entry.count()) === 1;
      await app.page.keyboard.press('Escape');
      return there;
    });
    await menuOf(app, ada);
    await choose(app, new RegExp(`^${grace.address}`));
    await app.row('For Grace 2').waitFor();
    await app.page.getByRole('button', { name: 'Sign in' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Sign in to your mail' });
    await dialog.getByLabel('Password', { exact: true }).fill(grace.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await deliver(grace, 'For Grace 3');
    await app.row('For Grace 3').waitFor();
    expect((await users()).toSorted()).toEqual([ada.user, grace.user]);
  });

  it('one is signed out of: its mail goes, in every tab, and the other is shown', async () => {
    const second = await browser.newApp(served);
    await second.row('For Grace 3').waitFor();
    await menuOf(app, grace);
    await choose(app, `Sign out of ${grace.address}`);
    await app.row('For Ada 3').waitFor();
    await second.row('For Ada 3').waitFor();
    expect(await users()).toEqual([ada.user]);
    const stores = await app.page.evaluate(async () =>
      (await indexedDB.databases()).map(({ name = '' }) => name),
    );
    expect(stores).toHaveLength(1);
    await deliver(ada, 'For Ada 4');
    await second.row('For Ada 4').waitFor();
    await second.page.close();
    expect(app.complaints).toEqual([]);
  });

  it('a device of before keeps its account: nobody is signed out, and no draft is lost', async () => {
    await served.wire.cut();
    await app.page.keyboard.press('c');
    await app.page.getByRole('dialog', { name: 'New message' }).getByLabel('Subject').fill('Of before');
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('dialog', { name: 'New message' }).waitFor({ state: 'detached' });
    await served.wire.mend();
    // What the versions before this one left on a device: one store, one cookie, and no list of accounts.
    const beside = await browser.context.newPage();
    await beside.goto(`${served.url}/healthz`);
    await app.page.close();
    await beside.evaluate(asBefore);
    const [cookie] = await browser.context.cookies(served.url);
    await browser.context.clearCookies();
    await browser.context.addCookies([{ ...cookie!, name: 'postern' }]);
    await beside.close();

    app = await browser.newApp(served);
    await app.row('For Ada 4').waitFor();
    await app.mailbox('Drafts');
    await app.page.getByText('Of before').first().waitFor();
    await app.mailbox('Inbox');
    await deliver(ada, 'For Ada 5');
    await app.row('For Ada 5').waitFor();
    expect(await users()).toEqual([ada.user]);
    await app.signOut();
    expect(await app.keptRows()).toEqual({});
    expect(await browser.context.cookies(served.url)).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});

/** Runs in the page: the one store of an account under the name that it had when there could be but one. */
async function asBefore(): Promise<void> {
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('failed'));
    });
  const [{ name = '', version } = {}] = await indexedDB.databases();
  const from = await settled(indexedDB.open(name, version));
  const opening = indexedDB.open('postern', version);
  opening.onupgradeneeded = () => {
    for (const store of from.objectStoreNames) opening.result.createObjectStore(store);
  };
  const to = await settled(opening);
  for (const store of from.objectStoreNames) {
    const reading = from.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([settled(reading.getAllKeys()), settled(reading.getAll())]);
    const writing = to.transaction(store, 'readwrite').objectStore(store);
    await Promise.all(keys.map((key, at) => settled(writing.put(values[at], key))));
  }
  from.close();
  to.close();
  await settled(indexedDB.deleteDatabase(name));
  localStorage.clear();
}
