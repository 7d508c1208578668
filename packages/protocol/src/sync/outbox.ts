/** Which action is next, and what becomes of one that went wrong. Pure. */
import { CommandError, ConnectionLost, GatewayRefused } from '../error.ts';
import type { Action, ActionId, ActionState, FailureReason } from './action.ts';
import type { MailboxKey, MessageKey } from './model.ts';
import { mailboxesOf, messagesOf, targetOf } from './named-in.ts';
import { isMailboxAction } from './project-mailboxes.ts';
import { Astray } from './referral.ts';
import { throttledFor } from './refusals.ts';
import { refusalsIn } from './submission-refusals.ts';

/** Longest rest of an action that was put off, milliseconds. */
export const LONGEST_REST = 300_000;
/** A clock that is by more than this behind what was done before was set back, milliseconds. */
const SET_BACK = 60_000;

export interface NextAction {
  readonly action: Action | undefined;
  /** When to look again although nothing happens: milliseconds since 1970. */
  readonly notBefore: number | undefined;
}

/**
 * The first action that may be carried out now, in the person's order. `resting`: actions that the server asked to try
 * later, with the time. `isInDoubt`: whether the server may be at it still; what would be put into the same mailbox meanwhile could pass
 * for what it puts there. An action that is set aside (failed, uncertain, resting, not yet due) never blocks the others,
 * except those that touch the same messages or depend on its mailbox order.
 */
export function nextAction(
  actions: readonly Action[],
  resting: ReadonlyMap<string, number>,
  now: number,
  isInDoubt: (id: ActionId) => boolean = () => false,
): NextAction {
  const blocked = new Set<MessageKey>();
  /** Of earlier actions that have to wait: mailboxes that they name, and those that they make, rename or end. */
  const named = new Set<MailboxKey>();
  const changing = new Set<MailboxKey>();
  /** Messages to be copied into another account, perhaps not for long: they may be marked and moved meanwhile, but must not go. */
  const originals = new Set<MessageKey>();
  /** Drafts of which a version may be on its way: until it is found it cannot be replaced. */
  const saving = new Set<string>();
  /** Mailboxes into which something is perhaps being put. */
  const filling = new Set<MailboxKey>();
  const replaced = replacedBy(actions);
  let notBefore: number | undefined;
  for (const action of actions) {
    const { name } = action.state;
    const touched = touchedBy(action);
    if (name === 'failed' || name === 'uncertain') continue;
    if (action.kind === 'flag' && touched.some((key) => replaced.has(key))) {
      for (const key of touched) if (!replaced.has(key)) blocked.add(key);
      continue;
    }
    const due = dueOf(action, resting.get(action.id) ?? 0, now);
    const waits = due > now;
    if (waits) notBefore = Math.min(notBefore ?? due, due);
    // Mail that is to be sent need not wait for the mailbox that it is filed in.
    const needed = action.kind === 'send' ? [] : mailboxesOf(action);
    const ordered = isMailboxAction(action);
    const draft = action.kind === 'save-draft' ? action.draft : undefined;
    const target = targetOf(action);
    if (
      waits ||
      (target !== undefined && filling.has(target)) ||
      (draft !== undefined && saving.has(draft)) ||
      touched.some((key) => blocked.has(key)) ||
      (needsOriginals(action) && touched.some((key) => originals.has(key))) ||
      needed.some((key) => changing.has(key)) ||
      (ordered && changing.size > 0) ||
      (action.kind === 'delete-mailbox' && named.has(action.mailbox))
    ) {
      const held = action.kind === 'carry' && !action.remove ? originals : blocked;
      for (const key of touched) held.add(key);
      for (const key of needed) (ordered ? changing : named).add(key);
      if (draft !== undefined) saving.add(draft);
      if (target !== undefined && isInDoubt(action.id)) filling.add(target);
      continue;
    }
    return { action, notBefore };
  }
  return { action: undefined, notBefore };
}

/** A time that the clock had before it was set back is not waited for: that could take a year. */
function dueOf(action: Action, restsUntil: number, now: number): number {
  const notBefore = ('notBefore' in action && action.notBefore) || 0;
  return Math.max(
    action.at > now + SET_BACK ? 0 : notBefore,
    restsUntil > now + LONGEST_REST ? 0 : restsUntil,
  );
}

/** What has to wait for a copy into another account: what takes its messages away, and a further copy. */
function needsOriginals(action: Action): boolean {
  return action.kind === 'expunge' || action.kind === 'carry';
}

/**
 * Versions of drafts in whose place others are being put, and that may be gone by now: how they are to be marked is what those are to be
 * marked with, once they are known to be there.
 */
function replacedBy(actions: readonly Action[]): ReadonlySet<MessageKey> {
  return new Set(
    actions.flatMap((action) =>
      action.kind === 'save-draft' && !('reason' in action.state) ? (action.tried?.message ?? []) : [],
    ),
  );
}

/** Messages that another action has to wait for while this one does. */
function touchedBy(action: Action): readonly MessageKey[] {
  if (action.kind === 'copy') return [...action.messages, ...action.copies];
  if (action.kind === 'save-draft') return action.tried?.message === undefined ? [] : [action.tried.message];
  return messagesOf(action);
}

/** What to do with an action whose commands were refused or lost. */
export type Verdict =
  /** The connection is the matter, not the action: it stays as it is, and is checked after reconnecting. */
  | { readonly verdict: 'reconnect' }
  /** The server asks for patience. */
  | { readonly verdict: 'later' }
  | { readonly verdict: 'fail'; readonly state: ActionState };

const patience = new Set([
  'UNAVAILABLE',
  'INUSE',
  'SERVERBUG',
  'CONTACTADMIN',
  'LIMIT',
  'EXPUNGEISSUED',
  // RFC 2180 §3.4: LIST is asked for the mailbox, and the action goes on under the new name.
  'NEWNAME',
  // RFC 2193 §4.4: where the target lives was forgotten in the middle of it; the next try asks first.
  'REFERRAL',
]);

const reasons: Readonly<Record<string, FailureReason>> = {
  OVERQUOTA: 'quota',
  NOPERM: 'forbidden',
  'READ-ONLY': 'forbidden',
  TOOBIG: 'too-large',
  APPENDLIMIT: 'too-large',
  NONEXISTENT: 'no-mailbox',
  ALREADYEXISTS: 'exists',
  TRYCREATE: 'no-mailbox',
};

/** Response codes: RFC 5530; replies: RFC 5321 §4.2.1. */
export function verdictOn(error: unknown): Verdict {
  if (error instanceof ConnectionLost || error instanceof GatewayRefused) return { verdict: 'reconnect' };
  if (!(error instanceof CommandError)) throw error;
  if (error instanceof Astray)
    return { verdict: 'fail', state: { name: 'failed', reason: 'elsewhere', words: error.server } };
  const code = codeOf(error);
  if (error.status === 'TEMPORARY' || (error.status === 'NO' && patience.has(code)))
    return { verdict: 'later' };
  if (throttledFor(error) !== undefined) return { verdict: 'later' };
  const refusals = refusalsIn(error);
  const reason = refusals[0]?.why === 'too-large' ? 'too-large' : (reasons[code] ?? 'refused');
  const state = { name: 'failed', reason, words: error.text } as const;
  return { verdict: 'fail', state: refusals.length === 0 ? state : { ...state, refusals } };
}

/** Upper-case name of the response code, empty when there was none. */
export function codeOf(error: CommandError): string {
  const code = error.code as { readonly name: string; readonly code?: string } | undefined;
  return (code?.code ?? code?.name ?? '').toUpperCase();
}
