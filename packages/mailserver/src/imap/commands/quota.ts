import type { Account, Quota } from '../../account/account.ts';
import { Refusal } from '../../account/account.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';
import { wireName } from '../mailbox-name.ts';
import { accountOf } from '../session.ts';

/** The QUOTA response of the one root there is, whose name is empty: usage and limit of what is limited. */
function quotaResponse(account: Account): string {
  const { octets, messages } = account.usage();
  const resources: string[] = [];
  if (account.quota.storage !== undefined)
    resources.push(`STORAGE ${Math.ceil(octets / 1024)} ${account.quota.storage}`);
  if (account.quota.messages !== undefined) resources.push(`MESSAGE ${messages} ${account.quota.messages}`);
  return `* QUOTA "" (${resources.join(' ')})\r\n`;
}

function checkRoot(name: string): void {
  if (name !== '') throw new Refusal('There is no such quota root', 'NONEXISTENT');
}

/** GETQUOTA (RFC 9208 §4.1.1). */
export function* getQuota(session: Session, scanner: Scanner): Execution {
  scanner.space();
  checkRoot(scanner.astring());
  scanner.end();
  yield quotaResponse(accountOf(session));
  return ok('Quota given');
}

/** GETQUOTAROOT (RFC 9208 §4.1.2), also of what does not exist. */
export function* getQuotaRoot(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.end();
  yield `* QUOTAROOT ${wireName(session, name)} ""\r\n`;
  yield quotaResponse(accountOf(session));
  return ok('Quota roots given');
}

/** SETQUOTA (RFC 9208 §4.1.3): limits not named are taken away. */
export function* setQuota(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const root = scanner.astring();
  scanner.space();
  const quota: { -readonly [Name in keyof Quota]: Quota[Name] } = {};
  scanner.list(() => {
    const resource = scanner.keyword();
    scanner.space();
    const limit = scanner.number();
    if (resource === 'STORAGE') quota.storage = limit;
    else if (resource === 'MESSAGE') quota.messages = limit;
    else throw new Refusal(`Nothing here limits ${resource}`);
  });
  scanner.end();
  checkRoot(root);
  const account = accountOf(session);
  account.quota = quota;
  yield quotaResponse(account);
  return ok('Quota set');
}
