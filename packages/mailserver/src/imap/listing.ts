import type { Mailbox } from '../account/mailbox.ts';
import { isRemote, remoteNames } from './refer.ts';
import { mayDo } from './rights.ts';
import type { Session } from './session.ts';
import { shownName, wireName } from './mailbox-name.ts';
import { accountOf, acts, has } from './session.ts';

/** A line of LIST: a mailbox, or a name that only has mailboxes below it. */
export interface Listed {
  readonly name: string;
  readonly mailbox: Mailbox | undefined;
  readonly hasChildren: boolean;
  readonly subscribed: boolean;
  /** It lives on another server (RFC 2193 §5.1, RFC 5258 §3.1). */
  readonly remote: boolean;
}

/**
 * Everything there is to list, sorted, with the implied parents and, when asked for, subscriptions to what is gone.
 * Names as the client calls them. `withRemote`: also what lives elsewhere.
 */
export function listing(session: Session, withSubscriptions: boolean, withRemote = false): Listed[] {
  const account = accountOf(session);
  const byName = new Map<string, Mailbox | undefined>();
  const subscribed = new Set(
    [...account.subscriptions]
      .filter((name) => withRemote || !isRemote(session, name))
      .map((name) => shownName(session, name)),
  );
  for (const mailbox of account.mailboxes.values())
    if (mayDo(session, mailbox, 'l')) byName.set(shownName(session, mailbox.name), mailbox);
  const remote = new Set(withRemote ? remoteNames(session).map((name) => shownName(session, name)) : []);
  for (const name of remote) byName.set(name, undefined);
  const parents = parentsOf(byName.keys(), separatorOf(session));
  for (const name of [...parents, ...(withSubscriptions ? subscribed : [])])
    if (!byName.has(name)) byName.set(name, undefined);
  return [...byName]
    .map(([name, mailbox]) => ({
      name,
      mailbox,
      hasChildren: parents.has(name),
      subscribed: subscribed.has(name),
      remote: remote.has(name),
    }))
    .sort((a, b) => (a.name === 'INBOX' ? -1 : b.name === 'INBOX' ? 1 : a.name < b.name ? -1 : 1));
}

/** Every name above one of these in the hierarchy. */
export function parentsOf(names: Iterable<string>, separator: string | null): Set<string> {
  const parents = new Set<string>();
  if (separator === null) return parents;
  for (const name of names) {
    for (let at = name.lastIndexOf(separator); at > 0; at = name.lastIndexOf(separator, at - 1))
      parents.add(name.slice(0, at));
  }
  return parents;
}

export function separatorOf(session: Session): string | null {
  return session.host.profile.separator === undefined ? '/' : session.host.profile.separator;
}

/** Whether a name matches a pattern: `*` is anything, `%` anything but the separator (RFC 3501 §6.3.8). */
export function matcher(session: Session, patterns: readonly string[]): (name: string) => boolean {
  const separator = separatorOf(session);
  const notSeparator = separator === null ? '.*' : `[^\\${separator}]*`;
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replace(/^inbox(?=$|[/.])/i, 'INBOX')
      .replace(/[\\^$.|?+()[\]{}/]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replace(/%/g, notSeparator);
    return new RegExp(`^${source}$`, 's');
  });
  return (name) => expressions.some((expression) => expression.test(name));
}

export function separatorText(session: Session): string {
  const separator = separatorOf(session);
  return separator === null ? 'NIL' : `"${separator}"`;
}

/**
 * A LIST response for a name. `newer`: with what RFC 5258 added, \NonExistent for a name without mailbox; `subscribed`:
 * \Subscribed where it is; `extra`: extended data, with its leading space.
 */
export function listResponse(
  session: Session,
  listed: Listed,
  how: {
    readonly newer: boolean;
    readonly subscribed: boolean;
    readonly extra?: string;
    /** What LIST … RETURN (…) asked for, when it asked. */
    readonly asked?: ReadonlySet<string> | undefined;
  },
): string {
  const attributes: string[] = [];
  if (listed.remote) {
    if (how.newer) attributes.push('\\Remote');
  } else if (listed.mailbox === undefined) attributes.push(how.newer ? '\\NonExistent' : '\\Noselect');
  const leftOut = how.asked !== undefined && acts(session, 'list-only-asked');
  if (has(session, 'CHILDREN') && !(leftOut && !how.asked.has('CHILDREN')))
    attributes.push(listed.hasChildren ? '\\HasChildren' : '\\HasNoChildren');
  if (how.subscribed && listed.subscribed) attributes.push('\\Subscribed');
  const use = listed.mailbox?.specialUse;
  if (has(session, 'SPECIAL-USE') && use !== undefined) {
    const unasked = how.asked?.has('SPECIAL-USE') !== true;
    if (acts(session, 'special-use-asked')) attributes.push(...(unasked ? [] : [use.toLowerCase()]));
    else if (!(leftOut && unasked)) attributes.push(use);
  }
  const name = wireName(session, listed.name);
  return `* LIST (${attributes.join(' ')}) ${separatorText(session)} ${name}${how.extra ?? ''}\r\n`;
}

/** How one name is listed now, whether there is such a mailbox or not. `name` as the client calls it. */
export function listedNow(session: Session, name: string): Listed {
  const all = listing(session, true);
  const found = all.find((listed) => listed.name === name);
  return found ?? { name, mailbox: undefined, hasChildren: false, subscribed: false, remote: false };
}
