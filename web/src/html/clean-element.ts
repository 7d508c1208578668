/** The second pass of the first wall: every attribute DOMPurify left is read, checked, and written anew. */
import { ROLES } from './allowed.ts';
import { imageToLoad, partAt, type Cleaning } from './cleaning.ts';
import { cleanDeclarations, writeDeclarations, type ColourMap } from './css.ts';
import { cssUrl } from './css-values.ts';
import { inspectLink } from './link.ts';
import { ID_PREFIX } from './selectors.ts';
import { imageSource } from './urls.ts';

/** One transparent dot: keeps the room of a picture that is not loaded. */
const BLANK = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const MAX_LINKS = 2000;
/** Characters of a colour in an attribute. Colours made of colours can be nested until the browser dies of it. */
const MAX_COLOUR = 100;
const LENGTHS: ReadonlySet<string> = new Set([
  'width',
  'height',
  'hspace',
  'vspace',
  'border',
  'cellpadding',
  'cellspacing',
]);

/** Rewrites one element's attributes in place. */
export function cleanElement(element: HTMLElement, cleaning: Cleaning): void {
  const tag = element.localName;
  const role = element.getAttribute('role');
  if (role !== null && !ROLES.has(role.trim().toLowerCase())) element.removeAttribute('role');
  if (tag === 'img') cleanImage(element, cleaning);
  else element.removeAttribute('src');
  if (tag === 'a' || tag === 'area') cleanLink(element, cleaning);
  else element.removeAttribute('href');
  cleanNames(element, tag);
  for (const [name] of PRESENTATIONAL) {
    if ((element.getAttribute(name)?.length ?? 0) > MAX_COLOUR) element.removeAttribute(name);
  }
  cleanStyle(element, cleaning);
  for (const { name, value } of [...element.attributes]) {
    if (LENGTHS.has(name) && !/^\s*\d{1,4}(?:\.\d+)?(?:px|%)?\s*$/i.test(value))
      element.removeAttribute(name);
  }
  const spans = ['colspan', 'rowspan', 'span', 'cols'].filter(
    (name) => Number(element.getAttribute(name)) > 1000,
  );
  for (const name of spans) element.removeAttribute(name);
  if (element.hasAttribute('data-held')) standIn(element);
}

function cleanImage(image: HTMLElement, cleaning: Cleaning): void {
  const src = image.getAttribute('src') ?? '';
  image.removeAttribute('src');
  image.setAttribute('referrerpolicy', 'no-referrer');
  image.setAttribute('decoding', 'async');
  const source = imageSource(src);
  const outside = source.kind === 'none' || (source.kind === 'remote' && isTracker(image));
  if (outside && partAt(src, cleaning) === undefined) {
    if (source.kind === 'remote') cleaning.findings.trackers += 1;
    image.setAttribute('src', BLANK);
    return;
  }
  cleaning.palette.picture();
  const url = imageToLoad(src, cleaning);
  if (url !== undefined) image.setAttribute('src', url);
  else image.setAttribute('data-held', source.kind);
  const [width, height] = ['width', 'height'].map((name) => Number.parseFloat(sizeOf(image, name)));
  // So that a picture made narrower keeps its shape, loaded or not; a spacer of one dot has no shape of its own.
  if (width && height && !/%/.test(sizeOf(image, 'width') + sizeOf(image, 'height'))) {
    image.style.aspectRatio = `${width} / ${height}`;
  }
}

function sizeOf(image: HTMLElement, name: string): string {
  return image.style.getPropertyValue(name) || (image.getAttribute(name) ?? '');
}

/**
 * Puts a box in the place of a picture that is held back: as large as the picture, with the words that stand for
 * it. (Browsers draw a broken picture instead, and make it smaller.)
 */
function standIn(image: HTMLElement): void {
  const alt = image.getAttribute('alt')?.trim() ?? '';
  const box = image.ownerDocument.createElement('span');
  for (const name of ['class', 'id', 'style', 'align', 'title', 'data-held']) {
    const value = image.getAttribute(name);
    if (value !== null) box.setAttribute(name, value);
  }
  box.setAttribute('role', 'img');
  box.setAttribute('aria-label', alt);
  box.textContent = alt;
  const { style } = box;
  const width = image.getAttribute('width');
  if (style.width === '' && width !== null)
    style.width = /%/.test(width) ? width : `${Number.parseFloat(width)}px`;
  if (style.aspectRatio !== '') style.height = 'auto';
  else if (style.height === '' && style.width === '' && alt === '') style.display = 'none';
  if (style.display === '' || style.display === 'inline') style.display = 'inline-block';
  image.replaceWith(box);
}

/** A picture nobody can see has one purpose: to tell its server that it was loaded. */
function isTracker(image: HTMLElement): boolean {
  const sizes = ['width', 'height'].map((name) => sizeOf(image, name));
  return sizes.every((size) => /^\s*[01](?:\.0+)?(?:px)?\s*$/.test(size)) || image.style.display === 'none';
}

function cleanLink(link: HTMLElement, cleaning: Cleaning): void {
  const href = link.getAttribute('href');
  link.removeAttribute('href');
  if (href === null) return;
  const anchor = /^\s*#(.+)$/s.exec(href)?.[1];
  if (anchor !== undefined) {
    link.setAttribute('href', `#${ID_PREFIX}${anchor.trim()}`);
    return;
  }
  if (cleaning.findings.links.length >= MAX_LINKS) return;
  const check = inspectLink(link.textContent.slice(0, 2000), href);
  if (check.href === '') return;
  cleaning.findings.links.push(check);
  if (check.safe) {
    link.setAttribute('href', check.href);
    // For browsers that keep the page's own click handler out of the frame (WebKit bug 218086).
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
    return;
  }
  // Without href no browser opens it by itself, by whatever menu or button; the page asks first.
  link.setAttribute('data-ask', check.href);
  link.setAttribute('role', 'link');
  link.setAttribute('tabindex', '0');
  link.setAttribute('title', check.host);
}

function cleanNames(element: HTMLElement, tag: string): void {
  const name = element.getAttribute('name');
  const id = element.getAttribute('id') ?? (tag === 'a' ? name : null);
  if (id !== null) element.setAttribute('id', `${ID_PREFIX}${id}`);
  if (tag === 'map' && name !== null) element.setAttribute('name', `${ID_PREFIX}${name}`);
  else element.removeAttribute('name');
  const map = /^\s*#(.+)$/s.exec(element.getAttribute('usemap') ?? '')?.[1];
  if (map === undefined) element.removeAttribute('usemap');
  else element.setAttribute('usemap', `#${ID_PREFIX}${map}`);
  const headers = element.getAttribute('headers');
  if (headers !== null) element.setAttribute('headers', headers.trim().replace(/\S+/g, `${ID_PREFIX}$&`));
}

function cleanStyle(element: HTMLElement, cleaning: Cleaning): void {
  const style = writeDeclarations(cleanDeclarations(element.style, cleaning));
  const background = element.getAttribute('background');
  element.removeAttribute('background');
  let image = '';
  if (background !== null && background.trim() !== '') {
    cleaning.palette.backgroundImage();
    const url = imageToLoad(background, cleaning);
    if (url !== undefined) image = `background-image: ${cssUrl(url)}; `;
  }
  if (image !== '' || style !== '') element.setAttribute('style', image + style);
  else element.removeAttribute('style');

  const bgcolor = element.getAttribute('bgcolor');
  if (bgcolor !== null) cleaning.palette.background(cleaning.read(legacyColour(bgcolor)));
}

/** Presentational attributes may leave out the `#`. */
function legacyColour(value: string): string {
  const trimmed = value.trim();
  return /^(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(trimmed) ? `#${trimmed}` : trimmed;
}

/** Moves an already cleaned element's colours to a dark surface. */
export function darkenElement(element: HTMLElement, map: ColourMap): void {
  const { style } = element;
  for (const [name, property] of PRESENTATIONAL) {
    const value = element.getAttribute(name);
    if (value === null) continue;
    element.removeAttribute(name);
    if (style.getPropertyValue(property) === '') style.setProperty(property, legacyColour(value));
  }
  const colours = new Map([...style].map((property) => [property, style.getPropertyValue(property)]));
  if (colours.size === 0) return;
  for (const [property, colour] of map(colours)) {
    style.setProperty(property, colour, style.getPropertyPriority(property));
  }
}

/** Presentational attributes, and the properties that can say the same. */
const PRESENTATIONAL = [
  ['bgcolor', 'background-color'],
  ['color', 'color'],
] as const;
