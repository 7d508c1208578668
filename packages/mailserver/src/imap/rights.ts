import { Refusal } from '../account/account.ts';
import type { Flags, Mailbox } from '../account/mailbox.ts';
import { flagSet } from '../account/mailbox.ts';
import { GrammarError } from './grammar-error.ts';
import type { Session } from './session.ts';
import { accountOf } from './session.ts';

/** Every right there is (RFC 4314 §2.1). */
export const ALL_RIGHTS = 'lrswipkxtea';

/** The old rights stand for newer ones (RFC 4314 §2.1.1). */
const VIRTUAL: Readonly<Record<string, string>> = { c: 'k', d: 'xte' };

/** What the user who is signed in may do with a mailbox: all of it, unless its list says otherwise. */
export function rightsOf(session: Session, mailbox: Mailbox): string {
  return mailbox.acl.get(accountOf(session).user) ?? ALL_RIGHTS;
}

export function mayDo(session: Session, mailbox: Mailbox, right: string): boolean {
  return rightsOf(session, mailbox).includes(right);
}

/** A Refusal with NOPERM unless the user has the right (RFC 4314 §4). */
export function requireRight(session: Session, mailbox: Mailbox, right: string): void {
  if (!mayDo(session, mailbox, right)) throw new Refusal('You have no right to do that here', 'NOPERM');
}

/** Rights in their order, with the old ones that follow from them. */
export function shownRights(rights: string): string {
  const virtual = Object.keys(VIRTUAL).filter((old) =>
    [...VIRTUAL[old]!].some((right) => rights.includes(right)),
  );
  return [...ALL_RIGHTS].filter((right) => rights.includes(right)).join('') + virtual.join('');
}

/** Rights as the client writes them; a GrammarError for one that is none (RFC 4314 §3.1). */
export function readRights(text: string): string {
  const rights = [...text].map((right) => VIRTUAL[right] ?? right).join('');
  for (const right of rights)
    if (!ALL_RIGHTS.includes(right)) throw new GrammarError(`There is no right ${right}`);
  return [...ALL_RIGHTS].filter((right) => rights.includes(right)).join('');
}

/** Whether the user may set or clear a flag: \Deleted by "t", \Seen by "s", others by "w" (RFC 4314 §4). */
export function mayFlag(session: Session, mailbox: Mailbox, flag: string): boolean {
  return mayDo(session, mailbox, flag === '\\Deleted' ? 't' : flag === '\\Seen' ? 's' : 'w');
}

/** Those of the flags that a message may bring into a mailbox. */
export function flagsAllowed(session: Session, mailbox: Mailbox, flags: Iterable<string>): Flags {
  return flagSet([...flagSet(flags)].filter((flag) => mayFlag(session, mailbox, flag)));
}
