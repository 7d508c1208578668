import { ConnectionLost } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import type { Change, EnginePorts, MessageKey, Query, Store, Touched } from '@postern/protocol/sync';
import type { Desk } from './desk.ts';

/** One wire for all connections of a device, which is cut after so many octets, both ways together; then there is a new one. */
export class FragileWire {
  /** Octets so far. */
  octets = 0;
  /** undefined: never. */
  cutAfter: number | undefined;

  carry(transport: Transport): Transport {
    return {
      bytes: this.#down(transport),
      write: async (bytes) => {
        const { some, cut } = this.#take(bytes);
        if (some.length > 0) await transport.write(some);
        if (!cut) return;
        transport.close();
        throw new ConnectionLost('cut');
      },
      close: () => transport.close(),
    };
  }

  async *#down(transport: Transport): AsyncIterable<Uint8Array> {
    for await (const bytes of transport.bytes) {
      const { some, cut } = this.#take(bytes);
      if (some.length > 0) yield some;
      if (!cut) continue;
      transport.close();
      return;
    }
  }

  #take(bytes: Uint8Array): { readonly some: Uint8Array; readonly cut: boolean } {
    const left = (this.cutAfter ?? Infinity) - this.octets;
    if (bytes.length < left) {
      this.octets += bytes.length;
      return { some: bytes, cut: false };
    }
    this.octets += left;
    this.cutAfter = undefined;
    return { some: bytes.subarray(0, left), cut: true };
  }
}

/** What an engine has of a store that outlives it: after its death nothing that it asks for is ever answered. */
export class MortalStore implements Store {
  readonly #disk: Store;
  readonly #died: () => void;
  #dead = false;
  /** Commits until it dies; undefined: never. */
  #left: number | undefined;
  #kept = false;
  commits = 0;

  constructor(disk: Store, died: () => void) {
    this.#disk = disk;
    this.#died = died;
  }

  /** It dies at its n-th commit from now, before or after that is kept. */
  doom(n: number, kept: boolean): void {
    this.#left = n;
    this.#kept = kept;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  read<T>(query: Query<T>): Promise<T> {
    return this.#dead ? never() : this.#disk.read(query);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (this.#dead) return never();
    this.commits++;
    if (this.#left !== undefined && --this.#left === 0) {
      this.#dead = true;
      if (this.#kept) await this.#disk.commit(changes);
      this.#died();
      return never();
    }
    return this.#disk.commit(changes);
  }

  allocate(count: number): Promise<MessageKey> {
    return this.#dead ? never() : this.#disk.allocate(count);
  }

  watch(listener: (touched: ReadonlySet<Touched>) => void): () => void {
    return this.#disk.watch((touched) => {
      if (!this.#dead) listener(touched);
    });
  }

  close(): void {
    this.#dead = true;
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** Starts an engine that dies at its n-th commit, before or after that is kept; from then on it has no connection, and gets none. */
export function startDoomed(
  desk: Desk,
  server: { connect(): Transport },
  commit: number,
  kept: boolean,
  ports: Partial<EnginePorts> = {},
): MortalStore {
  const wires: Transport[] = [];
  const store = new MortalStore(desk.store, () => {
    for (const wire of wires) wire.close();
  });
  store.doom(commit, kept);
  desk.start({
    store,
    connect: async () => {
      if (store.isDead) return never();
      const wire = server.connect();
      wires.push(wire);
      return wire;
    },
    ...ports,
  });
  return store;
}
