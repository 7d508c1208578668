/** Names for mailboxes, from what a person types. Pure. */
import type { Mailbox } from '@postern/protocol/sync';

export type MailboxNameProblem = 'name' | 'exists';

/**
 * The whole name of a mailbox that is called `label` below `parent`. Where the server keeps all of a person's mailboxes below
 * INBOX (Courier), so is this one.
 */
export function nameOf(
  label: string,
  parent: Mailbox | undefined,
  mailboxes: readonly Mailbox[],
): { readonly name: string; readonly delimiter: string | null } {
  const inbox = mailboxes.find(({ role }) => role === 'inbox');
  const delimiter = parent?.delimiter ?? inbox?.delimiter ?? null;
  // RFC 5198 §3: one text, one spelling, whatever the keyboard makes of an accent.
  const own = label.trim().normalize();
  if (parent && delimiter !== null) return { name: parent.name + delimiter + own, delimiter };
  const others = mailboxes.filter((mailbox) => mailbox !== inbox);
  const prefix = `INBOX${delimiter}`;
  const below =
    delimiter !== null && others.length > 0 && others.every(({ name }) => name.startsWith(prefix));
  return { name: below ? prefix + own : own, delimiter };
}

/** undefined: it may be made. Names that differ only in case are one on some servers, and to most people. */
export function problemWith(
  label: string,
  name: string,
  delimiter: string | null,
  mailboxes: readonly Mailbox[],
): MailboxNameProblem | undefined {
  const own = label.trim();
  // Controls no server takes; wildcards would be understood as such (RFC 3501 §5.1).
  if (own === '' || /[\p{Cc}*%]/u.test(own) || (delimiter !== null && own.includes(delimiter))) return 'name';
  const taken = mailboxes.some((mailbox) => mailbox.name.toLowerCase() === name.toLowerCase());
  return taken ? 'exists' : undefined;
}
