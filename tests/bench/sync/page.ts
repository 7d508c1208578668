/** Inside the browser: the app's engine, store and transport, measured. It is what the app's worker runs, on a page. */
import type { Transport } from '@postern/protocol/port';
import { createEngine, mailboxesQuery, rowsQuery } from '@postern/protocol/sync';
import type { Mailbox, Store } from '@postern/protocol/sync';
import { connect } from '../../../web/src/engine/transport.ts';
import { destroyStore, openStore } from '../../../web/src/store/index.ts';

export interface Wanted {
  /** The store's name; what it holds from before is caught up from. */
  readonly store: string;
  /** Forgets what it holds. */
  readonly anew: boolean;
  /** Messages that the INBOX has on the server. */
  readonly messages: number;
  readonly compression: boolean;
  /** Commands are written down. */
  readonly record: boolean;
}

/** Times in milliseconds since the first socket was open. */
export interface Measured {
  readonly firstRows: number;
  readonly whole: number;
  /** Round trips on the connection that brought them until then: times that the engine spoke after it had heard something. */
  readonly firstRowsTrips: number;
  readonly trips: number;
  /** Octets of IMAP on that connection, compressed where they are. */
  readonly down: number;
  readonly up: number;
  /** Octets of JavaScript's heap at its peak; the rest of the browser's memory is not in it. */
  readonly heap: number;
  /** The FETCH commands, as they went. */
  readonly commands: readonly string[];
  /** Milliseconds that the store took for its commits. */
  readonly committing: number;
  readonly commits: number;
}

/** What went over one connection. */
interface Talk {
  down: number;
  up: number;
  trips: number;
  heard: boolean;
  selects: boolean;
}

const breath = new MessageChannel();
breath.port1.start();

const clock = {
  now: () => Date.now(),
  breathe: () =>
    new Promise<void>((resolve) => {
      breath.port1.addEventListener('message', () => resolve(), { once: true });
      breath.port2.postMessage(undefined);
    }),
  sleep: (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)), {
        once: true,
      });
    }),
};

/** What a browser tells of its memory; Chromium alone, with --enable-precise-memory-info. */
const heapNow = (): number =>
  (performance as unknown as { readonly memory?: { readonly usedJSHeapSize: number } }).memory
    ?.usedJSHeapSize ?? 0;

/** Whose mail it is, as the gateway names it. */
let account = '';

async function signIn(user: string, password: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ user, password });
  const response = await fetch('/session', { method: 'POST', headers, body });
  ({ id: account } = (await response.json()) as { id: string });
  return response.status;
}

/** Runs an engine until the INBOX is whole, and stops it. */
async function run(wanted: Wanted): Promise<Measured> {
  if (wanted.anew) await destroyStore(wanted.store);
  const kept = await openStore(wanted.store);
  const counts = { committing: 0, commits: 0 };
  const commands: string[] = [];
  const talks: Talk[] = [];
  let opened: number | undefined;
  let heap = 0;
  const watchHeap = (): void => void (heap = Math.max(heap, heapNow()));
  const sampling = setInterval(watchHeap, 100);

  const store: Store = {
    read: (query) => kept.read(query),
    allocate: (count) => kept.allocate(count),
    watch: (listener) => kept.watch(listener),
    close: () => kept.close(),
    commit: async (changes) => {
      const began = performance.now();
      await kept.commit(changes);
      counts.committing += performance.now() - began;
      counts.commits++;
    },
  };

  const measured = (line: Transport): Transport => {
    const talk: Talk = { down: 0, up: 0, trips: 0, heard: true, selects: false };
    talks.push(talk);
    const said = (bytes: Uint8Array): void => {
      const text = new TextDecoder('latin1').decode(bytes);
      talk.selects ||= text.includes(' SELECT ');
      if (wanted.record) commands.push(...text.split('\r\n').filter((each) => each.includes(' UID FETCH ')));
    };
    const port = line.compression;
    let compressed = false;
    return {
      bytes: (async function* () {
        for await (const chunk of line.bytes) {
          talk.heard = true;
          talk.down += chunk.length;
          yield chunk;
        }
      })(),
      write: (bytes) => {
        if (talk.heard) talk.trips++;
        talk.heard = false;
        talk.up += bytes.length;
        if (!compressed) said(bytes);
        return line.write(bytes);
      },
      close: () => line.close(),
      compression:
        wanted.compression && port
          ? {
              inflate: port.inflate,
              deflate: () => {
                compressed = true;
                const deflate = port.deflate();
                return (bytes) => (said(bytes), deflate(bytes));
              },
            }
          : undefined,
    };
  };

  const inbox = async (): Promise<Mailbox | undefined> =>
    (await kept.read(mailboxesQuery())).find(({ role }) => role === 'inbox');
  const before = await inbox();
  const engine = createEngine({
    store,
    clock,
    random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    connect: async (service) => {
      const line = measured(await connect(location.origin, service, { account }));
      opened ??= performance.now();
      return line;
    },
    tell: () => undefined,
  });
  let wished = false;
  const wish = (mailbox: Mailbox): void => {
    wished = true;
    engine.wish('screen', { mailbox: mailbox.key, messages: [], parts: [], downloads: [] });
  };
  if (before) wish(before);
  /** The connection that catches up; the other one listens, or waits for what a person wants. */
  const bringing = (): Pick<Talk, 'down' | 'up' | 'trips'> => {
    const [most] = talks.filter(({ selects }) => selects).toSorted((a, b) => b.down - a.down);
    return most ? { down: most.down, up: most.up, trips: most.trips } : { down: 0, up: 0, trips: 0 };
  };
  const result = await new Promise<Measured>((resolve) => {
    let rowsAt: number | undefined;
    let rowsTrips = 0;
    let looking: Promise<void> = Promise.resolve();
    type Seen = ReturnType<typeof bringing> & typeof counts;
    const look = async (at: number, seen: Seen): Promise<void> => {
      const mailbox = await inbox();
      if (!mailbox) return;
      if (!wished) wish(mailbox);
      const { length } = await kept.read(rowsQuery(mailbox.key));
      if (rowsAt === undefined && length > 0) {
        rowsAt = at;
        rowsTrips = seen.trips;
      }
      if (mailbox.sync.at <= (before?.sync.at ?? 0) || length !== wanted.messages) return;
      const since = opened ?? 0;
      resolve({
        firstRows: (rowsAt ?? at) - since,
        whole: at - since,
        firstRowsTrips: rowsTrips,
        ...seen,
        heap,
        commands,
      });
    };
    kept.watch((touched) => {
      // Once there are rows, it is the mailbox that tells when there are all.
      const isFirst = rowsAt === undefined && [...touched].some((key) => key.startsWith('rows:'));
      if (!isFirst && !touched.has('mailboxes')) return;
      const at = performance.now();
      const seen = { ...counts, ...bringing() };
      looking = looking.then(() => look(at, seen));
    });
  });
  clearInterval(sampling);
  await engine.stop();
  kept.close();
  return result;
}

export const syncPage = { signIn, run };

Object.assign(globalThis, { syncPage });
