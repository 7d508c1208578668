import { splitOutsideQuotes, unquoted, withoutComments } from './comment.ts';
import { oneLine } from './text.ts';

/** One check: `dkim=pass header.d=example.org`. */
export interface AuthenticationResult {
  /** Lower-case: `spf`, `dkim`, `dmarc`, `arc`, `iprev`, `auth` … */
  readonly method: string;
  /** Lower-case: `pass`, `fail`, `softfail`, `none`, `temperror` … */
  readonly result: string;
  readonly reason: string;
  /** `header.d` → `example.org`, names lower-case, in order. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

export interface AuthenticationResults {
  /**
   * Who says so, lower-case. Anybody can put such a field into a message: one whose server is not the reader's own means
   * nothing (RFC 8601 §1.6, §5).
   */
  readonly server: string;
  /** Empty where the server checked nothing. */
  readonly results: readonly AuthenticationResult[];
}

/** Checks of one field; servers write fewer than ten. */
const MAX_RESULTS = 100;
/** Characters of a field that are looked at. */
const MAX_FIELD = 20_000;

/** The value of an Authentication-Results field, RFC 8601 §2.2, unfolded; undefined if it names no server. Never throws. */
export function parseAuthenticationResults(raw: string): AuthenticationResults | undefined {
  const [head = '', ...checks] = splitOutsideQuotes(withoutComments(raw.slice(0, MAX_FIELD)), ';');
  const server = unquoted(/^\s*("(?:[^"\\]|\\.)*"|[^\s;]+)/.exec(head)?.[1] ?? '').toLowerCase();
  // Without an identifier the first check stands where it should be: nobody says so, then.
  if (server === '' || server.includes('=')) return undefined;
  const results = checks.slice(0, MAX_RESULTS).flatMap((check) => resultOf(check) ?? []);
  return { server, results };
}

const NAME = '[A-Za-z\\d](?:[\\w.-]{0,100})';
const PROPERTY = '[A-Za-z\\d][\\w-]{0,100}(?:\\s*\\.\\s*[\\w.-]{1,100})?';
/** The local part of an address may be quoted, and its domain follows (`pvalue`). */
const VALUE = '"(?:[^"\\\\]|\\\\.)*"(?:@[^\\s";]+)?|[^\\s";]+';

function resultOf(check: string): AuthenticationResult | undefined {
  const found = new RegExp(`^\\s*(${NAME})\\s*(?:/\\s*\\d+\\s*)?=\\s*(${NAME})`).exec(check);
  if (found === null) return undefined;
  let reason = '';
  const properties: [string, string][] = [];
  const pairs = new RegExp(`(?<=\\s)(${PROPERTY})\\s*=\\s*(${VALUE})`, 'g');
  for (const [, spaced = '', value = ''] of check.slice(found[0].length).matchAll(pairs)) {
    const name = spaced.replace(/\s+/g, '').toLowerCase();
    const plain = oneLine(unquoted(value));
    if (name === 'reason') reason = plain;
    else if (name.includes('.')) properties.push([name, plain]);
  }
  return { method: found[1]!.toLowerCase(), result: found[2]!.toLowerCase(), reason, properties };
}
