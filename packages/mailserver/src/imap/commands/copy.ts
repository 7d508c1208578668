import { addAll, amountOf } from '../addition.ts';
import { Refusal } from '../../account/account.ts';
import { sequenceSet } from '../format.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import { withinLimit } from '../message-limit.ts';
import { readMessageSet } from '../message-set.ts';
import type { Scanner } from '../scanner.ts';
import { expungedCode, requireExpunge } from './expunge.ts';
import type { Numbered } from '../selected.ts';
import type { Session } from '../session.ts';
import { mailboxOf } from '../mailbox-name.ts';
import { acts, expungeIssued, has, selectedOf } from '../session.ts';

/** Copies all or nothing (`freed`: what is copied will leave room; what was expunged: RFC 2180 §4.4); gives the COPYUID response code, when there is one. */
function copyAll(
  session: Session,
  scanner: Scanner,
  byUid: boolean,
  freed: boolean,
): { copied: Numbered[]; code?: string; limit?: string | undefined } {
  const selected = selectedOf(session);
  scanner.space();
  const set = readMessageSet(session, scanner, byUid);
  scanner.space();
  const name = scanner.mailbox();
  scanner.end();
  const policy = session.host.profile.multiAccess?.copy ?? 'refuse';
  const { taken, code: limit } = withinLimit(session, selected.resolve(set, byUid));
  // A COPY is whole or not at all, a MOVE need not be (RFC 9738 §3.1).
  if (limit !== undefined && !freed) throw new Refusal('That is too much at once', limit);
  let copied = taken.sort(([a], [b]) => a - b);
  const target = mailboxOf(session, name, 'TRYCREATE');
  if (policy === 'others') copied = copied.filter(([, message]) => !message.expunged);
  if (policy === 'refuse' && copied.some(([, message]) => message.expunged))
    throw new Refusal('Some of these messages no longer exist', expungeIssued(session));
  const added = addAll(
    session,
    target,
    copied.map(([, message]) => message),
    freed ? amountOf(copied.map(([, message]) => message)) : undefined,
  );
  const uids = added.map(({ uid }) => uid);
  if (!has(session, 'UIDPLUS') || copied.length === 0) return { copied, limit };
  const source = sequenceSet(copied.map(([, message]) => message.uid));
  return { copied, limit, code: `COPYUID ${target.uidValidity} ${source} ${sequenceSet(uids)}` };
}

/** COPY and UID COPY (RFC 3501 §6.4.7, RFC 4315 §3). */
export function* copy(session: Session, scanner: Scanner, byUid: boolean): Execution {
  const { code } = copyAll(session, scanner, byUid, false);
  return ok('Copied', code);
}

/** MOVE and UID MOVE (RFC 6851): COPYUID comes before the EXPUNGE responses. */
export function* move(session: Session, scanner: Scanner, byUid: boolean): Execution {
  const selected = selectedOf(session);
  if (selected.readOnly) return no('The mailbox was opened read-only', 'READ-ONLY');
  requireExpunge(session);
  const { copied, code, limit } = copyAll(session, scanner, byUid, true);
  if (code !== undefined) yield acts(session, 'bare-copyuid') ? `[${code}]\r\n` : `* OK [${code}] Moved\r\n`;
  selected.mailbox.expunge(copied.map(([, message]) => message));
  const highest = expungedCode(session, copied.length);
  if (highest !== undefined && limit !== undefined) yield `* NO [${limit}] Moved some\r\n`;
  return ok('Done', highest ?? limit);
}
