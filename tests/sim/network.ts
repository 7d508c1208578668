import { ConnectionLost, GatewayRefused } from '@postern/protocol/error';
import type { Compression } from '@postern/protocol/port';
import { LATENESS } from '@postern/protocol/sync';
import type { EnginePorts } from '@postern/protocol/sync';
import type { Chance } from './chance.ts';
import type { WorldClock } from './clock.ts';
import { compression } from './compression.ts';
import { Ending } from './ending.ts';
import { never } from './mortal-store.ts';
import type { Trace } from './trace.ts';
import { Wire } from './wire.ts';
import type { Break, Direction, Peer, Weather } from './wire.ts';

export type Service = 'imap' | 'submission';

/** Where a connection leads instead of to the device's own server. */
export type Where = NonNullable<Parameters<EnginePorts['connect']>[1]>;

/** The server's end of a new connection. */
type Open = (service: Service, where: Where, wake: () => void, hear: (command: string) => void) => Peer;

/** A cut to come: after so many octets more in that direction, on whichever connection they are. */
export interface Cut {
  readonly service: Service | 'any';
  readonly direction: Direction;
  readonly after: number;
  readonly how: Break;
}

/** A command that is carried out, and whose receipt never comes. */
export interface Loss {
  /** As the server calls it: "APPEND", "UID STORE"; "MAIL", "RCPT", "DATA". */
  readonly command: string;
  readonly how: Break;
}

/** Milliseconds after which a server has done all that it was asked for on a connection that is over: less than the engine reckons with. */
const LATEST = LATENESS - 500;

/** The network of one device: its connections, and what goes wrong with them. */
export class Network {
  readonly #clock: WorldClock;
  readonly #chance: Chance;
  readonly #trace: Trace;
  readonly #name: string;
  readonly #open: Open;
  readonly #wires = new Set<Wire>();
  /** Milliseconds one way, usually. */
  readonly #usual: number;
  readonly #compression: Compression | undefined;
  readonly #late: Chance | undefined;
  #cut: Cut | undefined;
  #loss: Loss | undefined;
  #offline = false;
  #slow: { chunks: number; readonly milliseconds: number } | undefined;
  #connections = 0;

  constructor(
    name: string,
    ports: {
      readonly clock: WorldClock;
      readonly chance: Chance;
      readonly trace: Trace;
      /** Where the server may be late. */
      readonly late: Chance | undefined;
    },
    open: Open,
  ) {
    this.#name = name;
    this.#clock = ports.clock;
    this.#chance = ports.chance;
    this.#trace = ports.trace;
    this.#open = open;
    this.#late = ports.late;
    this.#usual = this.#chance.pick([0, 1, 20, 150]);
    this.#compression = this.#chance.percent(20) ? compression : undefined;
  }

  async connect(service: Service, where: Where = {}): Promise<Wire> {
    if (!this.#clock.count()) return never();
    await new Promise<void>((resolve) => this.#clock.at(this.#clock.now() + this.#latency(), resolve));
    if (this.#offline) {
      throw this.#chance.percent(50)
        ? new ConnectionLost('there is no network')
        : new GatewayRefused(502, 'the mail server cannot be reached');
    }
    const name = `${this.#name}.${service === 'imap' ? 'i' : 's'}${++this.#connections}`;
    this.#trace.note(`${name} opens`);
    const hear = (command: string): void => {
      if (this.#loss?.command !== command || (this.#late && service === 'imap')) return;
      const { how } = this.#loss;
      this.#loss = undefined;
      wire.break(how);
    };
    const wire: Wire = new Wire(name, this.#weather(service), (wake) =>
      this.#open(service, where, wake, hear),
    );
    this.#wires.add(wire);
    return wire;
  }

  cutAfter(cut: Cut): void {
    this.#cut = cut;
  }

  /** The next such command is carried out, and its connection breaks before anything is said of it. */
  loseReceipt(loss: Loss): void {
    this.#loss = loss;
  }

  /** The next chunks, either way, take that much longer. */
  slow(chunks: number, milliseconds: number): void {
    this.#slow = { chunks, milliseconds };
  }

  goOffline(how: Break): void {
    this.#offline = true;
    this.breakAll(how);
  }

  goOnline(): void {
    this.#offline = false;
  }

  breakAll(how: Break): void {
    for (const wire of this.#wires) wire.break(how);
    this.#wires.clear();
  }

  /** All is well from here on. */
  heal(): void {
    this.#cut = undefined;
    this.#loss = undefined;
    this.#slow = undefined;
    this.#offline = false;
  }

  #weather(service: Service): Weather {
    let ending: Ending | undefined;
    const loses = (chunk: Uint8Array): Break | undefined => {
      if (!this.#loss || !this.#late || service !== 'imap') return undefined;
      const { command, how } = this.#loss;
      if (ending?.command !== command) ending = new Ending(command);
      if (!ending.isIn(chunk)) return undefined;
      this.#loss = undefined;
      return how;
    };
    return {
      loses,
      clock: this.#clock,
      chance: this.#chance,
      trace: this.#trace,
      compression: this.#compression,
      latency: () => this.#latency(),
      late: () => (service === 'imap' && this.#late?.percent(60) ? this.#late.below(LATEST) : undefined),
      cut: (direction, octets) => this.#passing(service, direction, octets),
    };
  }

  #latency(): number {
    const usual = this.#usual === 0 ? 0 : this.#usual + this.#chance.below(this.#usual);
    if (!this.#slow) return usual;
    const { milliseconds } = this.#slow;
    if (--this.#slow.chunks <= 0) this.#slow = undefined;
    return usual + milliseconds;
  }

  #passing(
    service: Service,
    direction: Direction,
    octets: number,
  ): { readonly through: number; readonly how: Break } | undefined {
    const cut = this.#cut;
    if (!cut || cut.direction !== direction || (cut.service !== 'any' && cut.service !== service))
      return undefined;
    if (cut.after >= octets) {
      this.#cut = { ...cut, after: cut.after - octets };
      return undefined;
    }
    this.#cut = undefined;
    return { through: cut.after, how: cut.how };
  }
}
