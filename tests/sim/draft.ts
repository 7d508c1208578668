import type { Draft, DraftAttachment } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { afar } from './letters.ts';

export const FIRST_WORDS = 'Not written to its end yet';

/** Histories of sixteen; the others, by which the mutants are caught, stay what they were. */
const WITH_FILES: ReadonlySet<number> = new Set([1, 2, 11, 12, 14]);

/** Drafts have files in that history. */
export function areWithFiles(seed: number): boolean {
  return WITH_FILES.has(seed % 16);
}

/** What its person writes on each device, all the while. `number`: what the letter will be called, once it is saved; `editing`: it is open. */
export function draftOf(
  { seed, name }: { readonly seed: number; readonly name: string },
  text: string,
  number = 0,
  changed = 1,
  editing = true,
): Draft {
  return {
    ...sampleDraft(`draft of ${name}`, changed),
    to: afar,
    subject: `letter ${number} of all`,
    text,
    attachments: areWithFiles(seed) ? filesBeside(text) : [],
    editing,
  };
}

/** Three that are alike but for their octets, and large enough to be taken from the version before (CATENATE). */
const FILES: readonly DraftAttachment[] = [1, 2, 3].map((n) => ({
  id: `file ${n}`,
  name: 'file.bin',
  type: 'application/octet-stream',
  bytes: Uint8Array.from({ length: 6200 }, (_, i) => (i * (2 * n + 5)) & 0xff),
}));

/** Some of them, in some order, as the text says. */
function filesBeside(text: string): readonly DraftAttachment[] {
  const words = Number(/\d+/.exec(text)?.[0] ?? 0);
  const some = FILES.filter((_, i) => ((words % 7) + 1) & (1 << i));
  return words % 2 === 0 ? some : some.toReversed();
}

/** Whether a message, if it was a draft, has the files of its text, and no other; a draft without any has none. */
export function hasItsFiles(message: string): boolean {
  const text = /^Written so far: .*$/m.exec(message)?.[0];
  const bodies = message.split(/^Content-Disposition: attachment.*\r\n\r\n/m).slice(1);
  if (text === undefined || bodies.length === 0) return true;
  const files = bodies.map((body) => body.slice(0, body.indexOf('\r\n--')).replaceAll('\r\n', ''));
  const meant = filesBeside(text).map(({ bytes }) => Buffer.from(bytes).toString('base64'));
  return files.join() === meant.join();
}

/** What is the person's of it. */
export function wordsOf({ id, to, subject, text }: Draft): string {
  return JSON.stringify([id, to, subject, text]);
}
