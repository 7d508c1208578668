/** Commands that change messages: UID STORE, COPY, MOVE, EXPUNGE (RFC 3501 §6.4, UIDPLUS 4315, MOVE 6851, CONDSTORE 7162). */
import { atomPiece, type Collector, type Command, mailboxPiece, SELECTED, settled } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { Flag, ModSeq, ResponseCode, Uid } from '../types.ts';
import { type MessageSet, SAVED, writeSet } from './message-set.ts';

export interface StoreOptions {
  /** There is no replacing: it would undo what other clients changed meanwhile. */
  readonly mode: 'add' | 'remove';
  readonly flags: readonly Flag[];
  /** Asks for no FETCH of what was changed. It may come all the same, and is then news. */
  readonly silent?: boolean;
  /** Changes only messages whose MODSEQ is not higher (RFC 7162 §3.1.3): only with CONDSTORE. */
  readonly unchangedSince?: ModSeq;
}

export interface Stored {
  /** UIDs left alone because they changed since `unchangedSince`. */
  readonly modified: readonly Uid[];
}

/** As text where the server knows `$`, if it is asked for. */
function wireSet(command: string, set: MessageSet, capabilities: ReadonlySet<string>): string {
  if (set === SAVED) demand(capabilities, `${command} $`, 'SEARCHRES');
  return writeSet(set);
}

/** `UID STORE` (§6.4.6). */
export function uidStore(set: MessageSet, options: StoreOptions): Command<Stored> {
  const { mode, flags, silent, unchangedSince } = options;
  const since = unchangedSince === undefined ? '' : ` (UNCHANGEDSINCE ${unchangedSince})`;
  const item = `${mode === 'add' ? '+' : '-'}FLAGS${silent ? '.SILENT' : ''}`;
  const text = `${since} ${item} (${flags.map(atomPiece).join(' ')})`;
  writeSet(set);
  return {
    name: 'UID STORE',
    states: SELECTED,
    write: (capabilities) => [`UID STORE ${wireSet('UID STORE', set, capabilities)}${text}`],
    collect: () => ({
      settle: ({ code }) => ({ modified: code?.name === 'MODIFIED' ? (code.uids as readonly Uid[]) : [] }),
    }),
  };
}

/** Old and new UIDs, pair by pair (RFC 4315 §3). */
export type CopyUid = Extract<ResponseCode, { name: 'COPYUID' }>;

/** `UID COPY` (§6.4.7). undefined where the server does not say which UIDs the copies have. */
export function uidCopy(set: MessageSet, name: MailboxName): Command<CopyUid | undefined> {
  return moving('UID COPY', set, name);
}

/** `UID MOVE` (RFC 6851): MOVE, else UsageError. */
export function uidMove(set: MessageSet, name: MailboxName): Command<CopyUid | undefined> {
  return moving('UID MOVE', set, name);
}

function moving(
  command: 'UID COPY' | 'UID MOVE',
  set: MessageSet,
  name: MailboxName,
): Command<CopyUid | undefined> {
  writeSet(set);
  return {
    name: command,
    states: SELECTED,
    results: ['COPYUID'],
    write(capabilities, enabled) {
      if (command === 'UID MOVE') demand(capabilities, command, 'MOVE');
      return [`${command} ${wireSet(command, set, capabilities)} `, mailboxPiece(name, enabled)];
    },
    collect: collectCopyUid,
  };
}

/** MOVE says COPYUID in an untagged OK before the EXPUNGEs (RFC 6851 §4.3), possibly in several; others in the receipt. */
export function collectCopyUid(): Collector<CopyUid | undefined> {
  const codes: CopyUid[] = [];
  return {
    take(response) {
      if (response.type !== 'status' || response.code?.name !== 'COPYUID') return false;
      codes.push(response.code);
      return true;
    },
    settle({ code }) {
      if (code?.name === 'COPYUID') codes.push(code);
      const first = codes[0];
      if (!first || codes.length === 1) return first;
      return {
        ...first,
        source: codes.flatMap((each) => each.source),
        destination: codes.flatMap((each) => each.destination),
      };
    },
  };
}

/** `EXPUNGE` (§6.4.3): removes every message marked `\Deleted`, whoever marked it. */
export function expunge(): Command<void> {
  return { name: 'EXPUNGE', states: SELECTED, write: () => ['EXPUNGE'], collect: () => settled };
}

/** `UID EXPUNGE` (RFC 4315 §2.1): those of the set that are marked `\Deleted`. UIDPLUS, else UsageError. */
export function uidExpunge(set: MessageSet): Command<void> {
  writeSet(set);
  return {
    name: 'UID EXPUNGE',
    states: SELECTED,
    write(capabilities) {
      demand(capabilities, 'UID EXPUNGE', 'UIDPLUS');
      return [`UID EXPUNGE ${wireSet('UID EXPUNGE', set, capabilities)}`];
    },
    collect: () => settled,
  };
}
