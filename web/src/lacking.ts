/** What a browser must have, and may lack. */

/** `insecure`: the browser withholds it from pages that come without encryption. */
export type Lack = 'insecure' | 'browser';

/** The little of a page's global object that is looked at. */
export interface Page {
  readonly isSecureContext?: boolean;
  readonly navigator: { readonly locks?: unknown };
  readonly indexedDB?: unknown;
  readonly BroadcastChannel?: unknown;
  readonly crypto?: { readonly randomUUID?: unknown };
}

/**
 * Why Postern cannot run here; undefined: it can. Without locks several tabs would carry out the same action at the same time, and
 * without a store nothing that a person does would be safe: there is no way round either.
 */
export function lacking(page: Page): Lack | undefined {
  if (page.isSecureContext === false) return 'insecure';
  const has = page.navigator.locks && page.indexedDB && page.BroadcastChannel && page.crypto?.randomUUID;
  return has ? undefined : 'browser';
}
