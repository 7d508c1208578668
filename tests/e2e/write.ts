import type { App } from './app.ts';

/**
 * Sends what is written from now on after so many seconds, instead of the eight in which it can be taken back. The page is signed
 * in to one account, and is opened anew.
 */
export async function sendAfter(app: App, seconds: number): Promise<void> {
  await app.page.evaluate(async (value) => {
    for (const { name = '', version } of await indexedDB.databases()) {
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.addEventListener('error', () => reject(new Error(`cannot open ${name}`)));
        request.addEventListener('success', () => {
          const database = request.result;
          if (database.objectStoreNames.contains('settings')) {
            const writing = database.transaction('settings', 'readwrite');
            writing.addEventListener('complete', () => resolve());
            writing.objectStore('settings').put(value, 'undoSend');
          } else resolve();
          database.close();
        });
      });
    }
  }, seconds);
  await app.page.reload();
}

/** Writes a new message by keys, as a person does, and sends it, or leaves it as a draft. */
export async function write(app: App, subject: string, then: 'send' | 'leave' = 'send'): Promise<void> {
  await app.page.keyboard.press('c');
  const compose = app.page.getByRole('dialog', { name: 'New message' });
  await compose.getByRole('combobox', { name: 'To' }).fill('grace@postern.example');
  await compose.getByLabel('Subject').fill(subject);
  await compose.getByRole('textbox', { name: 'Message' }).fill(`Words of ${subject}.`);
  await app.page.keyboard.press(then === 'send' ? 'Control+Enter' : 'Escape');
  await compose.waitFor({ state: 'detached' });
}
