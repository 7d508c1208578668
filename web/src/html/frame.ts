/**
 * The second wall: the frame a mail is shown in. Its document is one of two blank pages the gateway serves with a
 * policy of their own, `sandbox` without `allow-scripts` among it. The page puts the cleaned nodes into it.
 *
 * Headers of /frame/mail.html (the same for /frame/mail-remote.html, with `https:` added to img-src):
 *
 *     Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src blob: data:;
 *       frame-ancestors 'self'; base-uri 'none'; form-action 'none';
 *       sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox
 *     Referrer-Policy: no-referrer
 *
 * Both documents repeat what a `<meta>` can say, so that the wall also stands in development and offline.
 */
import type { MailMarkup, Realm } from './sanitize.ts';

/** `allow-same-origin` lets the page reach in; nothing in there can reach out, for nothing in there can run. */
export const FRAME_SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';

/** The frame document for mail with or without remote images. */
export function frameAddress(images: 'none' | 'remote'): string {
  return images === 'remote' ? '/frame/mail-remote.html' : '/frame/mail.html';
}

/** How the app looks just now; colours as computed values. */
export interface FrameTheme {
  readonly dark: boolean;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly border: string;
  /** What the frame stands on. */
  readonly ground: string;
}

/**
 * The frame's document and realm, once it has loaded.
 * @throws Error when what loaded is not a mail frame: without its policy the mail must not be shown.
 */
export function openFrame(frame: HTMLIFrameElement): { document: Document; realm: Realm } {
  const { contentDocument: document, contentWindow: realm } = frame;
  const policy =
    document?.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
  if (document === null || realm === null || !policy.startsWith("default-src 'none'")) {
    throw new Error(
      'The page that shows mail did not load as it should. The message is safe; reload to try again.',
    );
  }
  return { document, realm: realm as unknown as Realm };
}

/** Fills an open frame with a mail; what was shown before is gone. */
export function showMail(document: Document, mail: MailMarkup, theme: FrameTheme): void {
  const { head, body, documentElement: root } = document;
  for (const style of head.querySelectorAll('style')) style.remove();
  for (const { name } of [...body.attributes]) body.removeAttribute(name);
  for (const { name } of [...root.attributes]) root.removeAttribute(name);
  for (const { name, value } of mail.body.attributes) body.setAttribute(name, value);
  // Into a fragment first: `adoptNode` on nodes of a large tree one by one lays out nothing in between.
  const content = document.createDocumentFragment();
  content.append(...mail.body.childNodes);
  body.replaceChildren(content);
  for (const css of [baseSheet(mail, theme), mail.css, GUARD]) {
    const style = document.createElement('style');
    style.textContent = css;
    head.append(style);
  }
}

function baseSheet(mail: MailMarkup, theme: FrameTheme): string {
  const paper = mail.surface === 'paper';
  const dark = theme.dark && !paper;
  return `
:root { color-scheme: ${dark ? 'dark' : 'light'}; background: ${paper ? '#fff' : 'transparent'}; }
body { margin: ${paper ? '12px' : '0'}; color: ${paper ? '#1c1c1e' : theme.text};
  font: 15px/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  overflow-wrap: break-word; }
a { color: ${paper ? '#0b57d0' : theme.accent}; }
a[data-ask] { cursor: pointer; text-decoration: underline wavy; text-decoration-thickness: 1px; }
table { font-size: inherit; color: inherit; line-height: inherit; }
pre, code, samp, kbd, tt { font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; font-size: 0.92em; }
pre { white-space: pre-wrap; }
hr { border: 0; border-top: 1px solid ${paper ? '#d5d5da' : theme.border}; }
blockquote { margin: 8px 0; padding-inline-start: 12px;
  border-inline-start: 2px solid ${paper ? '#d5d5da' : theme.border}; }
[data-held] { box-sizing: border-box; max-width: 100%; min-height: 20px; padding: 2px 6px; overflow: hidden;
  vertical-align: middle; border-radius: 4px; font: 12px/16px system-ui, sans-serif; text-align: start;
  color: ${paper ? '#5c5c64' : theme.muted};
  background: ${paper ? '#efeff2' : `color-mix(in srgb, ${theme.text} 9%, ${theme.ground})`}; }
details.postern-quote > summary { list-style: none; display: inline-block; cursor: pointer; margin: 8px 0;
  padding: 0 10px; border-radius: 6px; font: 16px/20px system-ui, sans-serif; letter-spacing: 1px;
  color: ${paper ? '#55555c' : theme.muted}; background: ${paper ? '#ececf0' : 'color-mix(in srgb, currentcolor 14%, transparent)'}; }
`;
}

/** What a mail's own style may not change: the frame is as tall as its content, and never taller for being so. */
const GUARD = `
html { display: flow-root !important; height: auto !important; min-height: 0 !important; max-height: none !important;
  width: auto !important; margin: 0 !important; padding: 0 !important; overflow: auto hidden !important; }
html[data-tall] { overflow: auto !important; }
body { height: auto !important; min-height: 0 !important; max-height: none !important; box-sizing: border-box !important;
  float: none !important; overflow: visible !important; display: flow-root !important; }
img[data-wide] { max-width: 100% !important; height: auto !important; }
html[data-fit] pre { white-space: pre-wrap !important; }
details.postern-quote > summary::-webkit-details-marker { display: none; }
@media print { html { overflow: visible !important; } }
`;

/** Pixels. Beyond this a frame scrolls by itself: some browsers fail to paint layers much taller. */
const MAX_HEIGHT = 100_000;
/** Below this a newsletter can no longer be read, and scrolling sideways is better. */
const MIN_ZOOM = 0.4;

/** Makes the frame as tall as its content and its content as wide as the frame, now. */
function fitFrame(frame: HTMLIFrameElement, document: Document): void {
  const { body, documentElement: root } = document;
  root.removeAttribute('data-fit');
  root.removeAttribute('data-tall');
  body.style.removeProperty('zoom');
  const pane = root.clientWidth;
  if (pane === 0) return;
  for (const image of root.querySelectorAll('img[data-wide]')) image.removeAttribute('data-wide');
  if (root.scrollWidth > pane + 1) {
    root.setAttribute('data-fit', '');
    for (const image of document.images) if (image.offsetWidth > pane) image.setAttribute('data-wide', '');
    const wide = root.scrollWidth;
    if (wide > pane + 1) body.style.setProperty('zoom', String(Math.max(MIN_ZOOM, pane / wide)), 'important');
  }
  const height = Math.ceil(root.getBoundingClientRect().height);
  frame.style.height = `${Math.min(height, MAX_HEIGHT)}px`;
  // Content that sticks out of its boxes, and a scroll bar along the foot, are not in their height.
  const needed = height + Math.max(0, root.scrollHeight - root.clientHeight);
  if (needed > MAX_HEIGHT) root.setAttribute('data-tall', '');
  frame.style.height = `${Math.min(needed, MAX_HEIGHT)}px`;
}

/** Keeps fitting as images arrive, quotations unfold and panes are resized. Returns what ends it. */
export function keepFitted(frame: HTMLIFrameElement, document: Document): () => void {
  let width = 0;
  let scheduled = 0;
  const fit = (): void => {
    scheduled = 0;
    fitFrame(frame, document);
  };
  const observer = new ResizeObserver((entries) => {
    const own = entries.find((entry) => entry.target === frame);
    const contentChanged = entries.some((entry) => entry.target !== frame);
    const resized = own !== undefined && own.contentRect.width !== width;
    width = own?.contentRect.width ?? width;
    if ((contentChanged || resized) && scheduled === 0) scheduled = requestAnimationFrame(fit);
  });
  observer.observe(frame);
  observer.observe(document.body);
  fit();
  return () => {
    observer.disconnect();
    cancelAnimationFrame(scheduled);
  };
}
