/** One message, opened. Make it while a component is being set up. Marks nothing as read by itself. */
import type { MessageKey } from '@postern/protocol/sync';
import type { MessageView } from './views.ts';

export class Reader {
  readonly key: () => MessageKey | undefined;

  constructor(key: () => MessageKey | undefined) {
    this.key = key;
  }
  /** undefined: none chosen, not read yet, or gone. */
  get message(): MessageView | undefined {
    return undefined;
  }
  /** True until the descriptor has been looked for. */
  get loading(): boolean {
    return false;
  }
  /** Fetches the attachment and gives it to the browser's downloads when it is whole. */
  download(_section: string): void {}
  cancel(_section: string): void {}
  /** Fetches a small image; its `preview` follows. */
  preview(_section: string): void {}
}
