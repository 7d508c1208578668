/** Attachments on their way to the browser's downloads. */
import type { MessageKey } from '@postern/protocol/sync';
import { SvelteMap } from 'svelte/reactivity';
import { FetchFailed, fetchPart } from './fetching.ts';
import type { DownloadView } from './views.ts';

/** Milliseconds that the browser gets to take a file over. */
const takeOver = 60_000;

class Downloads {
  readonly #running = new Map<string, AbortController>();
  readonly #views = new SvelteMap<string, DownloadView>();

  get(message: MessageKey, section: string): DownloadView | undefined {
    return this.#views.get(at(message, section));
  }

  /** `name` is what it is saved under. A second call while it runs does nothing. */
  async start(message: MessageKey, section: string, name: string): Promise<void> {
    const place = at(message, section);
    if (this.#running.has(place)) return;
    const cancelled = new AbortController();
    this.#running.set(place, cancelled);
    let seen = { received: 0, total: 0 };
    const show = (state: DownloadView['state'], problem?: DownloadView['problem']): void => {
      this.#views.set(place, { state, ...seen, problem });
    };
    show('running');
    try {
      const progress = (received: number, total: number): void => {
        seen = { received, total };
        show('running');
      };
      save(await fetchPart(message, section, progress, cancelled.signal), name);
      show('done');
    } catch (error) {
      const problem = error instanceof FetchFailed ? error.problem : 'refused';
      if (problem === 'cancelled') this.#views.delete(place);
      else show('failed', problem);
    } finally {
      this.#running.delete(place);
    }
  }

  /** The same with octets that are here already. */
  give(message: MessageKey, section: string, bytes: Uint8Array, name: string): void {
    save([bytes as Uint8Array<ArrayBuffer>], name);
    const { length } = bytes;
    this.#views.set(at(message, section), {
      state: 'done',
      received: length,
      total: length,
      problem: undefined,
    });
  }

  cancel(message: MessageKey, section: string): void {
    this.#running.get(at(message, section))?.abort();
  }
}

const at = (message: MessageKey, section: string): string => `${message}/${section}`;

function save(pieces: Uint8Array<ArrayBuffer>[], name: string): void {
  // Never the type the sender claims: the browser must not be led to open it in this origin.
  const url = URL.createObjectURL(new Blob(pieces, { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), takeOver);
}

export const downloads = new Downloads();
