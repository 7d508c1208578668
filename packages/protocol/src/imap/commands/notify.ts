/**
 * `NOTIFY` (RFC 5465): which mailboxes the server tells news of by itself, at any time. Only with NOTIFY; elsewhere there is
 * IDLE for the selected mailbox, and STATUS for the others.
 *
 *     notify           = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-group *(SP event-group) / "NONE")
 *     event-group      = "(" filter-mailboxes SP ("(" event *(SP event) ")" / "NONE") ")"
 *     filter-mailboxes = "selected" / "selected-delayed" / "inboxes" / "personal" / "subscribed" /
 *                        ("subtree" / "mailboxes") SP (mailbox / "(" mailbox *(SP mailbox) ")")
 */
import { UsageError } from '../../error.ts';
import { type Command, joinPieces, mailboxPiece, type Piece, settled, SIGNED_IN } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import { fetchItems } from './fetch.ts';
import type { FetchItem } from './fetch-item.ts';

/** `selected-delayed` holds EXPUNGE back until a command that allows it (§6.1). Both mean whichever mailbox is selected. */
export type NotifyMailboxes =
  | 'selected'
  | 'selected-delayed'
  | 'inboxes'
  | 'personal'
  | 'subscribed'
  | { readonly subtree: readonly MailboxName[] }
  | { readonly mailboxes: readonly MailboxName[] };

export type NotifyEvent =
  | 'MessageNew'
  | 'MessageExpunge'
  | 'FlagChange'
  | 'AnnotationChange'
  | 'MailboxName'
  | 'SubscriptionChange'
  | 'MailboxMetadataChange'
  | 'ServerMetadataChange';

export interface NotifyGroup {
  readonly of: NotifyMailboxes;
  /** None: nothing is to be told of these mailboxes. MessageNew and MessageExpunge go together, the others need them (§8). */
  readonly events: readonly NotifyEvent[];
  /** What to tell of a new message beside its UID, only of the selected mailbox (§5.2). */
  readonly newMessage?: readonly FetchItem[];
}

/**
 * `NOTIFY SET`: takes the place of what was asked for before. A mailbox is told of by the first group that has it. With
 * `status`, the STATUS of all of them comes at once, as news. CommandError with code BADEVENT, which lists those that there
 * are, where the server does not have an event.
 */
export function notifySet(
  groups: readonly NotifyGroup[],
  options: { readonly status?: boolean } = {},
): Command<void> {
  if (groups.length === 0) throw new UsageError('NOTIFY SET of nothing');
  groups.forEach(checkGroup);
  if (groups.filter(({ of }) => isSelected(of)).length > 1)
    throw new UsageError('NOTIFY of the selected mailbox twice');
  return {
    name: 'NOTIFY',
    states: SIGNED_IN,
    write(capabilities, enabled) {
      demand(capabilities, 'NOTIFY', 'NOTIFY');
      const written = groups.flatMap((group) => [' ', ...writeGroup(group, capabilities, enabled)]);
      return [`NOTIFY SET${options.status ? ' STATUS' : ''}`, ...written];
    },
    collect: () => settled,
  };
}

/** `NOTIFY NONE`: nothing is told by itself any more, not even of the selected mailbox. */
export function notifyNone(): Command<void> {
  return {
    name: 'NOTIFY',
    states: SIGNED_IN,
    write(capabilities) {
      demand(capabilities, 'NOTIFY', 'NOTIFY');
      return ['NOTIFY NONE'];
    },
    collect: () => settled,
  };
}

const MESSAGE_EVENTS: readonly NotifyEvent[] = [
  'MessageNew',
  'MessageExpunge',
  'FlagChange',
  'AnnotationChange',
];

function isSelected(of: NotifyMailboxes): boolean {
  return of === 'selected' || of === 'selected-delayed';
}

function checkGroup({ of, events, newMessage }: NotifyGroup): void {
  const told = MESSAGE_EVENTS.filter((event) => events.includes(event));
  if (told.length > 0 && !(told.includes('MessageNew') && told.includes('MessageExpunge'))) {
    throw new UsageError(`NOTIFY of ${told.join(' and ')} without MessageNew and MessageExpunge`);
  }
  if (isSelected(of) && told.length < events.length) {
    throw new UsageError('NOTIFY of the selected mailbox is about messages only');
  }
  if (newMessage && !(isSelected(of) && events.includes('MessageNew'))) {
    throw new UsageError('only MessageNew of the selected mailbox has items');
  }
  if (typeof of === 'object' && namesOf(of).length === 0) throw new UsageError('NOTIFY of no mailbox');
}

function namesOf(of: NotifyMailboxes & object): readonly MailboxName[] {
  return 'subtree' in of ? of.subtree : of.mailboxes;
}

function writeGroup(
  { of, events, newMessage }: NotifyGroup,
  capabilities: ReadonlySet<string>,
  enabled: ReadonlySet<string> | undefined,
): Piece[] {
  const told = events.map((event) =>
    event === 'MessageNew' && newMessage ? `MessageNew (UID ${fetchItems(newMessage, capabilities)})` : event,
  );
  const end = ` ${told.length > 0 ? `(${told.join(' ')})` : 'NONE'})`;
  if (typeof of === 'string') return [`(${of}${end}`];
  const names = namesOf(of).map((name) => mailboxPiece(name, enabled));
  return [`(${'subtree' in of ? 'subtree' : 'mailboxes'} (`, ...joinPieces(...names), `)${end}`];
}
