import { startDovecot } from '../support/dovecot.ts';
import { openBrowser } from './sync/browser.ts';
import { mailFolder, makeMail, owner } from './sync/mail.ts';
import { sendRaw } from './sync/raw.ts';

const sizes = process.env['SIZES']?.split(',').map(Number) ?? [1000, 10000, 100000];
makeMail(sizes);
const place = await startDovecot(undefined, mailFolder);
const browser = await openBrowser();
const ITEMS = 'x UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (REFERENCES LIST-ID LIST-UNSUBSCRIBE DISPOSITION-NOTIFICATION-TO)])';
for (const n of sizes) {
  console.log('warm', await sendRaw(place.imap, owner(n), [ITEMS]));
  console.log('raw', await sendRaw(place.imap, owner(n), [ITEMS]));
  const app = await browser.open(place);
  await app.signIn(owner(n));
  for (const compression of [false, true]) {
    const m = await app.run({ store: `first ${n}`, anew: true, messages: n, compression, record: true });
    console.log(compression, { ...m, commands: m.commands.length });
    console.log(m.commands.slice(0, 5));
    console.log('raw', await sendRaw(place.imap, owner(n), m.commands));
  }
  await app.close();
}
await browser.close();
await place.close();
