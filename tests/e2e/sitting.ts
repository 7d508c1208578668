import type { Account } from '@postern/mailserver';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';

/** Somebody at the app: a server, the app in front of it, and a browser. */
export interface Sitting<Place extends MailPlace = EmbeddedPlace> {
  readonly place: Place;
  readonly served: Served;
  readonly browser: Browser;
  readonly app: App;
}

export interface SittingOptions {
  /** In her INBOX, from Grace: `Letter 1` and so on. */
  readonly letters: number;
  /** Before she signs in. */
  prepare?(account: Account): void;
}

/** Ada at her mail, signed in. */
export async function sitDown({ letters, prepare }: SittingOptions): Promise<Sitting> {
  const sitting = await arrive(startEmbedded(), async (place) => {
    prepare?.(place.server.accounts[0]!);
    await deliverLetters(place, letters);
  });
  const [ada] = sitting.place.users;
  await sitting.app.signIn(ada);
  await sitting.app.row(`Letter ${letters}`).waitFor();
  return sitting;
}

/** At the sign-in page of the app in front of that server, into which `prepare` puts what is to be there. */
export async function arrive<Place extends MailPlace>(
  start: Promise<Place>,
  prepare: (place: Place) => Promise<void> = () => Promise.resolve(),
  options: Parameters<typeof openBrowser>[0] = {},
): Promise<Sitting<Place>> {
  const place = await start;
  await prepare(place);
  const served = await serve(place);
  const browser = await openBrowser(options);
  return { place, served, browser, app: await browser.newApp(served) };
}

/** `Letter 1` to `Letter count`, from Grace, in Ada's INBOX. */
export async function deliverLetters(place: EmbeddedPlace, count: number): Promise<void> {
  const [ada, grace] = place.users;
  for (let i = 1; i <= count; i++) {
    const mail = letter({ from: grace.address, to: ada.address, subject: `Letter ${i}` });
    await place.deliver(ada, 'INBOX', mail);
  }
}

/** The app in one more browser, with her newest letter on screen. */
export async function signedIn(
  { place, served, browser }: Omit<Sitting, 'app'>,
  letters: number,
): Promise<App> {
  const app = await browser.newApp(served);
  await app.signIn(place.users[0]);
  await app.row(`Letter ${letters}`).waitFor();
  return app;
}

/** Undefined where it did not come to that. */
export async function standUp(sitting: Sitting<MailPlace> | undefined): Promise<void> {
  await sitting?.browser.close();
  await sitting?.served.close();
  await sitting?.place.close();
}
