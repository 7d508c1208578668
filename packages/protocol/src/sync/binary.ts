/**
 * Parts that the server decodes (BINARY, RFC 3516): of base64 more than a quarter less comes, and what is text in it can be compressed.
 * Nothing rests on it: what cannot be all of a part, or is refused, is fetched encoded, and decoded here.
 */
import { CommandError, ConnectionLost } from '../error.ts';
import type { BodyPart } from '../imap/types.ts';
import { isReferred } from './referral.ts';

/** Octets of a part, encoded, for which it is worth anything. */
const LEAST = 1024;
/** Octets of a part, encoded: some servers decode all of it for every range. */
const MOST = 16 * 1024 * 1024;
/** What goes wrong in a row until a server is asked no more. */
const STRIKES = 3;

/** What one connection after another has shown of a server's BINARY. */
export class Binary {
  #strikes = 0;
  #broken = false;

  /** Of other encodings there is nothing to be won; how much a damaged part holds must be known, to see what is left out. */
  suits({ encoding, octets }: BodyPart, capabilities: ReadonlySet<string>): boolean {
    const offered = capabilities.has('BINARY') || capabilities.has('IMAP4REV2');
    return offered && !this.#broken && encoding === 'base64' && octets >= LEAST && octets <= MOST;
  }

  /** Runs what asks for decoded parts; undefined where the server refuses it, for whatever reason: the plain way tells. */
  async tried<R>(run: () => Promise<R>): Promise<R | undefined> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ConnectionLost) this.#strike();
      if (!(error instanceof CommandError)) throw error;
      const { status } = error;
      if (isReferred(error)) throw error;
      // NO may be of one part (UNKNOWN-CTE), or of a message that is gone.
      if (status === 'BAD') this.#broken = true;
      else this.#strike();
      return undefined;
    }
  }

  /** Whether `decoded` octets are all that a part holds; told of each part that came, or of its BINARY.SIZE. */
  isAll({ octets }: BodyPart, decoded: number): boolean {
    const all = isBase64Of(octets, decoded);
    if (all) this.#strikes = 0;
    // More than could be in it: the server decodes nothing.
    else if (decoded * 4 > octets * 3) this.#broken = true;
    else this.#strike();
    return all;
  }

  /** A range was not what was asked for. */
  distrust(): void {
    this.#broken = true;
  }

  #strike(): void {
    if (++this.#strikes >= STRIKES) this.#broken = true;
  }
}

/**
 * Whether an encoder makes base64 of so many octets of `decoded` ones: in one line, or in lines of one of the lengths that are in use,
 * with up to one line break more or less at the end. Where three octets are left out, it does not.
 */
export function isBase64Of(octets: number, decoded: number): boolean {
  const letters = Math.ceil(decoded / 3) * 4;
  const breaks = octets - letters;
  if (breaks === 0 || breaks === 2) return true;
  for (let line = 60; line <= 80; line += 4) {
    const lines = Math.ceil(letters / line);
    if (Math.abs(breaks - 2 * lines) <= 2) return breaks % 2 === 0;
  }
  return false;
}
