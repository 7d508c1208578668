import type { Draft } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { afar } from './letters.ts';

export const FIRST_WORDS = 'Not written to its end yet';

/** What its person writes on each device, all the while. `number`: what the letter will be called, once it is saved; `editing`: it is open. */
export function draftOf(name: string, text: string, number = 0, changed = 1, editing = true): Draft {
  return {
    ...sampleDraft(`draft of ${name}`, changed),
    to: afar,
    subject: `letter ${number} of all`,
    text,
    editing,
  };
}

/** What is the person's of it. */
export function wordsOf({ id, to, subject, text }: Draft): string {
  return JSON.stringify([id, to, subject, text]);
}
