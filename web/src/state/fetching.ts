/** Parts of messages, whole, through the engine and past the store: for files, and for what is forwarded. */
import { partQuery } from '@postern/protocol/sync';
import type { EngineNote, MessageKey } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { read } from './device.ts';
import type { DownloadView } from './views.ts';

export class FetchFailed extends Error {
  readonly problem: NonNullable<DownloadView['problem']> | 'cancelled';
  constructor(problem: FetchFailed['problem']) {
    super(`the part is not coming: ${problem}`);
    this.problem = problem;
  }
}

interface Fetch {
  readonly message: MessageKey;
  readonly section: string;
  readonly pieces: Uint8Array<ArrayBuffer>[];
  readonly progress: (received: number, total: number) => void;
  readonly done: (pieces: Uint8Array<ArrayBuffer>[]) => void;
  readonly failed: (error: FetchFailed) => void;
}

const running = new Map<string, Fetch>();

engine.listen((note) => hear(note));

/**
 * The decoded octets, in pieces. Rejects with FetchFailed.
 * @param progress octets on the wire.
 */
export async function fetchPart(
  message: MessageKey,
  section: string,
  progress: (received: number, total: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const kept = await read(partQuery(message, section));
  if (kept) return [kept.bytes as Uint8Array<ArrayBuffer>];
  if (signal.aborted) throw new FetchFailed('cancelled');
  const id = crypto.randomUUID();
  try {
    return await new Promise((done, failed) => {
      running.set(id, { message, section, pieces: [], progress, done, failed });
      signal.addEventListener('abort', () => failed(new FetchFailed('cancelled')), { once: true });
      wish();
    });
  } finally {
    running.delete(id);
    wish();
  }
}

function hear(note: EngineNote): void {
  if (note.note !== 'piece' && note.note !== 'downloaded' && note.note !== 'failed') return;
  const fetch = running.get(note.id);
  if (!fetch) return;
  if (note.note === 'piece') {
    fetch.pieces.push(note.bytes as Uint8Array<ArrayBuffer>);
    fetch.progress(note.received, note.total);
  } else if (note.note === 'downloaded') {
    fetch.done(fetch.pieces);
  } else {
    fetch.failed(new FetchFailed(note.reason));
  }
}

function wish(): void {
  const downloads = [...running].map(([id, { message, section }]) => ({ id, message, section }));
  engine.want('downloads', downloads.length > 0 ? { downloads } : undefined);
}
