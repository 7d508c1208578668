import { randomBytes } from 'node:crypto';
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
  EngineStatus,
  Mailbox,
  MailboxRole,
  MessageRow,
  Wishes,
} from '@postern/protocol/sync';
import type { Gateway } from '@postern/gateway';
import type { Compression } from '@postern/protocol/port';
import { eventually } from './eventually.ts';
import type { Person } from './place.ts';
import { relay, signIn, systemClock } from './relay.ts';
import type { Wire } from './relay.ts';

/** Milliseconds in which servers that have nothing else to do are done with a connection that is over: tests need not wait longer. */
const SOON = 500;

/** One signed-in device without a screen: engine, store and real connections. */
export class Device {
  readonly store = new MemoryStore();
  readonly notes: EngineNote[] = [];
  readonly wire: Wire = { down: 0, up: 0 };
  status: EngineStatus = { connection: 'connecting', at: 0 };
  #engine: Engine | undefined;
  readonly #cookie: string;
  readonly #gateway: Gateway;
  readonly #compression: Compression | undefined;
  readonly #lateness: number;
  #actions = 0;

  /** `compression`: what it has for servers that offer COMPRESS. `lateness`: as in EnginePorts. */
  constructor(gateway: Gateway, cookie: string, compression?: Compression, lateness = SOON) {
    this.#cookie = cookie;
    this.#gateway = gateway;
    this.#compression = compression;
    this.#lateness = lateness;
  }

  static async open(
    gateway: Gateway,
    person: Person,
    compression?: Compression,
    lateness?: number,
  ): Promise<Device> {
    const device = new Device(gateway, await signIn(gateway, person), compression, lateness);
    const { user, address } = person;
    await device.store.commit([{ kind: 'account', account: { user, address, name: '' } }]);
    device.start();
    return device;
  }

  get engine(): Engine {
    if (!this.#engine) throw new Error('the engine is stopped');
    return this.#engine;
  }

  start(): void {
    this.#engine = createEngine({
      store: this.store,
      clock: systemClock,
      random: (octets) => randomBytes(octets),
      lateness: this.#lateness,
      connect: async (service, where) => ({
        ...(await relay(this.#gateway, this.#cookie, service, this.wire, where)),
        compression: this.#compression,
      }),
      tell: (note) => {
        this.notes.push(note);
        if (note.note === 'status') this.status = note.status;
      },
    });
  }

  async stop(): Promise<void> {
    await this.#engine?.stop();
    this.#engine = undefined;
  }

  wish(wishes: Partial<Wishes>): void {
    this.engine.wish('screen', { messages: [], parts: [], downloads: [], ...wishes });
  }

  mailbox(role: MailboxRole | string): Promise<Mailbox> {
    return eventually(`mailbox ${role}`, async () =>
      (await this.store.read(mailboxesQuery())).find((m) => m.role === role || m.name === role),
    );
  }

  async rows(role: MailboxRole | string): Promise<MessageRow[]> {
    const { key } = await this.mailbox(role);
    const rows = await this.store.read(rowsQuery(key));
    return Array.from({ length: rows.length }, (_, i) => rowAt(rows, i));
  }

  /** Subjects in a mailbox as truth has them, in order of arrival here. */
  async subjects(role: MailboxRole | string): Promise<string[]> {
    const rows = await this.rows(role);
    const descriptors = await this.store.read(descriptorsQuery(rows.map(({ key }) => key)));
    return rows.map(({ key }) => descriptors.get(key)?.subject ?? '?');
  }

  async find(role: MailboxRole | string, subject: string): Promise<MessageRow> {
    return eventually(`"${subject}" in ${role}`, async () => {
      const rows = await this.rows(role);
      const descriptors = await this.store.read(descriptorsQuery(rows.map(({ key }) => key)));
      return rows.find(({ key }) => descriptors.get(key)?.subject === subject);
    });
  }

  async caughtUp(role: MailboxRole | string, messages: number): Promise<void> {
    await eventually(`${messages} messages in ${role}`, async () => {
      const { sync } = await this.mailbox(role);
      return sync.at > 0 && (await this.rows(role)).length === messages;
    });
  }

  /** Puts a mailbox on the screen and waits until all that the server has in it is here. */
  async seesAll(role: MailboxRole | string): Promise<void> {
    this.wish({ mailbox: (await this.mailbox(role)).key });
    await eventually(`all of ${role}`, async () => {
      const { sync } = await this.mailbox(role);
      return sync.at > 0 && sync.from === 1;
    });
  }

  /** Appends an action as a screen would. */
  async act(
    action: Omit<
      Extract<Action, { kind: 'flag' | 'move' | 'copy' | 'expunge' | 'upload' | 'send' }>,
      'id' | 'at' | 'state'
    > &
      Record<string, unknown>,
    bytes?: Uint8Array,
  ): Promise<string> {
    const id = `${String(++this.#actions).padStart(6, '0')}`;
    const whole = { ...action, id, at: Date.now(), state: { name: 'waiting' } } as unknown as Action;
    await this.store.commit([
      ...(bytes ? [{ kind: 'outgoing' as const, outgoing: { id, bytes } }] : []),
      { kind: 'action', action: whole },
    ]);
    return id;
  }

  async settled(): Promise<void> {
    await eventually('all actions settled', async () => (await this.store.read(actionsQuery())).length === 0);
  }

  actions(): Promise<readonly Action[]> {
    return this.store.read(actionsQuery());
  }
}
