import type { Socket } from 'node:net';
import { UpstreamFailure } from './failure.ts';
import { SocketTransport } from './socket.ts';

/** Octets of a line, and lines of a reply: more than any server sends before sign-in. */
const longestLine = 8192;
const mostLines = 100;

/** Reads a socket line by line, for the few words before TLS and before mail. */
export class LineReader {
  readonly #transport: SocketTransport;
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #timer: NodeJS.Timeout;
  #pending = Buffer.alloc(0);
  #late = false;

  /** `limit`: milliseconds for the whole dialogue; afterwards the socket is destroyed. */
  constructor(socket: Socket, limit: number) {
    this.#transport = new SocketTransport(socket);
    this.#iterator = this.#transport.bytes[Symbol.asyncIterator]();
    this.#timer = setTimeout(() => {
      this.#late = true;
      socket.destroy();
    }, limit);
  }

  /** The next line without its line end. Rejects with UpstreamFailure. */
  async next(): Promise<string> {
    for (;;) {
      const end = this.#pending.indexOf('\n');
      if (end >= 0) {
        const line = this.#pending.subarray(0, end).toString('latin1').replace(/\r$/, '');
        this.#pending = this.#pending.subarray(end + 1);
        return line;
      }
      if (this.#pending.length > longestLine) throw new UpstreamFailure('protocol', 'line too long');
      const step = await this.#iterator.next().catch(() => undefined);
      if (this.#late) throw new UpstreamFailure('timeout', 'no answer');
      if (!step || step.done) throw new UpstreamFailure('unreachable', 'closed');
      this.#pending = Buffer.concat([this.#pending, step.value]);
    }
  }

  /** The next SMTP reply (RFC 5321 §4.2), all its lines joined by line feeds. */
  async reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.next();
      if (!/^\d{3}(?:[ -]|$)/.test(line) || lines.length >= mostLines)
        throw new UpstreamFailure('protocol', 'not SMTP');
      lines.push(line);
      if (line[3] !== '-') return lines.join('\n');
    }
  }

  /** Stops reading and gives back what was not read. */
  release(): Uint8Array {
    clearTimeout(this.#timer);
    return Buffer.concat([this.#pending, this.#transport.release()]);
  }
}
