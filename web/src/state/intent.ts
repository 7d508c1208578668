/** From what a person does to actions, and to what takes them back. Pure. */
import type {
  Action,
  CarryAction,
  CopyAction,
  ExpungeAction,
  FlagAction,
  MailboxKey,
  MessageKey,
  MessageRow,
  MoveAction,
  OtherMailbox,
} from '@postern/protocol/sync';

type Flag = MessageRow['flags'][number];

let lastTime = 0;
let within = 0;
/** Ids of one time: three digits. */
const MOST_WITHIN = 36 ** 3;

/** What is done from now on comes after these, though the clock was set back since, in another window or before the last start. */
export function continueAfter(actions: readonly Pick<Action, 'id'>[]): void {
  for (const { id } of actions) {
    const [, time, count] = /^([0-9a-z]{9})-([0-9a-z]{3})-/.exec(id) ?? [];
    if (time === undefined || count === undefined) continue;
    const at = Number.parseInt(time, 36);
    if (at < lastTime) continue;
    within = Math.max(at === lastTime ? within : 0, Number.parseInt(count, 36));
    lastTime = at;
  }
}

/**
 * Ascending in the order of the calls, also over tabs as far as their clock goes: time first, then a count, then chance.
 * @param now milliseconds since 1970.
 */
export function newActionId(now: number): string {
  // A clock that is set back must not put a later action before an earlier one.
  if (now > lastTime) {
    lastTime = now;
    within = 0;
  } else if (++within === MOST_WITHIN) {
    lastTime++;
    within = 0;
  }
  const chance = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return [
    lastTime.toString(36).padStart(9, '0'),
    within.toString(36).padStart(3, '0'),
    chance.toString(36),
  ].join('-');
}

/** @param rows as they are shown: only those that the change changes take part, so that undo restores what was. */
export function flagActions(rows: readonly MessageRow[], flag: Flag, on: boolean, now: number): FlagAction[] {
  const changing = rows.filter((row) => row.flags.includes(flag) !== on);
  return byMailbox(changing).map(([mailbox, messages]) => ({
    ...begun(now),
    kind: 'flag',
    mailbox,
    messages,
    add: on ? [flag] : [],
    remove: on ? [] : [flag],
  }));
}

export function moveActions(rows: readonly MessageRow[], to: MailboxKey, now: number): MoveAction[] {
  return byMailbox(rows.filter((row) => row.mailbox !== to)).map(([from, messages]) => ({
    ...begun(now),
    kind: 'move',
    from,
    to,
    messages,
  }));
}

/**
 * $Junk and $NotJunk (RFC 9051 §2.3.2) tell filters and other programs; where the server keeps no keywords, the move alone
 * has to. The marks come first, so that they go along.
 */
export function junkActions(
  rows: readonly MessageRow[],
  junk: boolean,
  to: MailboxKey,
  now: number,
): Action[] {
  const mark = junk ? '$Junk' : '$NotJunk';
  const other = junk ? '$NotJunk' : '$Junk';
  const marks = [...flagActions(rows, mark, true, now), ...flagActions(rows, other, false, now)].map(
    (action): FlagAction => ({ ...action, hint: true }),
  );
  return [...marks, ...moveActions(rows, to, now)];
}

/** @param first of as many new keys as there are rows. */
export function copyActions(
  rows: readonly MessageRow[],
  to: MailboxKey,
  first: number,
  now: number,
): CopyAction[] {
  let key = first;
  return byMailbox(rows).map(([from, messages]) => ({
    ...begun(now),
    kind: 'copy',
    from,
    to,
    messages,
    copies: messages.map(() => key++ as MessageKey),
  }));
}

/**
 * Into a mailbox of another account. What is there is not this account's to take back: so it begins only after `wait` milliseconds,
 * in which the action can be withdrawn.
 */
export function carryActions(
  rows: readonly MessageRow[],
  to: OtherMailbox,
  remove: boolean,
  wait: number,
  now: number,
): CarryAction[] {
  return byMailbox(rows).map(([from, messages]) => ({
    ...begun(now),
    kind: 'carry',
    from,
    to,
    messages,
    remove,
    notBefore: now + wait,
  }));
}

export function expungeActions(rows: readonly MessageRow[], now: number): ExpungeAction[] {
  return byMailbox(rows).map(([mailbox, messages]) => ({
    ...begun(now),
    kind: 'expunge',
    mailbox,
    messages,
  }));
}

/** What undoes an action that has reached the server; undefined for what cannot be undone. */
export function inverse(action: Action, now: number): Action | undefined {
  switch (action.kind) {
    case 'flag':
      return { ...action, ...begun(now), add: action.remove, remove: action.add };
    case 'move': {
      const { messages, from, to } = action;
      return { ...begun(now), kind: 'move', from: to, to: from, messages };
    }
    case 'subscribe':
      return { ...action, ...begun(now), on: !action.on };
    case 'copy': {
      const { copies, to } = action;
      return { ...begun(now), kind: 'expunge', mailbox: to, messages: copies };
    }
    case 'carry':
    case 'expunge':
    case 'send':
    case 'upload':
    case 'import':
    case 'save-draft':
    case 'remove-draft':
    case 'create-mailbox':
    case 'rename-mailbox':
    case 'delete-mailbox':
      return undefined;
  }
}

/** What all actions have, when they are made. */
export function begun(now: number): { id: string; at: number; state: { name: 'waiting' } } {
  return { id: newActionId(now), at: now, state: { name: 'waiting' } };
}

function byMailbox(rows: readonly MessageRow[]): [MailboxKey, MessageKey[]][] {
  const groups = new Map<MailboxKey, MessageKey[]>();
  for (const { mailbox, key } of rows) {
    const group = groups.get(mailbox);
    if (group) group.push(key);
    else groups.set(mailbox, [key]);
  }
  return [...groups];
}
