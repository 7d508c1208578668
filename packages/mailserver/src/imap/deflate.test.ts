import { constants, createInflateRaw, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Deflater, Inflater } from './deflate.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

/** A chunk as `DecompressionStream` and zlib take it: stored or compressed, ended by a flush. */
function flushed(text: string, level = 6): Buffer {
  return deflateRawSync(Buffer.from(text, 'latin1'), { level, finishFlush: constants.Z_SYNC_FLUSH });
}

function compressing(count = 3): RawClient {
  const client = new RawClient([accountWith(count)]).signIn();
  expect(client.run('COMPRESS DEFLATE')).toBe('OK Compressed from here on\r\n');
  return client;
}

test('after COMPRESS both directions are compressed, however they are cut (RFC 4978 §3)', async () => {
  const client = compressing();
  const inflater = new Inflater();
  const octets = flushed('b SELECT INBOX\r\nc FETCH 1:3 (UID BODY.PEEK[])\r\n');
  let text = '';
  for (const octet of octets) {
    client.connection.receive(Buffer.of(octet));
    for (let bytes; (bytes = client.connection.output()) !== undefined;)
      for (const one of bytes) text += Buffer.from(inflater.decompress(Buffer.of(one))).toString('latin1');
  }
  expect(text).toMatch(/^\* FLAGS .*\r\nb OK \[READ-WRITE\] Selected\r\n/s);
  expect(text).toContain('Subject: Message 3\r\n\r\nText 3\r\n)\r\nc OK Fetched\r\n');
});

test('what comes with the command is compressed already, and so is its answer', () => {
  const client = new RawClient([accountWith(0)]).signIn();
  client.connection.receive(Buffer.concat([Buffer.from('a COMPRESS DEFLATE\r\n'), flushed('b NOOP\r\n')]));
  expect(Buffer.from(client.connection.output()!).toString()).toBe('a OK Compressed from here on\r\n');
  const compressed = client.connection.output()!;
  expect(Buffer.from(new Inflater().decompress(compressed)).toString()).toBe('b OK Done\r\n');
});

test("what Deflater makes is one stream that zlib's own decoder reads", async () => {
  const deflater = new Deflater();
  const inflate = createInflateRaw();
  const chunks: Buffer[] = [];
  inflate.on('data', (chunk: Buffer) => chunks.push(chunk));
  const texts = Array.from(
    { length: 50 },
    (_, i) => `* ${i} FETCH (UID ${i} FLAGS (\\Seen)) ${'x'.repeat(i * 40)}\r\n`,
  );
  let size = 0;
  for (const text of texts) {
    const compressed = deflater.compress(Buffer.from(text));
    size += compressed.length;
    inflate.write(compressed);
  }
  await new Promise<void>((resolve) => inflate.flush(() => resolve()));
  expect(Buffer.concat(chunks).toString()).toBe(texts.join(''));
  expect(size).toBeLessThan(texts.join('').length / 4);
});

test('stored blocks that look like the end of one are taken for what they are', () => {
  const inflater = new Inflater();
  const tricky = Buffer.from([1, 2, 0, 0, 0xff, 0xff, 3, 0, 0, 0xff, 0xff, 4]);
  const stream = Buffer.concat([
    deflateRawSync(tricky, { level: 0, finishFlush: constants.Z_SYNC_FLUSH }),
    flushed('end'),
  ]);
  let out = Buffer.alloc(0);
  for (const octet of stream) out = Buffer.concat([out, inflater.decompress(Buffer.of(octet))]);
  expect(out).toEqual(Buffer.concat([tricky, Buffer.from('end')]));
});

test('COMPRESS twice is NO [COMPRESSIONACTIVE], another algorithm BAD, garbage the end (RFC 4978 §3)', () => {
  const client = compressing();
  const inflater = new Inflater();
  const say = (text: string): string => {
    client.connection.receive(flushed(text));
    let answer = '';
    for (let bytes; (bytes = client.connection.output()) !== undefined;)
      answer += Buffer.from(inflater.decompress(bytes)).toString('latin1');
    return answer;
  };
  expect(say('x COMPRESS DEFLATE\r\n')).toMatch(/^x NO \[COMPRESSIONACTIVE\]/);
  expect(say('y COMPRESS LZW\r\n')).toMatch(/^y BAD/);
  client.connection.receive(Buffer.from('z NOOP in the clear, which is no stream of blocks\r\n'));
  expect(Buffer.from(inflater.decompress(client.connection.output()!)).toString()).toMatch(/^\* BYE/);
  client.connection.output();
  expect(client.connection.state).toBe('closed');
});

test('without the capability COMPRESS is BAD', () => {
  const client = new RawClient([accountWith(0)], {
    name: 'n',
    capabilities: { 'COMPRESS=DEFLATE': false },
  }).signIn();
  expect(client.run('COMPRESS DEFLATE')).toMatch(/^BAD/);
});
