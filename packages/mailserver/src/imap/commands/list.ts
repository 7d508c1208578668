import type { Mailbox } from '../../account/mailbox.ts';
import { astring } from '../format.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';
import { accountOf, has, shownName } from '../session.ts';
import { encodeUtf7 } from '../utf7.ts';
import { statusItems, statusResponse } from './status.ts';

/** A line of LIST: a mailbox, or a name that only has mailboxes below it. */
interface Listed {
  readonly name: string;
  readonly mailbox: Mailbox | undefined;
  readonly hasChildren: boolean;
  readonly subscribed: boolean;
}

/**
 * Everything there is to list, sorted, with the implied parents and, when asked for, subscriptions to what is gone.
 * Names as the client calls them.
 */
function listing(session: Session, withSubscriptions: boolean): Listed[] {
  const account = accountOf(session);
  const byName = new Map<string, Mailbox | undefined>();
  const subscribed = new Set([...account.subscriptions].map((name) => shownName(session, name)));
  for (const mailbox of account.mailboxes.values()) byName.set(shownName(session, mailbox.name), mailbox);
  const parents = parentsOf(byName.keys(), separatorOf(session));
  for (const name of [...parents, ...(withSubscriptions ? subscribed : [])])
    if (!byName.has(name)) byName.set(name, undefined);
  return [...byName]
    .map(([name, mailbox]) => ({
      name,
      mailbox,
      hasChildren: parents.has(name),
      subscribed: subscribed.has(name),
    }))
    .sort((a, b) => (a.name === 'INBOX' ? -1 : b.name === 'INBOX' ? 1 : a.name < b.name ? -1 : 1));
}

/** Every name above one of these in the hierarchy. */
function parentsOf(names: Iterable<string>, separator: string | null): Set<string> {
  const parents = new Set<string>();
  if (separator === null) return parents;
  for (const name of names) {
    for (let at = name.lastIndexOf(separator); at > 0; at = name.lastIndexOf(separator, at - 1))
      parents.add(name.slice(0, at));
  }
  return parents;
}

function separatorOf(session: Session): string | null {
  return session.host.profile.separator === undefined ? '/' : session.host.profile.separator;
}

/** Whether a name matches a pattern: `*` is anything, `%` anything but the separator (RFC 3501 §6.3.8). */
function matcher(session: Session, patterns: readonly string[]): (name: string) => boolean {
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

function separatorText(session: Session): string {
  const separator = separatorOf(session);
  return separator === null ? 'NIL' : `"${separator}"`;
}

function wireName(name: string): string {
  return astring(encodeUtf7(name));
}

/** What extended LIST was asked for (RFC 5258, 5819, 6154). */
interface ListOptions {
  readonly select: ReadonlySet<string>;
  readonly result: ReadonlySet<string>;
  readonly statusItems: readonly string[] | undefined;
  readonly extended: boolean;
}

function attributes(session: Session, listed: Listed, options: ListOptions): string {
  const list: string[] = [];
  if (listed.mailbox === undefined) list.push(options.extended ? '\\NonExistent' : '\\Noselect');
  if (has(session, 'CHILDREN')) list.push(listed.hasChildren ? '\\HasChildren' : '\\HasNoChildren');
  const wantsSubscribed = options.select.has('SUBSCRIBED') || options.result.has('SUBSCRIBED');
  if (wantsSubscribed && listed.subscribed) list.push('\\Subscribed');
  if (has(session, 'SPECIAL-USE') && listed.mailbox?.specialUse !== undefined)
    list.push(listed.mailbox.specialUse);
  return list.join(' ');
}

/** LIST (RFC 3501 §6.3.8), extended by RFC 5258 where the profile has it. */
export function* list(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const select = new Set<string>();
  let extended = false;
  if (has(session, 'LIST-EXTENDED') && scanner.peek() === '(') {
    extended = true;
    for (const option of scanner.list(() => scanner.keyword())) select.add(selectionOption(session, option));
    scanner.space();
    if (select.has('RECURSIVEMATCH') && !select.has('SUBSCRIBED') && !select.has('SPECIAL-USE'))
      throw new GrammarError('RECURSIVEMATCH needs something to match');
  }
  const reference = scanner.mailbox();
  scanner.space();
  let patterns: string[];
  if (has(session, 'LIST-EXTENDED') && scanner.peek() === '(') {
    extended = true;
    patterns = scanner.list(() => scanner.mailboxPattern());
  } else patterns = [scanner.mailboxPattern()];
  const { result, items } = returnOptions(session, scanner);
  scanner.end();
  const options: ListOptions = { select, result, statusItems: items, extended: extended || result.size > 0 };

  if (!extended && patterns[0] === '') {
    yield `* LIST (\\Noselect) ${separatorText(session)} ""\r\n`;
    return ok('Listed');
  }
  const matches = matcher(
    session,
    patterns.map((pattern) => reference + pattern),
  );
  const all = listing(session, select.has('SUBSCRIBED'));
  for (const listed of all) {
    if (!matches(listed.name)) continue;
    const extra = selected(listed, select) ? '' : childInfo(session, listed, all, select, matches);
    if (extra === undefined) continue;
    const name = `${separatorText(session)} ${wireName(listed.name)}${extra}`;
    yield `* LIST (${attributes(session, listed, options)}) ${name}\r\n`;
    if (items !== undefined && listed.mailbox !== undefined)
      yield statusResponse(session, listed.mailbox, items);
  }
  return ok('Listed');
}

/** Whether a name meets the selection options itself. */
function selected(listed: Listed, select: ReadonlySet<string>): boolean {
  if (select.has('SUBSCRIBED') && !listed.subscribed) return false;
  return !select.has('SPECIAL-USE') || listed.mailbox?.specialUse !== undefined;
}

/**
 * With RECURSIVEMATCH, what a name adds that does not meet the options, but stands for names below it that do and
 * that are not listed themselves (RFC 5258 §3.5); undefined when there are none.
 */
function childInfo(
  session: Session,
  listed: Listed,
  all: readonly Listed[],
  select: ReadonlySet<string>,
  matches: (name: string) => boolean,
): string | undefined {
  if (!select.has('RECURSIVEMATCH')) return undefined;
  const below = `${listed.name}${separatorOf(session) ?? ''}`;
  const stands = all.some(
    (other) =>
      other !== listed && other.name.startsWith(below) && selected(other, select) && !matches(other.name),
  );
  if (!stands) return undefined;
  const criteria = ['SUBSCRIBED', 'SPECIAL-USE'].filter((option) => select.has(option));
  return ` ("CHILDINFO" (${criteria.map((option) => `"${option}"`).join(' ')}))`;
}

function selectionOption(session: Session, option: string): string {
  const known = option === 'SUBSCRIBED' || option === 'REMOTE' || option === 'RECURSIVEMATCH';
  if (!known && !(option === 'SPECIAL-USE' && has(session, 'SPECIAL-USE')))
    throw new GrammarError(`Unknown selection option ${option}`);
  return option;
}

function returnOptions(
  session: Session,
  scanner: Scanner,
): { result: Set<string>; items: readonly string[] | undefined } {
  const result = new Set<string>();
  let items: readonly string[] | undefined;
  const allowed = has(session, 'LIST-EXTENDED') || has(session, 'SPECIAL-USE');
  if (!allowed || !scanner.accept(' RETURN ')) return { result, items };
  scanner.list(() => {
    const option = scanner.keyword();
    if (option === 'STATUS' && has(session, 'LIST-STATUS')) {
      scanner.space();
      items = statusItems(session, scanner);
    } else if (!['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE'].includes(option))
      throw new GrammarError(`Unknown return option ${option}`);
    result.add(option);
  });
  return { result, items };
}

/** LSUB (RFC 3501 §6.3.9). */
export function* lsub(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const reference = scanner.mailbox();
  scanner.space();
  const pattern = scanner.mailboxPattern();
  scanner.end();
  const matches = matcher(session, [reference + pattern]);
  const names = [...accountOf(session).subscriptions].map((name) => shownName(session, name));
  const subscribed = new Set(names);
  // With %, a name that only has subscribed ones below it is listed in their place.
  const parents = pattern.includes('%') ? parentsOf(names, separatorOf(session)) : new Set<string>();
  for (const name of new Set([...names, ...parents])) {
    if (!matches(name)) continue;
    const attribute = subscribed.has(name) ? '' : '\\Noselect';
    yield `* LSUB (${attribute}) ${separatorText(session)} ${wireName(name)}\r\n`;
  }
  return ok('Listed');
}
