import { type Command, type Collector, mailboxPiece, SELECTED, settled, SIGNED_IN } from '../command.ts';
import { UsageError } from '../../error.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { Untagged } from '../response.ts';
import { formatSet, type UidSet } from '../sets.ts';
import type { Flag, ModSeq, ResponseCode, SelectedMailbox, StatusText, Uid, UidValidity } from '../types.ts';

export interface SelectOptions {
  /** EXAMINE (§6.3.2): nothing will be changed. */
  readonly readOnly?: boolean;
  /** `(CONDSTORE)` (RFC 7162 §3.1.8): only where the server has it. */
  readonly condstore?: boolean;
  /** `(QRESYNC …)` (RFC 7162 §3.2.5): only once it is enabled. VANISHED (EARLIER) and FETCH then come as news. */
  readonly resync?: {
    readonly uidValidity: UidValidity;
    readonly modSeq: ModSeq;
    /** The UIDs that are kept; left out, all below UIDNEXT. */
    readonly known?: UidSet;
  };
}

/** `SELECT` or `EXAMINE` (RFC 3501 §6.3.1). What the server says about the mailbox is the result, and not news. */
export function select(name: MailboxName, options: SelectOptions = {}): Command<SelectedMailbox> {
  const command = options.readOnly ? 'EXAMINE' : 'SELECT';
  const readOnly = options.readOnly ?? false;
  return {
    name: command,
    states: SIGNED_IN,
    alone: true,
    behind: ['ENABLE'],
    effect: { type: 'select', name: typeof name === 'string' ? name : name.wire, readOnly },
    write: (_, enabled) => [`${command} `, mailboxPiece(name, enabled), selectParameter(options)],
    collect: () => new SelectCollector(readOnly),
  };
}

/** `select-param`: QRESYNC includes CONDSTORE (RFC 7162 §3.2.5). */
function selectParameter({ condstore, resync }: SelectOptions): string {
  if (!resync) return condstore ? ' (CONDSTORE)' : '';
  const { uidValidity, modSeq, known } = resync;
  if (uidValidity < 1 || modSeq < 1n) throw new UsageError('QRESYNC without a state to begin from');
  const uids = known && known.length > 0 ? ` ${formatKnown(known)}` : '';
  return ` (QRESYNC (${uidValidity} ${modSeq}${uids}))`;
}

/** `known-uids` knows no `*` (RFC 7162 §7). */
function formatKnown(known: UidSet): string {
  const text = formatSet(known);
  if (text.includes('*')) throw new UsageError('known UIDs without end');
  return text;
}

class SelectCollector implements Collector<SelectedMailbox> {
  readonly #readOnly: boolean;
  /** Nothing of the new mailbox has come: what comes may be the old one's still (RFC 7162 §3.2.11). */
  #old = true;
  #exists = 0;
  #flags: readonly Flag[] = [];
  #permanentFlags: readonly Flag[] | undefined;
  #uidValidity = 0 as UidValidity;
  #uidNext: Uid | undefined;
  #highestModSeq: ModSeq | undefined;
  #mailboxId: string | undefined;

  constructor(readOnly: boolean) {
    this.#readOnly = readOnly;
  }

  take(response: Untagged): boolean {
    switch (response.type) {
      case 'exists':
        this.#old = false;
        this.#exists = response.count;
        return true;
      case 'flags':
        this.#old = false;
        this.#flags = response.flags;
        return true;
      case 'recent':
        return true;
      case 'status':
        return response.status === 'OK' && this.#code(response.code);
      case 'expunge':
      case 'fetch':
        return this.#old;
      case 'vanished':
        return this.#old && !response.earlier;
      default:
        return false;
    }
  }

  #code(code: ResponseCode | undefined): boolean {
    switch (code?.name) {
      case 'UIDVALIDITY':
        this.#uidValidity = code.uidValidity;
        break;
      case 'UIDNEXT':
        // Quirk: UIDNEXT 0 is none.
        this.#uidNext = code.uidNext > 0 ? code.uidNext : undefined;
        break;
      case 'HIGHESTMODSEQ':
        // 0 stands for none too, as it does in STATUS (RFC 7162 §3.1.2.2; Purelymail on an empty mailbox).
        this.#highestModSeq = code.modSeq > 0n ? code.modSeq : undefined;
        break;
      case 'PERMANENTFLAGS':
        this.#permanentFlags = code.flags;
        break;
      case 'MAILBOXID':
        this.#mailboxId = code.mailboxId;
        break;
      case 'UNSEEN':
        break;
      case 'ATOM':
        return this.#atom(code.code);
      default:
        return false;
    }
    this.#old = false;
    return true;
  }

  #atom(code: string): boolean {
    if (code === 'CLOSED') {
      this.#old = true;
      this.#exists = 0;
      this.#flags = [];
      return true;
    }
    return code === 'NOMODSEQ';
  }

  settle(status: StatusText): SelectedMailbox {
    const readOnly = this.#readOnly || (status.code?.name === 'ATOM' && status.code.code === 'READ-ONLY');
    return {
      exists: this.#exists,
      uidValidity: this.#uidValidity,
      uidNext: this.#uidNext,
      highestModSeq: this.#highestModSeq,
      flags: this.#flags,
      // Where it is missing, all flags can be changed permanently (§7.1, PERMANENTFLAGS).
      permanentFlags: this.#permanentFlags ?? this.#flags,
      readOnly,
      ...(this.#mailboxId !== undefined && { mailboxId: this.#mailboxId }),
    };
  }
}

/** `CHECK` (§6.4.1): a checkpoint of the mailbox. NOOP once IMAP4rev2 is enabled, which has no other. */
export function check(): Command<void> {
  return {
    name: 'CHECK',
    states: SELECTED,
    write: (_, enabled) => [enabled?.has('IMAP4REV2') ? 'NOOP' : 'CHECK'],
    collect: () => settled,
  };
}

/** `UNSELECT` (RFC 3691): closes, and removes nothing. UNSELECT, else UsageError. */
export function unselect(): Command<void> {
  return leaving('UNSELECT');
}

/** `CLOSE` (§6.4.2): closes and, unless read-only, removes all messages marked `\Deleted`, whoever marked them. */
export function close(): Command<void> {
  return leaving('CLOSE');
}

function leaving(name: 'UNSELECT' | 'CLOSE'): Command<void> {
  return {
    name,
    states: SELECTED,
    alone: true,
    effect: { type: 'unselect' },
    write(capabilities) {
      if (name === 'UNSELECT') demand(capabilities, name, 'UNSELECT');
      return [name];
    },
    collect: () => settled,
  };
}
