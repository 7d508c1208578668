/** Who leads runs an account's engine for all tabs: hears their wishes, and tells them what the engine says. */
import type { Engine, EngineNote, EnginePorts, Store } from '@postern/protocol/sync';
import { leaderLock, screenChannel, screenLock, sharedChannel } from './notes.ts';
import type { Channel, Channels, Locks, SharedNote } from './notes.ts';

export interface HostPorts extends Omit<EnginePorts, 'store' | 'tell'> {
  /** Name of the account's store, and of all that its tabs and workers meet by. */
  readonly name: string;
  readonly channels: Channels;
  readonly locks: Locks;
  /** `taken`: somebody else closes it, at the latest when that settles. */
  openStore(taken: () => Promise<void>): Promise<Store>;
  createEngine(ports: EnginePorts): Engine;
}

/**
 * Waits to lead, leads until told to stop by a `stop` note, or until the store is taken away, and settles when the store is let go:
 * who led on without it would keep all others from leading.
 * Rejects with StoreError when the store cannot be opened.
 */
export async function lead(ports: HostPorts): Promise<void> {
  const stopped = new AbortController();
  const shared = ports.channels(sharedChannel(ports.name));
  shared.addEventListener('message', ({ data }: MessageEvent<SharedNote>) => {
    if (data.to === 'workers') stopped.abort();
  });
  try {
    await ports.locks.request(leaderLock(ports.name), { signal: stopped.signal }, async () => {
      let letGo = (): void => undefined;
      const free = new Promise<void>((resolve) => (letGo = resolve));
      const taken = (): Promise<void> => {
        stopped.abort();
        return free;
      };
      const store = await ports.openStore(taken).catch((error: unknown) => {
        const status = { connection: 'waiting', at: 0, problem: { reason: 'storage', text: '' } } as const;
        shared.postMessage({ to: 'screens', note: 'engine', said: { note: 'status', status } });
        throw error;
      });
      const leading = new Leading(ports, shared, store);
      if (!stopped.signal.aborted) {
        await new Promise<void>((resolve) => stopped.signal.addEventListener('abort', () => resolve()));
      }
      await leading.stop().finally(letGo);
      store.close();
    });
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    shared.close();
  }
}

class Leading {
  readonly #ports: HostPorts;
  readonly #shared: Channel;
  readonly #engine: Engine;
  readonly #screens = new Map<string, Channel>();

  constructor(ports: HostPorts, shared: Channel, store: Store) {
    this.#ports = ports;
    this.#shared = shared;
    this.#engine = ports.createEngine({
      store,
      clock: ports.clock,
      random: ports.random,
      connect: (service, where) => ports.connect(service, where),
      ...(ports.storage ? { storage: ports.storage } : {}),
      tell: (note, to) => this.#tell(note, to),
    });
    shared.addEventListener('message', ({ data }: MessageEvent<SharedNote>) => {
      if (data.to === 'engine') this.#hear(data);
    });
    this.#post({ to: 'screens', note: 'hello' });
  }

  async stop(): Promise<void> {
    await this.#engine.stop();
    for (const channel of this.#screens.values()) channel.close();
  }

  #hear(note: Extract<SharedNote, { to: 'engine' }>): void {
    if (note.note === 'wake') {
      this.#engine.wake(note.reason);
      return;
    }
    const { screen, wishes } = note;
    if (!this.#screens.has(screen)) this.#welcome(screen);
    this.#engine.wish(screen, wishes);
  }

  #welcome(screen: string): void {
    this.#screens.set(screen, this.#ports.channels(screenChannel(this.#ports.name, screen)));
    // Granted when the tab is gone, however it went.
    void this.#ports.locks.request(screenLock(this.#ports.name, screen), {}, async () => {
      this.#engine.wish(screen, undefined);
      this.#screens.get(screen)?.close();
      this.#screens.delete(screen);
    });
  }

  #tell(note: EngineNote, to: string | undefined): void {
    const said = note.note === 'piece' ? { ...note, bytes: alone(note.bytes) } : note;
    if (to === undefined) this.#post({ to: 'screens', note: 'engine', said });
    else this.#screens.get(to)?.postMessage(said);
  }

  #post(note: SharedNote): void {
    this.#shared.postMessage(note);
  }
}

/** A note carries the whole buffer under a view along. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
