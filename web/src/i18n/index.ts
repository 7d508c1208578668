/**
 * Every visible word. A language is one object of the type of `en`; choosing one is choosing that object, so a word
 * that is missing or takes other arguments does not compile.
 */
import { en } from './en.ts';
import { formats } from './format.ts';

export type Words = typeof en;

export const words: Words = en;

/** Dates and numbers follow the browser's own region where it speaks the language of the words. */
const region = navigator.languages.find((tag) => tag.split('-')[0] === words.language) ?? words.language;

export const format = formats(region);

/** Tells the document its language and direction. Called once, before anything is drawn. */
export function speak(root: HTMLElement): void {
  root.lang = words.language;
  root.dir = words.direction;
}
