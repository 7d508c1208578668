/** Messages that were begun on this device and not sent. */
import { draftsQuery } from '@postern/protocol/sync';
import type { DraftCopy } from '@postern/protocol/sync';
import { follow } from './device.ts';

export interface DraftView {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly to: string;
  readonly subject: string;
  /** First words of the text. */
  readonly preview: string;
  readonly hasAttachments: boolean;
  /** As Draft has it. */
  readonly line: string | undefined;
  /** The version of it that is on the server. */
  readonly copy: DraftCopy | undefined;
}

const previewLength = 160;

class Drafts {
  #list: readonly DraftView[] = $state.raw([]);

  constructor() {
    follow(draftsQuery(), (all) => {
      this.#list = all.map(({ id, changed, to, subject, text, attachments, line, copy }) => ({
        id,
        changed,
        to,
        subject,
        preview: text.slice(0, previewLength).replace(/\s+/g, ' ').trim(),
        hasAttachments: attachments.length > 0,
        line,
        copy,
      }));
    });
  }

  /** Last changed first. */
  get list(): readonly DraftView[] {
    return this.#list;
  }
}

export const drafts = new Drafts();
