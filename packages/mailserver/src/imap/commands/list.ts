import type { Listed } from '../listing.ts';
import { listing, listResponse, matcher, parentsOf, separatorOf, separatorText } from '../listing.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import { isRemote } from '../refer.ts';
import { myRightsResponse } from './acl.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';
import { shownName, wireName } from '../mailbox-name.ts';
import { accountOf, acts, has } from '../session.ts';
import { statusItems, statusResponse } from '../status-items.ts';

/** LIST (RFC 3501 §6.3.8), extended by RFC 5258, 5819, 6154 and 8440 where the profile has them. */
export function list(session: Session, scanner: Scanner): Execution {
  return listNames(session, scanner, false);
}

/** RLIST (RFC 2193 §5.1): LIST with the mailboxes that live on other servers. */
export function rlist(session: Session, scanner: Scanner): Execution {
  return listNames(session, scanner, true);
}

function* listNames(session: Session, scanner: Scanner, withRemote: boolean): Execution {
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

  if (!extended && patterns[0] === '') {
    yield `* LIST (\\Noselect) ${separatorText(session)} ""\r\n`;
    return ok('Listed');
  }
  const matches = matcher(
    session,
    patterns.map((pattern) => reference + pattern),
  );
  const all = listing(session, select.has('SUBSCRIBED'), withRemote || select.has('REMOTE'));
  const asked = result.size > 0 ? new Set([...result, ...select]) : undefined;
  const wantsSubscribed = select.has('SUBSCRIBED') || result.has('SUBSCRIBED');
  for (const listed of all) {
    if (!matches(listed.name)) continue;
    const extra = selected(listed, select) ? '' : childInfo(session, listed, all, select, matches);
    if (extra === undefined) continue;
    yield listResponse(session, listed, {
      newer: extended || result.size > 0,
      subscribed: wantsSubscribed,
      extra,
      asked,
    });
    if (result.has('MYRIGHTS') && listed.mailbox !== undefined)
      yield myRightsResponse(session, listed.mailbox);
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
    } else if (
      !['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE'].includes(option) &&
      !(option === 'MYRIGHTS' && has(session, 'LIST-MYRIGHTS'))
    )
      throw new GrammarError(`Unknown return option ${option}`);
    result.add(option);
  });
  return { result, items };
}

/** LSUB (RFC 3501 §6.3.9). */
export function lsub(session: Session, scanner: Scanner): Execution {
  return subscribed(session, scanner, false);
}

/** RLSUB (RFC 2193 §5.2): LSUB with the mailboxes that live on other servers. */
export function rlsub(session: Session, scanner: Scanner): Execution {
  return subscribed(session, scanner, true);
}

function* subscribed(session: Session, scanner: Scanner, withRemote: boolean): Execution {
  scanner.space();
  const reference = scanner.mailbox();
  scanner.space();
  const pattern = scanner.mailboxPattern();
  scanner.end();
  const matches = matcher(session, [reference + pattern]);
  const names = [...accountOf(session).subscriptions]
    .filter((name) => withRemote || !isRemote(session, name))
    .map((name) => shownName(session, name));
  const exact = new Set(names);
  // With %, a name that only has subscribed ones below it is listed in their place.
  const parents = pattern.includes('%') ? parentsOf(names, separatorOf(session)) : new Set<string>();
  for (const name of new Set([...names, ...parents])) {
    if (!matches(name)) continue;
    const noselect = !exact.has(name) || (name === 'INBOX' && acts(session, 'lsub-inbox-noselect'));
    const attribute = noselect ? '\\Noselect' : '';
    yield `* LSUB (${attribute}) ${separatorText(session)} ${wireName(session, name)}\r\n`;
  }
  return ok('Listed');
}
