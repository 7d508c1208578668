import { Readable } from 'node:stream';
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib';
import type { Compression } from '@postern/protocol/port';

/** COMPRESS=DEFLATE with Node's zlib, both ways. */
export const zlibCompression: Compression = {
  async *inflate(bytes) {
    const inflated = createInflateRaw();
    const source = Readable.from(bytes);
    source.on('error', (error) => inflated.destroy(error));
    for await (const piece of source.pipe(inflated)) yield piece as Uint8Array;
  },
  deflate() {
    const deflated = createDeflateRaw();
    const pieces: Buffer[] = [];
    deflated.on('data', (piece: Buffer) => pieces.push(piece));
    return (bytes) =>
      new Promise((resolve) => {
        deflated.write(bytes);
        deflated.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(pieces.splice(0))));
      });
  },
};
