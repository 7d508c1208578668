/**
 * Parts that pass through as files, a range at a time; the next one waits its turn behind whatever is more urgent by then.
 * Not by BINARY (RFC 3516): COMPRESS saves nearly as much (base64 of noise is 3.8 % larger then), some servers would decode the
 * whole part for every range, and how much of a damaged part one leaves out it need not say.
 */
import { CommandError } from '../error.ts';
import { TransferDecoder } from '../mime/index.ts';
import { partAt } from './parts.ts';
import type { DownloadFor, Screens } from './screens.ts';
import type { Servers } from './servers.ts';
import { descriptorFor, fetchRange } from './texts.ts';
import type { Range } from './texts.ts';
import type { Truth } from './truth.ts';
import type { EngineNote } from './wishes.ts';

interface Passing {
  readonly decoder: TransferDecoder;
  received: number;
}

export interface DownloadPorts {
  readonly truth: Truth;
  readonly servers: Servers;
  readonly screens: Screens;
  tell(note: EngineNote, to: string): void;
}

export class Downloads {
  readonly #ports: DownloadPorts;
  readonly #passing = new Map<string, Passing>();
  /** Ended, well or badly, and still stated by their screen. */
  readonly #over = new Set<string>();

  constructor(ports: DownloadPorts) {
    this.#ports = ports;
  }

  /** Fetches one range of the first download that is not over; false when there is none. */
  async step(): Promise<boolean> {
    const downloads = this.#ports.screens.downloads();
    const standing = new Set(downloads.map(({ id }) => id));
    for (const id of this.#passing.keys()) if (!standing.has(id)) this.#passing.delete(id);
    for (const id of this.#over) if (!standing.has(id)) this.#over.delete(id);
    const next = downloads.find(({ id }) => !this.#over.has(id));
    if (next) await this.#range(next);
    return next !== undefined;
  }

  /** The connection is gone: downloads cannot wait for the next one without telling. */
  lost(): void {
    for (const download of this.#ports.screens.downloads())
      if (!this.#over.has(download.id)) this.#fail(download, 'offline');
  }

  #fail({ id, screen }: DownloadFor, reason: 'gone' | 'refused' | 'offline'): void {
    this.#over.add(id);
    this.#passing.delete(id);
    this.#ports.tell({ note: 'failed', id, reason }, screen);
  }

  async #range(download: DownloadFor): Promise<void> {
    const { id, screen, message, section } = download;
    const { truth, servers, screens } = this.#ports;
    const [row] = await truth.locate([message], screens.mailboxes()[0]);
    const descriptor = row && (await descriptorFor(truth, message));
    const part = descriptor && partAt(descriptor.structure, section);
    if (!part || row.uid === 0) return this.#fail(download, 'gone');
    const passing = this.#passing.get(id) ?? { decoder: new TransferDecoder(part.encoding), received: 0 };
    this.#passing.set(id, passing);
    let range: Range | undefined;
    try {
      const { home, uid } = row;
      range = await servers.at(home, async (lane) => {
        await lane.select(home, { uids: [uid] });
        return fetchRange(lane, uid, part, passing.received);
      });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return this.#fail(download, 'refused');
    }
    if (!range) return this.#fail(download, 'gone');
    passing.received += range.bytes.length;
    this.#pass(download, passing.decoder.push(range.bytes), part.octets, passing.received);
    if (!range.ended) return;
    this.#pass(download, passing.decoder.finish(), part.octets, passing.received);
    this.#over.add(id);
    this.#passing.delete(id);
    this.#ports.tell({ note: 'downloaded', id }, screen);
  }

  #pass({ id, screen }: DownloadFor, bytes: Uint8Array, octets: number, received: number): void {
    if (bytes.length === 0) return;
    this.#ports.tell({ note: 'piece', id, bytes, received, total: Math.max(octets, received) }, screen);
  }
}
