import { isLoopback } from './target.ts';

/**
 * A public origin as a browser spells it in its `Origin` header, or undefined when it is none that is safe to use:
 * `https://…`, or `http://` on this very machine.
 */
export function parseOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') return undefined;
  if (url.protocol === 'https:') return url.origin;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return url.protocol === 'http:' && isLoopback(host) ? url.origin : undefined;
}

/** The origins under which a gateway can be opened that nobody gave a public one. */
export function ownOrigins(host: string, port: number): string[] {
  const names = host === '::1' ? ['[::1]', 'localhost'] : ['127.0.0.1', 'localhost'];
  return names.map((name) => new URL(`http://${name}:${port}`).origin);
}

/**
 * The `Origin` header compared octet by octet: a missing header, `null`, another port or scheme, a look-alike
 * suffix, or other spelling is foreign.
 */
export function isOwnOrigin(origin: string | undefined, origins: readonly string[]): origin is string {
  return origin !== undefined && origins.includes(origin);
}
