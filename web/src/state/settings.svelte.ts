/** What the person set, kept on this device. */
import { settingQuery } from '@postern/protocol/sync';
import { commit, follow } from './device.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

/** Also outside the store, so that the page opens in the right colours before anything has been read. */
const themeKey = 'postern-theme';

class Setting<T> {
  readonly #name: string;
  #value: T = $state.raw() as T;

  constructor(name: string, initial: T, accepts: (value: unknown) => value is T) {
    this.#name = name;
    this.#value = initial;
    follow(settingQuery<unknown>(name), (kept) => {
      if (accepts(kept)) this.#value = kept;
    });
  }
  get value(): T {
    return this.#value;
  }
  set value(value: T) {
    this.#value = value;
    // A setting that cannot be kept still holds for this page.
    commit([{ kind: 'setting', name: this.#name, value }]).catch(() => {});
  }
}

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: unknown): value is T =>
    values.includes(value as T);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isString = (value: unknown): value is string => typeof value === 'string';
const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => isString(each));
const isTheme = oneOf<Theme>('system', 'light', 'dark');

function themeAtStart(): Theme {
  const kept = globalThis.localStorage?.getItem(themeKey);
  return isTheme(kept) ? kept : 'system';
}

class Settings {
  readonly #theme = new Setting<Theme>('theme', themeAtStart(), isTheme);
  readonly #density = new Setting<Density>('density', 'comfortable', oneOf('comfortable', 'compact'));
  readonly #listWidth = new Setting<number>('listWidth', 400, isNumber);
  readonly #rail = new Setting<boolean>('rail', false, isBoolean);
  readonly #name = new Setting<string>('name', '', isString);
  readonly #remoteSenders = new Setting<readonly string[]>('remoteSenders', [], isStrings);
  readonly #undoSend = new Setting<number>('undoSend', 8, isNumber);

  get theme(): Theme {
    return this.#theme.value;
  }
  set theme(theme: Theme) {
    this.#theme.value = theme;
    globalThis.localStorage?.setItem(themeKey, theme);
  }
  get density(): Density {
    return this.#density.value;
  }
  set density(density: Density) {
    this.#density.value = density;
  }
  /** CSS pixels. */
  get listWidth(): number {
    return this.#listWidth.value;
  }
  set listWidth(pixels: number) {
    this.#listWidth.value = pixels;
  }
  /** Sidebar as a rail of icons. */
  get rail(): boolean {
    return this.#rail.value;
  }
  set rail(on: boolean) {
    this.#rail.value = on;
  }
  /** Sender's name. */
  get name(): string {
    return this.#name.value;
  }
  set name(name: string) {
    this.#name.value = name;
  }
  /** Seconds for which a message that is sent can be taken back. */
  get undoSend(): number {
    return this.#undoSend.value;
  }
  set undoSend(seconds: number) {
    this.#undoSend.value = seconds;
  }
  /** Addresses whose remote images are shown without asking, lower-case. */
  get remoteSenders(): readonly string[] {
    return this.#remoteSenders.value;
  }

  trusts(address: string): boolean {
    return this.remoteSenders.includes(address.toLowerCase());
  }
  trust(address: string, on: boolean): void {
    const others = this.remoteSenders.filter((trusted) => trusted !== address.toLowerCase());
    this.#remoteSenders.value = on ? [...others, address.toLowerCase()] : others;
  }
}

export const settings = new Settings();
