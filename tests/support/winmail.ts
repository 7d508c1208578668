/** A winmail.dat as Outlook writes it: [MS-OXTNEF]. Numbers are little-endian, every attribute has its checksum. */

const number = (value: number, octets: number): Buffer =>
  Buffer.from(Array.from({ length: octets }, (_, index) => Math.floor(value / 256 ** index) % 256));

function attribute(level: 1 | 2, id: number, data: Uint8Array | string): Buffer {
  const bytes = Buffer.from(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  const sum = bytes.reduce((total, octet) => (total + octet) % 65_536, 0);
  return Buffer.concat([number(level, 1), number(id, 4), number(bytes.length, 4), bytes, number(sum, 2)]);
}

/** A document that is kept as it is, [MS-OXRTFCP] §2.1.3.1: the one property, of type binary, of the message. */
function withRtf(rtf: Uint8Array): Buffer {
  const head = [number(rtf.length + 12, 4), number(rtf.length, 4), Buffer.from('MELA'), number(0, 4)];
  const value = Buffer.concat([...head, rtf, Buffer.alloc((4 - (rtf.length % 4)) % 4)]);
  const property = [number(0x102, 2), number(0x1009, 2), number(1, 4), number(16 + rtf.length, 4), value];
  return attribute(1, 0x00069003, Buffer.concat([number(1, 4), ...property]));
}

export interface Winmail {
  readonly subject?: string;
  readonly rtf?: Uint8Array;
  readonly files?: readonly { readonly name: string; readonly content: Uint8Array }[];
}

export function winmail({ subject, rtf, files = [] }: Winmail): Buffer {
  return Buffer.concat([
    ...[number(0x223e9f78, 4), number(1, 2)],
    ...(subject === undefined ? [] : [attribute(1, 0x00018004, `${subject}\0`)]),
    ...(rtf === undefined ? [] : [withRtf(rtf)]),
    ...files.flatMap(({ name, content }) => [
      attribute(2, 0x00069002, Buffer.alloc(14)),
      attribute(2, 0x00018010, `${name}\0`),
      attribute(2, 0x0006800f, content),
    ]),
  ]);
}
