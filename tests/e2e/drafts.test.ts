import type { Account } from '@postern/mailserver';
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
import { sendAfter } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: drafts on two devices: ${missing}`);

describe.skipIf(missing)('drafts on two devices', () => {
  let place: EmbeddedPlace;
  const served: Served[] = [];
  const browsers: Browser[] = [];
  let laptop: App;
  let phone: App;
  const ada = (): Account | undefined => place.server.accounts[0];
  const composer = (app: App): Locator => app.page.getByRole('dialog', { name: /New message|thought/ });
  const text = (app: App): Locator => composer(app).getByRole('textbox', { name: 'Message' });
  const close = async (app: App): Promise<void> => {
    await app.page.keyboard.press('Escape');
    await composer(app).waitFor({ state: 'detached' });
  };
  /** The texts of all drafts on the server, in their order. */
  const texts = async (): Promise<string[]> =>
    Promise.all(
      (ada()?.find('Drafts')?.messages ?? []).map(async ({ content }) => {
        const whole = new TextDecoder().decode(await content.read(0, content.size));
        return whole.slice(whole.indexOf('\r\n\r\n') + 4).trim();
      }),
    );
  const onServer = (...wanted: readonly string[]): Promise<true> =>
    eventually(
      `the drafts on the server are ${wanted.join(' and ')}`,
      async () => (await texts()).toSorted().join() === wanted.toSorted().join(),
      20_000,
    );
  /** Rows that a device keeps of that kind. */
  const kept = async (app: App, store: string): Promise<number> =>
    Object.entries(await app.keptRows()).reduce(
      (sum, [name, n]) => sum + (name.endsWith(`/${store}`) ? n : 0),
      0,
    );
  /** In the Drafts mailbox, in whichever of its two lists. */
  const draft = (app: App, subject = 'Half a thought'): Locator =>
    app.page.getByRole('region', { name: 'Messages in Drafts' }).getByText(subject, { exact: true }).first();

  beforeAll(async () => {
    place = await startEmbedded();
    for (let i = 0; i < 2; i++) {
      served.push(await serve(place));
      browsers.push(await openBrowser());
    }
    const apps = [];
    for (const [i, browser] of browsers.entries()) {
      const app = await browser.newApp(served[i]!);
      await app.signIn(place.users[0]);
      await app.page.getByText('Nothing in your inbox').waitFor();
      await sendAfter(app, 1);
      await app.page.getByText('Nothing in your inbox').waitFor();
      apps.push(app);
    }
    [laptop, phone] = apps as [App, App];
  }, 60_000);

  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await Promise.all(served.map((each) => each.close()));
    await place?.close();
  });

  it('are on the server once the composer is closed, and open on the other device', async () => {
    await laptop.page.keyboard.press('c');
    await composer(laptop).getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await composer(laptop).getByLabel('Subject').fill('Half a thought');
    await text(laptop).fill('The first half');
    await close(laptop);
    await onServer('The first half');
    expect(await subjectsIn(ada(), 'Drafts')).toEqual(['Half a thought']);
    await phone.mailbox('Drafts');
    await draft(phone).click();
    await expect.poll(() => text(phone).inputValue()).toBe('The first half');
    await text(phone).fill('The first half, and the second');
    await close(phone);
    await onServer('The first half, and the second');
    await laptop.mailbox('Drafts');
    await expect.poll(() => laptop.page.getByText('Half a thought', { exact: true }).count()).toBe(1);
    await draft(laptop).click();
    await expect.poll(() => text(laptop).inputValue()).toBe('The first half, and the second');
    await close(laptop);
  }, 60_000);

  it('written on both while they could not know of each other: both stay', async () => {
    await served[0]?.wire.cut();
    await laptop.page.getByText(/^Offline\./).waitFor();
    await draft(laptop).click();
    await expect.poll(() => text(laptop).inputValue()).toBe('The first half, and the second');
    await text(laptop).fill('By the laptop');
    await close(laptop);
    await draft(phone).click();
    await expect.poll(() => text(phone).inputValue()).toBe('The first half, and the second');
    await text(phone).fill('By the phone');
    await close(phone);
    await onServer('By the phone');
    await served[0]?.wire.mend();
    await laptop.page.evaluate(() => dispatchEvent(new Event('online')));
    await onServer('By the laptop', 'By the phone');
    for (const app of [laptop, phone]) {
      await expect.poll(() => app.page.getByText('Half a thought', { exact: true }).count()).toBe(2);
      const told = app.page.getByRole('region', { name: 'Drafts changed elsewhere' });
      await told.getByText('“Half a thought” was also changed elsewhere. Both are kept.').waitFor();
      await app.screenshot(`drafts-parted-${app === laptop ? 'laptop' : 'phone'}`);
    }
  }, 60_000);

  it('written on both say so: the other one opens, and it is said once', async () => {
    const told = laptop.page.getByRole('region', { name: 'Drafts changed elsewhere' });
    await told.getByRole('button', { name: 'Open the newer one' }).click();
    await expect.poll(() => text(laptop).inputValue()).toMatch(/^By the/);
    const newer = await text(laptop).inputValue();
    const line = composer(laptop).getByRole('status').filter({ hasText: 'Both are kept' });
    await line.waitFor();
    await laptop.screenshot('drafts-parted-composer');
    await line.getByRole('button', { name: 'Open the other' }).click();
    await expect
      .poll(() => text(laptop).inputValue())
      .toBe(newer === 'By the phone' ? 'By the laptop' : 'By the phone');
    await line.getByRole('button', { name: 'Dismiss' }).click();
    await line.waitFor({ state: 'detached' });
    await close(laptop);
    await told.waitFor({ state: 'detached' });
    expect(await laptop.page.getByText('Half a thought', { exact: true }).count()).toBe(2);
  }, 60_000);

  it('are gone from the server once they are sent', async () => {
    await draft(laptop).click();
    await expect.poll(() => text(laptop).inputValue()).toMatch(/^By the/);
    const sent = await text(laptop).inputValue();
    await laptop.page.keyboard.press('Control+Enter');
    await composer(laptop).waitFor({ state: 'detached' });
    await eventually(
      'it is sent',
      async () => (await subjectsIn(place.server.accounts[1], 'INBOX')).length === 1,
      30_000,
    );
    await onServer(sent === 'By the phone' ? 'By the laptop' : 'By the phone');
  }, 60_000);

  it('that answer a message are one draft on both, and mark it when they are sent', async () => {
    const grace = place.users[1]!;
    const question = letter({ from: grace.address, to: place.users[0].address, subject: 'Shall we?' });
    await place.deliver(place.users[0], 'INBOX', question);
    await laptop.mailbox('Inbox');
    await laptop.open('Shall we?');
    await laptop.page.keyboard.press('r');
    const answer = (app: App): Locator => app.page.getByRole('dialog', { name: /Shall we/ });
    const words = (app: App): Locator => answer(app).getByRole('textbox', { name: 'Message' });
    await words(laptop).fill('We shall');
    await laptop.page.keyboard.press('Escape');
    await laptop.mailbox('Drafts');
    const shown = (app: App): Promise<number> => app.page.getByText('Re: Shall we?', { exact: true }).count();
    await expect.poll(() => shown(laptop)).toBe(1);
    await eventually('it is on this device no more', async () => (await kept(laptop, 'drafts')) === 0);
    await phone.mailbox('Drafts');
    await expect.poll(() => shown(phone)).toBe(1);
    await phone.page.getByText('Re: Shall we?', { exact: true }).click();
    await expect.poll(() => words(phone).inputValue()).toBe('We shall');
    await words(phone).fill('We shall, tomorrow');
    await phone.page.keyboard.press('Control+Enter');
    await answer(phone).waitFor({ state: 'detached' });
    await eventually(
      'it is marked',
      async () => ada()?.find('INBOX')?.messages[0]?.flags.has('\\Answered') === true,
      30_000,
    );
    await eventually(
      'it is no draft any more',
      async () => !(await subjectsIn(ada(), 'Drafts')).includes('Re: Shall we?'),
      10_000,
    );
    expect(await subjectsIn(ada(), 'Sent')).toContain('Re: Shall we?');
  }, 90_000);

  it('whose files have not come when they are put away have them when they are opened again', async () => {
    await laptop.mailbox('Drafts');
    await laptop.page.keyboard.press('c');
    await composer(laptop).getByLabel('Subject').fill('With a thought');
    await text(laptop).fill('See the plan');
    // More than is kept of a message in full: its text alone comes before it is asked for.
    const buffer = Buffer.alloc(300_000, 'plan ');
    await composer(laptop)
      .locator('input[type=file]')
      .setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer });
    await composer(laptop).getByText('plan.txt').waitFor();
    await close(laptop);
    const octets = async (): Promise<number> =>
      (ada()?.find('Drafts')?.messages ?? []).at(-1)?.content.size ?? 0;
    await eventually('the file is there', async () => (await octets()) > 300_000, 20_000);
    await phone.mailbox('Drafts');
    await draft(phone, 'With a thought').click();
    await expect.poll(() => text(phone).inputValue()).toBe('See the plan');
    await close(phone);
    await served[1]?.wire.cut();
    await phone.page.getByText(/^Offline\./).waitFor();
    await phone.page.reload();
    await phone.mailbox('Drafts');
    await draft(phone, 'With a thought').click();
    await expect.poll(() => text(phone).inputValue()).toBe('See the plan');
    await composer(phone).getByText('Not to be had now').waitFor();
    await text(phone).fill('See the plan, and tell me');
    await close(phone);
    await served[1]?.wire.mend();
    await phone.page.evaluate(() => dispatchEvent(new Event('online')));
    await phone.page.getByText(/^Offline\./).waitFor({ state: 'detached' });
    await draft(phone, 'With a thought').click();
    await expect.poll(() => text(phone).inputValue()).toBe('See the plan, and tell me');
    await composer(phone).getByText('plan.txt').waitFor();
    await expect
      .poll(() =>
        composer(phone)
          .getByText(/On its way|Not to be had now/)
          .count(),
      )
      .toBe(0);
    await close(phone);
    await eventually(
      'the words are there with the file',
      async () => (await texts()).some((each) => each.includes('and tell me') && each.length > 300_000),
      30_000,
    );
  }, 90_000);

  it('sent on one while they are open on the other are not sent again without asking', async () => {
    await phone.mailbox('Drafts');
    await phone.page.keyboard.press('c');
    await composer(phone).getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await composer(phone).getByLabel('Subject').fill('A last thought');
    await text(phone).fill('Almost');
    await close(phone);
    await laptop.mailbox('Drafts');
    for (const app of [laptop, phone]) {
      await draft(app, 'A last thought').click();
      await expect.poll(() => text(app).inputValue()).toBe('Almost');
    }
    await text(laptop).fill('Almost, and more');
    await phone.page.keyboard.press('Control+Enter');
    await composer(phone).waitFor({ state: 'detached' });
    await eventually(
      'it is sent',
      async () => (await subjectsIn(place.server.accounts[1], 'INBOX')).length === 3,
      30_000,
    );
    await composer(laptop).getByText('This draft was sent from elsewhere meanwhile.').waitFor();
    await laptop.screenshot('drafts-sent-elsewhere');
    await laptop.page.keyboard.press('Control+Enter');
    await composer(laptop).waitFor({ state: 'detached' });
    await laptop.page.getByText('1 needs you').first().click();
    const outbox = laptop.page.getByRole('dialog', { name: 'Outbox' });
    await outbox.getByText(/This draft was sent already/).waitFor();
    await laptop.screenshot('drafts-sent-already');
    expect(await subjectsIn(place.server.accounts[1], 'INBOX')).toHaveLength(3);
    await outbox.getByRole('button', { name: 'Edit' }).click();
    await expect.poll(() => text(laptop).inputValue()).toBe('Almost, and more');
    await close(laptop);
    expect(laptop.complaints).toEqual([]);
    expect(phone.complaints).toEqual([]);
  }, 90_000);

  it('stay in the composer where the device has no room for them, until it has', async () => {
    await laptop.page.keyboard.press('c');
    await composer(laptop).getByLabel('Subject').fill('One more thought');
    await laptop.page.evaluate(() => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...row) {
        if (this.name === 'drafts') throw new DOMException('no room', 'QuotaExceededError');
        return put.apply(this, row);
      };
      addEventListener('room', () => (IDBObjectStore.prototype.put = put));
    });
    await text(laptop).fill('That must not go');
    await laptop.page.keyboard.press('Escape');
    await composer(laptop).getByRole('alert').waitFor();
    expect(await text(laptop).inputValue()).toBe('That must not go');
    await laptop.page.evaluate(() => dispatchEvent(new Event('room')));
    await close(laptop);
    await eventually('the draft is on the server', async () => (await texts()).includes('That must not go'));
  }, 60_000);

  it('are kept with what was typed while they were being put away', async () => {
    await laptop.page.keyboard.press('c');
    await composer(laptop).getByLabel('Subject').fill('A last thought');
    await text(laptop).fill('Wait');
    await text(laptop).evaluate((field: HTMLTextAreaElement) => {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
      setTimeout(() => {
        field.value = 'Wait for me';
        field.dispatchEvent(new Event('input', { bubbles: true }));
      });
    });
    await composer(laptop).waitFor({ state: 'detached' });
    await eventually('the draft is on the server', async () => (await texts()).includes('Wait for me'));
  }, 60_000);
});
