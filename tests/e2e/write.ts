import type { App } from './app.ts';

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
