import type { Socket } from 'node:net';
import { ConnectionLost, ProtocolError } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';

/** Octets read ahead of the dialogue before the socket is paused. */
const readAhead = 64 * 1024;
/** Octets that a sign-in takes at most, with a banner and a long list of capabilities; a server with more to say is none. */
const dialogue = 1024 * 1024;

/** A socket as a Transport for as long as a dialogue lasts; `release` hands the socket on, with no byte lost. */
export class SocketTransport implements Transport {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #socket: Socket;
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #read = 0;
  #waiting: { resolve(step: IteratorResult<Uint8Array>): void; reject(error: Error): void } | undefined;
  #ended = false;
  #released = false;
  #failure: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.bytes = { [Symbol.asyncIterator]: () => ({ next: () => this.#next() }) };
    if (socket.destroyed) this.#onClose();
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) =>
        error ? reject(new ConnectionLost('the mail server closed the connection')) : resolve(),
      );
    });
  }

  close(): void {
    if (!this.#released) this.#socket.destroy();
  }

  /** Stops reading, leaves the socket open and paused, and gives back what nobody has read. */
  release(): Uint8Array {
    this.#released = true;
    this.#socket.pause();
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
    return Buffer.concat(this.#queue.splice(0));
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#queue.shift();
    if (chunk) {
      this.#queued -= chunk.length;
      if (this.#socket.isPaused()) this.#socket.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#ended || this.#released) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#read += chunk.length;
    if (this.#read > dialogue) {
      this.#failure = new ProtocolError('more than a sign-in takes', this.#read, '', true);
      this.#socket.destroy();
      return;
    }
    if (this.#waiting) {
      this.#waiting.resolve({ done: false, value: chunk });
      this.#waiting = undefined;
      return;
    }
    this.#queue.push(chunk);
    this.#queued += chunk.length;
    if (this.#queued > readAhead) this.#socket.pause();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  };

  readonly #onClose = (): void => {
    if (this.#ended) return;
    this.#failure ??= new ConnectionLost('the mail server closed the connection');
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  };
}
