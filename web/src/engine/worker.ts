/** The worker of one tab and account. All workers of the account wait for one lock; the one that has it runs the engine, for all tabs. */
import type { Clock } from '@postern/protocol/port';
import { createEngine } from '@postern/protocol/sync';
import { openStore } from '../store/index.ts';
import { lead } from './host.ts';
import { accountOfWorker } from './notes.ts';
import { storageEstimate } from './storage.ts';
import { connect } from './transport.ts';

const breath = new MessageChannel();
breath.port1.start();

const clock: Clock = {
  now: () => Date.now(),
  // A timer would wait 4 ms where this is done often.
  breathe: () =>
    new Promise((resolve) => {
      breath.port1.addEventListener('message', () => resolve(), { once: true });
      breath.port2.postMessage(undefined);
    }),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const aborted = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      }, milliseconds);
      if (signal?.aborted) aborted();
      else signal?.addEventListener('abort', aborted, { once: true });
    }),
};

const account = accountOfWorker(self.name);

void lead({
  name: account.store,
  clock,
  random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
  connect: (service, where) => connect(location.origin, service, { account: account.id, ...where }),
  channels: (name) => new BroadcastChannel(name),
  locks: navigator.locks,
  openStore: (taken) => openStore(account.store, { taken }),
  storage: () => storageEstimate(),
  createEngine,
}).finally(() => close());
