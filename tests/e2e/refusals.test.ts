import { afterEach, describe, expect, it } from 'vitest';
import { trust } from '@postern/gateway';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { makeCertificates } from '../gateway/certificates.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';
import { nonsense } from './letters.ts';
import { sendAfter } from './write.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: what goes wrong in the app: ${missing}`);

/** Each ends with a sentence that a person understands, and with an app that goes on. */
describe.skipIf(missing)('what goes wrong', () => {
  let place: EmbeddedPlace;
  let served: Served;
  let browser: Browser;
  let app: App;

  const open = async (): Promise<void> => {
    place = await startEmbedded();
    served = await serve(place);
    browser = await openBrowser();
    app = await browser.newApp(served);
  };

  afterEach(async () => {
    await browser?.close();
    await served?.close();
    await place?.close();
  });

  it('a wrong password: said, and the right one works afterwards', async () => {
    await open();
    await app.signIn(place.users[0], 'wrong');
    await app.page.getByRole('alert').getByText('did not accept this address and password').waitFor();
    expect(await browser.context.cookies()).toEqual([]);
    await app.signIn(place.users[0]);
    await app.page.getByRole('region', { name: 'Messages in Inbox' }).waitFor();
  });

  it('a mail server that is down: said at sign-in, and later in one quiet line', async () => {
    await open();
    const [ada] = place.users;
    await place.deliver(ada, 'INBOX', letter({ from: ada.address, to: ada.address, subject: 'Kept here' }));
    await app.signIn(ada);
    await app.row('Kept here').waitFor();
    await place.close();
    await app.page.getByText(/^Offline\./).waitFor();
    await app.open('Kept here');
    const other = await openBrowser();
    try {
      const stranger = await other.newApp(served);
      await stranger.signIn(ada);
      await stranger.page.getByRole('alert').getByText('Your mail server does not answer').waitFor();
    } finally {
      await other.close();
    }
  });

  it('a server that closes in the middle of a FETCH: the message comes all the same, whole', async () => {
    await open();
    const [ada] = place.users;
    await app.signIn(ada);
    await app.page.getByRole('region', { name: 'Messages in Inbox' }).waitFor();
    place.server.faults.closeInLiteralAfter = 3000;
    const text = Array.from({ length: 3000 }, (_, i) => `line ${i}`).join('\r\n');
    await place.deliver(
      ada,
      'INBOX',
      letter({ from: ada.address, to: ada.address, subject: 'Cut short', text }),
    );
    await app.open('Cut short');
    await app.reader.getByText('line 2999').waitFor();
    await eventually('the fault was used', () => place.server.faults.closeInLiteralAfter === undefined);
    expect(app.complaints).toEqual([]);
  });

  it('a certificate that is not trusted: said, and no password leaves', async () => {
    const certificates = makeCertificates();
    const lines: string[] = [];
    place = await startEmbedded({
      tls: certificates.good,
      onLine: (_, text) => lines.push(text),
    });
    const secure = { ...place, imap: `imaps://localhost:${place.server.imaps?.port}` };
    served = await serve(secure);
    browser = await openBrowser();
    app = await browser.newApp(served);
    await app.signIn(place.users[0]);
    await app.page.getByRole('alert').getByText('could not prove who it is').waitFor();
    expect(lines.filter((line) => /LOGIN|AUTHENTICATE /.test(line) && !line.startsWith('*'))).toEqual([]);
    await served.close();

    served = await serve(secure, { context: trust(certificates.caFile) });
    app = await browser.newApp(served);
    await app.signIn(place.users[0]);
    await app.page.getByRole('region', { name: 'Messages in Inbox' }).waitFor();
    certificates.remove();
  });

  it('an address that does not exist: the outbox says which and why, and what was written is safe', async () => {
    await open();
    await app.signIn(place.users[0]);
    await app.page.getByRole('region', { name: 'Messages in Inbox' }).waitFor();
    await sendAfter(app, 1);
    await app.page.getByRole('region', { name: 'Messages in Inbox' }).waitFor();
    await app.page.keyboard.press('c');
    const compose = app.page.getByRole('dialog', { name: 'New message' });
    await compose.getByRole('combobox', { name: 'To' }).fill('nobody@postern.example');
    await compose.getByLabel('Subject').fill('To nobody');
    await compose.getByRole('textbox', { name: 'Message' }).fill('Is anybody there?');
    await app.page.keyboard.press('Control+Enter');
    await compose.waitFor({ state: 'detached' });
    await app.page.getByText('1 needs you').click({ timeout: 30_000 });
    const outbox = app.page.getByRole('dialog', { name: 'Outbox' });
    await outbox.getByText('A recipient was refused. Nothing was sent.').waitFor();
    await outbox.getByText('nobody@postern.example: There is no such address at postern.example.').waitFor();
    await outbox.getByRole('button', { name: 'Try again' }).waitFor();
    expect(app.complaints).toEqual([]);
  });

  it('a message whose MIME is nonsense: what can be read is shown, and the next one opens', async () => {
    await open();
    const [ada] = place.users;
    await place.deliver(ada, 'INBOX', nonsense);
    await place.deliver(ada, 'INBOX', letter({ from: ada.address, to: ada.address, subject: 'Good again' }));
    await app.signIn(ada);
    await app.open('Nonsense inside');
    await eventually('something is said of it', async () =>
      /Words that survive|no text|damaged|attachment/.test(
        `${await app.reader.innerText()} ${await app.html.innerText({ timeout: 200 }).catch(() => '')}`,
      ),
    );
    await app.open('Good again');
    await app.reader.getByText('Nothing more.').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
