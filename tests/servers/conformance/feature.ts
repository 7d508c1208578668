import type { Bench } from './bench.ts';

/** One row of the table. */
export interface Feature {
  /** As the table has it; unique. */
  readonly name: string;
  /** Where it is specified, e.g. `6851` or `3501 §6.3.8`. */
  readonly rfc: string;
  /** The server offers it where it announces any of these capabilities; left out: every IMAP server has to have it. */
  readonly capability?: readonly string[];
  /** Throws where the server, or what we make of it, does not do what the RFC says. */
  run(bench: Bench): Promise<void>;
}

export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly Feature[];
}
