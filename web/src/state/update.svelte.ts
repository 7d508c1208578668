/** A newer Postern waits to be shown. */
import { serviceWorkerUrl, trustedScript } from '../engine/script-url.ts';
import { page } from './device.ts';

class Update {
  #waiting: ServiceWorker | undefined = $state.raw();

  get available(): boolean {
    return this.#waiting !== undefined;
  }

  /** Called once by the page: from then on the app opens without a network. */
  async watch(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    let registration: ServiceWorkerRegistration;
    try {
      registration = await navigator.serviceWorker.register(trustedScript(serviceWorkerUrl), { scope: '/' });
    } catch {
      // Refused by the browser (a private window, or no secure origin): the app works, but only with a network.
      return;
    }
    // On the first visit there is nothing older that the page could still be running.
    const offer = (worker: ServiceWorker | null): void => {
      if (worker && navigator.serviceWorker.controller) this.#waiting = worker;
    };
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed') offer(installing);
      });
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') registration.update().catch(() => {});
    });
  }

  /** Opens the page anew with it, unless something stands on the screen that could not be kept. */
  async apply(): Promise<void> {
    if ((await page.putAway?.()) === false) return;
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    this.#waiting?.postMessage({ type: 'SKIP_WAITING' });
  }
}

export const update = new Update();
