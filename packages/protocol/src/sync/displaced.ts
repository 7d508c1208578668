/** Mailboxes that were renamed, while another was given the name that they had: the list alone does not tell. */
import type { ListedMailbox, MailboxStatus } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { numbering, onlyFit } from './numbering.ts';
import type { Numbering } from './numbering.ts';
import { isInbox, isRemote } from './roles.ts';
import { actionsQuery } from './store.ts';
import { strangeAmong } from './strange.ts';
import type { Truth } from './truth.ts';

/** A mailbox that is called `wireName` now, while the name that it had is another's. */
export interface Displaced {
  readonly mailbox: Mailbox;
  readonly wireName: string;
}

/** Names that were never heard of, and can be looked into. */
export function strangeTo(
  before: readonly Mailbox[],
  listed: readonly ListedMailbox[],
): readonly ListedMailbox[] {
  const names = new Set(before.map(({ wireName }) => wireName));
  return strangeAmong(listed, ({ wireName }) => names.has(wireName));
}

/** Whether more has to be asked than the list, to know whether there are any. */
export function mayBeDisplaced(
  truth: Truth,
  before: readonly Mailbox[],
  listed: readonly ListedMailbox[],
): boolean {
  return strangeTo(before, listed).length > 0 && stillNamed(truth, before, listed).length > 0;
}

/** Those whose names are there. INBOX keeps its own (RFC 3501 §6.3.5); where there are ids, they tell. */
export function stillNamed(
  { misnamed }: Truth,
  before: readonly Mailbox[],
  listed: readonly ListedMailbox[],
): readonly Mailbox[] {
  const names = new Set(listed.map(({ wireName }) => wireName));
  return before.filter(
    (mailbox) =>
      names.has(mailbox.wireName) &&
      mailbox.sync.uidValidity !== 0 &&
      !isInbox(mailbox.name) &&
      !isRemote(mailbox) &&
      !(misnamed.isBelieved && mailbox.mailboxId !== undefined),
  );
}

/** Mailboxes that the person wants deleted. */
export async function toBeDeleted({ store }: Truth): Promise<ReadonlySet<MailboxKey>> {
  const actions = await store.read(actionsQuery());
  return new Set(actions.flatMap((each) => (each.kind === 'delete-mailbox' ? [each.mailbox] : [])));
}

/**
 * Of those that may be numbered as a strange one is, `taken` has those under whose names there is one that is numbered otherwise, with
 * what it says; `unsaid` those of which the server will not say for now.
 */
export async function whoseNameIsTaken(
  lane: Lane,
  truth: Truth,
  there: readonly Mailbox[],
  { answers, silent }: Numbering,
): Promise<{ readonly taken: ReadonlyMap<Mailbox, MailboxStatus>; readonly unsaid: readonly Mailbox[] }> {
  // One that is to be deleted is not deleted under another name, while there is one of its own: the person is told.
  const deleted = await toBeDeleted(truth);
  const suspects = there.filter(
    ({ key, sync }) => !deleted.has(key) && (silent.length > 0 || onlyFit(answers, sync) !== undefined),
  );
  const now = await numbering(lane, suspects);
  const taken = new Map<Mailbox, MailboxStatus>();
  for (const mailbox of suspects) {
    const other = now.answers.find(({ wireName }) => wireName === mailbox.wireName);
    if (other?.uidValidity && other.uidValidity !== mailbox.sync.uidValidity) taken.set(mailbox, other);
  }
  return { taken, unsaid: suspects.filter(({ wireName }) => now.silent.includes(wireName)) };
}
