import { profiles } from '@postern/mailserver';
import type { Account } from '@postern/mailserver';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { subjectsIn } from './on-server.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: messages from files: ${missing}`);

/** Octets that the mail server takes of one message. */
const LIMIT = 20_000;

const file = (name: string, content: string) => ({
  name,
  mimeType: 'message/rfc822',
  buffer: Buffer.from(content),
});
const mail = (subject: string, text = 'Words.'): string =>
  letter({
    from: 'grace@postern.example',
    to: 'ada@postern.example',
    subject,
    text,
    date: new Date('2019-03-04T05:06:07Z'),
  });

describe.skipIf(missing)('messages from files', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  const ada = (): Account | undefined => place.server.accounts[0];
  const outbox = (): Locator => app.page.getByRole('dialog', { name: 'Outbox' });
  const choose = async (files: readonly ReturnType<typeof file>[]): Promise<void> => {
    const chooser = app.page.waitForEvent('filechooser');
    await app.page.getByRole('button', { name: 'Folder Old mail' }).click();
    await app.page.getByRole('menuitem', { name: 'Import messages' }).click();
    await (await chooser).setFiles([...files]);
  };
  /** As a file manager does it. */
  const drop = (files: readonly { readonly name: string; readonly content: string }[]): Promise<void> =>
    app.page.getByRole('region', { name: 'Messages in Old mail' }).evaluate((list, dropped) => {
      const data = new DataTransfer();
      for (const { name, content } of dropped) data.items.add(new File([content], name));
      for (const type of ['dragover', 'drop'])
        list.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, files);

  beforeAll(async () => {
    place = await startEmbedded({ profile: { ...profiles.full, appendLimit: LIMIT } });
    ada()?.create('Old mail');
    served = await serve(place);
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(place.users[0]);
    await app.mailbox('Old mail');
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('go into the folder with their dates; what holds no message is named', async () => {
    await choose([
      file('one.eml', mail('From a file')),
      file('two.eml', mail('With bare line breaks').replaceAll('\r\n', '\n')),
      file('shopping.txt', 'Milk\nBread\n'),
    ]);
    const said = app.page.getByRole('region', { name: 'Undo' });
    const told = said.getByText('2 messages put into Old mail. shopping.txt holds no message.');
    await told.waitFor();
    // All of it can be read.
    const cut = await told.evaluateAll((texts) =>
      texts.some((each) => each.scrollWidth > each.clientWidth + 1),
    );
    expect(cut).toBe(false);
    await app.row('From a file').waitFor();
    await app.row('With bare line breaks').waitFor();
    expect((await subjectsIn(ada(), 'Old mail')).toSorted()).toEqual([
      'From a file',
      'With bare line breaks',
    ]);
    await expect.poll(() => app.row('From a file').locator('time').innerText()).toMatch(/2019/);
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
  });

  it('dropped without a network they wait, and arrive once', async () => {
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    await drop([1, 2, 3].map((i) => ({ name: `${i}.eml`, content: mail(`Dropped ${i}`) })));
    await app.page.getByText('3 messages go into Old mail when there is a network.').first().waitFor();
    const list = app.page.getByRole('region', { name: 'Messages in Old mail' });
    await list.getByRole('heading', { name: 'Waiting for your mail server' }).waitFor();
    await app.screenshot('import-coming');
    await list.getByRole('button', { name: 'Put 3 messages from files' }).click();
    await outbox().getByText('Put 3 messages from files into Old mail').waitFor();
    await app.screenshot('import-waiting');
    await app.page.keyboard.press('Escape');
    await app.page.reload();
    await app.page.getByText(/^Offline\./).waitFor();
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    for (const i of [1, 2, 3]) await app.row(`Dropped ${i}`).waitFor({ timeout: 30_000 });
    await list.getByRole('button', { name: /from files/ }).waitFor({ state: 'detached' });
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
    const there = await subjectsIn(ada(), 'Old mail');
    expect(there.filter((subject) => subject.startsWith('Dropped')).toSorted()).toEqual([
      'Dropped 1',
      'Dropped 2',
      'Dropped 3',
    ]);
  }, 60_000);

  it('one that the server refuses is named, and the others are there', async () => {
    await choose([
      file('good.eml', mail('Good')),
      file('huge.eml', mail('Huge', 'x'.repeat(LIMIT))),
      file('fine.eml', mail('Fine')),
    ]);
    await app.row('Fine').waitFor({ timeout: 30_000 });
    await app.page.getByRole('button', { name: /^Outbox.*1 needs you/ }).click();
    await outbox().getByText('1 message was not accepted. All others are in the folder.').waitFor();
    await outbox().getByText('huge.eml: This is larger than your mail server accepts.').waitFor();
    await app.screenshot('import-refused');
    await outbox().getByRole('button', { name: 'Give up' }).click();
    await outbox().getByRole('button', { name: 'Delete it' }).click();
    await outbox().getByText('Nothing is waiting').waitFor();
    const there = await subjectsIn(ada(), 'Old mail');
    expect(there.filter((subject) => /Good|Fine|Huge/.test(subject)).toSorted()).toEqual(['Fine', 'Good']);
    expect(app.complaints).toEqual([]);
  }, 60_000);
});
