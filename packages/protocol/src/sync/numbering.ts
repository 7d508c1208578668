/** How mailboxes that are listed are numbered: by that one is known again under another name. */
import { CommandError } from '../error.ts';
import { status } from '../imap/index.ts';
import type { MailboxStatus } from '../imap/types.ts';
import type { Numbered } from './action.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import { verdictOn } from './outbox.ts';

export interface Numbering {
  readonly answers: readonly MailboxStatus[];
  /** Names of those that will not say for now. */
  readonly silent: readonly string[];
}

/** In one flight. */
export async function numbering(
  lane: Lane,
  mailboxes: readonly Pick<Mailbox, 'wireName'>[],
): Promise<Numbering> {
  const answers: MailboxStatus[] = [];
  const silent: string[] = [];
  await Promise.all(
    mailboxes.map(async ({ wireName }) => {
      try {
        const answer = await lane.run(status({ wire: wireName }, ['UIDVALIDITY', 'UIDNEXT']));
        if (answer) answers.push({ ...answer, wireName });
      } catch (error) {
        if (isForNow(error)) silent.push(wireName);
      }
    }),
  );
  return { answers, silent };
}

/** The name of the only one that may be the one numbered so. */
export function onlyFit(
  answers: readonly MailboxStatus[],
  { uidValidity, uidNext }: Omit<Numbered, 'names'>,
): string | undefined {
  const fits = answers.filter(
    (each) => each.uidValidity === uidValidity && (each.uidNext ?? uidNext) >= uidNext,
  );
  return fits.length === 1 ? fits[0]?.wireName : undefined;
}

/** RFC 5530 §3: it may say so another time. Throws what is no refusal. */
export function isForNow(error: unknown): boolean {
  if (!(error instanceof CommandError)) throw error;
  return verdictOn(error).verdict === 'later';
}
