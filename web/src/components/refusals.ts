/** Why a message was not sent, in sentences: one for each address that was refused, or one for the whole message. */
import type { Refusal } from '@postern/protocol/sync';
import type { Words } from '../i18n/index.ts';

export interface RefusalLine {
  /** undefined: it is about the whole message. */
  readonly address: string | undefined;
  readonly sentence: string;
}

/** A message to hundreds says enough with these. */
const MOST = 10;

/** `size`: octets as a person reads them. `more`: how many are left out. */
export function refusalLines(
  refusals: readonly Refusal[],
  texts: Words['outbox'],
  size: (octets: number) => string,
): { readonly lines: readonly RefusalLine[]; readonly more: number } {
  const lines = refusals.slice(0, MOST).map(({ address, why, lasting, limit }) => {
    const place = address === undefined ? '' : address.slice(address.lastIndexOf('@') + 1);
    const word: (place: string, limit: string) => string = texts.refusals[why];
    const sentence = word(place, limit === undefined ? '' : size(limit));
    return { address, sentence: lasting ? sentence : `${sentence} ${texts.mayWorkLater}` };
  });
  return { lines, more: refusals.length - lines.length };
}
