import { MemoryStore } from '@postern/protocol/sync';
import type { Change, MessageKey } from '@postern/protocol/sync';

/** What a device keeps. As it was at one time, it can be had again: a device that was away since. */
export class Disk extends MemoryStore {
  /** All that was written until `remember`. */
  readonly #written: (readonly Change[] | number)[] = [];
  #recording: boolean;

  /** `recording`: it will be asked for what it had. */
  constructor(recording = false) {
    super();
    this.#recording = recording;
  }

  override async commit(changes: readonly Change[]): Promise<void> {
    await super.commit(changes);
    if (this.#recording) this.#written.push(changes);
  }

  override async allocate(count: number): Promise<MessageKey> {
    if (this.#recording) this.#written.push(count);
    return super.allocate(count);
  }

  /** This is the time that `asRemembered` goes back to. */
  remember(): void {
    this.#recording = false;
  }

  async asRemembered(): Promise<Disk> {
    const disk = new Disk();
    for (const written of this.#written) {
      if (typeof written === 'number') await disk.allocate(written);
      else await disk.commit(written);
    }
    return disk;
  }
}
