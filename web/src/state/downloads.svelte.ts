/** Attachments on their way to the browser's downloads: fetched in pieces, never stored among the mail. */
import { partQuery } from '@postern/protocol/sync';
import type { EngineNote, MessageKey } from '@postern/protocol/sync';
import { SvelteMap } from 'svelte/reactivity';
import { engine } from '../engine/screen.ts';
import { read } from './device.ts';
import type { DownloadView } from './views.ts';

interface Running {
  readonly id: string;
  readonly message: MessageKey;
  readonly section: string;
  readonly name: string;
  readonly pieces: Uint8Array<ArrayBuffer>[];
}

/** Milliseconds that the browser gets to take a file over. */
const takeOver = 60_000;

class Downloads {
  readonly #running = new Map<string, Running>();
  readonly #views = new SvelteMap<string, DownloadView>();

  constructor() {
    engine.listen((note) => this.#hear(note));
  }

  get(message: MessageKey, section: string): DownloadView | undefined {
    return this.#views.get(at(message, section));
  }

  /** `name` is what it is saved under. A second call while it runs does nothing. */
  async start(message: MessageKey, section: string, name: string): Promise<void> {
    const place = at(message, section);
    if (this.#views.get(place)?.state === 'running') return;
    const running: Running = { id: crypto.randomUUID(), message, section, name, pieces: [] };
    this.#views.set(place, { state: 'running', received: 0, total: 0, problem: undefined });
    this.#running.set(running.id, running);
    const part = await read(partQuery(message, section)).catch(() => undefined);
    if (!this.#running.has(running.id)) return;
    if (part) {
      running.pieces.push(part.bytes as Uint8Array<ArrayBuffer>);
      this.#finish(running);
    } else {
      this.#wish();
    }
  }

  cancel(message: MessageKey, section: string): void {
    this.#views.delete(at(message, section));
    for (const running of this.#running.values()) {
      if (running.message === message && running.section === section) this.#running.delete(running.id);
    }
    this.#wish();
  }

  #hear(note: EngineNote): void {
    if (note.note !== 'piece' && note.note !== 'downloaded' && note.note !== 'failed') return;
    const running = this.#running.get(note.id);
    if (!running) return;
    const place = at(running.message, running.section);
    const view = this.#views.get(place);
    switch (note.note) {
      case 'piece':
        running.pieces.push(note.bytes as Uint8Array<ArrayBuffer>);
        this.#views.set(place, {
          state: 'running',
          received: note.received,
          total: note.total,
          problem: undefined,
        });
        break;
      case 'downloaded':
        this.#finish(running);
        break;
      case 'failed':
        this.#running.delete(running.id);
        this.#views.set(place, {
          state: 'failed',
          received: view?.received ?? 0,
          total: view?.total ?? 0,
          problem: note.reason,
        });
        this.#wish();
        break;
    }
  }

  #finish(running: Running): void {
    this.#running.delete(running.id);
    this.#wish();
    const place = at(running.message, running.section);
    const total = this.#views.get(place)?.total ?? 0;
    this.#views.set(place, { state: 'done', received: total, total, problem: undefined });
    // Never the type the sender claims: the browser must not be led to open it in this origin.
    const url = URL.createObjectURL(new Blob(running.pieces, { type: 'application/octet-stream' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = running.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), takeOver);
  }

  #wish(): void {
    const downloads = [...this.#running.values()].map(({ id, message, section }) => ({
      id,
      message,
      section,
    }));
    engine.want('downloads', downloads.length > 0 ? { downloads } : undefined);
  }
}

const at = (message: MessageKey, section: string): string => `${message}/${section}`;

export const downloads = new Downloads();
