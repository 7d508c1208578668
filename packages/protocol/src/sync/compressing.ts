import { CommandError } from '../error.ts';
import { compress } from '../imap/index.ts';
import type { Session } from '../imap/index.ts';
import type { Compression, Transport } from '../port.ts';

/**
 * Turns compression on wherever it is offered, although who can watch the lengths of what is encrypted may learn from how well
 * it compresses. What made that an attack (CRIME, BREACH) is missing here: no password or cookie is ever on this stream, for
 * the gateway signed in before it; what a person writes or searches for goes up uncompressed in a browser; and a secret in a
 * mail is fetched once, not again beside each guess that an attacker mails. What is left is a guess a mail, into a window of
 * 32 KiB that other mail fills, and a mail's length was never a secret. It saves most of what listing mailboxes costs.
 */
export class Compressing {
  #doubted = false;

  /**
   * A connection that ends before anything that was compressed could be read is followed by one without compression, so that a
   * server, or something on the way to it, that only says that it can compress keeps nobody from their mail.
   */
  async begin(session: Session, { compression }: Transport): Promise<void> {
    if (!compression || !session.capabilities.has('COMPRESS=DEFLATE')) return;
    const doubted = this.#doubted;
    this.#doubted = !doubted;
    if (doubted) return;
    const inflate = (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
      this.#noticing(compression.inflate(bytes));
    const noticed: Compression = { inflate, deflate: () => compression.deflate() };
    try {
      await session.run(compress(noticed));
    } catch (error) {
      // TLS below may compress already (RFC 4978 §3): then nothing has changed.
      if (!(error instanceof CommandError)) throw error;
    }
  }

  async *#noticing(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.#doubted = false;
      yield piece;
    }
  }
}
