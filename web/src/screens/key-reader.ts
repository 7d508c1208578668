/** From key presses to commands. */
import { shortcuts, type CommandName } from './shortcuts.ts';

export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'timeStamp'
>;

/** Milliseconds within which `i` has to follow `g`. */
const PATIENCE = 1500;

/** A key press as the table writes it. */
export function keyOf(press: KeyPress): string {
  const mod = press.ctrlKey || press.metaKey ? 'Mod+' : '';
  const letter = letterOf(press);
  if (letter !== undefined) return `${mod}${press.shiftKey ? 'Shift+' : ''}${letter}`;
  return `${mod}${press.key.length > 1 && press.shiftKey ? 'Shift+' : ''}${press.key}`;
}

/** On a keyboard without Latin letters, the one that is printed in the same place. */
function letterOf(press: KeyPress): string | undefined {
  const key = press.key.toLowerCase();
  if (/^[a-z]$/.test(key)) return key;
  if (press.key.length !== 1 || press.key.charCodeAt(0) < 128) return undefined;
  return /^Key([A-Z])$/.exec(press.code)?.[1]?.toLowerCase();
}

export class KeyReader {
  #first = '';
  #at = 0;

  /** @param writing the focus is where text is written: only keys that work there count. */
  read(press: KeyPress, writing: boolean): CommandName | undefined {
    if (press.altKey) return undefined;
    const key = keyOf(press);
    const first = press.timeStamp - this.#at < PATIENCE ? this.#first : '';
    this.#first = '';
    const found = shortcuts.find(
      ({ keys, whileWriting }) =>
        (!writing || whileWriting === true) &&
        (keys.includes(`${first} ${key}`) || (first === '' && keys.includes(key))),
    );
    if (found !== undefined) return found.command;
    if (!writing && shortcuts.some(({ keys }) => keys.some((wanted) => wanted.startsWith(`${key} `)))) {
      this.#first = key;
      this.#at = press.timeStamp;
    }
    return undefined;
  }
}
