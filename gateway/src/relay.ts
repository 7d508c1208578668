import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import type { HandOver } from './handover.ts';
import type { Limits } from './limits.ts';

/** What a relay moved and why it ended; becomes one log line. */
export interface RelaySummary {
  readonly code: number;
  readonly why: string;
  /** Octets from the browser. */
  readonly in: number;
  /** Octets to the browser. */
  readonly out: number;
  /** Milliseconds since 1970. */
  readonly opened: number;
}

/**
 * Moves bytes between a browser and a mail server and holds at most `pauseAt` octets (and one chunk) each way: whoever
 * reads slowly makes the other side wait, not this process grow.
 */
export class Relay {
  readonly #browser: WebSocket;
  readonly #limits: Limits;
  readonly #opened = Date.now();
  #upstream: Socket | undefined;
  /** What the browser sent before the mail server was ready. */
  #early: Buffer[] = [];
  #earlyOctets = 0;
  #in = 0;
  #out = 0;
  #lastMail = Date.now();
  #misses = 0;
  #alive = true;
  #upstreamPaused = false;
  #browserPaused = false;
  /** Set once the relay ends: no more is read, what is queued still goes out. */
  #ending: { code: number; why: string } | undefined;

  /** `onEnd` is called once, when the WebSocket is closed. */
  constructor(browser: WebSocket, limits: Limits, onEnd: (summary: RelaySummary) => void) {
    this.#browser = browser;
    this.#limits = limits;
    browser.on('message', (data, isBinary) => this.#fromBrowser(data, isBinary));
    browser.on('pong', () => {
      this.#alive = true;
    });
    // ws closes with the right code by itself (1002, 1007, 1009); 'close' follows.
    browser.on('error', () => {});
    browser.on('close', (code) => {
      const why = this.#ending?.why ?? (code === 1006 ? 'browser_lost' : 'browser_fin');
      this.#ending ??= { code, why };
      this.#leaveUpstream();
      onEnd({ code, why, in: this.#in, out: this.#out, opened: this.#opened });
    });
  }

  /** Joins the two streams. */
  attach({ socket, opening }: HandOver): void {
    if (this.#ending) return void socket.destroy();
    this.#upstream = socket;
    socket.on('data', (chunk: Buffer) => this.#toBrowser(chunk));
    socket.on('end', () => this.end(CloseCode.normal, 'upstream_fin'));
    socket.on('close', (broken) =>
      this.end(CloseCode.unreachable, broken ? 'upstream_reset' : 'upstream_fin'),
    );
    socket.on('drain', () => {
      this.#browserPaused = false;
      this.#browser.resume();
    });
    this.#toBrowser(opening);
    for (const data of this.#early.splice(0)) this.#toUpstream(data);
    if (socket.destroyed) this.end(CloseCode.unreachable, 'upstream_reset');
    else if (!this.#upstreamPaused) socket.resume();
  }

  /** Ends the relay; what the browser is owed is delivered first, however slowly it reads. Later calls do nothing. */
  end(code: number, why: string): void {
    if (this.#ending) return;
    this.#ending = { code, why };
    this.#upstream?.pause();
    // A paused WebSocket would not see the browser's half of the closing handshake.
    this.#browser.resume();
    this.#closeWhenFlushed();
  }

  /** Ends at once, whatever is still queued. */
  cut(why: string): void {
    this.#ending ??= { code: 1006, why };
    this.#browser.terminate();
  }

  /** Called every `limits.ping` milliseconds. */
  tick(now: number): void {
    if (now - this.#lastMail > this.#limits.idle) this.end(CloseCode.idle, 'idle');
    // While the mail server makes the browser wait, its pongs wait unread as well.
    this.#misses = this.#alive || this.#browserPaused ? 0 : this.#misses + 1;
    this.#alive = false;
    if (this.#misses >= this.#limits.misses) {
      this.cut('browser_silent');
    } else if (this.#browser.readyState === this.#browser.OPEN && this.#browser.bufferedAmount === 0) {
      this.#browser.ping();
    }
  }

  #fromBrowser(data: RawData, isBinary: boolean): void {
    if (this.#ending) return;
    if (!isBinary) return this.end(CloseCode.text, 'text');
    const bytes = data as Buffer;
    this.#alive = true;
    this.#lastMail = Date.now();
    this.#in += bytes.length;
    if (this.#upstream) return this.#toUpstream(bytes);
    this.#earlyOctets += bytes.length;
    if (this.#earlyOctets > this.#limits.early) return this.end(CloseCode.early, 'early');
    this.#early.push(bytes);
  }

  #toUpstream(bytes: Buffer): void {
    if (this.#upstream?.write(bytes) === false) {
      this.#browserPaused = true;
      this.#browser.pause();
    }
  }

  #toBrowser(bytes: Uint8Array): void {
    if (this.#ending) return;
    this.#lastMail = Date.now();
    this.#out += bytes.length;
    this.#browser.send(bytes, { binary: true }, this.#onFlushed);
    if (!this.#upstreamPaused && this.#browser.bufferedAmount > this.#limits.pauseAt) {
      this.#upstreamPaused = true;
      this.#upstream?.pause();
    }
  }

  /** One chunk has been handed to the kernel. */
  readonly #onFlushed = (): void => {
    this.#alive = true;
    if (this.#ending) return this.#closeWhenFlushed();
    if (this.#upstreamPaused && this.#browser.bufferedAmount < this.#limits.resumeAt) {
      this.#upstreamPaused = false;
      this.#upstream?.resume();
    }
  };

  /** close() gives the browser a limited time, so it must not be called while bytes are still queued before it. */
  #closeWhenFlushed(): void {
    if (!this.#ending || this.#browser.bufferedAmount > 0) return;
    this.#browser.close(this.#ending.code, this.#ending.why);
    this.#leaveUpstream();
  }

  /** Sends what the browser had sent, then closes; a server that does not take it within the limit is cut off. */
  #leaveUpstream(): void {
    const socket = this.#upstream;
    this.#upstream = undefined;
    if (!socket || socket.destroyed) return;
    const timer = setTimeout(() => socket.destroy(), this.#limits.closing);
    timer.unref();
    socket.removeAllListeners('data').on('data', () => {});
    socket.on('close', () => clearTimeout(timer));
    socket.end();
    socket.resume();
  }
}
