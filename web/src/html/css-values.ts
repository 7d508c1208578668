/**
 * The closed allow-list of CSS: which properties a mail may set, and to what. Works on what the browser's own
 * parser made of the mail's CSS (longhand names, values with escapes and comments resolved), never on the
 * mail's spelling of it.
 */

const names = (list: string): string[] => list.trim().split(/\s+/);
const SIDES = ['top', 'right', 'bottom', 'left', 'block-start', 'block-end', 'inline-start', 'inline-end'];
const CORNERS = names(`top-left top-right bottom-right bottom-left start-start start-end end-start end-end`);

const PROPERTIES: ReadonlySet<string> = new Set([
  ...names(`
    color opacity visibility display float clear direction unicode-bidi writing-mode
    background-color background-image background-position background-position-x background-position-y
    background-repeat background-repeat-x background-repeat-y background-size background-clip background-origin
    border-collapse border-spacing box-sizing box-shadow table-layout caption-side empty-cells vertical-align
    width min-width max-width height min-height max-height aspect-ratio overflow-x overflow-y
    inline-size min-inline-size max-inline-size block-size min-block-size max-block-size
    font-family font-size font-style font-weight font-stretch font-kerning font-variant-caps
    font-variant-numeric font-variant-ligatures font-variant-position font-variant-east-asian
    line-height letter-spacing word-spacing text-align text-align-last text-indent text-transform text-overflow
    text-decoration-line text-decoration-color text-decoration-style text-decoration-thickness
    text-underline-offset text-underline-position text-shadow white-space white-space-collapse text-wrap-mode
    text-wrap-style word-break overflow-wrap line-break hyphens tab-size list-style-type list-style-position
    outline-color outline-style outline-width object-fit object-position column-count column-width
    flex-direction flex-wrap flex-grow flex-shrink flex-basis order justify-content justify-items justify-self
    align-items align-content align-self row-gap column-gap grid-template-columns grid-template-rows
    grid-auto-flow grid-auto-columns grid-auto-rows grid-row-start grid-row-end grid-column-start grid-column-end
  `),
  ...SIDES.flatMap((side) => [
    `margin-${side}`,
    `padding-${side}`,
    ...['width', 'style', 'color'].map((what) => `border-${side}-${what}`),
  ]),
  ...CORNERS.map((corner) => `border-${corner}-radius`),
]);

const FUNCTIONS: ReadonlySet<string> = new Set(
  names(`
    rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix calc min max clamp repeat minmax fit-content
    linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
    repeating-conic-gradient
  `),
);

const KEYWORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  display: new Set(
    names(`
      block inline inline-block none contents flow-root list-item table inline-table table-row table-cell
      table-row-group table-header-group table-footer-group table-column table-column-group table-caption
      flex inline-flex grid inline-grid
    `),
  ),
  // Scrollable boxes inside a frame that has no scroll bars of its own would trap the wheel.
  'overflow-x': new Set(['hidden', 'visible', 'clip', 'auto']),
  'overflow-y': new Set(['hidden', 'visible', 'clip']),
};

// Backslashes mean an escape the parser could not resolve; the others can end a declaration or a rule.
const FORBIDDEN = /[\\<>{};@!\u0000-\u001f\u007f]/;
/** The frame is as tall as its content; lengths in units of the frame's own height would make it grow for ever. */
const VIEWPORT_HEIGHT = /\d(?:[sld]?v(?:h|b|min|max)|cq(?:h|b|min|max))\b/i;
/** 10,000 or more of any unit: nothing a letter needs, and the way to a page a kilometre long. */
const HUGE_NUMBER = /(?:^|[^\d.])\d{5,}|\de[+-]?\d/i;
const NEGATIVE = /(?:^|[\s(,*/])-[\d.]|\s-\s|\*/;
const HEIGHT = /^(?:min-|max-)?(?:height|block-size)$/;
const NO_NEGATIVE = /^margin-|^text-indent$/;

/** Characters. Pictures can be written into a style as data:. */
const MAX_IMAGE_VALUE = 1024 * 1024;

/**
 * An address as CSS loads it. Images that CSS loads do not follow the document's referrer policy in Chromium (seen
 * in 156): without the modifier (CSS Values 5, "request URL modifiers") each would name the page that asks. A
 * browser that does not know the modifier drops the declaration, and asks nobody.
 */
export function cssUrl(address: string): string {
  const quoted = address.replace(/["\\\n\r\f<>]/g, encodeURIComponent);
  return address.startsWith('https:') ? `url("${quoted}" referrer-policy(no-referrer))` : `url("${quoted}")`;
}

/** Whether a mail may set this longhand property at all. Names are lower case, as CSSOM gives them. */
export function isAllowedProperty(name: string): boolean {
  return PROPERTIES.has(name);
}

/**
 * A value that may stay, with its `url()`s replaced by what `resolve` says; undefined: drop the declaration.
 * @param resolve gives the address to load instead (blob:, data: or https:), or undefined to hold it back.
 */
export function cleanValue(
  name: string,
  value: string,
  resolve: (url: string) => string | undefined,
): string | undefined {
  if (value === '' || value.length > (name === 'background-image' ? MAX_IMAGE_VALUE : 4096)) return undefined;
  const keywords = KEYWORDS[name];
  if (keywords !== undefined) return keywords.has(value) ? value : undefined;
  if (NO_NEGATIVE.test(name) && NEGATIVE.test(value)) return undefined;
  if (HEIGHT.test(name) && value.includes('%')) return undefined;

  let rest = '';
  let cleaned = '';
  let end = 0;
  for (const match of value.matchAll(/url\("([^"\\]*)"\)/g)) {
    const address = name === 'background-image' ? resolve(match[1] ?? '') : undefined;
    if (address === undefined) return undefined;
    const between = value.slice(end, match.index);
    rest += `${between} `;
    cleaned += between + cssUrl(address);
    end = match.index + match[0].length;
  }
  rest += value.slice(end);
  cleaned += value.slice(end);
  if (FORBIDDEN.test(rest) || VIEWPORT_HEIGHT.test(rest) || HUGE_NUMBER.test(rest)) return undefined;
  for (const match of rest.matchAll(/([\w-]*)\s*\(/g)) {
    if (!FUNCTIONS.has((match[1] ?? '').toLowerCase())) return undefined;
  }
  return cleaned;
}
