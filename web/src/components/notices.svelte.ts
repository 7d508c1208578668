/** Short words about what just happened here, with at most one thing to do about it. */
import { announcements } from './announce.svelte.ts';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly action: { readonly label: string; run(): void } | undefined;
}

/** Milliseconds: long enough to change one's mind; as long as an action can be taken back. */
const STAY = 8000;
const STAY_WITHOUT_ACTION = 4000;

class Notices {
  current: Notice | undefined = $state.raw();
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string, action?: Notice['action']): void {
    clearTimeout(this.#timer);
    this.current = { id: ++this.#count, text, action };
    announcements.say(text);
    this.#timer = setTimeout(() => this.close(), action === undefined ? STAY_WITHOUT_ACTION : STAY);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.current = undefined;
  }
}

export const notices = new Notices();
