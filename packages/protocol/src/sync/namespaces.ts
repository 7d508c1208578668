/** Whose mailboxes are (RFC 2342 §5): the person's own, another person's, or shared by many. Pure. */
import type { Mailbox } from './model.ts';

/** The setting that holds KnownNamespaces. */
export const NAMESPACES_SETTING = 'namespaces';

/** What the names of mailboxes begin with, decoded, with the delimiter. */
export interface KnownNamespaces {
  readonly personal: readonly string[];
  readonly others: readonly string[];
  readonly shared: readonly string[];
}

/** Where a mailbox stands that is not the person's own. */
export interface ForeignPlace {
  readonly kind: 'others' | 'shared';
  /** Characters of its name that only say so; all of it, of the level above all others of its kind. */
  readonly prefix: number;
}

type Named = Pick<Mailbox, 'name' | 'delimiter'>;

/** As a store may hold it: anything. undefined: nobody knows. */
export function namespacesOf(setting: unknown): KnownNamespaces | undefined {
  if (typeof setting !== 'object' || setting === null) return undefined;
  const { personal, others, shared } = setting as Partial<Record<keyof KnownNamespaces, unknown>>;
  return areNames(personal) && areNames(others) && areNames(shared)
    ? { personal, others, shared }
    : undefined;
}

function areNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** undefined: the person's own. A namespace may lie within another: the longest prefix counts. */
export function foreignPlace(
  { name, delimiter }: Named,
  { personal, others, shared }: KnownNamespaces,
): ForeignPlace | undefined {
  if (name.toUpperCase() === 'INBOX') return undefined;
  const whole = name + (delimiter ?? '');
  const longest = (prefixes: readonly string[]): number =>
    Math.max(-1, ...prefixes.filter((prefix) => whole.startsWith(prefix)).map(({ length }) => length));
  const [mine, theirs, everyones] = [longest(personal), longest(others), longest(shared)];
  const foreign = Math.max(theirs, everyones);
  if (foreign <= mine) return undefined;
  return { kind: theirs >= everyones ? 'others' : 'shared', prefix: Math.min(foreign, name.length) };
}

/**
 * Whether a server that has NAMESPACE is worth asking: what is not the person's own lies below a level without mail of its own, or
 * beside an INBOX that has all that is.
 */
export function mayBeForeign(
  mailboxes: readonly Pick<Mailbox, 'name' | 'delimiter' | 'attributes'>[],
): boolean {
  const withMail = new Set(
    mailboxes.filter(({ attributes }) => !attributes.some(isEmptyLevel)).map(({ name }) => name),
  );
  const tops = mailboxes.map((mailbox) => ({ mailbox, top: topOf(mailbox) }));
  const belowInbox = tops.some(({ mailbox, top }) => isInbox(top) && !isInbox(mailbox.name));
  return tops.some(({ mailbox, top }) => {
    if (isInbox(top)) return false;
    return belowInbox || (top !== mailbox.name && !withMail.has(top));
  });
}

const isInbox = (name: string): boolean => name.toUpperCase() === 'INBOX';
const isEmptyLevel = (attribute: string): boolean => /^\\(?:noselect|nonexistent)$/i.test(attribute);

function topOf({ name, delimiter }: Named): string {
  const end = delimiter === null ? -1 : name.indexOf(delimiter);
  return end < 0 ? name : name.slice(0, end);
}
