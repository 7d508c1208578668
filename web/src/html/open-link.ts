/** Follows a link that has been checked, the one way this is done. */
import type { LinkCheck } from './link.ts';

/** What a page does about the links of a mail. */
export interface LinkHandlers {
  /** A link that is not what it seems. The person is to be asked; then `openLink(check)`. */
  readonly onask?: ((check: LinkCheck) => void) | undefined;
  /** A `mailto:` URL: a new message is to be opened. */
  readonly onmailto?: ((url: string) => void) | undefined;
}

/** Opens a checked link in a window of its own that knows nothing of this one. */
export function openLink(check: LinkCheck, onmailto?: (url: string) => void): void {
  if (check.href === '') return;
  if (onmailto !== undefined && check.href.startsWith('mailto:')) onmailto(check.href);
  else window.open(check.href, '_blank', 'noopener,noreferrer');
}

/** Opens a link, or has the person asked first. */
export function followLink(check: LinkCheck, handlers: LinkHandlers): void {
  if (check.safe) openLink(check, handlers.onmailto);
  else if (check.href !== '') handlers.onask?.(check);
}
