/** What waits for the server, or failed there. */
import type { OutboxEntryView } from './views.ts';

class Outbox {
  get entries(): readonly OutboxEntryView[] {
    return [];
  }
  async retry(_id: string): Promise<void> {}
  async discard(_id: string): Promise<void> {}
}

export const outbox = new Outbox();
