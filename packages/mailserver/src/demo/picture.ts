import { crc32, deflateSync } from 'node:zlib';

/** A colour, red, green and blue from 0 to 255. */
export type Colour = readonly [number, number, number];

/** An image in memory that can be painted pixel by pixel and written as PNG. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly #rgb: Buffer;

  constructor(width: number, height: number, paint: (x: number, y: number) => Colour) {
    this.width = width;
    this.height = height;
    this.#rgb = Buffer.alloc(width * height * 3);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) this.set(x, y, paint(x, y));
  }

  set(x: number, y: number, [red, green, blue]: Colour): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (Math.floor(y) * this.width + Math.floor(x)) * 3;
    this.#rgb[at] = red;
    this.#rgb[at + 1] = green;
    this.#rgb[at + 2] = blue;
  }

  fill(x: number, y: number, width: number, height: number, colour: Colour): void {
    for (let dy = 0; dy < height; dy++) for (let dx = 0; dx < width; dx++) this.set(x + dx, y + dy, colour);
  }

  /** The image as a PNG file, 8 bits per channel, no alpha. */
  png(): Buffer {
    const stride = this.width * 3;
    const rows = Buffer.alloc((stride + 1) * this.height);
    for (let y = 0; y < this.height; y++)
      this.#rgb.copy(rows, y * (stride + 1) + 1, y * stride, (y + 1) * stride);
    const header = Buffer.alloc(13);
    header.writeUInt32BE(this.width, 0);
    header.writeUInt32BE(this.height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(rows, { level: 6 })),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
