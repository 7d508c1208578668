import { Deflater, Inflater } from '@postern/mailserver';
import type { Compression } from '@postern/protocol/port';

/** With nothing in it that waits for anything but octets. */
export const compression: Compression = {
  async *inflate(bytes) {
    const inflater = new Inflater();
    for await (const chunk of bytes) {
      const read = inflater.decompress(chunk);
      if (read.length > 0) yield read;
    }
  },
  deflate() {
    const deflater = new Deflater();
    return async (bytes) => deflater.compress(bytes);
  },
};
