/** Fingers on a row: sideways is a swipe, resting is a long press, anything else is left to scrolling. */

export interface SwipeHandlers {
  /** `start` and `end` as text runs. */
  onswipe(index: number, towards: 'start' | 'end'): void;
  onhold(index: number): void;
}

/** CSS pixels: beyond the first it is a swipe, beyond the second it counts. Milliseconds for the long press. */
const BEGIN = 12;
const ENOUGH = 88;
const HOLD = 450;

export class Swipe {
  /** The row under the finger, while it moves. */
  index: number | undefined = $state();
  /** CSS pixels to the right. */
  offset: number = $state(0);
  /** The finger did something; the click that follows is not one. */
  spent = false;

  readonly #handlers: SwipeHandlers;
  #from: { index: number; x: number; y: number; pointer: number; rtl: boolean } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: SwipeHandlers) {
    this.#handlers = handlers;
  }

  get enough(): boolean {
    return Math.abs(this.offset) >= ENOUGH;
  }

  down(event: PointerEvent, index: number, rtl: boolean): void {
    this.spent = false;
    if (event.pointerType !== 'touch' || !event.isPrimary) return;
    this.#from = { index, x: event.clientX, y: event.clientY, pointer: event.pointerId, rtl };
    this.#timer = setTimeout(() => {
      this.spent = true;
      this.#end();
      this.#handlers.onhold(index);
    }, HOLD);
  }

  move(event: PointerEvent): void {
    const from = this.#from;
    if (from === undefined || event.pointerId !== from.pointer) return;
    const x = event.clientX - from.x;
    if (this.index === undefined) {
      const y = Math.abs(event.clientY - from.y);
      if (y > BEGIN) this.#end();
      if (Math.abs(x) < BEGIN || y > Math.abs(x)) return;
      clearTimeout(this.#timer);
      this.spent = true;
      this.index = from.index;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    }
    this.offset = x;
  }

  up(): void {
    const from = this.#from;
    const done = this.index !== undefined && this.enough;
    const towards = this.offset > 0 === (from?.rtl ?? false) ? 'start' : 'end';
    this.#end();
    if (done && from !== undefined) this.#handlers.onswipe(from.index, towards);
  }

  cancel(): void {
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#from = undefined;
    this.index = undefined;
    this.offset = 0;
  }
}
