/** From the flat list of mailboxes to what the sidebar shows. */
import { foreignPlace, indexOfKey, may, SystemFlag } from '@postern/protocol/sync';
import type {
  KnownNamespaces,
  Mailbox,
  MailboxKey,
  MailboxRole,
  MessageKey,
  Overlay,
  Rows,
  ShownMailbox,
} from '@postern/protocol/sync';
import type { MailboxView } from './views.ts';

const roleOrder: readonly MailboxRole[] = [
  'inbox',
  'drafts',
  'sent',
  'archive',
  'junk',
  'trash',
  'flagged',
  'all',
];

type Listed = Mailbox & Partial<Pick<ShownMailbox, 'pending'>>;

export interface Counts {
  readonly unread: number;
  readonly total: number;
}

/**
 * The person's own, then those of others, each with what is below it.
 * @param collator puts the names of mailboxes in order, as the person's language has it.
 */
export function mailboxTree(
  all: readonly Listed[],
  counts: (mailbox: Mailbox) => Counts,
  collator: Intl.Collator,
  namespaces?: KnownNamespaces,
): MailboxView[] {
  const foreign = new Map<Listed, number>();
  for (const mailbox of namespaces ? all : []) {
    const place = namespaces && !mailbox.role && foreignPlace(mailbox, namespaces);
    if (place) foreign.set(mailbox, place.prefix);
  }
  // The level that only says that they are others' is what the heading says.
  const mailboxes = all.filter(
    (mailbox) => isSelectable(mailbox) || foreign.get(mailbox) !== mailbox.name.length,
  );
  const byName = new Map(mailboxes.map((mailbox) => [mailbox.name, mailbox]));
  const children = new Map<Listed | undefined, Listed[]>();
  const parents = new Map<Listed, Listed | undefined>();
  for (const mailbox of mailboxes) {
    // A mailbox with a role stands among the first, wherever the server keeps it.
    if (mailbox.role) continue;
    const parent = parentOf(mailbox, byName);
    parents.set(mailbox, parent);
    const siblings = children.get(parent);
    if (siblings) siblings.push(mailbox);
    else children.set(parent, [mailbox]);
  }
  const views: MailboxView[] = [];
  const add = (mailbox: Listed, depth: number): void => {
    const below = children.get(mailbox) ?? [];
    const { unread, total } = counts(mailbox);
    views.push({
      key: mailbox.key,
      label: labelOf(mailbox, parents.get(mailbox), foreign.get(mailbox)),
      path: levels(mailbox).join(' / '),
      depth,
      role: mailbox.role,
      unread,
      total,
      selectable: isSelectable(mailbox),
      hasChildren: below.length > 0,
      foreign: foreign.has(mailbox),
      subscribed: mailbox.subscribed,
      pending: mailbox.pending,
      may: rightsIn(mailbox),
    });
    for (const child of sorted(below, collator)) add(child, depth + 1);
  };
  const first = mailboxes
    .filter((mailbox) => mailbox.role)
    .toSorted((a, b) => rank(a) - rank(b) || collator.compare(a.name, b.name));
  for (const mailbox of first) add(mailbox, 0);
  const tops = sorted(children.get(undefined) ?? [], collator);
  for (const mailbox of tops) if (!foreign.has(mailbox)) add(mailbox, 0);
  for (const mailbox of tops) if (foreign.has(mailbox)) add(mailbox, 0);
  return views;
}

/**
 * How many messages are there and unread, as they are shown: truth corrected by what is pending. The server's own counts
 * are truth until the mailbox is here as a whole.
 * @param rowsIn undefined while the rows are being read.
 */
export function counting(
  overlays: ReadonlyMap<MessageKey, Overlay>,
  rowsIn: (mailbox: MailboxKey) => Rows | undefined,
  locate: (key: MessageKey) => Rows | undefined,
): (mailbox: Mailbox) => Counts {
  const unread = new Map<MailboxKey, number>();
  const total = new Map<MailboxKey, number>();
  const add = (sums: Map<MailboxKey, number>, mailbox: MailboxKey, by: number): void => {
    sums.set(mailbox, (sums.get(mailbox) ?? 0) + by);
  };
  for (const [key, overlay] of overlays) {
    const rows = locate(key);
    if (!rows) continue;
    const wasUnread = ((rows.system[indexOfKey(rows, key)] ?? 0) & SystemFlag['\\Seen']) === 0;
    const isUnread = overlay.add.has('\\Seen') ? false : overlay.remove.has('\\Seen') || wasUnread;
    const now = overlay.mailbox === undefined ? rows.mailbox : overlay.mailbox;
    add(total, rows.mailbox, -1);
    if (wasUnread) add(unread, rows.mailbox, -1);
    if (now === null) continue;
    add(total, now, 1);
    if (isUnread) add(unread, now, 1);
  }
  return (mailbox) => {
    const rows = rowsIn(mailbox.key);
    const whole = rows && mailbox.sync.at > 0 && mailbox.sync.from <= 1;
    const truth = whole
      ? { unread: unseenIn(rows), total: rows.length }
      : { unread: mailbox.unseen, total: mailbox.messages };
    return {
      unread: Math.max(0, truth.unread + (unread.get(mailbox.key) ?? 0)),
      total: Math.max(0, truth.total + (total.get(mailbox.key) ?? 0)),
    };
  };
}

const unseenCounts = new WeakMap<Rows, number>();

function unseenIn(rows: Rows): number {
  const known = unseenCounts.get(rows);
  if (known !== undefined) return known;
  let unseen = 0;
  for (const bits of rows.system) if ((bits & SystemFlag['\\Seen']) === 0) unseen++;
  unseenCounts.set(rows, unseen);
  return unseen;
}

function rightsIn(mailbox: Mailbox): MailboxView['may'] {
  return {
    seen: may(mailbox, 'seen'),
    flag: may(mailbox, 'flag'),
    remove: may(mailbox, 'remove'),
    insert: may(mailbox, 'insert'),
    create: may(mailbox, 'create'),
    end: may(mailbox, 'end'),
  };
}

function levels(mailbox: Mailbox): string[] {
  return mailbox.delimiter ? mailbox.name.split(mailbox.delimiter) : [mailbox.name];
}

/** The nearest level above that is a mailbox of its own. INBOX is nobody's parent: some servers keep all below it. */
function parentOf(mailbox: Listed, byName: ReadonlyMap<string, Listed>): Listed | undefined {
  const path = levels(mailbox);
  for (let depth = path.length - 1; depth > 0; depth--) {
    const above = byName.get(path.slice(0, depth).join(mailbox.delimiter ?? ''));
    if (above) return above.role === 'inbox' ? undefined : above;
  }
  return undefined;
}

function isSelectable({ attributes }: Mailbox): boolean {
  return !attributes.includes('\\Noselect') && !attributes.includes('\\NonExistent');
}

/** @param prefix characters of the name that say nothing but that it is not the person's own. */
function labelOf(mailbox: Mailbox, parent: Mailbox | undefined, prefix: number | undefined): string {
  const path = levels(mailbox);
  if (mailbox.role) return path.at(-1) ?? mailbox.name;
  if (!parent && prefix !== undefined)
    return levels({ ...mailbox, name: mailbox.name.slice(prefix) || mailbox.name }).join(' / ');
  const above = parent ? levels(parent).length : path.length > 1 && path[0] === 'INBOX' ? 1 : 0;
  return path.slice(above).join(' / ');
}

function rank(mailbox: Mailbox): number {
  return mailbox.role ? roleOrder.indexOf(mailbox.role) : roleOrder.length;
}

function sorted(mailboxes: readonly Listed[], collator: Intl.Collator): Listed[] {
  return mailboxes.toSorted((a, b) => collator.compare(a.name, b.name));
}
