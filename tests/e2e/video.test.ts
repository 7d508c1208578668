import { expect, it } from 'vitest';
import { demoAccounts } from '@postern/mailserver';
import { chromiumMissing } from '../support/chromium.ts';
import { startEmbedded } from '../support/embedded.ts';
import { openBrowser, serve } from './app.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: RFC 1733's example: ${missing}`);

/** Octets on the wire between browser and gateway once nothing has moved for a while. */
async function settled(octets: () => number): Promise<number> {
  for (let last = -1, still = 0; ;) {
    const now = octets();
    still = now === last ? still + 1 : 0;
    last = now;
    if (still >= 10) return now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** RFC 1733 §4: "2000 octets of text" are read without fetching the "40 megabyte" video beside them. */
it.skipIf(missing)("RFC 1733's example: the text is read, the video stays where it is", async () => {
  const place = await startEmbedded({ accounts: demoAccounts({ now: Date.now() }) });
  const person = { user: 'ada@postern.example', password: 'postern', address: 'ada@postern.example' };
  const served = await serve(place);
  const browser = await openBrowser();
  const { octets } = served.wire;
  const moved = (): number => octets.down + octets.up;
  try {
    const app = await browser.newApp(served);
    // The demo's other mail is kept ahead in the background: the measure begins when that is over.
    await app.signIn(person);
    await app.row('The lens, turning').waitFor();
    const before = await settled(moved);
    await app.open('The lens, turning');
    await app.reader.getByText('So here is the lens, on the bench').waitFor();
    await app.reader
      .getByText(/lens-turning/)
      .first()
      .waitFor();
    const after = await settled(moved);
    console.log(`opening the message moved ${after - before} octets between browser and gateway`);
    expect(after - before).toBeLessThan(16_384);

    // Not only because the text was there already: on a device that never saw it, list, text and all stay far below 40 MB.
    expect(after).toBeLessThan(8_000_000);
  } finally {
    await browser.close();
    await served.close();
    await place.close();
  }
});
