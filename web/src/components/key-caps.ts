/** How keys of the shortcut table are written on a key. */

const apple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

const caps: Readonly<Record<string, string>> = {
  Mod: apple ? '⌘' : 'Ctrl',
  Shift: apple ? '⇧' : 'Shift',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  Enter: apple ? '↵' : 'Enter',
};

/** `g i` → `G`, `I`; `Mod+Enter` → `Ctrl`, `Enter`. */
export function keyCaps(keys: string): string[] {
  return keys
    .split(/[ +]/)
    .filter((key) => key !== '')
    .map((key) => caps[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
