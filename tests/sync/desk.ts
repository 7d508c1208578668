import { randomBytes } from 'node:crypto';
import type { Clock, Transport } from '@postern/protocol/port';
import {
  actionsQuery,
  createEngine,
  descriptorsQuery,
  mailboxesQuery,
  MemoryStore,
  rowAt,
  rowsQuery,
} from '@postern/protocol/sync';
import type {
  Action,
  Engine,
  EngineNote,
  EnginePorts,
  EngineStatus,
  Mailbox,
  MessageRow,
  Wishes,
} from '@postern/protocol/sync';
import type { ScriptedServer } from './scripted-server.ts';

/** Time that passes only when a test says so. */
export class TestClock implements Clock {
  #now = Date.UTC(2026, 6, 17, 3);
  readonly #sleepers = new Set<{ at: number; readonly wake: () => void }>();

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const sleeper = { at: this.#now + Math.max(0, milliseconds), wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  /** As a device whose clock was ahead: who sleeps is woken as if nothing had happened. */
  setBack(milliseconds: number): void {
    this.#now -= milliseconds;
    for (const sleeper of this.#sleepers) sleeper.at -= milliseconds;
  }

  /** Lets that much time pass, and all happen that happens in it. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      await quiet();
      const next = [...this.#sleepers].toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.#sleepers.delete(next);
      this.#now = next.at;
      next.wake();
    }
    this.#now = until;
    await quiet();
  }
}

/** All that can happen without time passing; a loop that never rests is cut off and shows in what it did. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** An engine with its store against a scripted server, in one process, under a clock of its own. */
export class Desk {
  readonly clock = new TestClock();
  readonly store = new MemoryStore();
  readonly notes: EngineNote[] = [];
  readonly bugs: unknown[] = [];
  status: EngineStatus = { connection: 'connecting', at: 0 };
  readonly server: ScriptedServer;
  submission: () => Transport = () => {
    throw new Error('no submission in this test');
  };
  #engine: Engine | undefined;
  #actions = 0;

  constructor(server: ScriptedServer, ports: Partial<EnginePorts> = {}) {
    this.server = server;
    this.start(ports);
  }

  get engine(): Engine {
    return this.#engine!;
  }

  start(ports: Partial<EnginePorts> = {}): void {
    this.#engine = createEngine({
      store: this.store,
      clock: this.clock,
      random: (octets) => new Uint8Array(randomBytes(octets)).fill(255),
      connect: async (service) => {
        await new Promise((resolve) => setImmediate(resolve));
        return service === 'imap' ? this.server.connect() : this.submission();
      },
      tell: (note) => {
        this.notes.push(note);
        if (note.note === 'status') this.status = note.status;
      },
      ...ports,
    });
  }

  async stop(): Promise<void> {
    const stopped = this.engine.stop();
    await this.clock.pass(0);
    await stopped;
  }

  wish(wishes: Partial<Wishes>): void {
    this.engine.wish('screen', { messages: [], parts: [], downloads: [], ...wishes });
  }

  async mailbox(name: string): Promise<Mailbox> {
    const mailboxes = await this.store.read(mailboxesQuery());
    const found = mailboxes.find((mailbox) => mailbox.name === name);
    if (!found) throw new Error(`no mailbox ${name}`);
    return found;
  }

  /** Puts `name` on screen and lets the engine come to rest. */
  async look(name = 'INBOX'): Promise<Mailbox> {
    await this.clock.pass(1000);
    const mailbox = await this.mailbox(name);
    this.wish({ mailbox: mailbox.key });
    await this.clock.pass(1000);
    return this.mailbox(name);
  }

  async rows(name = 'INBOX'): Promise<MessageRow[]> {
    const rows = await this.store.read(rowsQuery((await this.mailbox(name)).key));
    return Array.from({ length: rows.length }, (_, i) => rowAt(rows, i));
  }

  async subjects(name = 'INBOX'): Promise<string[]> {
    const rows = await this.rows(name);
    const descriptors = await this.store.read(descriptorsQuery(rows.map(({ key }) => key)));
    return rows.map(({ key }) => descriptors.get(key)?.subject ?? '?');
  }

  actions(): Promise<readonly Action[]> {
    return this.store.read(actionsQuery());
  }

  async act(action: Record<string, unknown>, bytes?: Uint8Array): Promise<string> {
    const id = String(++this.#actions).padStart(6, '0');
    const whole = { id, at: this.clock.now(), state: { name: 'waiting' }, ...action } as unknown as Action;
    await this.store.commit([
      ...(bytes ? [{ kind: 'outgoing' as const, outgoing: { id, bytes } }] : []),
      { kind: 'action', action: whole },
    ]);
    return id;
  }
}
