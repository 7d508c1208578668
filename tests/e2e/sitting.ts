import type { Account } from '@postern/mailserver';
import { startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { openBrowser, serve } from './app.ts';
import type { App, Browser, Served } from './app.ts';

/** Ada at her mail: the embedded server, the app in front of it, and a browser in which she is signed in. */
export interface Sitting {
  readonly place: EmbeddedPlace;
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

export async function sitDown({ letters, prepare }: SittingOptions): Promise<Sitting> {
  const place = await startEmbedded();
  prepare?.(place.server.accounts[0]!);
  await deliverLetters(place, letters);
  const served = await serve(place);
  const browser = await openBrowser();
  return { place, served, browser, app: await signedIn({ place, served, browser }, letters) };
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
export async function standUp(sitting: Sitting | undefined): Promise<void> {
  await sitting?.browser.close();
  await sitting?.served.close();
  await sitting?.place.close();
}
