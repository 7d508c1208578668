/**
 * The first wall: hostile HTML in, a tree of harmless elements out. DOMPurify cuts the tree down to a closed
 * allow-list; then every attribute that is left is read, checked and written anew (`clean-element.ts`), and the
 * style sheets are rebuilt rule by rule (`css.ts`). No CSS is read before what is nested too deep is out of it
 * (`held-css.ts`). The tree is handed on as nodes and never becomes text again,
 * so no second parser can read it differently.
 *
 * The parsing happens in the *realm* of a mail frame (frame.ts), where no script may run and inline styles may.
 * The app's own document keeps a policy that lets it make HTML from strings nowhere.
 */
import { textOfHtml } from '@postern/protocol/mime';
import createDOMPurify, { type Config, type DOMPurify, type WindowLike } from 'dompurify';
import { ATTRIBUTES, ELEMENTS, REMOVED_WHOLE } from './allowed.ts';
import { cleanElement, darkenElement } from './clean-element.ts';
import type { Cleaning } from './cleaning.ts';
import { cleanSheet, writeSheet, type CleanRule } from './css.ts';
import type { Rgb } from './colour.ts';
import { HELD_STYLE, holdStyles, released, releaseStyles } from './held-css.ts';
import { excessOf, MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT, type Excess } from './limits.ts';
import type { LinkCheck } from './link.ts';
import { foldQuote } from './quote.ts';
import { createColourReader, createPalette, darkBlock, type Surface } from './surface.ts';

/** A window whose document runs no scripts: that of a mail frame. */
export type Realm = WindowLike & { readonly CSSStyleSheet: typeof CSSStyleSheet };

export interface SanitizeOptions {
  readonly realm: Realm;
  /** `remote` lets https: images load; `none` holds them back and counts them. */
  readonly images: 'none' | 'remote';
  /** The blob: address of the part with this Content-ID (without angle brackets), when it is at hand. */
  readonly resolveCid: (cid: string) => string | undefined;
  /** Set in a dark scheme: the colour of the surface that mail without a design of its own stands on. */
  readonly dark?: Rgb | undefined;
  /** Label of the button behind which quoted history is folded; absent: it stays unfolded. */
  readonly foldLabel?: string | undefined;
}

/** What was noticed on the way. */
export interface MailFindings {
  /** References to other servers that were held back (images and backgrounds). */
  readonly remote: number;
  /** Invisible pictures that only report that the mail was opened; never loaded. */
  readonly trackers: number;
  /** Parts the mail refers to that `resolveCid` does not have. */
  readonly missing: readonly string[];
  readonly links: readonly LinkCheck[];
}

export interface MailMarkup extends MailFindings {
  readonly kind: 'markup';
  /** An inert `<body>`; its children are to be adopted into the frame, its attributes copied. */
  readonly body: HTMLElement;
  /** The text of one style sheet. */
  readonly css: string;
  readonly surface: Surface;
}

/** HTML beyond the limits, as text. */
export interface MailText extends MailFindings {
  readonly kind: 'text';
  readonly text: string;
  readonly excess: Excess;
}

export type SanitizedMail = MailMarkup | MailText;

const CONFIG: Config & { RETURN_DOM: true } = {
  ALLOWED_TAGS: [...ELEMENTS],
  ALLOWED_ATTR: [...ATTRIBUTES, HELD_STYLE],
  ADD_URI_SAFE_ATTR: [HELD_STYLE],
  ALLOWED_NAMESPACES: ['http://www.w3.org/1999/xhtml'],
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  FORBID_CONTENTS: [...REMOVED_WHOLE],
  SANITIZE_DOM: true,
  WHOLE_DOCUMENT: true,
  RETURN_DOM: true,
};

/** What the parser meets that is removed, but whose meaning counts. */
interface Collected {
  sheets: string[];
  colorScheme: string;
}

interface Purifier {
  readonly purify: DOMPurify;
  collected: Collected;
}

const purifiers = new WeakMap<Realm, Purifier>();

function purifierOf(realm: Realm): Purifier {
  const known = purifiers.get(realm);
  if (known !== undefined) return known;
  const purifier: Purifier = { purify: createDOMPurify(realm), collected: { sheets: [], colorScheme: '' } };
  purifier.purify.addHook('uponSanitizeElement', (node, { tagName }) => {
    if (node.nodeType !== 1) return;
    const element = node as Element;
    if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml') return;
    if (tagName === 'style') purifier.collected.sheets.push(released(element.textContent));
    if (tagName === 'meta' && /^(?:supported-)?color-schemes?$/i.test(element.getAttribute('name') ?? '')) {
      purifier.collected.colorScheme += ` ${element.getAttribute('content') ?? ''}`;
    }
  });
  purifiers.set(realm, purifier);
  return purifier;
}

/** Turns a mail's HTML into something safe to show in a mail frame. Never throws on any input. */
export function sanitizeMail(html: string, options: SanitizeOptions): SanitizedMail {
  const excess = excessOf(html);
  if (excess !== undefined) return asText(html, excess);

  const purifier = purifierOf(options.realm);
  const collected: Collected = { sheets: [], colorScheme: '' };
  purifier.collected = collected;
  const root = purifier.purify.sanitize(holdStyles(html), CONFIG) as HTMLElement;
  const body = root.querySelector('body');
  const elements = body === null ? [] : elementsWithin(body);
  if (body === null || elements === undefined) return asText(html, 'too-complex');

  releaseStyles(elements);

  const read = createColourReader();
  const palette = createPalette();
  const findings = { remote: 0, trackers: 0, missing: new Set<string>(), links: [] as LinkCheck[] };
  const cleaning: Cleaning = {
    images: options.images,
    resolveCid: options.resolveCid,
    findings,
    palette,
    read,
  };
  if (/\bdark\b/i.test(collected.colorScheme)) palette.supportsDark();

  for (const element of elements) cleanElement(element, cleaning);
  const rules: CleanRule[] = cleanSheet(
    collected.sheets,
    options.realm,
    options.dark !== undefined,
    cleaning,
  );

  const surface = palette.surface(options.dark !== undefined);
  const { dark } = options;
  const map =
    dark !== undefined && surface === 'app'
      ? (colours: ReadonlyMap<string, string>) => darkBlock(colours, read, dark)
      : undefined;
  if (map !== undefined) for (const element of elements) darkenElement(element, map);
  if (options.foldLabel !== undefined) foldQuote(body, options.foldLabel);

  return {
    kind: 'markup',
    body,
    css: writeSheet(rules, map),
    surface,
    ...findings,
    missing: [...findings.missing],
  };
}

function asText(html: string, excess: Excess): MailText {
  const text = textOfHtml(html, MAX_TEXT);
  return { kind: 'text', text, excess, remote: 0, trackers: 0, missing: [], links: [] };
}

/** The body and all elements in it, in document order; undefined when they are too many or too deep. */
function elementsWithin(body: HTMLElement): HTMLElement[] | undefined {
  const depths = new Map<Element, number>([[body, 0]]);
  const elements = [body];
  for (const element of body.querySelectorAll<HTMLElement>('*')) {
    const depth = (depths.get(element.parentElement ?? body) ?? 0) + 1;
    if (depth > MAX_DEPTH || elements.length >= MAX_ELEMENTS) return undefined;
    depths.set(element, depth);
    elements.push(element);
  }
  return elements;
}
