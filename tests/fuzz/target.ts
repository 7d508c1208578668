import type { Random } from './random.ts';

export interface Target {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Throws where something happened that must not. */
  run(bytes: Uint8Array, random: Random): void | Promise<void>;
}
