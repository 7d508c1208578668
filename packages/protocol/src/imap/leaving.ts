import type { Untagged } from './response.ts';

/**
 * While one mailbox is left for another, and CLOSED may come between: holds what may still be about the old one (RFC 7162
 * §3.2.11, RFC 9051 §7.1; some servers say CLOSED although nothing was enabled).
 */
export class Leaving {
  #held: Untagged[] | undefined;

  /** SELECT or EXAMINE goes out. `from`: whether a mailbox is selected. */
  begin(from: boolean): void {
    this.#held = from ? [] : undefined;
  }

  /** True: it is not known yet which mailbox the response is about; it comes back by `end`, or never. */
  holds(response: Untagged): boolean {
    if (!this.#held) return false;
    switch (response.type) {
      case 'exists':
      case 'recent':
      case 'expunge':
      case 'fetch':
      case 'vanished':
      case 'flags':
        this.#held.push(response);
        return true;
      default:
        return false;
    }
  }

  /** What was held and has to be heard before this response, which may say whose it was. */
  before(response: Untagged): readonly Untagged[] {
    if (!this.#held || response.type !== 'status') return [];
    if (response.code?.name === 'ATOM' && response.code.code === 'CLOSED') this.#held = undefined;
    // Only of a new mailbox is this said: there will be no CLOSED.
    else if (response.code?.name === 'UIDVALIDITY') return this.end();
    return [];
  }

  /** All that was held: it is about the new mailbox. */
  end(): readonly Untagged[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }
}
