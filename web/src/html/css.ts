/**
 * Style sheets and style attributes, rebuilt from what the browser's own parser read. A constructed style sheet
 * fetches nothing (`@import` is ignored there, images and fonts load only when used), so the mail's spelling,
 * with its escapes and comments, ends here: what is written out again is made from the allow-lists alone.
 */
import { withoutDepths } from './css-depth.ts';
import { cleanValue, isAllowedProperty } from './css-values.ts';
import { imageToLoad, type Cleaning } from './cleaning.ts';
import { cleanMedia, cleanSelectors } from './selectors.ts';

/** Characters of style sheets read, and rules kept. Large newsletters have 100 kB and 600 rules. */
const MAX_SHEET = 512 * 1024;
const MAX_RULES = 5000;

interface Declaration {
  readonly name: string;
  readonly value: string;
  readonly important: boolean;
}

export interface CleanRule {
  /** Media condition; empty: always. */
  readonly media: string;
  readonly selectors: string;
  readonly declarations: readonly Declaration[];
}

/** Moves the colours of one block, by property; those it does not name stay. */
export type ColourMap = (colours: ReadonlyMap<string, string>) => ReadonlyMap<string, string>;

/** The declarations of a block that may stay. */
export function cleanDeclarations(style: CSSStyleDeclaration, cleaning: Cleaning): Declaration[] {
  const kept: Declaration[] = [];
  for (const name of style) {
    if (!isAllowedProperty(name)) continue;
    const given = style.getPropertyValue(name);
    if (name === 'background-image' && given !== 'none' && given !== 'initial' && given !== '') {
      cleaning.palette.backgroundImage();
    }
    const value = cleanValue(name, given, (url) => imageToLoad(url, cleaning));
    if (value === undefined) continue;
    if (
      name === 'background-color' &&
      !/^(?:initial|inherit|unset|revert|transparent|currentcolor)/i.test(value)
    ) {
      cleaning.palette.background(cleaning.read(value));
    }
    kept.push({ name, value, important: style.getPropertyPriority(name) === 'important' });
  }
  return kept;
}

export function writeDeclarations(declarations: readonly Declaration[], map?: ColourMap): string {
  const moved = map?.(new Map(declarations.map(({ name, value }) => [name, value])));
  return declarations
    .map(
      ({ name, value, important }) =>
        `${name}: ${moved?.get(name) ?? value}${important ? ' !important' : ''}; `,
    )
    .join('');
}

/** Reads a mail's style sheets into the rules that may stay, in order. */
export function cleanSheet(
  sheets: readonly string[],
  realm: { readonly CSSStyleSheet: typeof CSSStyleSheet },
  dark: boolean,
  cleaning: Cleaning,
): CleanRule[] {
  const rules: CleanRule[] = [];
  let room = MAX_SHEET;
  for (const source of sheets) {
    if (source.length > room) break;
    room -= source.length;
    const sheet = new realm.CSSStyleSheet();
    // `@import` would be ignored with a console warning for each.
    const text = source.replace(/<!--|-->/g, ' ').replace(/@import\b[^;]*;?/gi, ' ');
    sheet.replaceSync(withoutDepths(text));
    readRules(sheet.cssRules, '', { dark, cleaning, rules });
  }
  return rules;
}

interface Reading {
  readonly dark: boolean;
  readonly cleaning: Cleaning;
  readonly rules: CleanRule[];
}

function readRules(list: CSSRuleList, media: string, reading: Reading): void {
  for (const rule of list) {
    if (reading.rules.length >= MAX_RULES) return;
    // The classes of the frame's realm are not this one's: told apart by what they have.
    if ('selectorText' in rule && 'style' in rule) {
      readStyleRule(rule as CSSStyleRule, media, reading);
    } else if ('media' in rule && 'cssRules' in rule && media === '') {
      const verdict = cleanMedia((rule as CSSMediaRule).media.mediaText, reading.dark);
      if (verdict === undefined) continue;
      if (verdict.forDark) reading.cleaning.palette.supportsDark();
      readRules((rule as CSSMediaRule).cssRules, verdict.condition, reading);
    }
  }
}

function readStyleRule(rule: CSSStyleRule, media: string, { dark, cleaning, rules }: Reading): void {
  if (
    /:root|^html$/.test(rule.selectorText) &&
    /\bdark\b/.test(rule.style.getPropertyValue('color-scheme'))
  ) {
    if (dark) cleaning.palette.supportsDark();
  }
  const selectors = cleanSelectors(rule.selectorText);
  if (selectors === undefined) return;
  const declarations = cleanDeclarations(rule.style, cleaning);
  if (declarations.length > 0) rules.push({ media, selectors, declarations });
}

/** One style sheet's text from clean rules. */
export function writeSheet(rules: readonly CleanRule[], map?: ColourMap): string {
  let text = '';
  for (const { media, selectors, declarations } of rules) {
    const block = `${selectors} { ${writeDeclarations(declarations, map)}}\n`;
    text += media === '' ? block : `@media ${media} { ${block}}\n`;
  }
  return text;
}
