import { Refusal } from '../../account/account.ts';
import type { FetchItem } from '../fetch-items.ts';
import { readFetchItems } from '../fetch-items.ts';
import { GrammarError } from '../grammar-error.ts';
import { news } from '../news.ts';
import type { EventGroup } from '../notify.ts';
import { Notifier } from '../notify.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { has } from '../session.ts';
import { mailboxName } from '../mailbox-name.ts';

const MESSAGE_EVENTS = ['MessageNew', 'MessageExpunge', 'FlagChange'];
const NAME_EVENTS = ['MailboxName', 'SubscriptionChange'];
const METADATA_EVENTS = ['MailboxMetadataChange', 'ServerMetadataChange'];

/** NOTIFY (RFC 5465 §3.1). */
export function* notify(session: Session, scanner: Scanner): Execution {
  scanner.space();
  if (scanner.accept('NONE')) {
    scanner.end();
    session.notify?.close();
    session.notify = new Notifier(session, {
      ofSelected: new Set(),
      delayed: false,
      itemsOfNew: [],
      groups: [],
    });
    return ok('Nothing will be told');
  }
  scanner.expect('SET ');
  const withStatus = scanner.accept('STATUS ');
  const groups: ReadGroup[] = [];
  do groups.push(readGroup(session, scanner));
  while (scanner.accept(' '));
  scanner.end();

  const ofSelected = groups.filter((group) => group.selected);
  if (ofSelected.length > 1) throw new GrammarError('SELECTED once only');
  session.notify?.close();
  session.notify = undefined;
  // What came before is told as it was told before; NOTIFY SET implies a NOOP.
  yield* news(session, { mayExpunge: true });
  const notifier = new Notifier(session, {
    ofSelected: ofSelected[0]?.events ?? new Set(),
    delayed: ofSelected[0]?.delayed ?? false,
    itemsOfNew: ofSelected[0]?.items ?? [],
    groups: groups.filter((group) => !group.selected),
  });
  session.notify = notifier;
  if (withStatus) yield* notifier.status(session);
  return ok('Will be told');
}

interface ReadGroup extends EventGroup {
  readonly selected: boolean;
  readonly delayed: boolean;
  readonly items: readonly FetchItem[];
}

/** event-group (RFC 5465 §8). */
function readGroup(session: Session, scanner: Scanner): ReadGroup {
  scanner.expect('(');
  const filter = scanner.keyword();
  const selected = filter === 'SELECTED' || filter === 'SELECTED-DELAYED';
  let names: string[] = [];
  if (filter === 'SUBTREE' || filter === 'MAILBOXES') {
    scanner.space();
    const one = (): string => mailboxName(session, scanner.mailbox());
    names = scanner.peek() === '(' ? scanner.list(one) : [one()];
  } else if (!selected && !['PERSONAL', 'INBOXES', 'SUBSCRIBED'].includes(filter))
    throw new GrammarError(`Unknown mailboxes ${filter}`);
  scanner.space();
  const { events, items } = readEvents(session, scanner, selected);
  scanner.expect(')');
  // Every mailbox here may get mail: "inboxes" are the personal ones (RFC 5465 §6.3).
  const mailboxes =
    filter === 'SUBTREE' || filter === 'MAILBOXES' || filter === 'SUBSCRIBED' ? filter : 'PERSONAL';
  return {
    selected,
    delayed: filter === 'SELECTED-DELAYED',
    mailboxes: mailboxes.toLowerCase() as EventGroup['mailboxes'],
    names,
    events,
    items,
  };
}

function readEvents(
  session: Session,
  scanner: Scanner,
  ofSelected: boolean,
): { events: Set<string>; items: FetchItem[] } {
  const events = new Set<string>();
  let items: FetchItem[] = [];
  if (scanner.accept('NONE')) return { events, items };
  const unknown: string[] = [];
  const known = [...MESSAGE_EVENTS, ...NAME_EVENTS, ...(has(session, 'METADATA') ? METADATA_EVENTS : [])];
  scanner.list(() => {
    const word = scanner.atom();
    const event = known.find((name) => name.toLowerCase() === word.toLowerCase());
    if (event === undefined) unknown.push(word);
    else events.add(event);
    if (event === 'MessageNew' && scanner.accept(' (')) {
      if (!ofSelected) throw new GrammarError('Only of the selected mailbox can messages be fetched');
      scanner.back(1);
      items = readFetchItems(session, scanner);
    }
  });
  if (unknown.length > 0) throw new Refusal('Such events are not told', `BADEVENT (${known.join(' ')})`);
  const both = events.has('MessageNew') === events.has('MessageExpunge');
  if (!both || (events.has('FlagChange') && !events.has('MessageNew')))
    throw new GrammarError('MessageNew, MessageExpunge and FlagChange build upon each other');
  if (ofSelected && [...events].some((event) => !MESSAGE_EVENTS.includes(event)))
    throw new GrammarError('Of the selected mailbox only message events are told');
  return { events, items };
}
