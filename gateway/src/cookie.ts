import type { IncomingMessage } from 'node:http';

/** Bound by the browser to https, this very host and path `/`; a subdomain cannot set it. */
const secureName = '__Host-postern';
/** On plain http on loopback, where a Secure cookie would not be kept. */
const loopbackName = 'postern';
/** One of these names, and the account whose credentials it holds; without one where Postern held but one account. */
const ours = new RegExp(`^(${secureName}|${loopbackName})(?:-([\\w-]{12}))?$`);

/** A cookie of ours in a request. What its name says of the account is a claim: the seal decides. */
export interface Cookie {
  readonly name: string;
  readonly account: string | undefined;
  readonly sealed: string;
  readonly secure: boolean;
}

/** The cookies of ours that a request carries. Loopback names count only where a plain http origin is served. */
export function readCookies(request: IncomingMessage, origins: readonly string[]): readonly Cookie[] {
  const plain = origins.some((origin) => origin.startsWith('http:'));
  const cookies = new Map<string, Cookie>();
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals)).trim();
    const [, kind, account] = ours.exec(name) ?? [];
    const secure = kind === secureName;
    if (kind === undefined || (!secure && !plain)) continue;
    cookies.set(name, { name, account, sealed: pair.slice(equals + 1).trim(), secure });
  }
  return [...cookies.values()].toSorted((a, b) => Number(b.secure) - Number(a.secure));
}

function attributes(secure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** The name under which the credentials of an account are kept. */
export function cookieName(account: string, secure: boolean): string {
  return `${secure ? secureName : loopbackName}-${account}`;
}

/** `Set-Cookie` for sealed credentials, to be kept for `seconds`. */
export function keepCookie({ name, sealed, secure }: Omit<Cookie, 'account'>, seconds: number): string {
  return `${name}=${sealed}; Max-Age=${seconds}; ${attributes(secure)}`;
}

/** `Set-Cookie` that leaves no such cookie. */
export function dropCookie({ name, secure }: Pick<Cookie, 'name' | 'secure'>): string {
  return `${name}=; Max-Age=0; ${attributes(secure)}`;
}
