/**
 * The scripts this app starts outside the page. Under its Content-Security-Policy (`require-trusted-types-for 'script'`)
 * only a named policy may vouch for a script's URL, and this one knows these two.
 */
import workerUrl from './worker.ts?worker&url';

export { workerUrl };
export const serviceWorkerUrl = '/service-worker.js';

interface Policy {
  createScriptURL(url: string): unknown;
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('postern-worker', {
  createScriptURL(url) {
    if (url !== workerUrl && url !== serviceWorkerUrl) throw new TypeError('not a script of this app');
    return url;
  },
});

/** A TrustedScriptURL where the browser has them. The DOM's types know only strings, hence the type. */
export function trustedScript(url: string): string {
  return policy ? (policy.createScriptURL(url) as string) : url;
}
