/**
 * Parts that pass through as files, a range at a time; the next one waits its turn behind whatever is more urgent by then.
 * Decoded by the server where it can; where it turns out in the middle that it cannot, what has passed is not passed again.
 */
import { CommandError } from '../error.ts';
import type { BodyPart } from '../imap/types.ts';
import { TransferDecoder } from '../mime/index.ts';
import { fetchRange } from './fetch-parts.ts';
import type { Place } from './fetch-parts.ts';
import { partAt } from './parts.ts';
import type { DownloadFor, Screens } from './screens.ts';
import type { Servers } from './servers.ts';
import { descriptorFor } from './texts.ts';
import type { Truth } from './truth.ts';
import type { EngineNote } from './wishes.ts';

interface Passing extends Place {
  received: number;
  readonly decoder: TransferDecoder | undefined;
  /** Octets that have passed already, decoded, when it was begun anew. */
  passed: number;
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
    let passing = this.#passing.get(id);
    let range: Awaited<ReturnType<typeof fetchRange>>;
    try {
      const { home, uid } = row;
      range = await servers.at(home, async (lane) => {
        await lane.select(home, { uids: [uid] });
        const { capabilities } = await lane.session();
        passing ??= begun(part, lane.binary.suits(part, capabilities));
        return fetchRange(lane, uid, part, passing);
      });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return this.#fail(download, 'refused');
    }
    if (!range || !passing) return this.#fail(download, 'gone');
    if (range === 'undecodable') return void this.#passing.set(id, begun(part, false, passing.received));
    this.#passing.set(id, passing);
    const { decoder } = passing;
    passing.received += range.bytes.length;
    const { through } = range;
    this.#pass(download, passing, decoder?.push(range.bytes) ?? range.bytes, part.octets, through);
    if (!range.ended) return;
    if (decoder) this.#pass(download, passing, decoder.finish(), part.octets, through);
    this.#over.add(id);
    this.#passing.delete(id);
    this.#ports.tell({ note: 'downloaded', id }, screen);
  }

  #pass(
    { id, screen }: DownloadFor,
    passing: Passing,
    octets: Uint8Array,
    announced: number,
    received: number,
  ): void {
    const bytes = octets.subarray(passing.passed);
    passing.passed -= octets.length - bytes.length;
    if (bytes.length === 0) return;
    const total = Math.max(announced, received);
    this.#ports.tell({ note: 'piece', id, bytes, received, total }, screen);
  }
}

function begun({ encoding }: BodyPart, decoded: boolean, passed = 0): Passing {
  return { decoded, received: 0, decoder: decoded ? undefined : new TransferDecoder(encoding), passed };
}
