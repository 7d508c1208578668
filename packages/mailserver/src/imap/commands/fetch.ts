import { flagSet } from '../../account/mailbox.ts';
import type { FetchItem } from '../fetch-items.ts';
import { readFetchItems } from '../fetch-items.ts';
import { changeItems, emptyResponse, fetchResponse } from '../fetch-response.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import { withinLimit } from '../message-limit.ts';
import { readMessageSet } from '../message-set.ts';
import { mayFlag } from '../rights.ts';
import type { Scanner } from '../scanner.ts';
import type { PartialRange } from '../search-result.ts';
import { inPartialRange, readPartialRange } from '../search-result.ts';
import type { Session } from '../session.ts';
import { acts, expungeIssued, has, hasModSeq, selectedOf } from '../session.ts';
import { vanishedEarlier } from '../vanished.ts';

/**
 * FETCH and UID FETCH (RFC 3501 §6.4.5), CHANGEDSINCE and MODSEQ (RFC 7162 §3.1.4). What is given of a
 * message another session has expunged, until this session was told, is the profile's choice (RFC 2180 §4.1).
 */
export function* fetch(session: Session, scanner: Scanner, byUid: boolean): Execution {
  const selected = selectedOf(session);
  scanner.space();
  const set = readMessageSet(session, scanner, byUid);
  scanner.space();
  const items = readFetchItems(session, scanner);
  const { changedSince, vanished, partial } = readModifiers(session, scanner, byUid);
  scanner.end();

  if (byUid && !session.enabled.has('UIDONLY') && !items.some((item) => item.kind === 'uid'))
    items.unshift({ kind: 'uid' });
  const asksModSeq = items.some((item) => item.kind === 'modseq');
  if (asksModSeq || changedSince !== undefined) session.condstore = true;
  if (changedSince !== undefined && !asksModSeq) items.push({ kind: 'modseq' });
  const setsSeen =
    !selected.readOnly &&
    items.some((item) => (item.kind === 'body' || item.kind === 'binary') && !item.peek);

  if (vanished && changedSince !== undefined) {
    const uids = set === '$' ? selected.saved.map(({ uid }) => [uid, uid] as const) : set;
    yield* vanishedEarlier(session, selected.mailbox, { uids, since: changedSince });
  }
  const found = selected.resolve(set, byUid);
  const named = partial === undefined ? found : inPartialRange(found, partial);
  const { taken: asked, code: limit } = withinLimit(session, named);
  if (limit !== undefined && partial !== undefined)
    return no('That is too much at once', `MESSAGELIMIT ${session.host.profile.messageLimit}`);
  const policy = session.host.profile.multiAccess?.fetch ?? 'ghost';
  const gone = policy === 'ghost' ? 0 : asked.filter(([, message]) => message.expunged).length;
  if (gone > 0 && policy === 'bye') {
    session.then = 'close';
    yield '* BYE Some of these messages no longer exist\r\n';
    return no('Some of these messages no longer exist', expungeIssued(session));
  }
  if (acts(session, 'fetch-descending')) asked.reverse();
  for (const [number, message] of asked) {
    if (message.expunged && policy !== 'ghost') {
      if (policy === 'nil' && gone < asked.length) yield emptyResponse(session, number, message, items);
      continue;
    }
    if (changedSince !== undefined && message.modSeq <= changedSince) continue;
    let extra: readonly FetchItem[] = [];
    if (
      setsSeen &&
      mayFlag(session, selected.mailbox, '\\Seen') &&
      selected.mailbox.setFlags(message, flagSet([...message.flags, '\\Seen']), selected)
    )
      extra = changeItems(session).filter((added) => !items.some((item) => item.kind === added.kind));
    yield* fetchResponse(session, number, message, [...items, ...extra]);
  }
  const refused = gone > 0 && (policy === 'no' || gone === asked.length);
  if (refused && limit !== undefined) yield `* NO [${limit}] Fetched some\r\n`;
  return refused
    ? no('Some of these messages no longer exist', expungeIssued(session))
    : ok('Fetched', limit);
}

/** Modifiers of FETCH (fetch-modifier, RFC 4466 §2.4). */
interface Modifiers {
  readonly changedSince?: bigint;
  readonly vanished?: boolean;
  readonly partial?: PartialRange;
}

/** CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4.1, §3.2.6), PARTIAL (RFC 9394 §3.3). */
function readModifiers(session: Session, scanner: Scanner, byUid: boolean): Modifiers {
  const modifiers: { -readonly [Name in keyof Modifiers]: Modifiers[Name] } = {};
  if (!(hasModSeq(session) || has(session, 'PARTIAL')) || !scanner.accept(' ')) return modifiers;
  scanner.list(() => {
    const name = scanner.keyword();
    if (name === 'CHANGEDSINCE' && hasModSeq(session)) {
      scanner.space();
      modifiers.changedSince = scanner.modSeq();
    } else if (name === 'VANISHED' && byUid && session.enabled.has('QRESYNC')) modifiers.vanished = true;
    else if (name === 'PARTIAL' && byUid && has(session, 'PARTIAL')) {
      scanner.space();
      modifiers.partial = readPartialRange(scanner);
    } else throw new GrammarError(`Unknown fetch modifier ${name}`);
  });
  if (modifiers.vanished === true && modifiers.changedSince === undefined)
    throw new GrammarError('VANISHED needs CHANGEDSINCE');
  return modifiers;
}
