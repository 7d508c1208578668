/** What a submission server minds, as an action keeps it for the screen. */
import type { CommandError } from '../error.ts';
import { reasonOfError, type Refused, refusedIn, type SizeRefusal } from '../smtp/index.ts';
import type { Refusal } from './action.ts';

export function refusalOf({ address, reply, reason }: Refused): Refusal {
  return { address, why: reason, lasting: reply >= 500 };
}

/** Empty where it is not submission that refused. */
export function refusalsIn(error: CommandError): readonly Refusal[] {
  if (error.reply === undefined) return [];
  const refused = refusedIn(error);
  if (refused.length > 0) return refused.map(refusalOf);
  const { limit } = (error.code ?? {}) as Partial<SizeRefusal>;
  const why = reasonOfError(error);
  return [{ why, lasting: error.status === 'PERMANENT', ...(limit === undefined ? {} : { limit }) }];
}
