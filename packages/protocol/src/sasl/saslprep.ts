import { isLeftToRight, isRightToLeft, isUnassigned } from './unicode-3-2.ts';

/** Spaces that are not the ASCII one (RFC 3454 table C.1.2): mapped to it (RFC 4013 §2.1). */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;
/** Commonly mapped to nothing (table B.1). */
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g;
/** Prohibited output (RFC 4013 §2.3): controls, private use, surrogates, no characters, and what changes the display. */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u0340\u0341\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;

/**
 * A user name or password as SASLprep has it (RFC 4013): the mappings, NFKC, the prohibited characters, and how right-to-left
 * text may stand; undefined where it cannot be said. A `stored` string, as SCRAM takes the password for (RFC 5802 §2.2), may
 * have no character that Unicode 3.2 did not know; a `query`, as which it takes the name (§5.1), may (RFC 3454 §7).
 */
export function saslPrep(text: string, kind: 'stored' | 'query'): string | undefined {
  const prepared = text.replace(SPACES, ' ').replace(NOTHING, '').normalize('NFKC');
  if (PROHIBITED.test(prepared)) return undefined;
  // Nothing else is asked of ASCII.
  if (!/[^\0-\x7f]/.test(prepared)) return prepared;
  const codePoints = Array.from(prepared, (character) => character.codePointAt(0)!);
  if (kind === 'stored' && codePoints.some(isUnassigned)) return undefined;
  return mayStand(codePoints) ? prepared : undefined;
}

/** RFC 3454 §6: with a right-to-left character, no left-to-right one, and a right-to-left one at either end. */
function mayStand(codePoints: readonly number[]): boolean {
  if (!codePoints.some(isRightToLeft)) return true;
  return (
    !codePoints.some(isLeftToRight) && isRightToLeft(codePoints[0]!) && isRightToLeft(codePoints.at(-1)!)
  );
}
