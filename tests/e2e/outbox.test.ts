import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import type { App, Served } from './app.ts';
import { subjectsIn } from './on-server.ts';
import { sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';
import { sendAfter, write } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: the outbox: ${missing}`);

describe.skipIf(missing)('the outbox', () => {
  let sitting: Sitting;
  let place: EmbeddedPlace;
  let served: Served;
  let app: App;
  const outbox = (): Locator => app.page.getByRole('dialog', { name: 'Outbox' });
  const entry = (text: string): Locator => outbox().getByRole('listitem').filter({ hasText: text });
  const open = async (): Promise<void> => {
    await app.page.getByRole('button', { name: /^Outbox/ }).click();
    await outbox().waitFor();
  };
  beforeAll(async () => {
    sitting = await sitDown({ letters: 3 });
    ({ place, served, app } = sitting);
    await sendAfter(app, 1);
    await app.row('Letter 3').waitFor();
    // The list comes after the first mail.
    await app.page
      .getByRole('navigation', { name: 'Folders' })
      .getByRole('button', { name: /^Sent/ })
      .waitFor();
    await served.wire.cut();
    await app.page.getByText(/^Offline\./).waitFor();
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('takes back what waits: it never happens', async () => {
    for (const subject of ['Letter 3', 'Letter 2']) {
      await app.row(subject).click();
      await app.page.keyboard.press('e');
      await app.row(subject).waitFor({ state: 'detached' });
    }
    await write(app, 'Thought better of');
    // Nothing is being sent.
    await app.page.getByText('Waits for the network').waitFor();
    await write(app, 'To be sent');
    await app.mailbox('Sent');
    await app.page.getByRole('button', { name: 'Send “To be sent”' }).waitFor();
    await app.mailbox('Inbox');
    await open();
    await outbox().getByText('Offline. All of this is carried out').waitFor();
    await outbox().getByRole('heading', { name: 'Waiting' }).waitFor();
    await app.screenshot('outbox-waiting');
    await entry('Mark “Letter 2” as read').waitFor();
    await entry('Move “Letter 2” to Archive').waitFor();
    await entry('Move “Letter 3” to Archive').getByRole('button', { name: 'Take back' }).click();
    await entry('Move “Letter 3” to Archive').waitFor({ state: 'detached' });
    await app.page.keyboard.press('Escape');
    await app.row('Letter 3').waitFor();
  });

  it('asks before a message is lost that is nowhere else', async () => {
    await open();
    await entry('Thought better of').getByRole('button', { name: 'Discard' }).click();
    await entry('Thought better of').getByText('nowhere but on this device').waitFor();
    await app.page.keyboard.press('Enter');
    await entry('Thought better of').getByRole('button', { name: 'Discard' }).click();
    await entry('Thought better of').getByRole('button', { name: 'Delete it' }).click();
    await entry('Thought better of').waitFor({ state: 'detached' });
    await app.page.keyboard.press('Escape');
    await outbox().waitFor({ state: 'detached' });
  });

  it('gives what waits back to be edited, and sends it once', async () => {
    await open();
    await entry('To be sent').getByRole('button', { name: 'Edit' }).click();
    await outbox().waitFor({ state: 'detached' });
    const compose = app.page.getByRole('dialog', { name: /To be sent|New message/ });
    const text = compose.getByRole('textbox', { name: 'Message' });
    await expect.poll(() => text.inputValue()).toBe('Words of To be sent.');
    await text.fill('Better words.');
    await app.page.keyboard.press('Control+Enter');
    await compose.waitFor({ state: 'detached' });
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await eventually(
      'the rest arrives',
      async () => {
        const [ada, grace] = place.server.accounts;
        return (await subjectsIn(ada, 'Archive')).length > 0 && (await subjectsIn(grace, 'INBOX')).length > 0;
      },
      30_000,
    );
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
    expect(await subjectsIn(place.server.accounts[0], 'Archive')).toEqual(['Letter 2']);
    expect(await subjectsIn(place.server.accounts[1], 'INBOX')).toEqual(['To be sent']);
    const [message] = place.server.accounts[1]?.get('INBOX').messages ?? [];
    const content = (await message?.content.read(0, message.content.size)) ?? new Uint8Array();
    expect(new TextDecoder().decode(content)).toContain('Better words.');
    expect(await subjectsIn(place.server.accounts[0], 'Drafts')).toEqual([]);
  }, 60_000);

  it('gives what was refused back to be edited, and it arrives', async () => {
    await app.page.keyboard.press('c');
    const compose = app.page.getByRole('dialog', { name: 'New message' });
    await compose.getByRole('combobox', { name: 'To' }).fill('nobody@postern.example');
    await compose.getByLabel('Subject').fill('To the right one');
    await app.page.keyboard.press('Control+Enter');
    await app.page.getByText('1 needs you').click({ timeout: 30_000 });
    await entry('To the right one').getByText('A recipient was refused').waitFor();
    await entry('To the right one').getByRole('button', { name: 'Edit' }).click();
    const again = app.page.getByRole('dialog', { name: /To the right one|New message/ });
    await again.getByRole('button', { name: /^Remove nobody/ }).click();
    await again.getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await app.page.keyboard.press('Control+Enter');
    await again.waitFor({ state: 'detached' });
    await eventually(
      'it arrives',
      async () => (await subjectsIn(place.server.accounts[1], 'INBOX')).includes('To the right one'),
      30_000,
    );
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  }, 90_000);
});
