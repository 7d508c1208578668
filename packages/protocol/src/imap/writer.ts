import { ConnectionLost } from '../error.ts';
import type { Watchdog } from '../watchdog.ts';
import type { Connection, Tag } from './connection.ts';
import { Upload } from './upload.ts';

export interface WriterPorts {
  readonly connection: Connection;
  readonly watchdog: Watchdog;
  /** Settles when more may be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sees what is about to be written. */
  trace(output: Uint8Array): void;
  /** The literal of the command `tag` cannot be given to its end. */
  spoilt(tag: Tag, error: unknown): void;
  failed(error: unknown): void;
}

/** Writes what the connection lets out, and feeds it the literals it wants, one write at a time. */
export class Writer {
  readonly #ports: WriterPorts;
  #upload: Upload | undefined;
  #busy = false;
  #stopped = false;

  constructor(ports: WriterPorts) {
    this.#ports = ports;
  }

  /** Writes all there is, unless that is under way already. */
  async write(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { connection, watchdog } = this.#ports;
    try {
      // No turn may pass between finding that all is written and being ready again: what came then would be left lying.
      while (!this.#stopped) {
        const output = connection.output();
        if (output) {
          this.#ports.trace(output);
          await this.#ports.write(output);
          watchdog.stir();
        } else if (connection.wanted) {
          await this.#supply();
        } else {
          this.#drop();
          break;
        }
      }
    } catch (error) {
      this.#ports.failed(error);
    } finally {
      this.#busy = false;
    }
  }

  /** Writes no more, and lets go of the message that was being sent. */
  stop(): void {
    this.#stopped = true;
    this.#drop();
  }

  /** Gives the connection the next octets of a literal that is streamed. Throws where its source fails. */
  async #supply(): Promise<void> {
    const { connection } = this.#ports;
    const wanted = connection.wanted!;
    if (this.#upload?.literal !== wanted.literal) {
      this.#drop();
      this.#upload = new Upload(wanted.literal);
    }
    try {
      const chunk = await this.#upload.next(wanted.remaining);
      // The server may have refused meanwhile.
      if (connection.wanted?.literal === wanted.literal) connection.supply(chunk);
      // The next literal may be of the same source, from its beginning.
      if (chunk.length === wanted.remaining) this.#drop();
    } catch (error) {
      // Octets were announced that will not come: nothing more can be said on this connection.
      this.#ports.spoilt(wanted.tag, error);
      throw new ConnectionLost('a message could not be read while it was sent', connection.unanswered);
    }
  }

  #drop(): void {
    this.#upload?.abandon();
    this.#upload = undefined;
  }
}
