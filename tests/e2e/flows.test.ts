import { Account } from '@postern/mailserver';
import type { Message } from '@postern/mailserver';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { Person } from '../support/place.ts';
import type { App, Served } from './app.ts';
import { attachment, mailWith, withFile } from './letters.ts';
import { arrive, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: filing and answering: ${missing}`);

const carol: Person = {
  user: 'carol@postern.example',
  password: 'canary-Pass-carol',
  address: 'carol@postern.example',
};

/** To several, in a thread, with answers wanted elsewhere, and a Bcc that nobody must see. */
const invitation = mailWith(
  {
    From: 'Grace Okafor <grace@postern.example>',
    'Reply-To': 'The office <carol@postern.example>',
    To: 'Ada <ada@postern.example>',
    Cc: 'Carol <carol@postern.example>, "Okafor, Grace" <grace@postern.example>',
    Subject: 'Re: Tea at four',
    'Message-ID': '<tea.2@postern.example>',
    References: '<tea.0@postern.example> <tea.1@postern.example>',
    'Content-Type': 'text/plain; charset=utf-8',
  },
  'Bring the blue pot.\n> Shall I?\n\n-- \nGrace\n',
);

describe.skipIf(missing)('filing and answering', () => {
  let sitting: Sitting;
  let place: EmbeddedPlace;
  let served: Served;
  let app: App;

  beforeAll(async () => {
    const accounts = [ada, grace, carol].map(({ user, password }) => new Account({ user, password }));
    accounts[0]?.create('Projects');
    accounts[0]?.create('Projects/Harbour');
    sitting = await arrive(startEmbedded({ accounts }), async (place) => {
      for (let i = 1; i <= 9; i++) {
        await place.deliver(
          ada,
          'INBOX',
          letter({ from: 'Grace <grace@postern.example>', to: ada.address, subject: `Letter ${i}` }),
        );
      }
      await place.deliver(ada, 'INBOX', invitation);
      await place.deliver(ada, 'INBOX', withFile);
    });
    ({ place, served, app } = sitting);
    await app.signIn(ada);
    await app.row('A file for you').waitFor();
  }, 60_000);

  afterAll(() => standUp(sitting));

  const dialog = (name: string | RegExp): Locator => app.page.getByRole('dialog', { name });
  const mine = (mailbox: string): readonly Message[] => place.server.accounts[0]?.get(mailbox).messages ?? [];
  const read = async ({ content }: Message): Promise<ParsedMail> =>
    simpleParser(Buffer.from(await content.read(0, content.size)), { keepCidLinks: true });
  const subjects = async (mailbox: string): Promise<(string | undefined)[]> =>
    Promise.all(mine(mailbox).map(async (message) => (await read(message)).subject));
  /** Of all that an account received, the one with this subject. */
  const received = (account: number, subject: string): Promise<ParsedMail> =>
    eventually(
      `“${subject}” arrives at account ${account}`,
      async () => {
        const messages = place.server.accounts[account]?.get('INBOX').messages ?? [];
        const all = await Promise.all(messages.map(read));
        return all.find((each) => each.subject === subject);
      },
      20_000,
    );
  const settled = (mailbox: string, ...wanted: readonly string[]): Promise<true> =>
    eventually(`${mailbox} holds ${wanted.join(', ')}`, async () => {
      const there = await subjects(mailbox);
      return wanted.every((each) => there.includes(each)) && there.length === wanted.length;
    });

  it('deletes by the button, to the trash; undo brings it back on the server too', async () => {
    await app.open('Letter 9');
    await app.reader.getByRole('button', { name: 'Delete' }).click();
    await app.row('Letter 9').waitFor({ state: 'detached' });
    await settled('Trash', 'Letter 9');
    await app.page.getByRole('button', { name: 'Undo' }).click();
    await app.row('Letter 9').waitFor();
    await settled('Trash');
    expect((await subjects('INBOX')).filter((each) => each === 'Letter 9')).toHaveLength(1);
  });

  it('moves to a nested folder, undoes, and moves again', async () => {
    for (const back of [true, false]) {
      await app.open('Letter 8');
      await app.reader.getByRole('button', { name: 'Move to' }).click();
      await dialog('Move 1 message to').getByRole('combobox').fill('harb');
      await app.page.getByRole('option', { name: /Harbour/ }).click();
      await app.row('Letter 8').waitFor({ state: 'detached' });
      await settled('Projects/Harbour', 'Letter 8');
      if (!back) break;
      await app.page.getByRole('button', { name: 'Undo' }).click();
      await app.row('Letter 8').waitFor();
      await settled('Projects/Harbour');
    }
    await app.mailbox('Harbour');
    await app.open('Letter 8');
    await app.mailbox('Inbox');
  });

  it('drags a message onto a folder', async () => {
    await app.row('Letter 7').dragTo(app.page.getByRole('button', { name: 'Projects', exact: true }));
    await app.row('Letter 7').waitFor({ state: 'detached' });
    await settled('Projects', 'Letter 7');
  });

  it('marks as junk, and takes it out again', async () => {
    await app.open('Letter 6');
    await app.page.keyboard.press('!');
    await app.row('Letter 6').waitFor({ state: 'detached' });
    await settled('Junk', 'Letter 6');
    await app.mailbox('Junk');
    await app.open('Letter 6');
    await app.page.keyboard.press('!');
    await app.row('Letter 6').waitFor({ state: 'detached' });
    await settled('Junk');
    await app.mailbox('Inbox');
    await app.row('Letter 6').waitFor();
  });

  it('deletes for ever from the trash, after asking, and nothing else with it', async () => {
    for (const subject of ['Letter 5', 'Letter 4']) {
      await app.open(subject);
      await app.page.keyboard.press('#');
      await app.row(subject).waitFor({ state: 'detached' });
    }
    await settled('Trash', 'Letter 5', 'Letter 4');
    await app.mailbox('Trash');
    await app.open('Letter 5');
    await app.page.keyboard.press('#');
    await dialog('Delete 1 message for ever?').getByRole('button', { name: 'Cancel' }).click();
    await app.row('Letter 5').waitFor();
    await app.page.keyboard.press('#');
    await dialog('Delete 1 message for ever?').getByRole('button', { name: 'Delete for ever' }).click();
    await app.row('Letter 5').waitFor({ state: 'detached' });
    await settled('Trash', 'Letter 4');
    await app.mailbox('Inbox');
  });

  it('takes back a sending, keeps what was written, and sends it once', async () => {
    await app.page.keyboard.press('c');
    await dialog('New message').getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await dialog('New message').getByLabel('Subject').fill('Too soon');
    await dialog('New message').getByRole('textbox', { name: 'Message' }).fill('Not finished');
    await app.page.keyboard.press('Control+Enter');
    await dialog('New message').waitFor({ state: 'detached' });
    await app.page.getByRole('button', { name: 'Undo' }).click();
    const again = app.page.getByRole('dialog', { name: /Too soon|New message/ });
    await again.waitFor();
    await expect
      .poll(() => again.getByRole('textbox', { name: 'Message' }).inputValue())
      .toBe('Not finished');
    expect(place.server.accounts[1]?.get('INBOX').messages).toHaveLength(0);
    await again.getByRole('textbox', { name: 'Message' }).fill('Finished');
    await app.page.keyboard.press('Control+Enter');
    await again.waitFor({ state: 'detached' });
  });

  it('answers all: the author hears of it too, and each of them once', async () => {
    await app.open('Re: Tea at four');
    await app.reader.getByRole('button', { name: 'Reply all' }).click();
    const compose = dialog('Re: Tea at four');
    const text = compose.getByRole('textbox', { name: 'Message' });
    await expect.poll(() => text.inputValue()).toContain('> Bring the blue pot.\n>> Shall I?');
    expect(await text.inputValue()).not.toContain('> -- ');
    await text.press('Control+Home');
    await text.pressSequentially('I will bring both.');
    await app.page.keyboard.press('Control+Enter');
    await compose.waitFor({ state: 'detached' });
  });

  it('forwards with the attachment', async () => {
    await app.open('A file for you');
    await app.reader.getByRole('button', { name: 'Forward' }).click();
    const compose = dialog('Fwd: A file for you');
    await compose.getByText('Pläne.bin').waitFor();
    await compose.getByText('On its way').waitFor({ state: 'detached' });
    await compose.getByRole('combobox', { name: 'To' }).fill('carol@postern.example');
    await app.page.keyboard.press('Tab');
    await compose.getByRole('button', { name: 'Send', exact: true }).click();
    await compose.waitFor({ state: 'detached' });
  });

  it('writes to a hidden recipient, whom the others do not see', async () => {
    await app.page.keyboard.press('c');
    const compose = dialog('New message');
    await compose.getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await compose.getByRole('button', { name: 'Bcc', exact: true }).click();
    await compose.getByRole('combobox', { name: 'Bcc' }).fill('carol@postern.example');
    await compose.getByLabel('Subject').fill('Between us');
    await compose.getByRole('textbox', { name: 'Message' }).fill('Quietly.');
    await app.page.keyboard.press('Control+Enter');
    await compose.waitFor({ state: 'detached' });
  });

  it('keeps a draft that is closed, and opens it again', async () => {
    await app.page.keyboard.press('c');
    const compose = dialog('New message');
    await compose.getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
    await compose.getByLabel('Subject').fill('Half a thought');
    await compose.getByRole('textbox', { name: 'Message' }).fill('The first half');
    await compose.getByRole('button', { name: 'Close and keep the draft' }).click();
    await compose.waitFor({ state: 'detached' });
    // It is on the server, for any other device.
    await expect.poll(() => subjects('Drafts')).toEqual(['Half a thought']);
    await app.page.reload();
    await app.row('Letter 1').waitFor();
    await app.mailbox('Drafts');
    await app.row('Half a thought').click();
    const again = app.page.getByRole('dialog', { name: /Half a thought|New message/ });
    await expect
      .poll(() => again.getByRole('textbox', { name: 'Message' }).inputValue())
      .toBe('The first half');
    await again.getByRole('button', { name: 'Discard' }).click();
    await app.row('Half a thought').waitFor({ state: 'detached' });
    await expect.poll(() => subjects('Drafts')).toEqual([]);
    await app.mailbox('Inbox');
  });

  it('what was sent is what they received', async () => {
    const tea = await received(1, 'Re: Tea at four');
    expect(tea.from?.value[0]?.address).toBe('ada@postern.example');
    expect(tea.to).toMatchObject({ value: [{ address: 'carol@postern.example', name: 'The office' }] });
    expect(tea.cc).toMatchObject({ value: [{ address: 'grace@postern.example' }] });
    expect(tea.inReplyTo).toBe('<tea.2@postern.example>');
    expect(tea.references).toEqual([
      '<tea.0@postern.example>',
      '<tea.1@postern.example>',
      '<tea.2@postern.example>',
    ]);
    expect(tea.text).toMatch(/^I will bring both\.\n/);
    expect(tea.text).toContain('> Bring the blue pot.\n>> Shall I?');
    expect((await received(2, 'Re: Tea at four')).messageId).toBe(tea.messageId);

    const forward = await received(2, 'Fwd: A file for you');
    expect(forward.text).toContain('Subject: A file for you');
    expect(forward.text).toContain('The plan is attached.');
    expect(forward.attachments.map(({ filename }) => filename)).toEqual(['Pläne.bin']);
    expect(forward.attachments[0]?.content.equals(attachment)).toBe(true);

    for (const account of [1, 2]) {
      const between = await received(account, 'Between us');
      expect(between.to).toMatchObject({ value: [{ address: 'grace@postern.example' }] });
      expect(between.headerLines.map(({ key }) => key)).not.toContain('bcc');
      // What the last server writes on top for whom it delivers is not ours.
      const written = between.headerLines.filter(({ key }) => key !== 'received');
      expect(written.map(({ line }) => line).join('\n')).not.toContain('carol');
    }
    expect((await received(1, 'Too soon')).text?.trim()).toBe('Finished');

    // All of it once, to nobody else, and every copy is in Sent.
    const inboxes = [1, 2].map((at) => place.server.accounts[at]?.get('INBOX').messages.length);
    expect(inboxes).toEqual([3, 3]);
    await settled('Sent', 'Too soon', 'Re: Tea at four', 'Fwd: A file for you', 'Between us');
    await eventually('the marks of what was done', async () => {
      for (const message of mine('INBOX')) {
        const { subject } = await read(message);
        if (subject === 'Re: Tea at four' && !message.flags.has('\\Answered')) return false;
        if (subject === 'A file for you' && !message.flags.has('$Forwarded')) return false;
      }
      return true;
    });
    expect(app.complaints).toEqual([]);
  });

  it('signs out when what is on its way has arrived, and asks while something cannot arrive', async () => {
    // What the reload has interrupted is looked for when the server has had its time.
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached', timeout: 25_000 });
    // Cut off, there is no waiting: it asks at once. Two became read: the one opened, and the next.
    await served.wire.cut();
    await app.page
      .getByText(/^Offline/)
      .first()
      .waitFor();
    await app.open('Letter 1');
    await app.reader.getByRole('button', { name: 'Archive' }).click();
    await app.row('Letter 1').waitFor({ state: 'detached' });
    await app.chooseSignOut();
    await dialog('Sign out and lose unsent work?')
      .getByText(/^3 changes or drafts on this device have not/)
      .waitFor();
    await dialog('Sign out and lose unsent work?').getByRole('button', { name: 'Stay signed in' }).click();
    expect(await subjects('Archive')).not.toContain('Letter 1');

    // With a server that takes its time, it waits for it.
    place.server.faults.delay = (command) => (/MOVE|COPY|STORE/.test(command) ? 1500 : 0);
    await served.wire.mend();
    await app.page.evaluate(() => dispatchEvent(new Event('online')));
    await app.page
      .getByText(/^Offline/)
      .first()
      .waitFor({ state: 'detached' });
    await app.signOut();
    place.server.faults.delay = undefined;
    expect(await subjects('Archive')).toContain('Letter 1');
    expect(app.complaints).toEqual([]);
  });
});
