/**
 * Selectors and media conditions of a mail's style sheets, from a closed grammar: types, classes, ids, a few
 * structural pseudo-classes, combinators. No attribute selectors (they can spell out content to a server), no
 * `:visited` (it can tell where a person has been), no `:has()`.
 */

/** Ids of a mail are prefixed, so that none can meet a name the page or its document knows. */
export const ID_PREFIX = 'm-';

const IDENT = String.raw`-?(?:[A-Za-z_\u0080-\uffff]|\\[^0-9a-fA-F\s])(?:[\w\u0080-\uffff-]|\\[^0-9a-fA-F\s])*`;
const NTH = String.raw`(?:odd|even|[+-]?\d{0,4}n?(?:\s*[+-]\s*\d{1,4})?)`;
const PSEUDO = String.raw`:(?:first-child|last-child|only-child|first-of-type|last-of-type|link|hover|root|nth-child\(${NTH}\)|nth-of-type\(${NTH}\))`;
const PART = String.raw`(?:[.#]${IDENT}|${PSEUDO})`;
const COMPOUND = new RegExp(String.raw`(?:\*|[a-z][a-z0-9]*)${PART}*|${PART}+`, 'iy');
const COMBINATOR = /\s*[>+~]\s*|\s+/y;
const MAX_SELECTOR = 300;

/** The selectors of a list that may stay, ids prefixed; undefined when none may. */
export function cleanSelectors(list: string): string | undefined {
  if (list.length > 8192 || /["'[(][^)]*,/.test(list)) return undefined;
  const kept = list
    .split(',')
    .map((selector) => selector.trim())
    .filter((selector) => selector !== '' && selector.length <= MAX_SELECTOR && isComplex(selector))
    .map((selector) => selector.replace(/#(?=[^0-9\s])/g, `#${ID_PREFIX}`));
  return kept.length === 0 ? undefined : kept.join(', ');
}

/** Compounds and combinators in turn, each read once: an expression for the whole could be made to labour. */
function isComplex(selector: string): boolean {
  let at = 0;
  for (;;) {
    COMPOUND.lastIndex = at;
    if (!COMPOUND.test(selector)) return false;
    at = COMPOUND.lastIndex;
    if (at === selector.length) return true;
    COMBINATOR.lastIndex = at;
    if (!COMBINATOR.test(selector)) return false;
    at = COMBINATOR.lastIndex;
  }
}

const LENGTH = String.raw`\d{1,4}(?:\.\d{1,4})?(?:px|em|rem)?`;
const FEATURE = new RegExp(
  String.raw`^\((?:(?:min|max)-(?:device-)?width: ?${LENGTH}|width ?[<>]=? ?${LENGTH}|${LENGTH} ?[<>]=? ?width(?: ?[<>]=? ?${LENGTH})?|(?:-webkit-)?(?:min|max)-(?:device-pixel-ratio|resolution): ?[\d.]{1,6}(?:dppx|dpi)?)\)$`,
  'i',
);
const TYPE = /^(?:only )?(screen|all|print)$/i;
const SCHEME = /^\(prefers-color-scheme: ?(dark|light)\)$/i;

/** What a media condition becomes; `dark` tells that it asked for a dark scheme and is met. */
export interface MediaVerdict {
  /** Queries joined by commas; empty: always met. */
  readonly condition: string;
  readonly forDark: boolean;
}

/**
 * A media condition that may stay, with `prefers-color-scheme` decided here, since the app's scheme may differ
 * from the system's. Conditions on height are dropped: the frame's height follows its content.
 * @returns undefined when the rules inside can never apply.
 */
export function cleanMedia(media: string, dark: boolean): MediaVerdict | undefined {
  const kept: string[] = [];
  let always = false;
  let forDark = false;
  for (const query of media.split(',')) {
    const parts: string[] = [];
    let met = true;
    for (const part of query.trim().split(/\s+and\s+/i)) {
      const scheme = SCHEME.exec(part)?.[1]?.toLowerCase();
      if (scheme !== undefined) {
        met &&= (scheme === 'dark') === dark;
        forDark ||= met && dark;
      } else if (TYPE.test(part) || FEATURE.test(part)) parts.push(part);
      else met = false;
    }
    if (!met) continue;
    if (parts.length === 0) always = true;
    else kept.push(parts.join(' and '));
  }
  if (always) return { condition: '', forDark };
  return kept.length === 0 ? undefined : { condition: kept.join(', '), forDark };
}
