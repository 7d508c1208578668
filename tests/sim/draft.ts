import type { Draft } from '@postern/protocol/sync';
import { afar } from './letters.ts';

export const FIRST_WORDS = 'Not written to its end yet';

/** What its person writes on each device, all the while. */
export function draftOf(name: string, text: string): Draft {
  return {
    id: `draft of ${name}`,
    changed: 1,
    to: afar,
    cc: '',
    bcc: '',
    subject: 'Not sent yet',
    text,
    inReplyTo: '',
    references: [],
    answers: undefined,
    attachments: [],
  };
}
