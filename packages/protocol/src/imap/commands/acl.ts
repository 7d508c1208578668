/** Who may do what with a mailbox (RFC 4314 §3): ACL, else UsageError. */
import { decodeText } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import {
  type Command,
  joinPieces,
  mailboxPiece,
  type Piece,
  settled,
  SIGNED_IN,
  stringPiece,
} from '../command.ts';
import { type MailboxName, wireOctets } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { AccessControlList, MailboxRights, RightsChoice, Untagged } from '../response.ts';

/** `SETACL mailbox identifier [+-]rights` (§3.1): gives these rights and no others, or more, or fewer. */
export function setAcl(
  name: MailboxName,
  identifier: string,
  rights: string,
  mode: 'replace' | 'add' | 'remove' = 'replace',
): Command<void> {
  const sign = { replace: '', add: '+', remove: '-' }[mode];
  // Rights are lower-case letters and digits (§2.1).
  if (!/^[a-z\d]*$/.test(rights)) throw new UsageError('not rights');
  return {
    name: 'SETACL',
    states: SIGNED_IN,
    write(capabilities, enabled) {
      demand(capabilities, 'SETACL', 'ACL');
      const pieces = [mailboxPiece(name, enabled), stringPiece(identifier), stringPiece(sign + rights)];
      return ['SETACL ', ...joinPieces(...pieces)];
    },
    collect: () => settled,
  };
}

/** `DELETEACL mailbox identifier` (§3.2). */
export function deleteAcl(name: MailboxName, identifier: string): Command<void> {
  return {
    name: 'DELETEACL',
    states: SIGNED_IN,
    write(capabilities, enabled) {
      demand(capabilities, 'DELETEACL', 'ACL');
      return ['DELETEACL ', ...joinPieces(mailboxPiece(name, enabled), stringPiece(identifier))];
    },
    collect: () => settled,
  };
}

/** `GETACL mailbox` (§3.3). undefined: OK, and no answer. */
export function getAcl(name: MailboxName): Command<AccessControlList | undefined> {
  return asking('GETACL', 'ACL', name, [], (response) =>
    response.type === 'acl' ? response.list : undefined,
  );
}

/** `LISTRIGHTS mailbox identifier` (§3.4). */
export function listRights(name: MailboxName, identifier: string): Command<RightsChoice | undefined> {
  return asking('LISTRIGHTS', 'LISTRIGHTS', name, [stringPiece(identifier)], (response) =>
    response.type === 'list-rights' ? response.choice : undefined,
  );
}

/** `MYRIGHTS mailbox` (§3.5). Those of different mailboxes may be on the wire at once: the answer names its mailbox. */
export function myRights(name: MailboxName): Command<MailboxRights | undefined> {
  const expected = decodeText(wireOctets(name)).toUpperCase();
  return {
    name: 'MYRIGHTS',
    states: SIGNED_IN,
    results: [`MYRIGHTS ${expected}`],
    write(capabilities, enabled) {
      demand(capabilities, 'MYRIGHTS', 'ACL');
      return ['MYRIGHTS ', mailboxPiece(name, enabled)];
    },
    collect: () => {
      let answer: MailboxRights | undefined;
      return {
        take(response) {
          if (response.type !== 'my-rights') return false;
          const wire = response.rights.wireName.toUpperCase();
          const exact = wire === expected || (typeof name === 'string' && wire === name.toUpperCase());
          if (exact || !answer) answer = response.rights;
          return exact;
        },
        settle: () => answer,
      };
    },
  };
}

function asking<T>(
  command: string,
  result: string,
  name: MailboxName,
  rest: readonly Piece[],
  pick: (response: Untagged) => T | undefined,
): Command<T | undefined> {
  return {
    name: command,
    states: SIGNED_IN,
    results: [result],
    write(capabilities, enabled) {
      demand(capabilities, command, 'ACL');
      return [`${command} `, ...joinPieces(mailboxPiece(name, enabled), ...rest)];
    },
    collect: () => {
      let answer: T | undefined;
      return {
        take(response) {
          const found = pick(response);
          if (found !== undefined) answer = found;
          return found !== undefined;
        },
        settle: () => answer,
      };
    },
  };
}
