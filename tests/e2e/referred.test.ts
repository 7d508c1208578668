/** Folders that the mail server has on other ones, and refers to (RFC 2193), on the screen. */
import { parseTarget } from '@postern/gateway';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App } from './app.ts';
import { flaggedIn, subjectsIn } from './on-server.ts';
import { standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: folders on other servers: ${missing}`);

describe.skipIf(missing)('folders on another mail server', () => {
  let sitting: Sitting;
  let there: EmbeddedPlace;
  let unlisted: EmbeddedPlace;
  let app: App;
  const account = ({ server }: EmbeddedPlace): EmbeddedPlace['server']['accounts'][number] =>
    server.accounts[0]!;
  const banner = (words: RegExp): Locator => app.page.getByText(words);

  beforeAll(async () => {
    const place = await startEmbedded();
    [there, unlisted] = [await startEmbedded(), await startEmbedded()];
    place.server.referrals.mailboxes.set('Projects', [{ origin: there.imap, name: 'Work/Größe' }]);
    place.server.referrals.mailboxes.set('Minutes', [{ origin: unlisted.imap }]);
    account(there).create('Work/Größe');
    const [ada, grace] = place.users;
    const say = (subject: string): string => letter({ from: grace.address, to: ada.address, subject });
    await place.deliver(ada, 'INBOX', say('At home'));
    for (const subject of ['Plan A', 'Plan B']) await there.deliver(ada, 'Work/Größe', say(subject));
    const served = await serve(place, { referrals: [parseTarget('imap', there.imap)!] });
    const browser = await openBrowser();
    app = await browser.newApp(served);
    sitting = { place, served, browser, app };
    await app.signIn(ada);
    await app.row('At home').waitFor();
  }, 60_000);

  afterAll(async () => {
    await standUp(sitting);
    for (const place of [there, unlisted]) await place?.close();
  });

  it('are listed among the others, and opened, read and marked like them', async () => {
    await app.mailbox('Projects');
    await app.open('Plan A');
    await app.row('Plan B').click();
    await app.page.keyboard.press('s');
    await eventually('the flag is there', async () =>
      (await flaggedIn(account(there), 'Work/Größe', '\\Flagged')).includes('Plan B'),
    );
    await app.screenshot('referred-wide');
  }, 60_000);

  it('give and take messages, each once', async () => {
    const move = async (subject: string, mailbox: string): Promise<void> => {
      await app.row(subject).click();
      await app.page.keyboard.press('v');
      await app.page.getByRole('dialog', { name: 'Move 1 message to' }).waitFor();
      await app.page.keyboard.type(mailbox);
      await app.page.keyboard.press('Enter');
      await app.row(subject).waitFor({ state: 'detached' });
    };
    await move('Plan A', 'arch');
    await app.mailbox('Inbox');
    await move('At home', 'proj');
    await app.page.getByRole('button', { name: /^Outbox/ }).waitFor({ state: 'detached' });
    const { place } = sitting;
    await eventually('each is where it was moved to, and nowhere else', async () => {
      const left = await subjectsIn(account(place), 'INBOX');
      const filed = await subjectsIn(account(place), 'Archive');
      const away = await subjectsIn(account(there), 'Work/Größe');
      return [left, filed, away.toSorted()].join(';') === ';Plan A;At home,Plan B';
    });
  }, 60_000);

  it('say why they cannot be opened where the server is not listed, and when it does not answer', async () => {
    await app.mailbox('Minutes');
    await banner(/which Postern is not allowed to use/).waitFor();
    await app.page.getByText('Messages appear when that server can be used.').waitFor();
    await app.screenshot('referred-unlisted');
    await there.close();
    await app.mailbox('Projects');
    await app.row('Plan B').waitFor();
    await banner(/which does not answer\. What is on this device can be read/).waitFor();
    expect(app.complaints).toEqual([]);
  }, 60_000);
});
