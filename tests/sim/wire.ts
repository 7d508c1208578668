import { ConnectionLost } from '@postern/protocol/error';
import type { Compression, Transport } from '@postern/protocol/port';
import type { Chance } from './chance.ts';
import type { WorldClock } from './clock.ts';
import { never } from './mortal-store.ts';
import type { Trace } from './trace.ts';

/** The server's end of a connection: octets in, octets out. */
export interface Peer {
  readonly state: string;
  receive(chunk: Uint8Array): void;
  output(): Uint8Array | undefined;
  end(): void;
}

export type Direction = 'up' | 'down';
/** How a connection breaks: with an error, as if it were at its end, or so that nobody notices. */
export type Break = 'reset' | 'end' | 'silence';

/** What the network does to a connection; asked anew for every chunk. */
export interface Weather {
  readonly clock: WorldClock;
  readonly chance: Chance;
  readonly trace: Trace;
  /** Where there is one, what goes over the connection may be compressed. */
  readonly compression: Compression | undefined;
  /** Milliseconds that the next chunk is under way. */
  latency(): number;
  /**
   * Milliseconds after its end in which the server gets to what it was sent on a connection: it has read all of it, and waits for a lock
   * or its turn. Undefined: it has done it by then, or never will.
   */
  late(): number | undefined;
  /** Whether, and how, it breaks once the server has this chunk, before it gets to it. */
  loses(chunk: Uint8Array): Break | undefined;
  /** Of a chunk of that many octets: how many still get through, and how it breaks after them; undefined: all of them. */
  cut(direction: Direction, octets: number): { readonly through: number; readonly how: Break } | undefined;
}

/** Octets that one chunk is cut into pieces of, now and then. */
const PIECES = 4;

/** One connection between an engine and the server's end of it, under the world's clock. */
export class Wire implements Transport {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly compression: Compression | undefined;
  readonly #name: string;
  readonly #weather: Weather;
  readonly #peer: Peer;
  readonly #arrived: Uint8Array[] = [];
  #arrival: () => void = () => undefined;
  /** What the client learns once all that arrived is read. */
  #ending: 'none' | 'end' | 'reset' = 'none';
  #closedHere = false;
  #silent = false;
  #peerGone = false;
  readonly #lastAt = { up: 0, down: 0 };
  /** What is under way to the server. */
  readonly #underWay = new Set<Uint8Array>();

  /** `open` gives the server's end; it calls `wake` when that may have something to say unasked. */
  constructor(name: string, weather: Weather, open: (wake: () => void) => Peer) {
    this.#name = name;
    this.#weather = weather;
    const { clock, compression } = weather;
    this.compression = compression;
    this.#peer = open(() => clock.at(clock.now(), () => this.pump()));
    this.bytes = this.#read();
    this.pump();
  }

  async *#read(): AsyncIterable<Uint8Array> {
    for (;;) {
      const chunk = this.#arrived.shift();
      if (chunk) yield chunk;
      else if (this.#closedHere || this.#ending === 'end') return;
      else if (this.#ending === 'reset') throw new ConnectionLost('the network failed');
      else await new Promise<void>((resolve) => (this.#arrival = resolve));
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#weather.clock.count()) return never();
    if (this.#closedHere || this.#ending !== 'none') throw new ConnectionLost('the connection is closed');
    const chunk = bytes.slice();
    this.#underWay.add(chunk);
    this.#send('up', () => {
      if (this.#underWay.delete(chunk)) this.#reach(chunk);
    });
  }

  close(): void {
    if (this.#closedHere) return;
    this.#closedHere = true;
    this.#arrival();
    if (!this.#silent && !this.#linger() && this.#weather.chance.percent(50))
      for (const chunk of this.#underWay) this.#reach(chunk);
    this.#underWay.clear();
    this.#endPeer();
  }

  /** Breaks now. What is under way is lost, unless the server has it. */
  break(how: Break): void {
    this.#weather.trace.note(`${this.#name} breaks: ${how}`);
    if (!this.#silent) this.#linger();
    this.#silent = true;
    // A server notices by itself, in its own time.
    this.#weather.clock.at(this.#weather.clock.now() + 60_000, () => this.#endPeer());
    if (how === 'silence' || this.#ending !== 'none') return;
    this.#ending = how;
    this.#arrival();
  }

  /** Sends on its way what the server has to say. */
  pump(): void {
    if (this.#peerGone) return;
    for (let bytes; (bytes = this.#peer.output()) !== undefined;) {
      for (const piece of this.#pieces(bytes)) this.#send('down', () => this.#arrive(piece));
    }
    if (this.#peer.state === 'open') return;
    this.#peerGone = true;
    this.#send('down', () => this.#finish());
  }

  #send(direction: Direction, deliver: () => void): void {
    const { clock } = this.#weather;
    const at = Math.max(clock.now() + this.#weather.latency(), this.#lastAt[direction]);
    this.#lastAt[direction] = at;
    clock.at(at, () => {
      if (!this.#silent) deliver();
    });
  }

  #reach(chunk: Uint8Array): void {
    const through = this.#through('up', chunk);
    if (this.#peerGone) return;
    const how = through.how ?? this.#weather.loses(through.chunk);
    if (!how || !this.#linger([through.chunk])) {
      this.#peer.receive(through.chunk);
      this.pump();
    }
    if (!how) return;
    this.#underWay.clear();
    this.break(how);
  }

  /** The server gets to what is under way when the connection is long over, and nobody hears what it says to that. */
  #linger(left: readonly Uint8Array[] = [...this.#underWay]): boolean {
    const { clock, trace } = this.#weather;
    const after = left.length > 0 && !this.#peerGone ? this.#weather.late() : undefined;
    if (after === undefined) return false;
    this.#peerGone = true;
    clock.at(clock.now() + after, () => {
      trace.note(`${this.#name}: the server gets to what it was sent before`);
      for (const chunk of left) this.#peer.receive(chunk);
      // It gets to the next command when it has said what there is to say to the last.
      while (this.#peer.output() !== undefined);
      this.#peer.end();
    });
    return true;
  }

  #arrive(chunk: Uint8Array): void {
    const through = this.#through('down', chunk);
    if (through.chunk.length > 0) this.#arrived.push(through.chunk);
    this.#arrival();
    if (through.how) this.break(through.how);
  }

  #through(direction: Direction, chunk: Uint8Array): { chunk: Uint8Array; how?: Break } {
    const cut = this.#weather.cut(direction, chunk.length);
    const passed = cut ? chunk.subarray(0, cut.through) : chunk;
    this.#weather.trace.octets(`${this.#name} ${direction === 'up' ? 'C' : 'S'}`, passed);
    return cut ? { chunk: passed, how: cut.how } : { chunk: passed };
  }

  #finish(): void {
    if (this.#ending === 'none') this.#ending = 'end';
    this.#arrival();
  }

  #endPeer(): void {
    if (this.#peerGone) return;
    this.#peerGone = true;
    this.#peer.end();
  }

  #pieces(bytes: Uint8Array): Uint8Array[] {
    const { chance } = this.#weather;
    if (bytes.length < 2 || !chance.percent(20)) return [bytes];
    const at = Array.from({ length: chance.between(1, PIECES - 1) }, () =>
      chance.between(1, bytes.length - 1),
    );
    const cuts = [0, ...new Set(at.sort((a, b) => a - b)), bytes.length];
    return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
  }
}
