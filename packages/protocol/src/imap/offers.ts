/** What a server has, by the capabilities it says, and what a connection has made of that by ENABLE (RFC 5161). */
import { UsageError } from '../error.ts';

/** Extensions that IMAP4rev2 has built in (RFC 9051, Appendix E), and which a server need not name beside it. */
const IN_REV2: ReadonlySet<string> = new Set([
  'CHILDREN',
  'ENABLE',
  'ESEARCH',
  'IDLE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'LITERAL-',
  'MOVE',
  'NAMESPACE',
  'SASL-IR',
  'SEARCHRES',
  'STATUS=SIZE',
  'UIDPLUS',
  'UNSELECT',
]);

/** What the server has: the names that it said, in upper case, and of IMAP4rev2 what it need not say. */
export function offered(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.includes('IMAP4REV2') ? [...names, ...IN_REV2] : names);
}

/** True where the server has at least one of these extensions, by itself or as a part of IMAP4rev2. */
export function offers(capabilities: ReadonlySet<string>, ...names: readonly string[]): boolean {
  return names.some((name) => capabilities.has(name) || (IN_REV2.has(name) && capabilities.has('IMAP4REV2')));
}

/** UsageError where the server has none of these extensions, and `what` cannot be done without. */
export function demand(capabilities: ReadonlySet<string>, what: string, ...names: readonly string[]): void {
  if (!offers(capabilities, ...names)) {
    throw new UsageError(`${what} needs ${names.join(' or ')}, which the server does not have`);
  }
}

/** The number after `=` in a capability such as `APPENDLIMIT=35651584`; undefined where there is none. */
export function offeredNumber(capabilities: ReadonlySet<string>, name: string): number | undefined {
  for (const capability of capabilities) {
    const value = capability.startsWith(`${name}=`) ? capability.slice(name.length + 1) : '';
    if (/^\d{1,15}$/.test(value)) return Number(value);
  }
  return undefined;
}

/** Nothing is enabled. */
export const NOT_ENABLED: ReadonlySet<string> = new Set();

/**
 * True where names and quoted strings are UTF-8 both ways: after ENABLE of UTF8=ACCEPT (RFC 6855 §3) or IMAP4rev2 (RFC 9051
 * §5.1). A server that has IMAP4rev2 and not IMAP4rev1 needs no ENABLE: `Connection.enabled` says so for it.
 */
export function speaksUtf8(enabled: ReadonlySet<string>): boolean {
  return enabled.has('UTF8=ACCEPT') || enabled.has('IMAP4REV2');
}
