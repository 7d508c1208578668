import type { Account } from '@postern/mailserver';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import type { App, Served } from './app.ts';
import { flaggedIn, subjectsIn } from './on-server.ts';
import { sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: folders: ${missing}`);

describe.skipIf(missing)('folders', () => {
  let sitting: Sitting;
  let served: Served;
  let app: App;
  const ada = (): Account | undefined => sitting.place.server.accounts[0];
  const dialog = (name: string | RegExp): Locator => app.page.getByRole('dialog', { name });
  const folder = (name: string | RegExp): Locator =>
    app.page.getByRole('navigation', { name: 'Folders' }).getByRole('button', { name, exact: true });
  const menu = (name: string): Locator => app.page.getByRole('menuitem', { name });
  const onServer = (name: string, there = true): Promise<true> =>
    eventually(`${name} ${there ? 'is' : 'is not'} on the server`, () =>
      (ada()?.find(name) !== undefined) === there ? true : undefined,
    );

  beforeAll(async () => {
    sitting = await sitDown({ letters: 4, prepare: (account) => account.create('Projects') });
    ({ served, app } = sitting);
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('makes one by the button, says what a name cannot be, and shows it at once', async () => {
    await folder('New folder').click();
    await dialog('New folder').getByRole('button', { name: 'Create folder' }).click();
    await dialog('New folder').getByRole('alert').getByText('Give the folder a name').waitFor();
    await app.page.keyboard.type('projects');
    await app.page.keyboard.press('Enter');
    await dialog('New folder').getByRole('alert').getByText('There is a folder of this name').waitFor();
    await dialog('New folder').getByLabel('Name').fill('Häfen & Brücken');
    await app.page.keyboard.press('Enter');
    await dialog('New folder').waitFor({ state: 'detached' });
    await folder('Häfen & Brücken').waitFor();
    await onServer('Häfen & Brücken');
    await eventually('it is subscribed', () => ada()?.subscriptions.has('Häfen & Brücken'));
  });

  it('makes one inside another from the context menu, by keys alone', async () => {
    await folder('Projects').focus();
    await app.page.keyboard.press('ContextMenu');
    await menu('New folder in Projects').waitFor();
    await expect
      .poll(() => app.page.evaluate(() => document.activeElement?.textContent.trim()))
      .toBe('New folder in Projects');
    await app.page.keyboard.press('Enter');
    await dialog('New folder').waitFor();
    expect(await dialog('New folder').getByLabel('In', { exact: true }).inputValue()).not.toBe('');
    await app.page.keyboard.type('Harbour');
    await app.page.keyboard.press('Enter');
    await folder('Harbour').waitFor();
    await onServer('Projects/Harbour');
    // The keys are back where they were.
    await expect
      .poll(() => app.page.evaluate(() => document.activeElement?.textContent.trim()))
      .toBe('Projects');
  });

  it('offline: makes one, files into it, renames another and its children, all of it marked as waiting', async () => {
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    await app.page.keyboard.press('Control+K');
    await dialog('Commands').waitFor();
    await app.page.keyboard.type('new folder');
    await app.page.keyboard.press('Enter');
    await dialog('New folder').getByLabel('Name').fill('Made on the train');
    await app.page.keyboard.press('Enter');
    await folder(/^Made on the train, Waiting for your mail server$/).waitFor();
    await app.row('Letter 4').click();
    await app.page.keyboard.press('v');
    await dialog('Move 1 message to').waitFor();
    await app.page.keyboard.type('train');
    await app.page.keyboard.press('Enter');
    await app.row('Letter 4').waitFor({ state: 'detached' });
    await folder('Projects').click({ button: 'right' });
    await menu('Rename or move').click();
    await dialog('Rename Projects').getByLabel('Name').fill('Works');
    await dialog('Rename Projects').getByRole('button', { name: 'Save' }).click();
    await folder(/^Works, Waiting/).waitFor();
    await app.mailbox('Made on the train');
    await app.row('Letter 4').waitFor();
    await app.page.getByRole('button', { name: /^Outbox/ }).click();
    await dialog('Outbox').getByText('Make the folder “Made on the train”').waitFor();
    await app.page.keyboard.press('Escape');
    await app.screenshot('folders-waiting');

    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await onServer('Works/Harbour');
    await onServer('Projects', false);
    await eventually('the letter is in the new folder', async () =>
      (await subjectsIn(ada(), 'Made on the train')).includes('Letter 4'),
    );
    await folder('Made on the train').waitFor();
    await app.row('Letter 4').waitFor();
  });

  it('asks before it deletes, says what goes with it, and leaves it', async () => {
    await app.page.getByRole('button', { name: 'Folder Made on the train' }).click();
    await menu('Delete folder').click();
    const ask = dialog('Delete the folder Made on the train?');
    await ask.getByText('The message in it is deleted for ever').waitFor();
    await ask.getByRole('button', { name: 'Cancel' }).click();
    await ask.waitFor({ state: 'detached' });
    await app.page.getByRole('button', { name: 'Folder Made on the train' }).click();
    await menu('Delete folder').click();
    await ask.getByRole('button', { name: 'Delete folder' }).click();
    await folder('Made on the train').waitFor({ state: 'detached' });
    await app.page.getByRole('region', { name: 'Messages in Inbox' }).waitFor();
    await onServer('Made on the train', false);
  });

  it('says in words what the server refuses, and the outbox gives up on it', async () => {
    // Another program was faster.
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
    await folder('Häfen & Brücken').click({ button: 'right' });
    await menu('Rename or move').click();
    await app.page.getByRole('textbox', { name: 'Name' }).fill('Taken meanwhile');
    await app.page.keyboard.press('Enter');
    await folder(/^Taken meanwhile, Waiting/).waitFor();
    ada()?.create('Taken meanwhile');
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await app.page.getByRole('button', { name: /^Outbox.*1 needs you/ }).click();
    await dialog('Outbox').getByText('There is a folder of that name already').waitFor();
    await app.screenshot('folders-refused');
    await dialog('Outbox').getByRole('button', { name: 'Give up' }).click();
    await dialog('Outbox').getByText('Nothing is waiting').waitFor();
    await app.page.keyboard.press('Escape');
    await folder(/^Häfen & Brücken$/).waitFor();
    await folder(/^Taken meanwhile$/).waitFor();
  });

  it('copies a message by keys, and moves one into a folder that is made on the way', async () => {
    await app.mailbox('Inbox');
    await app.row('Letter 3').click();
    await app.page.keyboard.press('Shift+V');
    await dialog('Copy 1 message to').waitFor();
    await app.page.keyboard.type('works');
    await app.page.keyboard.press('Enter');
    await app.page.getByText('Copied to Works').waitFor();
    await app.row('Letter 3').waitFor();
    await eventually(
      'the copy is there',
      async () => (await subjectsIn(ada(), 'Works')).join() === 'Letter 3',
    );
    expect(await subjectsIn(ada(), 'INBOX')).toContain('Letter 3');
    await app.page.getByRole('button', { name: 'Undo' }).click();
    await eventually('the copy is gone', async () => (await subjectsIn(ada(), 'Works')).length === 0);
    expect(await subjectsIn(ada(), 'INBOX')).toContain('Letter 3');

    await app.row('Letter 2').click();
    await app.page.keyboard.press('v');
    await dialog('Move 1 message to').waitFor();
    await app.page.keyboard.type('Travels');
    await app.page.getByRole('option', { name: 'New folder “Travels”' }).waitFor();
    await app.page.keyboard.press('Enter');
    await folder('Travels').waitFor();
    await eventually('it is in the new folder', async () =>
      (await subjectsIn(ada(), 'Travels')).includes('Letter 2'),
    );
    // With Control held, dragging copies.
    await app.page.keyboard.down('Control');
    await app.row('Letter 1').dragTo(folder('Travels'));
    await app.page.keyboard.up('Control');
    await eventually('both are there', async () => {
      const [there, here] = [await subjectsIn(ada(), 'Travels'), await subjectsIn(ada(), 'INBOX')];
      return there.includes('Letter 1') && here.includes('Letter 1');
    });
  });

  it('goes to the inbox when the folder on screen is deleted by another program', async () => {
    await app.mailbox('Travels');
    ada()?.delete('Travels');
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await folder('Travels').waitFor({ state: 'detached', timeout: 60_000 });
    await app.page.getByRole('region', { name: 'Messages in Inbox' }).waitFor();
    await app.row('Letter 3').waitFor();
  }, 90_000);

  it('marks junk so that the server can learn from it, and takes the mark back', async () => {
    await app.row('Letter 3').click();
    await app.page.keyboard.press('!');
    await app.row('Letter 3').waitFor({ state: 'detached' });
    await eventually('marked', async () => (await flaggedIn(ada(), 'Junk', '$Junk')).includes('Letter 3'));
    await app.mailbox('Junk');
    await app.row('Letter 3').click();
    await app.reader.getByRole('button', { name: 'More actions' }).click();
    await menu('Not junk').click();
    await app.row('Letter 3').waitFor({ state: 'detached' });
    await eventually('taken back', async () =>
      (await flaggedIn(ada(), 'INBOX', '$NotJunk')).includes('Letter 3'),
    );
    await app.mailbox('Inbox');
  });

  it('shows one in other programs, and hides it from them', async () => {
    await folder(/^Works$/).click({ button: 'right' });
    await menu('Show in other programs').click();
    await eventually('subscribed', () => ada()?.subscriptions.has('Works'));
    await folder(/^Works$/).click({ button: 'right' });
    await menu('Hide in other programs').click();
    await eventually('unsubscribed', () => ada()?.subscriptions.has('Works') === false);
    expect(app.complaints).toEqual([]);
  });
});
