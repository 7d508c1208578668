/**
 * `pnpm bench sync`: the app's engine, store and transport in Chromium, through a real gateway, with a real Dovecot: what it
 * costs to see a mailbox for the first time, and to catch up with what others changed in it. Round trips and octets are counted
 * from the open WebSocket; times beside those of Dovecot sending the same to a raw socket, and of programs that keep a copy.
 * `--messages N`: a mailbox of that size alone; `--alone`: without those programs.
 */
import { chromiumMissing } from '../support/chromium.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { report } from './figures.ts';
import type { Figure } from './figures.ts';
import { openBrowser } from './sync/browser.ts';
import { catchingUpFigures } from './sync/catching-up.ts';
import { firstFigures, storeOf } from './sync/first.ts';
import { mailFolder, makeMail, owner } from './sync/mail.ts';
import { fill } from './sync/other.ts';
import { openPeers } from './sync/peers.ts';

const SIZES = [1000, 10_000, 100_000];

const missing = dovecotMissing() ?? chromiumMissing();
if (missing) {
  console.error(`Nothing can be measured: ${missing}.`);
  process.exitCode = 1;
} else await measure();

async function measure(): Promise<void> {
  const args = process.argv.slice(2);
  const at = args.indexOf('--messages');
  const sizes = at < 0 ? SIZES : [Number(args[at + 1])];
  makeMail(sizes);
  const place = await startDovecot(undefined, mailFolder);
  const browser = await openBrowser();
  try {
    const figures: Figure[] = [];
    for (const messages of sizes) {
      await fill(place.imap, owner(messages), messages);
      figures.push(...(await firstFigures(place, browser, messages)));
    }
    const most = Math.max(...sizes);
    const peers = args.includes('--alone') ? [] : await openPeers(place.imap, owner(most), most);
    figures.push(...(await catchingUpFigures(place, browser, owner(most), most, storeOf(most), peers)));
    for (const peer of peers) await peer.close();
    report('In Chromium, through the gateway, with Dovecot', figures, args);
  } finally {
    await browser.close();
    await place.close();
  }
}
