import type { Store } from '../store.ts';

export interface StoreCase {
  readonly name: string;
  /** Throws when the store does not hold the contract. `reopen` gives the same data in a new Store, if it is durable. */
  run(store: Store, reopen: (() => Promise<Store>) | undefined): Promise<void>;
}

export function expect(actual: unknown, wanted: unknown, what: string): void {
  const a = show(actual);
  const b = show(wanted);
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

export function show(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    if (inner instanceof Map) return [...(inner as Map<unknown, unknown>)];
    if (ArrayBuffer.isView(inner)) return [...(inner as Uint8Array)];
    return inner;
  });
}
