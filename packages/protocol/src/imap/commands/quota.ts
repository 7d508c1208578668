/** How full an account is (RFC 9208 §4.1): QUOTA, else UsageError. */
import { UsageError } from '../../error.ts';
import { atomPiece, type Collector, type Command, mailboxPiece, SIGNED_IN, stringPiece } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { Quota } from '../response.ts';

const RESULTS = ['QUOTA', 'QUOTAROOT'];

/** `GETQUOTA root` (§4.1.1). */
export function getQuota(root: string): Command<readonly Quota[]> {
  return {
    name: 'GETQUOTA',
    states: SIGNED_IN,
    results: RESULTS,
    write(capabilities) {
      demand(capabilities, 'GETQUOTA', 'QUOTA');
      return ['GETQUOTA ', stringPiece(root)];
    },
    collect: collectQuotas,
  };
}

/** `GETQUOTAROOT mailbox` (§4.1.2): the quotas that a mailbox is under; none where it is under no limit. */
export function getQuotaRoot(name: MailboxName): Command<readonly Quota[]> {
  return {
    name: 'GETQUOTAROOT',
    states: SIGNED_IN,
    results: RESULTS,
    write(capabilities, enabled) {
      demand(capabilities, 'GETQUOTAROOT', 'QUOTA');
      return ['GETQUOTAROOT ', mailboxPiece(name, enabled)];
    },
    collect: collectQuotas,
  };
}

/** `SETQUOTA root (resource limit …)` (§4.1.3): QUOTASET, or QUOTA, which had it built in (RFC 2087 §4.1). A resource that is left out has no limit from then on. */
export function setQuota(root: string, limits: Readonly<Record<string, bigint>>): Command<readonly Quota[]> {
  const list = Object.entries(limits).map(([resource, limit]) => {
    if (limit < 0n || limit >= 2n ** 63n) throw new UsageError('a limit of more than 63 bits');
    return `${atomPiece(resource)} ${limit}`;
  });
  return {
    name: 'SETQUOTA',
    states: SIGNED_IN,
    results: RESULTS,
    write(capabilities) {
      demand(capabilities, 'SETQUOTA', 'QUOTASET', 'QUOTA');
      return ['SETQUOTA ', stringPiece(root), ` (${list.join(' ')})`];
    },
    collect: collectQuotas,
  };
}

function collectQuotas(): Collector<readonly Quota[]> {
  const quotas: Quota[] = [];
  return {
    take(response) {
      if (response.type === 'quota') quotas.push(response.quota);
      return response.type === 'quota' || response.type === 'quota-root';
    },
    settle: () => quotas,
  };
}
