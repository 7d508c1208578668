import { deflateRawSync, inflateRawSync, constants } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { compression, stored } from './compression.ts';

const sync = { finishFlush: constants.Z_SYNC_FLUSH };
const inflate = compression!.inflate;

async function* from(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe('what goes up', () => {
  it.each([0, 1, 2, 65_534, 65_535, 65_536, 131_070, 200_000])('%i octets are stored blocks', (octets) => {
    const bytes = Uint8Array.from({ length: octets }, (_, i) => i * 31);
    const blocks = stored(bytes);
    expect(Buffer.compare(inflateRawSync(blocks, sync), bytes)).toBe(0);
    expect(blocks.length).toBe(octets + 5 * Math.ceil(octets / 65_535));
  });

  it('follows what went before in one stream', async () => {
    const deflate = compression!.deflate();
    const parts = [await deflate(Buffer.from('a NOOP\r\n')), await deflate(Buffer.from('b NOOP\r\n'))];
    expect(inflateRawSync(Buffer.concat(parts), sync).toString()).toBe('a NOOP\r\nb NOOP\r\n');
  });
});

describe('what comes down', () => {
  it('is given at each flush, without waiting for more', async () => {
    const text = 'x'.repeat(1000);
    let send: (chunk: Uint8Array) => void = () => undefined;
    const source = {
      async *[Symbol.asyncIterator]() {
        for (;;) yield await new Promise<Uint8Array>((resolve) => (send = resolve));
      },
    };
    const read = inflate(source)[Symbol.asyncIterator]();
    for (let n = 0; n < 3; n++) {
      const next = read.next();
      await new Promise((resolve) => setTimeout(resolve));
      // Each flush is a stream of its own that does not end: that may follow any other.
      send(deflateRawSync(text, sync));
      expect(Buffer.from((await next).value as Uint8Array).toString()).toBe(text);
    }
  });

  it('is not read ahead of whoever takes it, however far it inflates', async () => {
    const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024));
    let taken = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bomb.length; at += 1024) {
        taken += 1024;
        yield bomb.subarray(at, at + 1024);
      }
    }
    const before = process.memoryUsage().rss;
    const read = inflate(chunks())[Symbol.asyncIterator]();
    const { value } = await read.next();
    expect((value as Uint8Array).length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(taken).toBeLessThan(bomb.length / 4);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    await read.return?.();
  });

  it('is inflated a little at a time, for a browser keeps all that one write gives', async () => {
    const writes: number[] = [];
    class Counting extends TransformStream<Uint8Array, Uint8Array> {
      constructor() {
        super({
          transform(chunk, controller) {
            writes.push(chunk.length);
            controller.enqueue(chunk);
          },
        });
      }
    }
    vi.stubGlobal('DecompressionStream', Counting);
    try {
      const pieces: Uint8Array[] = [];
      const whole = Uint8Array.from({ length: 100_000 }, (_, i) => i);
      for await (const piece of inflate(from(whole))) pieces.push(piece);
      expect(Buffer.compare(Buffer.concat(pieces), whole)).toBe(0);
      expect(Math.max(...writes)).toBeLessThanOrEqual(4096);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('throws where it is not DEFLATE, and where its source does', async () => {
    const all = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const piece of inflate(bytes)) void piece;
    };
    await expect(all(from(Buffer.from('* OK plain text\r\n')))).rejects.toThrow();
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield deflateRawSync('x', sync);
      throw new Error('the line broke');
    };
    await expect(all(failing())).rejects.toThrow();
  });
});
