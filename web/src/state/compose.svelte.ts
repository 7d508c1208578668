/** One message being written. Kept on this device as it is typed. */
import type { MessageKey } from '@postern/protocol/sync';
import type { MailAddress } from '@postern/protocol/mime';

export interface ComposeStart {
  readonly mode: 'new' | 'reply' | 'reply-all' | 'forward' | 'draft' | 'mailto';
  /** The message answered or forwarded. */
  readonly key?: MessageKey;
  readonly draftId?: string;
  readonly mailto?: string;
}

export interface ComposeAttachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Octets. */
  readonly size: number;
}

/** What keeps it from being sent; the screen words it. */
export type ComposeProblem =
  | { readonly kind: 'no-recipients' }
  | { readonly kind: 'address'; readonly field: 'to' | 'cc' | 'bcc'; readonly text: string }
  | { readonly kind: 'too-large'; readonly octets: number; readonly limit: number }
  | { readonly kind: 'unsaved' };

export class Composer {
  readonly start: ComposeStart;
  /** As typed: addresses parted by commas. */
  to: string = $state('');
  cc: string = $state('');
  bcc: string = $state('');
  subject: string = $state('');
  text: string = $state('');
  attachments: readonly ComposeAttachment[] = $state.raw([]);
  /** Milliseconds since 1970 of the last time it was kept; 0: not yet. */
  saved: number = $state(0);
  /** False while the original's text or the draft is being read. */
  ready: boolean = $state(false);

  constructor(start: ComposeStart) {
    this.start = start;
  }
  get problems(): readonly ComposeProblem[] {
    return [];
  }
  async add(_files: readonly File[]): Promise<void> {}
  remove(_id: string): void {}
  /** Settles with a problem when it was not put into the outbox. */
  async send(): Promise<ComposeProblem | undefined> {
    return undefined;
  }
  /** Settles with the way to take it back. */
  async discard(): Promise<() => Promise<void>> {
    return async () => {};
  }
  /** Keeps the draft. */
  async close(): Promise<void> {}
}

/** Addresses seen in mail sent and received that begin like this, most likely first; at most 8. */
export async function suggest(_prefix: string): Promise<MailAddress[]> {
  return [];
}
