import { mailboxesQuery, MemoryStore, rowAt, rowsQuery } from '@postern/protocol/sync';
import type { Change, MessageKey, MessageRow } from '@postern/protocol/sync';

/** A message as the server names it. */
export interface Named extends MessageRow {
  readonly uidValidity: number;
  readonly name: string;
}

/** What a device keeps. As it was at one time, it can be had again: a device that was away since. */
export class Disk extends MemoryStore {
  /** All that was written until `remember`. */
  readonly #written: (readonly Change[] | number)[] = [];
  #recording: boolean;
  /** Told of the messages that are taken out as gone from their mailbox, and of no other row that stands for them. */
  onForgotten: ((rows: readonly Named[]) => void) | undefined;

  /** `recording`: it will be asked for what it had. */
  constructor(recording = false) {
    super();
    this.#recording = recording;
  }

  override async commit(changes: readonly Change[]): Promise<void> {
    const gone = await this.#named(changes);
    await super.commit(changes);
    if (this.#recording) this.#written.push(changes);
    if (gone.length > 0) await this.#tell(gone);
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

  async #named(changes: readonly Change[]): Promise<Named[]> {
    const gone: Named[] = [];
    for (const change of changes) {
      if (change.kind !== 'expunged' || change.keys.length === 0) continue;
      const rows = await this.read(rowsQuery(change.mailbox));
      const keys = new Set(change.keys);
      const mailboxes = await this.read(mailboxesQuery());
      const { name = '', sync } = mailboxes.find(({ key }) => key === change.mailbox) ?? {};
      const uidValidity = sync?.uidValidity ?? 0;
      for (const row of all(rows))
        if (row.uid !== 0 && keys.has(row.key)) gone.push({ ...row, uidValidity, name });
    }
    return gone;
  }

  async #tell(gone: readonly Named[]): Promise<void> {
    const forgotten: Named[] = [];
    for (const row of gone) {
      const rows = await this.read(rowsQuery(row.mailbox));
      if (!rows.uids.includes(row.uid)) forgotten.push(row);
    }
    if (forgotten.length > 0) this.onForgotten?.(forgotten);
  }
}

function all(rows: Parameters<typeof rowAt>[0]): MessageRow[] {
  return Array.from({ length: rows.length }, (_, i) => rowAt(rows, i));
}
