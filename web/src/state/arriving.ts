/**
 * Messages that the server told of where they were moved or copied to, before anybody knows that they are those: the same mail that is
 * shown there already, and so left out of lists. Who removed "the double" would remove the only one. Pure.
 */
import { indexOfKey } from '@postern/protocol/sync';
import type { Action, MailboxKey, MessageKey, Overlay, Rows } from '@postern/protocol/sync';

const HIDDEN: Overlay = { add: new Set(), remove: new Set(), mailbox: null, pending: undefined };

interface There {
  readonly uidValidity: number | undefined;
  readonly rows: Rows | undefined;
}

/**
 * Before the receipt of the move or copy came.
 * @param there what is known of a mailbox.
 * @param locate the rows in which truth has a message.
 */
export function withoutArrived(
  overlays: ReadonlyMap<MessageKey, Overlay>,
  actions: readonly Action[],
  there: (mailbox: MailboxKey) => There,
  locate: (key: MessageKey) => Rows | undefined,
): ReadonlyMap<MessageKey, Overlay> {
  const laid = new Map(overlays);
  for (const action of actions) {
    if ((action.kind !== 'move' && action.kind !== 'copy') || !action.noted) continue;
    if (action.state.name !== 'running' && action.state.name !== 'waiting') continue;
    const { uidValidity, rows } = there(action.to);
    if (!rows || action.noted.uidValidity === 0 || uidValidity !== action.noted.uidValidity) continue;
    const awaited = awaitedBy(action, locate);
    if (awaited.size === 0) continue;
    const own = new Set([...action.messages, ...(action.kind === 'copy' ? action.copies : [])]);
    for (let i = 0; i < rows.length; i++) {
      const key = rows.keys[i] as MessageKey;
      if ((rows.uids[i] ?? 0) < action.noted.uidNext || own.has(key)) continue;
      const name = nameOf(rows, i);
      const left = awaited.get(name) ?? 0;
      if (left === 0) continue;
      awaited.set(name, left - 1);
      laid.set(key, HIDDEN);
    }
  }
  return laid;
}

/** After a receipt that did not say under which UIDs they arrived: those that have none yet stand for what came last. */
export function withoutUnnamed(
  overlays: ReadonlyMap<MessageKey, Overlay>,
  all: Iterable<Rows>,
): ReadonlyMap<MessageKey, Overlay> {
  let laid: Map<MessageKey, Overlay> | undefined;
  for (const rows of all) {
    if (!rows.uids.includes(0)) continue;
    const awaited = new Map<string, number>();
    const places = [...rows.uids.keys()];
    for (const i of places.filter((i) => rows.uids[i] === 0))
      awaited.set(nameOf(rows, i), (awaited.get(nameOf(rows, i)) ?? 0) + 1);
    const told = places.filter((i) => rows.uids[i] !== 0 && awaited.has(nameOf(rows, i)));
    for (const i of told.toSorted((a, b) => (rows.uids[b] ?? 0) - (rows.uids[a] ?? 0))) {
      const name = nameOf(rows, i);
      const left = awaited.get(name) ?? 0;
      if (left === 0) continue;
      awaited.set(name, left - 1);
      laid ??= new Map(overlays);
      laid.set(rows.keys[i] as MessageKey, HIDDEN);
    }
  }
  return laid ?? overlays;
}

/** What has no receipt yet, by what COPY and MOVE keep of it (RFC 3501 §6.4.7), and how many there are of that name. */
function awaitedBy(
  action: Extract<Action, { kind: 'move' | 'copy' }>,
  locate: (key: MessageKey) => Rows | undefined,
): Map<string, number> {
  const awaited = new Map<string, number>();
  const made = new Set(action.kind === 'copy' ? action.made : []);
  for (const [i, key] of action.messages.entries()) {
    const rows = locate(key);
    const copy = action.kind === 'copy' ? action.copies[i] : undefined;
    if (!rows || (action.kind === 'move' && rows.mailbox === action.to)) continue;
    if (copy !== undefined && (locate(copy) || made.has(copy))) continue;
    const name = nameOf(rows, indexOfKey(rows, key));
    awaited.set(name, (awaited.get(name) ?? 0) + 1);
  }
  return awaited;
}

function nameOf(rows: Rows, i: number): string {
  return `${rows.sizes[i]} at ${rows.dates[i]}`;
}
