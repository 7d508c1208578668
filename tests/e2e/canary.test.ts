import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { letter } from '../support/place.ts';
import type { App, Browser, Served } from './app.ts';
import { arrive, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing() ?? dovecotMissing();
if (missing) console.log(`skipped: the canary password: ${missing}`);

/** A password that occurs nowhere else, looked for everywhere a script, an administrator or a thief may look. */
describe.skipIf(missing)('a canary password', () => {
  let sitting: Sitting<DovecotPlace>;
  let place: DovecotPlace;
  let served: Served;
  let browser: Browser;
  let app: App;
  let canary: string;

  beforeAll(async () => {
    sitting = await arrive(startDovecot(), async (place) => {
      const [ada] = place.users;
      canary = ada.password;
      await place.deliver(
        ada,
        'INBOX',
        letter({ from: ada.address, to: ada.address, subject: 'In the mailbox' }),
      );
    });
    ({ place, served, browser, app } = sitting);
    await app.signIn(place.users[0], `${canary}-wrong`);
    await app.page.getByRole('alert').getByText('did not accept').waitFor();
    await app.signIn(place.users[0]);
    await app.row('In the mailbox').waitFor();
    await app.open('In the mailbox');
  }, 90_000);

  afterAll(() => standUp(sitting));

  it('is in no line of the logs, the gateway nor the mail server', () => {
    expect(served.log.length).toBeGreaterThan(3);
    expect(JSON.stringify(served.log)).not.toContain(canary);
    expect(readFileSync(place.log, 'utf8')).not.toContain(canary);
  });

  it('is in no storage that a script can read', async () => {
    const stored = await app.page.evaluate(async () => {
      const rows: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href];
      for (const { name, version } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open(name ?? '', version);
          request.onsuccess = () => resolve(request.result);
        });
        for (const store of database.objectStoreNames) {
          rows.push(
            await new Promise((resolve) => {
              const request = database.transaction(store).objectStore(store).getAll();
              request.onsuccess = () => resolve(request.result);
            }),
          );
        }
        database.close();
      }
      for (const key of await caches.keys()) {
        const cache = await caches.open(key);
        rows.push((await cache.keys()).map(({ url }) => url));
      }
      return JSON.stringify(rows, (_, value: unknown) => {
        if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
        if (value instanceof Uint8Array) return new TextDecoder('latin1').decode(value);
        if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
        return typeof value === 'bigint' ? String(value) : value;
      });
    });
    expect(stored).toContain('In the mailbox');
    expect(stored).not.toContain(canary);
  });

  it("is not in the page's memory, nor in its workers'", async () => {
    const [page = '', ...workers] = await heapSnapshots(app);
    // A snapshot is worth something only if what is known to be in memory is found in it.
    expect(page.includes('In the mailbox')).toBe(true);
    expect(workers.length).toBeGreaterThan(0);
    expect(workers.some((heap) => heap.includes('createEngine') || heap.includes('postern-engine'))).toBe(
      true,
    );
    for (const heap of [page, ...workers]) expect(heap.includes(canary)).toBe(false);
  }, 60_000);

  it('keeps its cookie from scripts, and the cookie from other sites', async () => {
    const [cookie, ...others] = await browser.context.cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(decodeURIComponent(cookie?.value ?? '')).not.toContain(canary);
    expect(Buffer.from(cookie?.value ?? '', 'base64').toString('latin1')).not.toContain(canary);
  });
});

/** All heaps of the page: its own, and those of its workers. */
async function heapSnapshots(app: App): Promise<string[]> {
  const session = await app.page.context().newCDPSession(app.page);
  const snapshots = new Map<string, string[]>([['page', []]]);
  const finished: Promise<void>[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => snapshots.get('page')?.push(chunk));
  const answers = new Map<number, () => void>();
  session.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
    const said = JSON.parse(message) as { id?: number; method?: string; params?: { chunk?: string } };
    if (said.method === 'HeapProfiler.addHeapSnapshotChunk')
      snapshots.get(sessionId)?.push(said.params?.chunk ?? '');
    if (said.id !== undefined) answers.get(said.id)?.();
  });
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== 'worker') return;
    snapshots.set(sessionId, []);
    const id = answers.size + 1;
    finished.push(new Promise((resolve) => answers.set(id, resolve)));
    const message = JSON.stringify({
      id,
      method: 'HeapProfiler.takeHeapSnapshot',
      params: { reportProgress: false },
    });
    void session.send('Target.sendMessageToTarget', { sessionId, message });
  });
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false, captureNumericValue: false });
  await Promise.all(finished);
  await session.detach();
  return [...snapshots.values()].map((chunks) => chunks.join(''));
}
