/**
 * Messages that the server puts together of what it has already (CATENATE, RFC 4469): a file that is there need not be uploaded again.
 * Nothing rests on it: what is refused in that form, or comes out otherwise than it was meant, is sent whole.
 */
import { CommandError, ConnectionLost } from '../error.ts';
import { codeOf } from './outbox.ts';
import { isReferred } from './referral.ts';
import { throttledFor } from './refusals.ts';

/** Octets of a file, encoded, for which it is worth the round trip of one literal more. */
export const LEAST_FILE = 8 * 1024;
/** Refusals, or connections lost, in a row until a server is asked no more. */
const REFUSALS = 2;
const LOSSES = 3;
/** Of the message and its mailbox, in whatever form it comes: sending it whole would be refused as well. */
const OF_EITHER_FORM: ReadonlySet<string> = new Set([
  'TRYCREATE',
  'NEWNAME',
  'NONEXISTENT',
  'NOPERM',
  'OVERQUOTA',
]);

/** What one connection after another has shown of a server's CATENATE. */
export class Catenating {
  #refusals = 0;
  #losses = 0;
  #broken = false;

  isOffered(capabilities: ReadonlySet<string>): boolean {
    return capabilities.has('CATENATE') && !this.#broken;
  }

  /** It said OK, and has put something else together. */
  wentWrong(): void {
    this.#broken = true;
  }

  /**
   * Runs an APPEND with CATENATE; undefined where it has to be said in another way, and nothing was put anywhere. Else it
   * rejects as `run` does.
   */
  async tried<R>(run: () => Promise<R>): Promise<{ readonly done: R } | undefined> {
    try {
      const done = await run();
      this.#refusals = 0;
      this.#losses = 0;
      return { done };
    } catch (error) {
      if (error instanceof ConnectionLost && ++this.#losses >= LOSSES) this.#broken = true;
      if (!(error instanceof CommandError)) throw error;
      const { status } = error;
      const code = codeOf(error);
      if (isReferred(error) || throttledFor(error) !== undefined || OF_EITHER_FORM.has(code)) throw error;
      // It is of the message, and will be said of the whole one too.
      if (code !== 'TOOBIG' && ++this.#refusals >= REFUSALS) this.#broken = true;
      if (status === 'BAD') this.#broken = true;
      return undefined;
    }
  }
}
