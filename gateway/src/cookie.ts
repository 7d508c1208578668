import type { IncomingMessage } from 'node:http';

/** Bound by the browser to https, this very host and path `/`; a subdomain cannot set it. */
const secureName = '__Host-postern';
/** On plain http on loopback, where a Secure cookie would not be kept. */
const loopbackName = 'postern';

/** The sealed credentials a request carries. The loopback name counts only where a plain http origin is served. */
export function readCookie(
  request: IncomingMessage,
  origins: readonly string[],
): { sealed: string; secure: boolean } | undefined {
  const values = new Map<string, string>();
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0) values.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  const secure = values.get(secureName);
  if (secure !== undefined) return { sealed: secure, secure: true };
  const loopback = values.get(loopbackName);
  if (loopback === undefined || !origins.some((origin) => origin.startsWith('http:'))) return undefined;
  return { sealed: loopback, secure: false };
}

function attributes(secure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** `Set-Cookie` for sealed credentials, to be kept for `seconds`. */
export function keepCookie(sealed: string, secure: boolean, seconds: number): string {
  return `${secure ? secureName : loopbackName}=${sealed}; Max-Age=${seconds}; ${attributes(secure)}`;
}

/** `Set-Cookie` lines that leave no cookie of either name. */
export function dropCookies(): string[] {
  return [
    `${secureName}=; Max-Age=0; ${attributes(true)}`,
    `${loopbackName}=; Max-Age=0; ${attributes(false)}`,
  ];
}
