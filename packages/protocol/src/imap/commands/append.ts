/** `APPEND` (RFC 3501 §6.3.11), of several messages (RFC 3502), and `REPLACE` (RFC 8508). */
import { UsageError } from '../../error.ts';
import { type Collector, type Command, mailboxPiece, SELECTED, SIGNED_IN } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { ResponseCode, Uid, UidValidity } from '../types.ts';
import { type Appending, type AppendOptions, checkAppending, writeAppending } from './append-message.ts';

/** Where an appended message is (RFC 4315 §3). */
export interface Appended {
  readonly uidValidity: UidValidity;
  readonly uid: Uid;
}

/**
 * `APPEND`. undefined where the server does not say (no UIDPLUS, or the mailbox cannot be read). CommandError with code TOOBIG
 * where the server has said that it takes no such message (RFC 7889): nothing was sent.
 */
export function append(name: MailboxName, message: Appending): Command<Appended | undefined> {
  checkAppending(message);
  return {
    name: 'APPEND',
    states: SIGNED_IN,
    write: (capabilities, enabled) => [
      'APPEND ',
      mailboxPiece(name, enabled),
      ...writeAppending('APPEND', message, capabilities, enabled),
    ],
    collect: () => ({ settle: ({ code }) => appended(code)[0] }),
  };
}

/**
 * `APPEND` of several messages at once: all or none. MULTIAPPEND, else UsageError; `appendAll` appends them one by one then.
 * Where they are, in their order; empty where the server does not say.
 */
export function multiAppend(
  name: MailboxName,
  messages: readonly AppendOptions[],
): Command<readonly Appended[]> {
  if (messages.length === 0) throw new UsageError('APPEND of nothing');
  messages.forEach(checkAppending);
  return {
    name: 'APPEND',
    states: SIGNED_IN,
    write(capabilities, enabled) {
      if (messages.length > 1) demand(capabilities, 'APPEND of several messages', 'MULTIAPPEND');
      const pieces = messages.flatMap((each) => writeAppending('APPEND', each, capabilities, enabled));
      return ['APPEND ', mailboxPiece(name, enabled), ...pieces];
    },
    collect: () => ({ settle: ({ code }) => appended(code) }),
  };
}

/**
 * `UID REPLACE uid mailbox append-message` (RFC 8508 §3.3): appends, and removes the old message from the selected mailbox, as
 * one. REPLACE, else UsageError; `replace` does it in steps then.
 */
export function uidReplace(uid: Uid, name: MailboxName, message: Appending): Command<Appended | undefined> {
  if (!(Number.isSafeInteger(uid) && uid > 0)) throw new UsageError('not a UID');
  checkAppending(message);
  return {
    name: 'UID REPLACE',
    states: SELECTED,
    // APPENDUID may come untagged, and does not say whose it is.
    results: ['APPENDUID'],
    write(capabilities, enabled) {
      demand(capabilities, 'UID REPLACE', 'REPLACE');
      const pieces = writeAppending('UID REPLACE', message, capabilities, enabled);
      return [`UID REPLACE ${uid} `, mailboxPiece(name, enabled), ...pieces];
    },
    collect: collectReplaced,
  };
}

/** RFC 8508 §4.3: APPENDUID comes in an untagged OK before the EXPUNGE, or in the receipt. */
function collectReplaced(): Collector<Appended | undefined> {
  let place: Appended | undefined;
  return {
    take(response) {
      if (response.type !== 'status' || response.code?.name !== 'APPENDUID') return false;
      place = appended(response.code)[0];
      return true;
    },
    settle: ({ code }) => appended(code)[0] ?? place,
  };
}

function appended(code: ResponseCode | undefined): readonly Appended[] {
  if (code?.name !== 'APPENDUID') return [];
  const { uidValidity, uids } = code;
  return uids.map((uid) => ({ uidValidity, uid }));
}
